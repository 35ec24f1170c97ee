//! How sure a rule is of what it reports.

use std::fmt;

use auditlint_source::word_setting;
use serde::{Deserialize, Serialize};

/// How sure a rule is that what it reports is what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Confidence {
    /// What it reports is so. What a rule document without `confidence` means.
    #[default]
    High,
    /// A person has to look: the place is likely to be what it says, and what decides stands elsewhere.
    Medium,
}

impl Confidence {
    /// Every confidence and its word, the surest first.
    pub const WORDS: [(&'static str, Self); 2] = [("high", Self::High), ("medium", Self::Medium)];

    /// The word as it is written in rules and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

word_setting!(Confidence, "confidence");
