//! Which tasks are left, in the order in which to do them.

use std::collections::BTreeMap;

use auditlint_tasks::{RemainingTask, Status, Verdict, next_order};

use crate::TaskVerdict;

/// A task that is left, as numbers in the list of verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemainingStep {
    /// The task.
    pub task: usize,
    /// The tasks that come before it and are left too.
    pub after: Vec<usize>,
    /// How many places are left to put right; `None` where nothing tells.
    pub left: Option<u64>,
}

/// The tasks that are left: what another one waits for comes first, then what is more urgent, then what takes fewer edits.
#[must_use]
pub fn remaining_steps(verdicts: &[TaskVerdict]) -> Vec<RemainingStep> {
    let left: Vec<usize> = (0..verdicts.len()).filter(|number| is_left(&verdicts[*number])).collect();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, task) in left.iter().enumerate() {
        numbers.entry(&verdicts[*task].id).or_insert(number);
    }
    let remaining: Vec<RemainingTask> = left
        .iter()
        .map(|task| &verdicts[*task])
        .map(|task| RemainingTask {
            after: task.depends_on.iter().filter_map(|id| numbers.get(id.as_str()).copied()).collect(),
            priority: task.priority.clone(),
            edits: (!task.rules.is_empty()).then(|| task.counts.left()),
        })
        .collect();
    let step = |number: usize| RemainingStep {
        task: left[number],
        after: remaining[number].after.iter().map(|before| left[*before]).collect(),
        left: remaining[number].edits,
    };
    next_order(&remaining).into_iter().map(step).collect()
}

/// Whether there is something to do for a task: its work, or a line in its file.
fn is_left(task: &TaskVerdict) -> bool {
    match task.verdict {
        Verdict::Regressed | Verdict::Open | Verdict::ReadyToClose | Verdict::Untracked => true,
        Verdict::Vacuous => task.status != Some(Status::Done),
        Verdict::Unverified | Verdict::Attested | Verdict::Accepted | Verdict::Verified => false,
    }
}
