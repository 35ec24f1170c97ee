//! What is wrong with a plan, as rows: tasks held against each other, against the files of the project, and against its rules.

mod cycles;
mod disagreements;
mod missing_files;
mod rows;
mod shared_files;
#[cfg(test)]
mod tests;
mod uncovered_findings;

use auditlint_facts::{Relation, Row, Value};
use auditlint_tasks::{Status, Task, TaskSet};

pub(super) use self::missing_files::missing_files;
pub(crate) use self::rows::RELATIONS;
pub use self::rows::{CLAIMS, RULES, UNCOVERED};
use self::rows::{TaskNumbers, id_of, relation_with, row_at};
pub use self::uncovered_findings::uncovered_findings;

/// The relations that need nothing but the tasks, in the order of [`RELATIONS`].
pub(super) fn relations_of(set: &TaskSet) -> Vec<Relation> {
    let rows = [
        unknown_dependencies(set),
        ordered(set),
        cycles::cycles(set),
        disagreements::disagreements(set),
        shared_files::shared_files(set),
    ];
    RELATIONS.iter().zip(rows).map(|(info, rows)| relation_with(info, rows)).collect()
}

/// The rules that check tasks: for each the number of the task in the set, the rule, and whether it is on.
#[must_use]
pub fn rules_of_tasks<'r>(set: &TaskSet, rules: impl Iterator<Item = (usize, &'r str, bool)>) -> Relation {
    let rows = rules.filter_map(|(task, rule, is_on)| {
        let task = set.tasks().get(task)?;
        let state = if is_on { "on" } else { "off" };
        Some(row_at(&task.place, vec![id_of(task), rule.into(), state.into()]))
    });
    relation_with(&RELATIONS[6], rows.collect())
}

/// The dependencies that verdicts judge.
#[must_use]
pub fn claims_of_tasks(set: &TaskSet) -> Relation {
    let known = ordered(set).into_iter().filter(|row| row.values[1].text() == "done" && row.values[3].text() == "done");
    let rows = known.map(|row| Row { values: vec![row.values[0].clone(), row.values[2].clone()], ..row });
    relation_with(&RELATIONS[7], rows.collect())
}

fn unknown_dependencies(set: &TaskSet) -> Vec<Row> {
    let of_task = |task: &Task| -> Vec<Row> {
        let unknown = task.dependencies.iter().filter(|dependency| dependency.on.is_none());
        unknown.map(|one| row_at(&one.place, vec![id_of(task), one.written.as_str().into()])).collect()
    };
    set.tasks().iter().flat_map(of_task).collect()
}

fn ordered(set: &TaskSet) -> Vec<Row> {
    let tasks = set.tasks();
    let numbers = TaskNumbers::of(set);
    let status = |task: &Task| Value::from(task.status.map(Status::name));
    let mut rows = Vec::new();
    for task in tasks {
        for dependency in task.dependencies.iter().filter(|dependency| dependency.is_entry) {
            let Some(on) = dependency.on.as_ref().and_then(|on| numbers.get(on.as_str())) else { continue };
            let on = &tasks[on];
            rows.push(row_at(&dependency.place, vec![id_of(task), status(task), id_of(on), status(on)]));
        }
    }
    rows
}
