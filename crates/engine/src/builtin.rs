//! The findings that no rule makes: those about suppression comments and about the statuses of tasks. They cannot be suppressed or
//! configured.

use std::sync::{Arc, OnceLock};

use auditlint_rules::{Confidence, RuleId, Severity};

use crate::{Finding, RuleInfo};

/// A finding that no rule makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builtin {
    /// A suppression comment cannot be read.
    Malformed,
    /// A suppression comment names a rule that does not exist.
    Unknown,
    /// A suppression comment silences nothing.
    Unused,
    /// The day of a suppression comment has come.
    Expired,
    /// A task is declared done, and findings of it are left.
    Regressed,
}

impl Builtin {
    /// Every one, with its id, severity and reason.
    const ALL: [(Self, &str, Severity, &str, Option<&str>); 5] = [
        (
            Self::Malformed,
            "malformed-suppression",
            Severity::Error,
            "A suppression that cannot be read silences nothing, while the person who wrote it believes that it does.",
            None,
        ),
        (
            Self::Unknown,
            "unknown-suppression",
            Severity::Error,
            "A suppression of a rule that does not exist has a typo in it or has outlived its rule; either way it silences nothing.",
            None,
        ),
        (
            Self::Unused,
            "unused-suppression",
            Severity::Warning,
            "A suppression that silences nothing hides the next finding on its line, for a reason that no longer holds.",
            None,
        ),
        (
            Self::Expired,
            "expired-suppression",
            Severity::Warning,
            "The `until` date of the suppression has come; its findings count again.",
            None,
        ),
        (
            Self::Regressed,
            "task-regressed",
            Severity::Error,
            "Whoever plans by the task list believes that this is finished, while what the audit found is in the code.",
            Some(
                "Put right what is left, or reopen the task with `auditlint tasks reopen`. The baseline does not cover this: a task \
                 that is done has no known findings.",
            ),
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
                .map(|(_, id, _, why, instead)| {
                    Arc::new(RuleInfo {
                        id: RuleId::new(id),
                        pack: None,
                        confidence: Confidence::High,
                        why: Some((*why).to_owned()),
                        instead: instead.map(str::to_owned),
                        note: None,
                        url: None,
                        unsafe_fix: None,
                    })
                })
                .collect()
        });
        Arc::clone(&infos[self as usize])
    }

    /// Whether `id` is one of them.
    pub(crate) fn is_builtin(id: &str) -> bool {
        Self::ALL.iter().any(|(_, name, ..)| *name == id)
    }
}

/// Whether an id is that of a finding that no rule makes. No rule may have it, and no baseline covers it.
#[must_use]
pub fn is_reserved(id: &str) -> bool {
    Builtin::is_builtin(id)
}

/// Whether a finding says that a task is declared done and is not.
#[must_use]
pub fn is_regression(finding: &Finding) -> bool {
    finding.rule.id.as_str() == Builtin::Regressed.id()
}
