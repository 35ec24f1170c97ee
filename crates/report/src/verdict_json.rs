//! What the JSON of tasks and that of an audit say alike.

use std::sync::Arc;

use auditlint_engine::{FindingState, JudgedCriterion, TaskAttestation};
use auditlint_tasks::{FindingCounts, Status};
use schemars::JsonSchema;
use serde::Serialize;

/// How many findings there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Counts")]
pub(crate) struct CountsJson {
    /// Those that nobody knows of yet.
    pub(crate) new: u64,
    /// Those that are in the baseline.
    pub(crate) known: u64,
    /// Those that are suppressed.
    pub(crate) suppressed: u64,
}

impl CountsJson {
    /// Counts one more.
    pub(crate) fn add(&mut self, state: FindingState) {
        match state {
            FindingState::New => self.new += 1,
            FindingState::Known => self.known += 1,
            FindingState::Suppressed => self.suppressed += 1,
        }
    }

    /// Those that are left to put right.
    pub(crate) fn left(self) -> u64 {
        self.new + self.known
    }
}

impl From<FindingCounts> for CountsJson {
    fn from(counts: FindingCounts) -> Self {
        Self { new: counts.new, known: counts.known, suppressed: counts.suppressed }
    }
}

/// An acceptance criterion.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Criterion")]
pub(crate) struct CriterionJson {
    /// What must hold.
    pub(crate) text: String,
    /// The 1-based line.
    pub(crate) line: u32,
    /// What its own box says.
    pub(crate) status: Option<&'static str>,
    /// The rules that it names.
    pub(crate) rules: Vec<String>,
    /// What they find.
    pub(crate) counts: CountsJson,
}

impl From<&JudgedCriterion> for CriterionJson {
    fn from(criterion: &JudgedCriterion) -> Self {
        let JudgedCriterion { text, line, status, rules, counts } = criterion;
        Self {
            text: text.clone(),
            line: *line,
            status: status.map(Status::name),
            rules: rules.clone(),
            counts: (*counts).into(),
        }
    }
}

/// An attestation that holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Attestation")]
pub(crate) struct AttestationJson {
    /// Who answers for the task.
    pub(crate) by: Arc<str>,
    /// The day on which it expires.
    pub(crate) until: String,
    /// What it rests on.
    pub(crate) reason: Arc<str>,
}

impl From<&TaskAttestation> for AttestationJson {
    fn from(attestation: &TaskAttestation) -> Self {
        let TaskAttestation { by, until, reason } = attestation;
        Self { by: Arc::clone(by), until: until.to_string(), reason: Arc::clone(reason) }
    }
}
