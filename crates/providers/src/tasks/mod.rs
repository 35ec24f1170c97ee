//! What task files say, as relations. The files are those that the configuration names, so the rows are made from the task
//! set that was read from them.

mod packages;

use std::collections::BTreeSet;

use auditlint_facts::{Relation, RelationInfo, Row, Value, column, relation};
use auditlint_source::Span;
use auditlint_tasks::{DeclaredBy, Status, Task, TaskSet};

use self::packages::MANAGERS;

/// What the relations' names begin with.
pub const TASKS: &str = "task";

pub(crate) static RELATIONS: [RelationInfo; 6] = [
    relation(
        "task.task",
        "A task of the files that `[[tasks]]` names.",
        &[
            column("task", "its id"),
            column("title", "its title"),
            column("status", "the status that holds: `todo`, `in-progress`, `done`, `wont-do`, `accepted`"),
            column("priority", "its priority, as it is written"),
        ],
    ),
    relation(
        "task.status",
        "A place that says how far a task is; a task may have several, and they may disagree.",
        &[
            column("task", "the task"),
            column("status", "what it says"),
            column("by", "`task` (the task itself), `checklist`, `marker` or `tracker`"),
        ],
    ),
    relation(
        "task.dependency",
        "A task that must be done before another one.",
        &[column("task", "the task"), column("on", "the task that must be done before")],
    ),
    relation(
        "task.file",
        "A file that a task touches.",
        &[column("task", "the task"), column("file", "a path or glob, relative to the root")],
    ),
    relation(
        "task.package",
        "A package that a step of a task adds, at its first place: by a command, or in words that say so for certain.",
        &[
            column("task", "the task"),
            column("package", "the package"),
            column("manager", "`npm` (also pnpm, yarn and bun), `cargo` or `python`"),
            column("manifest", "the file that declares it then: `package.json`, `Cargo.toml`, `pyproject.toml`"),
        ],
    ),
    relation(
        "task.manifest",
        "A file of a task that is a manifest of packages, or a folder or glob that covers one.",
        &[
            column("task", "the task"),
            column("manager", "whose manifest it is, as of `task.package`"),
            column("file", "the path or glob"),
        ],
    ),
];

/// The relations of a task set.
#[must_use]
pub fn relations_of(set: &TaskSet) -> Vec<Relation> {
    let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
    for task in set.tasks() {
        let id = Value::from(task.id.as_str());
        let row = |values: Vec<Value>| Row { path: task.place.path.clone(), span: task.place.span, values };
        tables[0].push(row(vec![
            id.clone(),
            task.title.as_str().into(),
            task.status.map(Status::name).into(),
            task.priority.as_deref().into(),
        ]));
        tables[1].extend(statuses(task));
        tables[2].extend(task.depends_on.iter().map(|other| row(vec![id.clone(), other.as_str().into()])));
        tables[3].extend(task.files.iter().map(|file| row(vec![id.clone(), file.as_str().into()])));
        tables[4].extend(added(task));
        for manager in MANAGERS {
            let named = task.files.iter().filter(|file| manager.is_named_by(file));
            tables[5].extend(named.map(|file| row(vec![id.clone(), manager.name.into(), file.as_str().into()])));
        }
    }
    let relations = RELATIONS.iter().zip(tables);
    relations.map(|(info, rows)| Relation { info: info.clone(), rows, gaps: Vec::new() }).collect()
}

fn statuses(task: &Task) -> impl Iterator<Item = Row> {
    task.declarations.iter().map(|declaration| {
        let by = match declaration.by {
            DeclaredBy::Task => "task",
            DeclaredBy::Checklist => "checklist",
            DeclaredBy::Marker => "marker",
            DeclaredBy::Tracker => "tracker",
        };
        let place = &declaration.place;
        let values = vec![task.id.as_str().into(), declaration.status.name().into(), by.into()];
        Row { path: place.path.clone(), span: place.span, values }
    })
}

fn added(task: &Task) -> Vec<Row> {
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    let is_about_npm = packages::is_about_npm(&task.files);
    for step in &task.steps {
        for added in packages::added(&step.text, is_about_npm) {
            if !seen.insert(added.package) {
                continue;
            }
            let offset = (added.package.as_ptr() as usize).saturating_sub(step.text.as_ptr() as usize) as u32;
            let start = step.place.span.start + offset;
            let span = Span::new(start, start + added.package.len() as u32);
            let values = vec![
                task.id.as_str().into(),
                added.package.into(),
                added.manager.name.into(),
                added.manager.manifest().into(),
            ];
            rows.push(Row { path: step.place.path.clone(), span, values });
        }
    }
    rows
}
