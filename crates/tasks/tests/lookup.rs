//! What a written task id stands for, and how `[[tasks]]` tables are read.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use std::cell::RefCell;

use auditlint_source::document::{Setting, parse_toml};
use auditlint_source::{FilePath, MemoryFiles, Problem};
use auditlint_tasks::{Status, TaskLookup, TaskSet, TaskSource, load};

/// The sources of a configuration, and what is wrong with it.
fn read(configuration: &str) -> (Vec<TaskSource>, Vec<String>) {
    let document = parse_toml(configuration).unwrap();
    let errors = RefCell::new(Vec::new());
    let mut sources = Vec::new();
    for node in document.get("tasks").unwrap().as_list().unwrap() {
        sources.extend(TaskSource::read(node, &errors));
    }
    (sources, errors.into_inner().into_iter().map(|error| error.message).collect())
}

fn set(configuration: &str, files: &[(&str, &str)]) -> (TaskSet, Vec<Problem>) {
    let (sources, errors) = read(configuration);
    assert_eq!(errors, [""; 0]);
    let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
    load(&sources, &paths, &MemoryFiles::new(files.iter().copied()))
}

#[track_caller]
fn check(set: &TaskSet, id: &str, expected: &str) {
    let ids =
        |tasks: Vec<&auditlint_tasks::Task>| tasks.iter().map(|task| task.id.as_str()).collect::<Vec<_>>().join(" ");
    let found = match set.lookup(id) {
        TaskLookup::One(task) => task.id.to_string(),
        TaskLookup::Ambiguous(tasks) => format!("one of {}", ids(tasks)),
        TaskLookup::ByFinding(tasks) => format!("finding of {}", ids(tasks)),
        TaskLookup::External(task) => {
            format!("external {} {} {:?}", task.id, task.url.unwrap_or_default(), task.status.map(Status::name))
        }
        TaskLookup::Unknown { nearest } => format!("nobody, near {}", nearest.unwrap_or("nothing")),
    };
    assert_eq!(found, expected, "{id}");
}

#[test]
fn finds_tasks_by_full_and_short_ids() {
    let (set, _) = set(
        "[[tasks]]\nfiles = 'tasks/*.yaml'\n",
        &[
            ("tasks/08x_000_wire_keys.yaml", "id: 08x_000_wire_keys\n"),
            ("tasks/08x_003_store.yaml", "id: 08x_003_store\n"),
            ("tasks/file_name.yaml", "id: other-1\nfindings: [A1, H10]\n"),
            ("tasks/two.yaml", "id: P1-T1\nfindings: [A1]\n"),
            ("tasks/ten.yaml", "id: P1-T10\n"),
        ],
    );
    check(&set, "08x_003_store", "08x_003_store");
    check(&set, "08x_003", "08x_003_store");
    check(&set, "08x_003_store.yaml", "08x_003_store");
    check(&set, "08X-003", "08x_003_store");
    check(&set, "08x", "one of 08x_000_wire_keys 08x_003_store");
    check(&set, "file_name", "other-1");
    check(&set, "A1", "finding of other-1 P1-T1");
    check(&set, "h10", "finding of other-1");
    check(&set, "P1-T1", "P1-T1");
    check(&set, "P1-T2", "nobody, near P1-T1");
    check(&set, "08x_004", "nobody, near 08x_000");
    check(&set, "other", "nobody, near other-1");
    check(&set, "something else", "nobody, near nothing");
}

#[test]
fn an_id_may_end_like_a_file() {
    let (set, problems) = set(
        "[[tasks]]\nfiles = 'tasks/*.yaml'\n",
        &[
            ("tasks/a.yaml", "- id: TD-20251008.yml\n- id: TD-2\n  depends_on: [TD-20251008.yml]\n- id: .md\n"),
            ("tasks/b_1.yaml", "id: TD-3\n"),
        ],
    );
    assert_eq!(problems, []);
    check(&set, "TD-20251008.yml", "TD-20251008.yml");
    check(&set, ".md", ".md");
    check(&set, "TD-2.yml", "TD-2");
    check(&set, "b_1.yaml", "TD-3");
    let depends: Vec<&str> = set.tasks()[1].depends_on.iter().map(auditlint_tasks::TaskId::as_str).collect();
    assert_eq!(depends, ["TD-20251008.yml"]);
}

