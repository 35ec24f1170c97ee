//! `auditlint report`, end to end.

use crate::project::Project;

const TASKS: &str = "- {id: SEC-1, title: No store, status: done, verify: [in-memory-store]}\n";
const CODE: &str =
    "const sessions = new Map<string, string>();\nexport const put = (id: string) => sessions.set(id, id);\n";

fn project() -> Project {
    Project::new(&[("auditlint.toml", "[[tasks]]\nfiles = 'plan.yaml'\n"), ("plan.yaml", TASKS), ("src/a.ts", CODE)])
}

#[test]
fn every_format_goes_where_it_is_asked_for() {
    let project = project();
    for (format, holds) in [
        ("markdown", "- **SEC-1 No store**: 1 left"),
        ("html", "<h1>Audit report</h1>"),
        ("json", "\"verdict\": \"regressed\""),
        ("csv", ",SEC-1,No store,regressed,done,"),
    ] {
        let printed = project.run(&["report", "--format", format]);
        assert_eq!(printed.code, 0, "{}", printed.err);
        assert!(printed.out.contains(holds), "{format}: {}", printed.out);
        let written = project.run(&["report", "--format", format, "--output-file", "out.txt"]);
        assert_eq!((written.code, written.out.as_str()), (0, ""), "{}", written.err);
        assert_eq!(project.read("out.txt"), printed.out, "{format}");
        let other = project.run(&["report", "--format", format, "--threads", "1"]);
        assert_eq!(other.out, printed.out, "{format}");
    }
}

#[test]
fn places_lead_to_the_server_that_the_repository_was_cloned_from() {
    let project = project();
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git_at("2026-05-01T12:00:00Z", &["commit", "-qm", "all"]);
    let report = |args: &[&str]| project.run(&[&["report"], args].concat()).out;
    let without = report(&[]);
    assert!(without.starts_with("# Audit report\n\nCommit `") && without.contains(", 2026-05-01\n"), "{without}");
    assert!(!without.contains("://"), "{without}");
    for (remote, expected) in [
        ("https://me:secret@github.com/acme/shop.git", "https://github.com/acme/shop/blob/"),
        ("git@gitlab.com:acme/web/shop.git", "https://gitlab.com/acme/web/shop/-/blob/"),
    ] {
        project.git(&["remote", "add", "origin", remote]);
        let report = report(&[]);
        assert!(report.contains(&format!("(<{expected}")) && report.contains("/src/a.ts#L1>)"), "{report}");
        assert!(report.starts_with("# Audit of acme/") && !report.contains("secret"), "{report}");
        project.git(&["remote", "remove", "origin"]);
    }
    project.git(&["remote", "add", "upstream", "https://github.com/other/shop"]);
    assert!(report(&[]).contains("https://github.com/other/shop/blob/"));
    project.git(&["remote", "add", "fork", "https://github.com/mine/shop"]);
    assert!(!report(&[]).contains("://"), "nobody can tell which of the two it was cloned from");
}

#[test]
fn a_pattern_that_is_none_is_wrong_usage() {
    let project = project();
    for (pattern, said) in [
        ("javascript:alert('{path}')", "the pattern of --url-pattern must begin with https:// or http://"),
        ("https://example.org/{line}", "has no `{path}`"),
        ("https://example.org/{commit}/{path}", "no commit is checked out"),
    ] {
        let run = project.run(&["report", "--url-pattern", pattern]);
        assert!(run.code == 2 && run.err.contains(said), "{pattern}: {}", run.err);
    }
}

#[test]
fn each_run_leaves_its_state_in_the_history() {
    let project = project();
    let append = |day: &str| project.run(&["report", "--as-of", day, "--append-history", "history.jsonl"]);
    let first = append("2026-05-01");
    assert_eq!((first.code, first.err.as_str()), (0, ""), "{}", first.err);
    assert!(
        first.out.contains("The history has one state, of 2026-05-01: 1 finding left, 1 task left."),
        "{}",
        first.out
    );
    let line = r#"{"schema":1,"date":"2026-05-01","commit":null,"findings":{"new":1,"known":0,"suppressed":0},"verdicts":{"regressed":1},"tasks":{"SEC-1":{"verdict":"regressed","left":1}}}"#;
    assert_eq!(project.read("history.jsonl"), format!("{line}\n"));
    assert_eq!(append("2026-05-01").out, first.out);
    assert_eq!(project.read("history.jsonl"), format!("{line}\n"));
    project.write("src/a.ts", b"export {};\n");
    let second = append("2026-05-09");
    assert!(
        second.out.contains("From 2026-05-01 to 2026-05-09: findings left 1 → 0, tasks left 1 → 0."),
        "{}",
        second.out
    );
    assert!(second.out.contains("| SEC-1 | regressed, 1 left | verified, 0 left |"), "{}", second.out);
    let text = project.read("history.jsonl");
    assert_eq!(text.lines().count(), 2);
    for format in ["markdown", "html", "json"] {
        let args = ["report", "--as-of", "2026-05-09", "--format", format, "--history", "history.jsonl"];
        let report = project.run(&args);
        assert_eq!(report.code, 0, "{}", report.err);
        assert!(report.out.contains("2026-05-01"), "{}", report.out);
        assert_eq!(project.run(&args).out, report.out, "{format}");
    }
    assert_eq!(project.read("history.jsonl"), text);
}

#[test]
fn no_state_is_written_that_is_none() {
    let project = project();
    let run = project.run(&["report", "--append-history", "h.jsonl"]);
    assert!(run.code == 2 && run.err.contains("the state has no day"), "{}", run.err);
    let run = project.run(&["report", "--as-of", "2026-05-01", "--history", "h.jsonl"]);
    assert!(run.code == 2 && run.err.contains("the history h.jsonl cannot be read"), "{}", run.err);
    project.write("h.jsonl", b"not JSON\n");
    let run = project.run(&["report", "--as-of", "2026-05-01", "--append-history", "h.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("line 1 of the history was left out"), "{}", run.out);
    let text = project.read("h.jsonl");
    assert!(text.starts_with("not JSON\n{\"schema\":1,") && text.lines().count() == 2, "{text}");
    project.write("auditlint.toml", b"[[tasks]]\nfiles = 'plan.yaml'\nnonsense = 1\n");
    let run = project.run(&["report", "--as-of", "2026-05-02", "--append-history", "h.jsonl"]);
    assert!(run.code == 2 && run.err.contains("The state was not written into the history"), "{}", run.err);
    assert_eq!(project.read("h.jsonl"), text);
}
