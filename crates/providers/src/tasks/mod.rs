//! What task files say, as relations. The files are those that the configuration names, so the rows are made from the task
//! set that was read from them.

mod packages;
mod plan;

use std::collections::BTreeSet;

use auditlint_facts::{Gap, ProjectScope, Relation, RelationInfo, Row, Value, column, detail, relation};
use auditlint_source::Span;
use auditlint_tasks::{DeclaredBy, Status, Task, TaskSet};

use self::packages::MANAGERS;
pub(crate) use self::plan::RELATIONS as PLAN_RELATIONS;
pub use self::plan::{CLAIMS, RULES, UNCOVERED, claims_of_tasks, rules_of_tasks, uncovered_findings};

/// What the relations' names begin with.
pub const TASKS: &str = "task";

/// What the relation is called whose rows are the places that say how far a task is.
pub const STATUSES: &str = "task.status";

pub(crate) static RELATIONS: [RelationInfo; 7] = [
    relation(
        "task.task",
        "A task of the files that `[[tasks]]` names.",
        &[
            column("task", "its id"),
            detail("title", "its title"),
            column("status", "the status that holds: `todo`, `in-progress`, `done`, `wont-do`, `accepted`"),
            detail("priority", "its priority, as it is written"),
        ],
    ),
    relation(
        STATUSES,
        "A place that says how far a task is; a task may have several, and they may disagree.",
        &[
            column("task", "the task"),
            column("status", "what it says"),
            detail("by", "`task` (the task itself), `checklist`, `marker` or `tracker`"),
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
    relation(
        "task.finding",
        "An id that the audit itself gives to what a task puts right.",
        &[column("task", "the task"), column("finding", "the id")],
    ),
];

/// The relations of a task set in a project.
#[must_use]
pub fn relations_of(set: &TaskSet, scope: &ProjectScope<'_>) -> Vec<Relation> {
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
        tables[2].extend(dependencies(task));
        tables[6].extend(task.findings.iter().map(|finding| row(vec![id.clone(), finding.as_str().into()])));
        tables[3].extend(files(task));
        tables[4].extend(added(task));
        for manager in MANAGERS {
            let named = task.files.iter().filter(|file| manager.is_named_by(file));
            tables[5].extend(named.map(|file| row(vec![id.clone(), manager.name.into(), file.as_str().into()])));
        }
    }
    let relations = RELATIONS.iter().zip(tables);
    let mut relations: Vec<Relation> =
        relations.map(|(info, rows)| Relation { info: info.clone(), rows, gaps: Vec::new() }).collect();
    let unread = set.unreadable().iter();
    let gap = || Gap::new(Span::default(), "this task file was not read, so it may hold tasks that are not known");
    relations[0].gaps = unread.map(|path| (path.clone(), gap())).collect();
    relations.extend(plan::relations_of(set));
    relations.push(plan::missing_files(set, scope));
    relations
}

/// What must be done before a task, each once.
fn dependencies(task: &Task) -> impl Iterator<Item = Row> {
    let mut seen = BTreeSet::new();
    let known = task.dependencies.iter().filter_map(|dependency| Some((dependency.on.as_ref()?, &dependency.place)));
    let known = known.filter(move |(on, _)| seen.insert(*on));
    known.map(|(on, place)| {
        let values = vec![task.id.as_str().into(), on.as_str().into()];
        Row { path: place.path.clone(), span: place.span, values }
    })
}

/// The files that a task touches, each once.
fn files(task: &Task) -> impl Iterator<Item = Row> {
    let mut seen = BTreeSet::new();
    let named = task.named_files.iter().filter(move |file| seen.insert(file.path.as_str()));
    named.map(|file| {
        let values = vec![task.id.as_str().into(), file.path.as_str().into()];
        Row { path: file.place.path.clone(), span: file.place.span, values }
    })
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
