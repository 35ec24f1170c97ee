//! What is read of some files, as text, against what is expected.

use std::fmt::Write as _;

use auditlint_source::{FilePath, MemoryFiles, ProblemLevel};
use auditlint_tasks::{Task, TaskSource, load};

/// A task in one line, its criteria below, and every place that says how far it is with the text that says it.
pub(crate) fn shown(task: &Task, text: &dyn Fn(&FilePath) -> String, out: &mut String) {
    let status = task.status.map_or("-", |status| status.name());
    write!(out, "{} = {} [{status}] :{}", task.id, task.title, task.place.line).unwrap();
    for declaration in &task.declarations {
        let span = declaration.place.span;
        let text = text(&declaration.place.path);
        let said = &text[span.start as usize..span.end as usize];
        write!(out, " {:?}({said})", declaration.form).unwrap();
    }
    for (name, value) in [("priority", &task.priority), ("owner", &task.owner), ("phase", &task.phase)] {
        if let Some(value) = value {
            write!(out, " {name}={value}").unwrap();
        }
    }
    if !task.files.is_empty() {
        write!(out, " files={}", task.files.join(",")).unwrap();
    }
    if !task.depends_on.is_empty() {
        let before: Vec<&str> = task.depends_on.iter().map(auditlint_tasks::TaskId::as_str).collect();
        write!(out, " after={}", before.join(",")).unwrap();
    }
    out.push('\n');
    for criterion in &task.acceptance {
        let done = criterion.declaration.as_ref().map_or("", |declaration| declaration.status.name());
        writeln!(out, "  * {} [{done}]", criterion.text).unwrap();
    }
}

/// Tasks, what was left out, and problems of some files against what is expected.
#[track_caller]
pub(crate) fn check_source(files: &[(&str, &str)], source: TaskSource, expected: &str) {
    let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
    let memory = MemoryFiles::new(files.iter().copied());
    let (set, problems) = load(&[source], &paths, &memory);
    let text = |path: &FilePath| {
        files.iter().find(|(name, _)| *name == path.as_str()).map(|(_, text)| (*text).to_owned()).unwrap()
    };
    let mut out = String::new();
    set.tasks().iter().for_each(|task| shown(task, &text, &mut out));
    for unread in set.unread() {
        writeln!(out, "? :{} {} x{}: {}", unread.place.line, unread.text, unread.count, unread.reason).unwrap();
    }
    for problem in &problems {
        assert_eq!(problem.level, ProblemLevel::Warning);
        let line = problem.position.map_or(0, |position| position.line);
        writeln!(out, "! :{line} {}", problem.message).unwrap();
    }
    let trim = |text: &str| text.trim().lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trim(&out), trim(expected), "\n{out}");
}

#[track_caller]
pub(crate) fn check(files: &[(&str, &str)], expected: &str) {
    check_source(files, TaskSource::of_files(&["**"]).unwrap(), expected);
}
