//! What a rule says to match and what to do with a match, as read, with places.

use auditlint_source::Span;
use auditlint_source::document::{DocumentError, Table};
use serde::{Deserialize, Serialize};

use crate::clause::read_named;
use crate::fix::{self, FixDocument};
use crate::label::{self, LabelDocument};
use crate::rewrite::{self, RewriterDocument};
use crate::transform::{self, TransformDocument};
use crate::{Clause, Spanned};

/// The keys `rule`, `constraints`, `utils`, `transform`, `fix`, `labels` and `rewriters` of a rule, as read.
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
    pub(crate) rewriters: Vec<RewriterDocument>,
    /// The names of the matchers that a shared util is given by its callers.
    pub(crate) arguments: Vec<Spanned<String>>,
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
        let rewriters = table.take("rewriters").map(|node| rewrite::read(node, table.errors())).unwrap_or_default();
        let document = Self::read_one(table, key)?;
        Some(Self { rewriters, ..document })
    }

    /// The same for a shared util, which may have arguments.
    #[must_use]
    pub fn read_util(table: &mut Table<'_, '_>) -> Option<Self> {
        let names = table.take_texts("arguments").unwrap_or_default();
        let mut arguments: Vec<Spanned<String>> = Vec::with_capacity(names.len());
        for (span, value) in names {
            if arguments.iter().any(|known| known.value == value) {
                table.error(DocumentError::new(span, format!("the util has two arguments with the name `{value}`")));
            }
            arguments.push(Spanned { span, value });
        }
        let document = Self::read_under(table, "rule")?;
        Some(Self { arguments, ..document })
    }

    /// Everything but rewriters and arguments.
    pub(crate) fn read_one(table: &mut Table<'_, '_>, key: &'static str) -> Option<Self> {
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
        let (rewriters, arguments) = (Vec::new(), Vec::new());
        Some(Self { span, rule: rule?, constraints, utils, transforms, fixes, labels, rewriters, arguments })
    }
}
