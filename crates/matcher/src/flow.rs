//! `from` beyond one source: the questions that a program asks of values which other modules export.
//!
//! The answer of another source can only be yes or no, so a question is one where its matcher knows no metavariable, and where some text
//! must stand in a source for the answer to be yes: else every module would have to be read.

use serde::{Deserialize, Serialize};

use crate::literal::AnyOfTexts;
use crate::op::OpId;

/// A `from` that other sources can be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FlowQuestion {
    /// The `from`.
    pub(crate) from: OpId,
    /// Its number among all `from` of the program, the same in every language.
    pub(crate) number: u32,
    /// What must stand in a source where a value matches.
    pub(crate) clauses: Vec<AnyOfTexts>,
}
