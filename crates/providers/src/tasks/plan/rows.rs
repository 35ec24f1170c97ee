//! The relations of plans, and what their rows have in common.

use auditlint_facts::{Relation, RelationInfo, Row, Value, column, relation};
use auditlint_tasks::{Task, TaskPlace, TaskSet};

/// What the relation is called whose rows are held against verdicts.
pub const CLAIMS: &str = "task.claim";

/// What the relation is called for which all links between rules and tasks are looked up.
pub const RULES: &str = "task.rule";

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
        RULES,
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

pub(super) fn relation_with(info: &RelationInfo, rows: Vec<Row>) -> Relation {
    Relation { info: info.clone(), rows, gaps: Vec::new() }
}

pub(super) fn row_at(place: &TaskPlace, values: Vec<Value>) -> Row {
    Row { path: place.path.clone(), span: place.span, values }
}

pub(super) fn id_of(task: &Task) -> Value {
    task.id.as_str().into()
}

/// Tasks by id; of several with one id the first.
pub(super) struct TaskNumbers<'s>(rustc_hash::FxHashMap<&'s str, usize>);

impl<'s> TaskNumbers<'s> {
    pub(super) fn of(set: &'s TaskSet) -> Self {
        let mut numbers = rustc_hash::FxHashMap::default();
        for (number, task) in set.tasks().iter().enumerate() {
            numbers.entry(task.id.as_str()).or_insert(number);
        }
        Self(numbers)
    }

    pub(super) fn get(&self, id: &str) -> Option<usize> {
        self.0.get(id).copied()
    }
}
