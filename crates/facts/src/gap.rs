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
    /// Which rows may be missing.
    pub hides: Hides,
}

/// Which rows may be missing because of a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hides {
    /// Any.
    Any,
    /// Those that hold a value in a column.
    Rows {
        /// The column.
        column: String,
        /// The value.
        value: Value,
    },
    /// None: it is said because a person should know, and judged all the same.
    Nothing,
}

impl Gap {
    /// A gap that may hide any row.
    #[must_use]
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hides: Hides::Any }
    }

    /// Something to be said that hides no row.
    #[must_use]
    pub fn remark(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hides: Hides::Nothing }
    }

    /// A gap of the same place that hides only rows with that value in a column.
    #[must_use]
    pub fn hiding(&self, column: &str, value: Value) -> Self {
        match self.hides {
            Hides::Nothing => self.clone(),
            _ => Self { hides: Hides::Rows { column: column.to_owned(), value }, ..self.clone() },
        }
    }
}
