//! The findings that suppression comments themselves can be. They cannot be suppressed or configured.

use std::sync::{Arc, OnceLock};

use auditlint_rules::{Confidence, RuleId, Severity};

use crate::RuleInfo;

/// A finding about a suppression comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builtin {
    /// It cannot be read.
    Malformed,
    /// It names a rule that does not exist.
    Unknown,
    /// It silences nothing.
    Unused,
    /// Its day has come.
    Expired,
}

impl Builtin {
    /// Every one, with its id, severity and reason.
    const ALL: [(Self, &str, Severity, &str); 4] = [
        (
            Self::Malformed,
            "malformed-suppression",
            Severity::Error,
            "A suppression that cannot be read silences nothing, while the person who wrote it believes that it does.",
        ),
        (
            Self::Unknown,
            "unknown-suppression",
            Severity::Error,
            "A suppression of a rule that does not exist has a typo in it or has outlived its rule; either way it silences nothing.",
        ),
        (
            Self::Unused,
            "unused-suppression",
            Severity::Warning,
            "A suppression that silences nothing hides the next finding on its line, for a reason that no longer holds.",
        ),
        (
            Self::Expired,
            "expired-suppression",
            Severity::Warning,
            "The `until` date of the suppression has come; its findings count again.",
        ),
    ];

    /// Its id.
    pub(crate) fn id(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// Its severity.
    pub(crate) fn severity(self) -> Severity {
        Self::ALL[self as usize].2
    }

    /// What findings say about it.
    pub(crate) fn info(self) -> Arc<RuleInfo> {
        static INFOS: OnceLock<Vec<Arc<RuleInfo>>> = OnceLock::new();
        let infos = INFOS.get_or_init(|| {
            Self::ALL
                .iter()
                .map(|(_, id, _, why)| {
                    Arc::new(RuleInfo {
                        id: RuleId::new(id),
                        pack: None,
                        confidence: Confidence::High,
                        why: Some((*why).to_owned()),
                        instead: None,
                        note: None,
                        url: None,
                    })
                })
                .collect()
        });
        Arc::clone(&infos[self as usize])
    }

    /// Whether `id` is one of them.
    pub(crate) fn is_builtin(id: &str) -> bool {
        Self::ALL.iter().any(|(_, name, _, _)| *name == id)
    }
}

/// Whether an id is that of a finding about suppressions, which no rule may have.
#[must_use]
pub fn is_reserved(id: &str) -> bool {
    Builtin::is_builtin(id)
}
