//! Task files of every format.

use std::collections::BTreeSet;

use auditlint_engine::Config;
use auditlint_source::{FilePath, LineIndex};
use auditlint_tasks::{TaskFormat, TaskLookup, TaskPlace, TaskSet, TaskSource, detect, load};

use super::hold;
use super::input::Input;

fn place(place: &TaskPlace, input: &Input<'_>) {
    let text = input.files.get(&place.path).expect("a place is in a file that was read");
    hold::within(place.span, text);
    assert_eq!(place.line, LineIndex::new(text).line(place.span.start), "{place:?}");
}

fn check(input: &Input<'_>, sources: &[TaskSource]) -> TaskSet {
    let (files, paths) = (input.memory(), input.files.keys().cloned().collect::<Vec<FilePath>>());
    let (set, problems) = load(sources, &paths, &files);
    hold::problems_of(&problems, &input.files);
    assert!(set.tasks().is_sorted_by(|a, b| a.place <= b.place));
    let mut seen = BTreeSet::new();
    for task in set.tasks() {
        place(&task.place, input);
        let places = task.declarations.iter().map(|declaration| &declaration.place);
        let places = places.chain(task.subtasks.iter().map(|subtask| &subtask.place));
        let places = places.chain(task.acceptance.iter().map(|criterion| &criterion.place));
        let places = places.chain(task.named_rules().map(|rule| &rule.place));
        places.chain(task.steps.iter().map(|step| &step.place)).for_each(|at| place(at, input));
        // A byte that is not UTF-8 is read as `?`.
        if str::from_utf8(input.files[&task.place.path]).is_ok() {
            let at = |place: &TaskPlace| String::from_utf8_lossy(place.span.of(input.files[&place.path]));
            task.steps.iter().for_each(|step| assert_eq!(at(&step.place), step.text));
            task.subtasks.iter().for_each(|subtask| assert_eq!(at(&subtask.place), subtask.id));
        }
        assert_eq!(task.status, task.declarations.first().map(|declaration| declaration.status));
        // Of ids that stand there very often, once is enough.
        if !seen.insert(task.id.as_str()) {
            continue;
        }
        match set.lookup(task.id.as_str()) {
            TaskLookup::One(found) => assert_eq!(found.id, task.id),
            TaskLookup::Ambiguous(found) => assert!(found.iter().any(|found| found.id == task.id)),
            other => panic!("{} is {other:?}", task.id),
        }
    }
    set.unread().iter().for_each(|unread| place(&unread.place, input));
    for external in set.external() {
        external.place.iter().for_each(|at| place(at, input));
    }
    let _ = detect(&paths, &files);
    set
}

fn of_format(data: &[u8], first: &str, format: TaskFormat) {
    let input = Input::read(data, first);
    let everything = TaskSource::of_files(&["**"]).expect("it is a glob");
    check(&input, &[TaskSource { format, ..everything }]);
}

/// YAML and JSON, one task a file or a list of them.
pub(super) fn tasks_yaml(data: &[u8]) {
    of_format(data, "tasks/a.yaml", TaskFormat::Yaml);
}

/// Sections of a plan.
pub(super) fn tasks_markdown(data: &[u8]) {
    of_format(data, "PLAN.md", TaskFormat::Markdown);
}

/// Lists with boxes, on tasks that stand in the other files.
pub(super) fn tasks_checklist(data: &[u8]) {
    let input = Input::read(data, "TODO.md");
    let all = |glob: &str, format| TaskSource { format, ..TaskSource::of_files(&[glob]).expect("it is a glob") };
    check(&input, &[all("**/*.yaml", TaskFormat::Yaml), all("**/*.md", TaskFormat::Checklist)]);
}

/// Files whose names say it.
pub(super) fn tasks_markers(data: &[u8]) {
    let input = Input::read(data, "status/A-1.done");
    let all = |glob: &str, format| TaskSource { format, ..TaskSource::of_files(&[glob]).expect("it is a glob") };
    check(&input, &[all("**/*.yaml", TaskFormat::Yaml), all("**", TaskFormat::Markers)]);
}

/// Formats by name, with a configuration of its own.
pub(super) fn tasks_auto(data: &[u8]) {
    let input = Input::read(data, "auditlint.toml");
    let (config, _) = Config::read(&FilePath::new("auditlint.toml"), &input.text("auditlint.toml"));
    let everything = TaskSource::of_files(&["**/*.md", "**/*.y*ml", "**/*.json", "**/*.csv", "**/*.txt", "**/*.done"])
        .expect("it is a glob");
    let sources = if config.tasks.is_empty() { vec![everything] } else { config.settings.tasks };
    check(&input, &sources);
}

/// What a tracker exported.
pub(super) fn tasks_external(data: &[u8]) {
    let name = match data.first() {
        Some(b'[' | b'{') => "status.json",
        Some(b'-') => "status.yaml",
        _ => "status.csv",
    };
    let input = Input::read(data, name);
    let toml =
        format!("[[tasks]]\nexternal = '[A-Z]+-\\d+'\nurl = 'https://x/{{id}}'\nprefix = 'x'\nstatus = '{name}'\n");
    let (config, problems) = Config::read(&FilePath::new("auditlint.toml"), &toml);
    assert!(problems.is_empty(), "{problems:?}");
    let set = check(&input, &config.tasks);
    for task in set.external().take(100) {
        match set.lookup(task.id.as_str()) {
            TaskLookup::External(found) => assert_eq!(found.id, task.id),
            other => panic!("{} is {other:?}", task.id),
        }
    }
}
