//! What a run reports: one place where a rule holds, and what belongs to it.

use std::sync::Arc;

use auditlint_rules::{Confidence, RuleId, Severity};
use auditlint_source::{FilePath, Position, Span};
use serde::{Deserialize, Serialize};

use crate::Fingerprint;

/// What a finding says about its rule. Shared by all findings of the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The rule's id.
    pub id: RuleId,
    /// The pack it ships in; `None` for a rule of the repository itself.
    pub pack: Option<String>,
    /// How sure the rule is of what it reports.
    pub confidence: Confidence,
    /// Why the rule is there, one paragraph.
    pub why: Option<String>,
    /// What to write instead.
    pub instead: Option<String>,
    /// A longer remark.
    pub note: Option<String>,
    /// Where to read more.
    pub url: Option<String>,
    /// Why somebody has to look at what the rule's fix wrote; `None` where the fix is safe.
    pub unsafe_fix: Option<String>,
}

/// Whether a finding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingState {
    /// It counts.
    New,
    /// It is in the baseline: known, and not yet fixed.
    Known,
    /// A comment or the configuration silences it, with a reason.
    Suppressed,
}

impl FindingState {
    /// The state as it is written in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known => "known",
            Self::Suppressed => "suppressed",
        }
    }
}

/// A task that a finding belongs to, as the task files have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingTask {
    /// The full id; where nobody knows the task, the id as the rule names it.
    pub id: String,
    /// The title, where the task is known.
    pub title: Option<String>,
    /// The declared status as it is written in JSON (`todo`, `in-progress`, `done`, `wont-do`, `accepted`), where there is one.
    pub status: Option<&'static str>,
    /// The file in which the task stands.
    pub path: Option<FilePath>,
    /// The 1-based line of its id in that file.
    pub line: Option<u32>,
}

/// One change to one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEdit {
    /// The bytes to replace.
    pub span: Span,
    /// What to put there. It may hold bytes of the source that are not UTF-8.
    pub text: Vec<u8>,
}

/// Another place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file.
    pub path: FilePath,
    /// Its bytes.
    pub span: Span,
    /// Where they start.
    pub start: Position,
    /// Where they end (exclusive).
    pub end: Position,
    /// What there is to see.
    pub message: String,
}

/// One place where a rule holds. A run may have hundreds of thousands, so what many have in common is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// How serious it is, by the rule or the configuration.
    pub severity: Severity,
    /// What is wrong here. Findings with the message of their rule share it.
    pub message: Arc<str>,
    /// The file.
    pub path: FilePath,
    /// The bytes.
    pub span: Span,
    /// Where they start.
    pub start: Position,
    /// Where they end (exclusive).
    pub end: Position,
    /// The tasks whose link covers this file.
    pub tasks: Arc<[FindingTask]>,
    /// What stays the same when the code moves.
    pub fingerprint: Fingerprint,
    /// Whether it counts.
    pub state: FindingState,
    /// Why it does not count, where it is suppressed.
    pub reason: Option<Arc<str>>,
    /// How to put it right; all edits are of this finding's file.
    pub fix: Option<Box<[FileEdit]>>,
    /// Other places that explain it.
    pub related: Box<[Related]>,
}

impl Finding {
    /// The total order of findings in every run and format: path, start, end, rule id, message.
    #[must_use]
    pub fn order(&self) -> (&FilePath, Span, &str, &str) {
        (&self.path, self.span, self.rule.id.as_str(), &self.message)
    }
}
