//! How serious a finding is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How serious a finding of a rule is. The most serious comes first in the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Must be put right: the run fails.
    Error,
    /// Should be put right.
    Warning,
    /// Worth knowing.
    Info,
    /// A suggestion. What a rule document without `severity` means.
    #[default]
    Hint,
}

impl Severity {
    /// Every severity and its word, most serious first.
    pub const WORDS: [(&'static str, Self); 4] =
        [("error", Self::Error), ("warning", Self::Warning), ("info", Self::Info), ("hint", Self::Hint)];

    /// The word as it is written in rules, configuration and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
