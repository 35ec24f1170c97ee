//! What a rule says to match and what to do with a match, as read, with places.

use auditlint_source::Span;
use auditlint_source::document::{DocumentError, DocumentErrors, DocumentNode, Table};
use serde::{Deserialize, Serialize};

use crate::clause::read_named;
use crate::fix::{self, FixDocument};
use crate::label::{self, LabelDocument};
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

/// One entry of `rewriters` as read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RewriterDocument {
    pub(crate) id: Spanned<String>,
    pub(crate) document: MatcherDocument,
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
        let rewriters = table.take("rewriters").map(|node| read_rewriters(node, table.errors())).unwrap_or_default();
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

    /// Whether it says how a match is put right.
    #[must_use]
    pub fn has_fix(&self) -> bool {
        !self.fixes.is_empty()
    }

    /// Why somebody has to look at what the fix wrote; `None` where it is safe, or there is none.
    #[must_use]
    pub fn unsafe_fix(&self) -> Option<&str> {
        self.fixes.first()?.unsafe_because.as_deref()
    }

    /// Everything but rewriters and arguments.
    fn read_one(table: &mut Table<'_, '_>, key: &'static str) -> Option<Self> {
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

/// Reads the list under `rewriters`.
fn read_rewriters(node: &DocumentNode, errors: &DocumentErrors) -> Vec<RewriterDocument> {
    let Some(items) = node.as_list() else {
        errors.borrow_mut().push(DocumentError::expected("a list of rewriters", node));
        return Vec::new();
    };
    items.iter().filter_map(|item| read_rewriter(item, errors)).collect()
}

fn read_rewriter(node: &DocumentNode, errors: &DocumentErrors) -> Option<RewriterDocument> {
    let mut table = Table::new(node, errors);
    let span = node.get("id").map_or(node.span, |id| id.span);
    let id = table.take_text("id");
    if node.as_map().is_some() && node.get("id").is_none() {
        table.error(DocumentError::new(node.span, "a rewriter needs `id`: transforms name it under `rewriters`"));
    }
    let document = MatcherDocument::read_one(&mut table, "rule");
    if node.as_map().is_some() && node.get("fix").is_none() {
        table.error(DocumentError::new(node.span, "a rewriter needs `fix`: the text to write"));
    }
    table.finish_passable();
    Some(RewriterDocument { id: Spanned { span, value: id? }, document: document? })
}
