//! Which commit turned a task: between two states of a line by halving, and in what a merge brought.

use anyhow::{Result, anyhow};
use auditlint_engine::{CommitId, TaskStanding, TurnKind};

use super::scan::PastScan;

/// How deep merges of merges are looked into.
const DEEPEST: usize = 32;

/// A commit that turned a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turning {
    /// The commit. The task has another verdict in its first parent.
    pub(crate) commit: CommitId,
    /// The merge that brought it into the line that was looked at.
    pub(crate) merge: Option<CommitId>,
}

/// Whether a task stands as it does after such a turn.
pub(crate) fn has_turned(kind: TurnKind, standing: TaskStanding) -> bool {
    match kind {
        TurnKind::Clean => standing == TaskStanding::Clean,
        TurnKind::Broken => standing.has_findings(),
    }
}

/// Finds a commit that turned a task, in a line whose first commit stands before the turn and whose last one behind it. Where the task
/// turned several times in between, it is one of these turns.
pub(crate) fn find_turning(scan: &mut PastScan, task: &str, kind: TurnKind, line: &[CommitId]) -> Result<Turning> {
    let mut commit = halve(scan, task, kind, line)?;
    let mut turning = Turning { commit, merge: None };
    for _ in 0..DEEPEST {
        let Some(inner) = inside_merge(scan, task, kind, commit)? else { break };
        turning = Turning { commit: inner, merge: turning.merge.or(Some(commit)) };
        commit = inner;
    }
    Ok(turning)
}

/// The first commit behind a turn, by halving.
fn halve(scan: &mut PastScan, task: &str, kind: TurnKind, line: &[CommitId]) -> Result<CommitId> {
    let (mut before, mut behind) = (0, line.len().saturating_sub(1));
    while before + 1 < behind {
        let middle = before.midpoint(behind);
        let standing = scan.state(line[middle])?.task(task);
        if has_turned(kind, standing) { behind = middle } else { before = middle }
    }
    line.get(behind).copied().ok_or_else(|| anyhow!("there is no commit to look at"))
}

/// The commit that turned a task in what a merge brought; `None` where it is not a merge, or none of its other parents had turned.
fn inside_merge(scan: &mut PastScan, task: &str, kind: TurnKind, merge: CommitId) -> Result<Option<CommitId>> {
    let parents = scan.commits.parents(merge).map_err(|error| anyhow!("{error}"))?;
    let Some((first, others)) = parents.split_first() else { return Ok(None) };
    for other in others {
        if !has_turned(kind, scan.state(*other)?.task(task)) {
            continue;
        }
        let line = scan.commits.brought(*first, *other).map_err(|error| anyhow!("{error}"))?;
        // Where both sides began behind the turn, the merge itself took a side.
        if let [begin, .., _] = line[..]
            && !has_turned(kind, scan.state(begin)?.task(task))
        {
            return halve(scan, task, kind, &line).map(Some);
        }
    }
    Ok(None)
}
