//! Figures of tasks by phase, owner and priority.

use std::collections::HashMap;

use auditlint_engine::TaskVerdict;
use auditlint_tasks::{Status, Verdict, priority_rank};

use super::model::{GroupFigures, Metrics};

/// The figures of all groups. A kind of group that no task names is empty.
pub(super) fn metrics(verdicts: &[TaskVerdict]) -> Metrics {
    let mut priorities = groups(verdicts, |task| task.priority.as_deref());
    priorities.sort_by_key(|group| (group.name.is_none(), priority_rank(group.name.as_deref())));
    Metrics {
        phases: groups(verdicts, |task| task.phase.as_deref()),
        owners: groups(verdicts, |task| task.owner.as_deref()),
        priorities,
    }
}

/// The groups in the order in which tasks name them; those without a name last.
fn groups<'v>(verdicts: &'v [TaskVerdict], name: impl Fn(&'v TaskVerdict) -> Option<&'v str>) -> Vec<GroupFigures> {
    let mut groups: Vec<GroupFigures> = Vec::new();
    let mut numbers: HashMap<Option<&str>, usize> = HashMap::new();
    for task in verdicts {
        let name = name(task);
        let at = *numbers.entry(name).or_insert(groups.len());
        if at == groups.len() {
            groups.push(GroupFigures { name: name.map(str::to_owned), ..GroupFigures::default() });
        }
        let group = &mut groups[at];
        group.tasks += 1;
        group.declared_done += u64::from(task.status == Some(Status::Done));
        group.verified += u64::from(task.verdict == Verdict::Verified);
        group.regressed += u64::from(task.verdict == Verdict::Regressed);
        group.left += task.counts.left();
    }
    if groups.iter().all(|group| group.name.is_none()) {
        return Vec::new();
    }
    groups.sort_by_key(|group| group.name.is_none());
    groups
}
