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
