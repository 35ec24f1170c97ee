//! What a rule says to match and what to do with a match, as read, with places.

use auditlint_source::Span;
use auditlint_source::document::Table;
use serde::{Deserialize, Serialize};

use crate::Clause;

/// The keys `rule`, `constraints`, `utils`, `transform`, `fix` and `labels` of a rule, as read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatcherDocument {
    /// Bytes of the whole table that they stand in.
    pub span: Span,
    /// What a node must match.
    pub rule: Clause,
}

impl MatcherDocument {
    /// Takes the keys of the matcher language from the table of a rule. Mistakes go to `table.errors()`; `None` where
    /// there is no usable `rule`.
    #[must_use]
    pub fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        Self::read_under(table, "rule")
    }

    /// The same with the matcher under another key, such as `require`.
    #[must_use]
    pub fn read_under(table: &mut Table<'_, '_>, key: &'static str) -> Option<Self> {
        let node = table.take(key)?;
        let rule = Clause::read(node, table.errors())?;
        Some(Self { span: table.span(), rule })
    }

    /// The names that messages and fixes of this document may use after `$`: metavariables and transforms.
    #[must_use]
    pub fn defined_names(&self) -> Vec<String> {
        Vec::new()
    }
}