#[test]
fn prefixes_tell_sources_apart() {
    let plan = "### P1-T1: One\n**Files:** a.ts\n### P1-T2: Two\n**Dependencies:** P1-T1\n";
    let (set, problems) = set(
        "[[tasks]]\nfiles = 'api.md'\nprefix = 'api'\n[[tasks]]\nfiles = 'web.md'\nprefix = 'web'\n[[tasks]]\nfiles = 'web-done.md'\nprefix = 'web'\nformat = 'checklist'\n",
        &[("api.md", plan), ("web.md", plan), ("web-done.md", "- [x] P1-T1\n- [ ] P9-T1\n")],
    );
    check(&set, "api:P1-T1", "api:P1-T1");
    check(&set, "web:p1-t2", "web:P1-T2");
    check(&set, "P1-T1", "one of api:P1-T1 web:P1-T1");
    check(&set, "api:P1-T3", "nobody, near api:P1-T1");
    let done: Vec<&str> =
        set.tasks().iter().filter(|task| task.status.is_some()).map(|task| task.id.as_str()).collect();
    assert_eq!(done, ["web:P1-T1"]);
    assert_eq!(set.tasks()[1].depends_on[0].as_str(), "api:P1-T1");
    assert_eq!(set.tasks()[1].local_id(), "P1-T2");
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["unknown task `P9-T1`"]);
}

#[test]
fn knows_ids_of_a_tracker() {
    for (name, export) in [
        ("export.csv", "Key,Summary,Status\nPROJ-1,\"Fix, soon\",Done\nPROJ-2,x,odd\nOTHER-1,x,Done\n"),
        ("export.tsv", "status\tid\ndone\tPROJ-1\nodd\tPROJ-2\n"),
        ("export.json", r#"[{"key": "PROJ-1", "status": "Done"}, {"key": "PROJ-2", "status": "odd"}]"#),
        ("export.yaml", "PROJ-1: done\nPROJ-2: {state: odd}\n"),
    ] {
        let configuration =
            format!("[[tasks]]\nexternal = 'PROJ-\\d+'\nurl = 'https://t.example/{{id}}'\nstatus = '{name}'\n");
        let (set, problems) = set(&configuration, &[(name, export)]);
        check(&set, "PROJ-1", "external PROJ-1 https://t.example/PROJ-1 Some(\"done\")");
        check(&set, "PROJ-2", "external PROJ-2 https://t.example/PROJ-2 None");
        check(&set, "PROJ-77", "external PROJ-77 https://t.example/PROJ-77 None");
        check(&set, "XPROJ-1", "nobody, near nothing");
        assert_eq!(set.external().count(), 2, "{name}");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].message.contains("`odd`"), "{problems:?}");
    }
}

#[test]
fn reports_every_mistake_of_a_table() {
    let (sources, errors) = read(
        "[[tasks]]\nfile = 'x'\n[[tasks]]\nfiles = ['a{b', 'ok/*.md']\nformat = 'yml'\n[[tasks]]\nexternal = '('\nurl = 'https://t.example'\n[[tasks]]\nexternal = '(a{9999}){9999}'\n[[tasks]]\nfiles = 'a'\nurl = 'https://t.example/{id}'\n",
    );
    assert_eq!(sources.len(), 4);
    assert_eq!(sources[0].files.len(), 1);
    let starts = [
        "a task source needs `files` or `external`",
        "unknown key `file`",
        "invalid glob: unclosed alternate group",
        "unknown format `yml`",
        "invalid regular expression: unclosed group",
        "the address does not say where the id goes",
        "invalid regular expression",
        "`url` needs `external` beside it",
    ];
    assert_eq!(errors.len(), starts.len(), "{errors:#?}");
    for (error, start) in errors.iter().zip(starts) {
        assert!(error.starts_with(start), "{error} / {start}");
    }
}
