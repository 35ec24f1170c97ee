//! What a rule says to match and what to do with a match, as read, with places.

use auditlint_source::Span;
use auditlint_source::document::{DocumentError, DocumentErrors, Node, Table, Value};
use serde::{Deserialize, Serialize};

use crate::fix::{self, FixDocument};
use crate::label::{self, LabelDocument};
use crate::transform::{self, TransformDocument};
use crate::{Clause, Spanned};

/// The keys `rule`, `constraints`, `utils`, `transform`, `fix` and `labels` of a rule, as read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatcherDocument {
    /// Bytes of the whole table that they stand in.
    pub span: Span,
    /// What a node must match.
    pub rule: Clause,
    pub(crate) constraints: Vec<(Spanned<String>, Clause)>,
    pub(crate) utils: Vec<(Spanned<String>, Clause)>,
    pub(crate) transforms: Vec<TransformDocument>,
    pub(crate) fixes: Vec<FixDocument>,
    pub(crate) labels: Vec<LabelDocument>,
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
        let errors = table.errors();
        let span = table.span();
        let rule = match table.take(key) {
            Some(node) => Clause::read(node, errors),
            None => {
                table.error(
                    DocumentError::new(Span::new(span.start, span.start), format!("no `{key}`"))
                        .help("it says which nodes match, with `pattern`, `kind`, `any`, …"),
                );
                None
            }
        };
        let constraints = table.take("constraints").map(|node| read_named(node, errors)).unwrap_or_default();
        let utils = table.take("utils").map(|node| read_named(node, errors)).unwrap_or_default();
        let transforms = table.take("transform").map(|node| transform::read(node, errors)).unwrap_or_default();
        let fixes = table.take("fix").map(|node| fix::read(node, errors)).unwrap_or_default();
        let labels = table.take("labels").map(|node| label::read(node, errors)).unwrap_or_default();
        for unsupported in ["rewriters", "arguments"] {
            if let Some((name, _)) = table.take_entry(unsupported) {
                table.error(DocumentError::new(name.span, format!("not supported yet: `{unsupported}`")));
            }
        }
        Some(Self { span, rule: rule?, constraints, utils, transforms, fixes, labels })
    }
}

/// Reads a table of matchers by name.
fn read_named(node: &Node, errors: &DocumentErrors) -> Vec<(Spanned<String>, Clause)> {
    let Value::Map(entries) = &node.value else {
        errors.borrow_mut().push(DocumentError::expected("a table of matchers by name", node));
        return Vec::new();
    };
    let named = entries.iter().filter_map(|(key, value)| {
        let clause = Clause::read(value, errors)?;
        Some((Spanned { span: key.span, value: key.name.clone() }, clause))
    });
    named.collect()
}
