//! What a run proves about a task: the table of verdicts.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Status;

/// What a run proves about a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Declared done, and its rules still find something.
    Regressed,
    /// Not declared done, and its rules find something.
    Open,
    /// Not declared done, and its rules find nothing any more.
    ReadyToClose,
    /// Its rules find nothing, and nobody can tell whether there is something.
    Vacuous,
    /// Declared done, and no rule checks it.
    Unverified,
    /// Declared done; no rule checks it, but a person answers for it.
    Attested,
    /// Not declared done, and no rule checks it.
    #[default]
    Untracked,
    /// Decided against, or the risk is accepted.
    Accepted,
    /// Declared done, and its rules hold.
    Verified,
}

/// How many findings a task has, by what they count for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FindingCounts {
    /// Those that nobody knows of yet.
    pub new: u64,
    /// Those that are in the baseline.
    pub known: u64,
    /// Those that a comment or the configuration silences.
    pub suppressed: u64,
}

impl FindingCounts {
    /// Those that are left to put right.
    #[must_use]
    pub fn left(self) -> u64 {
        self.new + self.known
    }
}

/// All that a verdict rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictBasis {
    /// What the team declares.
    pub status: Option<Status>,
    /// How many rules are linked to the task.
    pub rules: usize,
    /// What they find.
    pub findings: FindingCounts,
    /// Whether something that they find may be missing: a rule looks at no file, is off, or a place in its files was not
    /// understood.
    pub is_in_doubt: bool,
    /// Whether an attestation holds for the task.
    pub is_attested: bool,
}

impl Verdict {
    /// Every verdict, in the order in which lists are read: what needs somebody first.
    pub const ALL: [Self; 9] = [
        Self::Regressed,
        Self::Open,
        Self::ReadyToClose,
        Self::Vacuous,
        Self::Unverified,
        Self::Attested,
        Self::Untracked,
        Self::Accepted,
        Self::Verified,
    ];

    /// The verdict on a task.
    #[must_use]
    pub fn of(basis: &VerdictBasis) -> Self {
        let VerdictBasis { status, rules, findings, is_in_doubt, is_attested } = *basis;
        let is_left = findings.left() > 0;
        match status {
            Some(Status::WontDo | Status::Accepted) => Self::Accepted,
            Some(Status::Done) if rules == 0 && is_attested => Self::Attested,
            Some(Status::Done) if rules == 0 => Self::Unverified,
            Some(Status::Done) if is_left => Self::Regressed,
            Some(Status::Todo | Status::InProgress) | None if rules == 0 => Self::Untracked,
            Some(Status::Todo | Status::InProgress) | None if is_left => Self::Open,
            _ if is_in_doubt => Self::Vacuous,
            Some(Status::Done) => Self::Verified,
            Some(Status::Todo | Status::InProgress) | None => Self::ReadyToClose,
        }
    }

    /// The word for it, in every output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Regressed => "regressed",
            Self::Open => "open",
            Self::ReadyToClose => "ready to close",
            Self::Vacuous => "vacuous",
            Self::Unverified => "unverified",
            Self::Attested => "attested",
            Self::Untracked => "untracked",
            Self::Accepted => "accepted",
            Self::Verified => "verified",
        }
    }

    /// Whether the task stands in nobody's way: it is done as far as anybody knows, or will not be done.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Verified | Self::Unverified | Self::Attested | Self::Accepted)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: FindingCounts = FindingCounts { new: 0, known: 0, suppressed: 0 };
    const NEW: FindingCounts = FindingCounts { new: 2, known: 1, suppressed: 0 };
    const KNOWN: FindingCounts = FindingCounts { new: 0, known: 3, suppressed: 1 };
    const SUPPRESSED: FindingCounts = FindingCounts { new: 0, known: 0, suppressed: 1 };
    const NOT_DONE: [Option<Status>; 3] = [Some(Status::Todo), Some(Status::InProgress), None];

    #[track_caller]
    fn check(
        status: Option<Status>,
        rules: usize,
        findings: FindingCounts,
        is_in_doubt: bool,
        is_attested: bool,
        expected: Verdict,
    ) {
        let basis = VerdictBasis { status, rules, findings, is_in_doubt, is_attested };
        assert_eq!(Verdict::of(&basis), expected, "{basis:?}");
    }

    #[test]
    fn not_done_with_known_findings_is_open() {
        for status in NOT_DONE {
            check(status, 1, KNOWN, false, false, Verdict::Open);
            check(status, 2, KNOWN, true, true, Verdict::Open);
        }
    }

    #[test]
    fn not_done_with_new_findings_is_open() {
        for status in NOT_DONE {
            check(status, 1, NEW, false, false, Verdict::Open);
            check(status, 1, NEW, true, false, Verdict::Open);
        }
    }

    #[test]
    fn not_done_without_findings_is_ready_to_close() {
        for status in NOT_DONE {
            check(status, 1, NONE, false, false, Verdict::ReadyToClose);
            check(status, 1, SUPPRESSED, false, true, Verdict::ReadyToClose);
        }
    }

    #[test]
    fn not_done_without_a_look_is_vacuous() {
        for status in NOT_DONE {
            check(status, 1, NONE, true, false, Verdict::Vacuous);
            check(status, 1, SUPPRESSED, true, true, Verdict::Vacuous);
        }
    }

    #[test]
    fn done_without_findings_is_verified() {
        check(Some(Status::Done), 1, NONE, false, false, Verdict::Verified);
        check(Some(Status::Done), 3, NONE, false, true, Verdict::Verified);
    }

    #[test]
    fn done_with_suppressed_findings_only_is_verified() {
        check(Some(Status::Done), 1, SUPPRESSED, false, false, Verdict::Verified);
    }

    #[test]
    fn done_with_any_finding_is_regressed() {
        check(Some(Status::Done), 1, NEW, false, false, Verdict::Regressed);
        check(Some(Status::Done), 1, KNOWN, false, false, Verdict::Regressed);
        check(Some(Status::Done), 1, KNOWN, true, true, Verdict::Regressed);
    }

    #[test]
    fn done_without_a_look_is_vacuous() {
        check(Some(Status::Done), 1, NONE, true, false, Verdict::Vacuous);
        check(Some(Status::Done), 1, SUPPRESSED, true, true, Verdict::Vacuous);
    }

    #[test]
    fn done_without_rules_is_unverified_or_attested() {
        check(Some(Status::Done), 0, NONE, false, false, Verdict::Unverified);
        check(Some(Status::Done), 0, NONE, false, true, Verdict::Attested);
    }

    #[test]
    fn not_done_without_rules_is_untracked() {
        for status in NOT_DONE {
            check(status, 0, NONE, false, false, Verdict::Untracked);
            check(status, 0, NONE, false, true, Verdict::Untracked);
        }
    }

    #[test]
    fn what_will_not_be_done_is_accepted() {
        for status in [Status::WontDo, Status::Accepted] {
            for (rules, findings) in [(0, NONE), (1, NONE), (1, NEW), (1, KNOWN)] {
                check(Some(status), rules, findings, false, false, Verdict::Accepted);
                check(Some(status), rules, findings, true, true, Verdict::Accepted);
            }
        }
    }

    #[test]
    fn the_list_is_in_the_order_of_the_verdicts() {
        for (index, verdict) in Verdict::ALL.into_iter().enumerate() {
            assert_eq!(verdict as usize, index);
        }
    }
}
