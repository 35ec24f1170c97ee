//! What is wrong with a plan, as rows: tasks held against each other, against the files of the project, and against its rules.

mod cycles;
mod disagreements;
mod missing_files;
mod shared_files;
#[cfg(test)]
mod tests;
mod uncovered_findings;

use auditlint_facts::{Relation, RelationInfo, Row, Value, column, relation};
use auditlint_tasks::{Status, Task, TaskPlace, TaskSet};

pub(super) use self::missing_files::missing_files;
pub use self::uncovered_findings::uncovered_findings;

/// What the relation is called whose rows are held against verdicts.
pub const CLAIMS: &str = "task.claim";

/// What the relation is called for which the documents of the project are read.
pub const UNCOVERED: &str = "task.uncovered-finding";

pub(crate) static RELATIONS: [RelationInfo; 9] = [
    relation(
        "task.unknown-dependency",
        "An entry of what must be done before a task that has the form of an id and is the id of nothing.",
        &[column("task", "the task"), column("on", "the id, as it is written")],
    ),
    relation(
        "task.order",
        "A dependency that is an entry of a list, with how far both tasks are.",
        &[
            column("task", "the task"),
            column("status", "how far it is"),
            column("on", "the task that must be done before"),
            column("prior", "how far that one is"),
        ],
    ),
    relation(
        "task.cycle",
        "A dependency that leads back to its task; of the cycles of some tasks that all lead to each other a shortest one.",
        &[
            column("task", "the task"),
            column("on", "the task that must be done before"),
            column("cycle", "the whole way: `A → B → A`"),
        ],
    ),
    relation(
        "task.disagreement",
        "A place that says something else about how far a task is than the one that holds.",
        &[column("task", "the task"), column("status", "what it says"), column("holds", "the status that holds")],
    ),
    relation(
        "task.shared-file",
        "A file of an open task that another open task of the same phase names too, neither of which waits for the other.",
        &[
            column("task", "the task"),
            column("file", "the path"),
            column("phase", "the phase"),
            column("other", "the first task of the phase that names the file"),
        ],
    ),
    relation(
        "task.missing-file",
        "A path or glob of a task under which nothing lies in the project.",
        &[column("task", "the task"), column("status", "how far it is"), column("file", "the path or glob")],
    ),
    relation(
        "task.rule",
        "A rule that checks a task.",
        &[column("task", "the task"), column("rule", "the rule"), column("state", "`on` or `off`")],
    ),
    relation(
        CLAIMS,
        "A dependency that is an entry of a list, where both tasks are declared done. Whether the first one is, verdicts say.",
        &[column("task", "the task"), column("on", "the task that must be done before")],
    ),
    relation(
        UNCOVERED,
        "A finding of an audit in Markdown that no task covers; tasks cover others of that document.",
        &[column("finding", "its id")],
    ),
];

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

fn relation_with(info: &RelationInfo, rows: Vec<Row>) -> Relation {
    Relation { info: info.clone(), rows, gaps: Vec::new() }
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

fn row_at(place: &TaskPlace, values: Vec<Value>) -> Row {
    Row { path: place.path.clone(), span: place.span, values }
}

fn id_of(task: &Task) -> Value {
    task.id.as_str().into()
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

/// Tasks by id; of several with one id the first.
struct TaskNumbers<'s>(rustc_hash::FxHashMap<&'s str, usize>);

impl<'s> TaskNumbers<'s> {
    fn of(set: &'s TaskSet) -> Self {
        let mut numbers = rustc_hash::FxHashMap::default();
        for (number, task) in set.tasks().iter().enumerate() {
            numbers.entry(task.id.as_str()).or_insert(number);
        }
        Self(numbers)
    }

    fn get(&self, id: &str) -> Option<usize> {
        self.0.get(id).copied()
    }
}
