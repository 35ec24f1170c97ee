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
    /// Any, but none of those that are asked for by the value of a column which a row that is there has as well.
    Beside {
        /// The column.
        column: String,
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

    /// The same of a relation whose rows come in sets by the value of a column: where one of a set is there, all are.
    #[must_use]
    pub fn beside(&self, column: &str) -> Self {
        match self.hides {
            Hides::Any => Self { hides: Hides::Beside { column: column.to_owned() }, ..self.clone() },
            _ => self.clone(),
        }
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
