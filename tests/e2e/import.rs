//! `auditlint tasks import`: what is understood of a file, wherever it stands and whatever it is called.

use std::fs;

use crate::project::{Project, run_in};

const ROWS: &str =
    "[{\"id\": \"SEC-1\", \"title\": \"One\", \"status\": \"done\"}, {\"id\": \"SEC-2\", \"title\": \"Two\"}]";

/// The exit code of an import, and whether each text is in what it says.
#[track_caller]
fn check(name: &str, text: &str, code: i32, said: &[&str]) {
    let project = Project::new(&[("auditlint.toml", "packs = []\n"), (name, text)]);
    let run = project.run(&["tasks", "import", "--from", name]);
    let all = format!("{}{}", run.out, run.err);
    assert_eq!(run.code, code, "{name}: {all}");
    for text in said {
        assert!(all.contains(text), "{name}: {text}: {all}");
    }
}

#[test]
fn the_exit_code_says_whether_there_are_tasks() {
    check("plan.md", "## SEC-1 One\n**Status:** done\n", 0, &["SEC-1", "files = \"plan.md\""]);
    check("plan.md", "# Words\n\nand more of them\n", 1, &["holds no task"]);
    check("export.bin", ROWS, 0, &["SEC-2", "format = \"json\""]);
    check(
        "issues.jsonl",
        "{\"id\": \"SEC-1\", \"title\": \"One\", \"status\": \"open\"}\n",
        0,
        &["SEC-1", "files = \"issues.jsonl\""],
    );
    check("plan.toml", "[[tasks]]\nid = \"SEC-1\"\ntitle = \"One\"\n", 0, &["SEC-1"]);
    check("plan.org", "* TODO One\n** DONE Two: three\n", 2, &["neither the name of plan.org nor what it holds"]);
    check("a.yaml", "id: a-1\nid: a-2\ntitle: x\n", 0, &["duplicate key `id`"]);
    let project = Project::new(&[("auditlint.toml", "packs = []\n")]);
    let run = project.run(&["tasks", "import", "--from", "nowhere.md"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("nowhere.md cannot be read"), "{run:?}");
}

#[test]
fn an_export_need_not_stand_in_the_project() {
    let project =
        Project::new(&[("inner/auditlint.toml", "packs = []\n[[tasks]]\nfiles = \"issues.json\"\nprefix = \"p\"\n")]);
    fs::write(project.root().join("issues.json"), ROWS).unwrap();
    let run = run_in(&project.path("inner"), &["tasks", "import", "--from", "../issues.json"], None);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("2 tasks") && run.out.contains("outside of the project"), "{run:?}");
    assert!(!run.out.contains("p:SEC-1"), "{run:?}");
}

#[test]
fn what_is_only_the_beginning_of_ids_is_no_task() {
    let config = "packs = []\n[[tasks]]\nfiles = \"plan.md\"\n";
    let plan = "## SEC-1 One\n**Status:** todo\n\n## SEC-2 Two\n**Status:** todo\n";
    let project = Project::new(&[("auditlint.toml", config), ("plan.md", plan)]);
    let run = project.run(&["tasks", "show", "SEC"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("did you mean `SEC-1`?"), "{run:?}");
    let none = project.run(&["tasks", "next", "-n", "0"]);
    assert_eq!(none.code, 2, "{none:?}");
}
