//! What a field of a task says, before it is understood.

use auditlint_source::Span;

/// Text of a field with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldItem {
    pub(crate) span: Span,
    pub(crate) text: String,
    /// What checks it, where it is a criterion of its own.
    pub(crate) verify: Vec<FieldItem>,
    /// How far it is, where that is a field of its own.
    pub(crate) status: Option<Box<FieldItem>>,
}

impl FieldItem {
    pub(crate) fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into(), verify: Vec::new(), status: None }
    }
}
