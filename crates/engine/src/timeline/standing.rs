//! What a run on one commit says of its tasks, as far as it is compared with other commits.

use std::collections::BTreeMap;
use std::sync::Arc;

use auditlint_tasks::Verdict;

use crate::builtin::is_regression;
use crate::{FindingState, Report, TaskVerdict};

/// How a task stands at a commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskStanding {
    /// The task is not there.
    #[default]
    Missing,
    /// Nobody can tell: its rules are off, looked at nothing, or may have missed something.
    Unjudged,
    /// Its rules find nothing.
    Clean,
    /// They find as much.
    Left(u64),
}

impl TaskStanding {
    /// Of a task that a rule checks; `None` for one that none does.
    #[must_use]
    pub fn of(verdict: &TaskVerdict) -> Option<Self> {
        if verdict.rules.is_empty() {
            return None;
        }
        Some(match verdict.counts.left() {
            0 if verdict.verdict == Verdict::Vacuous => Self::Unjudged,
            0 => Self::Clean,
            left => Self::Left(left),
        })
    }

    /// How many findings are left, where that is known.
    #[must_use]
    pub fn left(self) -> Option<u64> {
        match self {
            Self::Missing | Self::Unjudged => None,
            Self::Clean => Some(0),
            Self::Left(left) => Some(left),
        }
    }

    /// Whether findings are left.
    #[must_use]
    pub fn has_findings(self) -> bool {
        matches!(self, Self::Left(_))
    }
}

/// The tasks that a rule checks in any state that was looked at, with their titles.
#[derive(Clone, Debug, Default)]
pub struct TaskTitles(BTreeMap<Arc<str>, String>);

impl TaskTitles {
    /// The ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.keys()
    }

    /// The title of a task, as the last state that has one says it.
    #[must_use]
    pub fn title(&self, id: &str) -> &str {
        self.0.get(id).map(String::as_str).unwrap_or_default()
    }

    /// Takes over those of later states.
    pub fn extend(&mut self, later: &Self) {
        later.0.iter().for_each(|(id, title)| drop(self.add(id, title)));
    }

    /// The id, shared by all states.
    fn add(&mut self, id: &str, title: &str) -> Arc<str> {
        let known = self.0.get_key_value(id).map(|(id, _)| Arc::clone(id));
        let id = known.unwrap_or_else(|| Arc::from(id));
        let kept = self.0.entry(Arc::clone(&id)).or_default();
        if !title.is_empty() && kept != title {
            title.clone_into(kept);
        }
        id
    }
}

/// What a run on a commit says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitState {
    /// How many findings were left, those of the baseline among them.
    pub left: u64,
    /// How many were suppressed.
    pub suppressed: u64,
    /// The tasks that a rule checks, by id.
    pub tasks: BTreeMap<Arc<str>, TaskStanding>,
    /// How many tasks no rule checks.
    pub unchecked: u64,
}

impl CommitState {
    /// Of a run on the whole of a commit.
    #[must_use]
    pub fn of(report: &Report, titles: &mut TaskTitles) -> Self {
        let mut state = Self::default();
        for finding in report.findings.iter().filter(|finding| !is_regression(finding)) {
            match finding.state {
                FindingState::Suppressed => state.suppressed += 1,
                FindingState::New | FindingState::Known => state.left += 1,
            }
        }
        for verdict in report.verdicts.iter().flatten() {
            match TaskStanding::of(verdict) {
                Some(standing) => drop(state.tasks.insert(titles.add(&verdict.id, &verdict.title), standing)),
                None => state.unchecked += 1,
            }
        }
        state
    }

    /// How a task stands.
    #[must_use]
    pub fn task(&self, id: &str) -> TaskStanding {
        self.tasks.get(id).copied().unwrap_or_default()
    }

    /// How many findings the tasks have left; one that belongs to several counts for each.
    #[must_use]
    pub fn left_of_tasks(&self) -> u64 {
        self.tasks.values().filter_map(|standing| standing.left()).sum()
    }
}
