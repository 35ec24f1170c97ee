//! What a rule is set to.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Severity;

/// What a rule is set to: off, or the severity of its findings. Written as `severity` in rules and in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RuleLevel {
    /// It runs, and its findings are of this severity.
    On(Severity),
    /// It does not run.
    Off,
}

impl RuleLevel {
    /// Every level and its word, the most serious first.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("error", Self::On(Severity::Error)),
        ("warning", Self::On(Severity::Warning)),
        ("info", Self::On(Severity::Info)),
        ("hint", Self::On(Severity::Hint)),
        ("off", Self::Off),
    ];

    /// The severity of the findings, where the rule runs.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::On(severity) => Some(severity),
            Self::Off => None,
        }
    }

    /// The word as it is written in rules and configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.severity().map_or("off", Severity::name)
    }
}

impl Default for RuleLevel {
    fn default() -> Self {
        Self::On(Severity::default())
    }
}

impl From<Severity> for RuleLevel {
    fn from(severity: Severity) -> Self {
        Self::On(severity)
    }
}

impl fmt::Display for RuleLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

auditlint_source::word_setting!(RuleLevel, "severity");
