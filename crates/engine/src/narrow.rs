//! What `--task` and `--severity` leave of a report.

use std::collections::BTreeSet;

use auditlint_rules::CompiledRule;
use auditlint_source::{Problem, ProblemKind};
use auditlint_tasks::TaskLookup;

use crate::task_problems::{ambiguous_task, unknown_task, write_in_full};
use crate::{Finding, Report, Snapshot};

impl Snapshot<'_> {
    /// Leaves only what `--task` and `--severity` ask for.
    pub(crate) fn narrow(&self, report: &mut Report) {
        let wanted: BTreeSet<String> = self
            .options
            .tasks
            .iter()
            .flat_map(|id| match self.tasks.lookup(id) {
                TaskLookup::One(task) => vec![task.id.as_str().to_owned()],
                TaskLookup::ByFinding(tasks) => tasks.iter().map(|task| task.id.as_str().to_owned()).collect(),
                TaskLookup::External(task) => vec![task.id.as_str().to_owned()],
                TaskLookup::Ambiguous(tasks) => {
                    let problem = Problem::error(ProblemKind::Usage, ambiguous_task(id));
                    report.problems.push(problem.help(write_in_full(&tasks)));
                    Vec::new()
                }
                TaskLookup::Unknown { nearest } => {
                    // A rule may name a task that no file holds.
                    let by_rule = |compiled: &CompiledRule| compiled.rule.tasks.iter().any(|link| link.id == *id);
                    if !self.catalogue().set.rules().iter().any(by_rule) {
                        report.problems.push(unknown_task(id, nearest));
                    }
                    vec![id.clone()]
                }
            })
            .collect();
        let keep = |finding: &Finding| {
            (self.options.tasks.is_empty() || finding.tasks.iter().any(|task| wanted.contains(&task.id)))
                && self.options.severity.is_none_or(|least| finding.severity <= least)
        };
        report.findings.retain(keep);
    }
}
