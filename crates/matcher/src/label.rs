//! `labels`: places inside a match that deserve a word of their own.

use auditlint_source::Span;
use auditlint_source::document::{DocumentError, DocumentErrors, DocumentNode, DocumentValue, Table};
use serde::{Deserialize, Serialize};

use crate::Spanned;

/// How much a [`Label`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LabelStyle {
    /// The cause.
    Primary,
    /// What helps to understand it.
    Secondary,
}

/// A place inside a match that deserves a word of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its bytes.
    pub span: Span,
    /// How much it matters.
    pub style: LabelStyle,
    /// What to say about it.
    pub message: Option<String>,
}

/// A label of a rule: for the nodes of one metavariable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LabelDocument {
    pub(crate) name: Spanned<String>,
    pub(crate) style: LabelStyle,
    pub(crate) message: Option<String>,
}

/// Reads the table under `labels`.
pub(crate) fn read(node: &DocumentNode, errors: &DocumentErrors) -> Vec<LabelDocument> {
    let DocumentValue::Map(entries) = &node.value else {
        errors.borrow_mut().push(DocumentError::expected("a table of labels by metavariable", node));
        return Vec::new();
    };
    let labels = entries.iter().filter_map(|(key, node)| {
        let mut table = Table::new(node, errors);
        let style = table.take_word("style", &[("primary", LabelStyle::Primary), ("secondary", LabelStyle::Secondary)]);
        let message = table.take_text("message");
        if node.as_map().is_some() && node.get("style").is_none() {
            table.error(DocumentError::new(node.span, "a label needs `style`: `primary` or `secondary`"));
        }
        table.finish_passable();
        Some(LabelDocument { name: Spanned { span: key.span, value: key.name.clone() }, style: style?, message })
    });
    labels.collect()
}
