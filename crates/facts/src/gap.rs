//! Gaps: what was not understood.

use auditlint_source::Span;
use serde::{Deserialize, Serialize};

use crate::Value;

/// Something in a source that was not understood, so that rows may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Where.
    pub span: Span,
    /// What, for a person: "the model `User` was not understood".
    pub message: String,
    /// What the rows that may be missing hold in a column; nothing where they may be any.
    pub hides: Option<(String, Value)>,
}

impl Gap {
    /// A gap that may hide any row.
    #[must_use]
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hides: None }
    }

    /// A gap of the same place that hides only rows with that value in a column.
    #[must_use]
    pub fn hiding(&self, column: &str, value: Value) -> Self {
        Self { hides: Some((column.to_owned(), value)), ..self.clone() }
    }
}
