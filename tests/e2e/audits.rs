//! Audits from their findings to their end: each fixture `audit-…` holds an audited project with its task files, and below
//! `after` the files as they are once all of its tasks are done.

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::Project;

/// What an audit says before and after.
struct Audit {
    /// The folder below `fixtures`.
    name: &'static str,
    /// `task verdict findings` of each task as the project stands.
    before: &'static [&'static str],
    /// Lines of the report as the project stands.
    told: &'static [&'static str],
    /// The tasks that are left without a verdict once everything is done, since no rule is linked to them.
    unverified: &'static [&'static str],
}

fn files_below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("after") || path.ends_with(".auditlint") {
            continue;
        }
        if path.is_dir() { files_below(&path, into) } else { into.push(path) }
    }
}

/// Copies the files of a folder into a project. An empty one takes away the file that is there.
fn copy(from: &Path, project: &Project) {
    let mut files = Vec::new();
    files_below(from, &mut files);
    assert!(!files.is_empty(), "{}", from.display());
    for file in files {
        let path = file.strip_prefix(from).unwrap().to_string_lossy().replace('\\', "/");
        let bytes = fs::read(&file).unwrap();
        let is_gone = bytes.is_empty() && project.path(&path).exists();
        if is_gone { project.remove(&path) } else { project.write(&path, &bytes) }
    }
}

/// The tasks as a run tells them.
fn told_tasks(project: &Project) -> Vec<serde_json::Value> {
    let run = project.run(&["tasks", "--format", "json"]);
    let mut value: serde_json::Value =
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    serde_json::from_value(value["tasks"].take()).unwrap()
}

/// `task verdict findings` of every task.
fn verdicts(project: &Project) -> Vec<String> {
    let show = |task: &serde_json::Value| {
        let text = |key: &str| task[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", text("id"), text("verdict"), task["counts"]["new"])
    };
    told_tasks(project).iter().map(show).collect()
}

fn check(audit: &Audit) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(audit.name);
    let project = Project::new(&[]);
    copy(&folder, &project);

    assert_eq!(verdicts(&project), audit.before, "{}", audit.name);
    let verify = project.run(&["tasks", "verify"]);
    assert_eq!(verify.code, 1, "open tasks are not proven: {verify:?}");
    let report = project.run(&["report", "--format", "markdown"]).out;
    for line in audit.told {
        assert!(report.lines().any(|told| told == *line), "{}: `{line}` is missing in\n{report}", audit.name);
    }

    // Declared done, and nothing was done: every task that had findings is caught.
    let after = folder.join("after");
    let tasks = Project::new(&[]);
    copy(&folder, &tasks);
    let mut changed = Vec::new();
    files_below(&after, &mut changed);
    // What a task is read from, and the checklists that repeat their statuses.
    let read = told_tasks(&tasks);
    let is_task = |path: &str| path.ends_with("TODO.md") || read.iter().any(|task| task["path"] == path);
    for file in changed {
        let path = file.strip_prefix(&after).unwrap().to_string_lossy().replace('\\', "/");
        if is_task(&path) {
            tasks.write(&path, &fs::read(&file).unwrap());
        }
    }
    let open = audit.before.iter().filter(|line| !line.ends_with(" 0"));
    let open: Vec<&str> = open.filter_map(|line| line.split(' ').next()).collect();
    let caught = verdicts(&tasks);
    for task in &open {
        assert!(
            caught.iter().any(|line| line.starts_with(&format!("{task} regressed "))),
            "{}: `{task}` in {caught:?}",
            audit.name
        );
    }
    assert_eq!(tasks.run(&["tasks", "verify"]).code, 1, "{}", audit.name);

    // Done.
    copy(&after, &project);
    assert_eq!(project.places(&[]), Vec::<String>::new(), "{}", audit.name);
    let done: Vec<String> = verdicts(&project);
    let expected = audit.before.iter().map(|line| {
        let task = line.split(' ').next().unwrap_or_default();
        let verdict = if audit.unverified.contains(&task) { "unverified" } else { "verified" };
        format!("{task} {verdict} 0")
    });
    assert_eq!(done, expected.collect::<Vec<_>>(), "{}", audit.name);
    assert_eq!(project.run(&["tasks", "verify"]).code, 0, "{}", audit.name);
    let report = project.run(&["report", "--format", "json"]).out;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["summary"]["findings"]["new"], 0, "{}", audit.name);
    assert_eq!(report["summary"]["verdicts"]["open"], serde_json::Value::Null, "{}", audit.name);
}

#[test]
fn a_summary_of_an_audit_with_files_of_tasks() {
    check(&Audit {
        name: "audit-000",
        before: &[
            "05a_seal_tokens verified 0",
            "07x_000_read_sealed_tokens open 2",
            "07x_001_cache_of_answers open 1",
            "07x_002_circuit_breaker open 1",
            "07x_003_shared_idempotency open 1",
            "07x_004_plans_in_ci open 1",
        ],
        told: &[
            "- 1 of 6 tasks is declared done: 1 verified.",
            "- 9 findings are left in 7 files; 3 of them belong to no task.",
            "### 07x_000_read_sealed_tokens Read the sealed tokens of accounts",
            "**open** · declared todo · priority critical · `codex/TASKS/07x_000_read_sealed_tokens.yaml:1`",
        ],
        unverified: &[],
    });
}

#[test]
fn a_report_of_an_audit_with_a_checklist() {
    check(&Audit {
        name: "audit-001",
        before: &[
            "06x_001_breaker open 1",
            "06x_002_shared_keys open 1",
            "06x_003_explain_in_ci open 1",
            "09h_tests open 1",
            "10d_callbacks open 3",
        ],
        told: &[
            "- None of 5 tasks is declared done.",
            "### 10d_callbacks Store tokens encrypted",
            "**open** · declared todo · priority critical · `codex/TASKS/10d_callbacks.yaml:1`",
        ],
        unverified: &[],
    });
}

#[test]
fn a_list_of_tasks_in_sections() {
    check(&Audit {
        name: "audit-002",
        before: &[
            "TD-20251110-001 open 2",
            "TD-20251110-002 open 2",
            "TD-20251110-003 open 2",
            "TD-20251110-004 open 2",
            "TD-20251110-005 open 6",
            "TD-20251110-006 untracked 0",
            "TD-20251110-007 open 1",
            "TD-20251110-008 open 6",
            "TD-20251110-009 open 4",
        ],
        told: &[
            "- None of 9 tasks is declared done.",
            "- 24 findings are left in 16 files.",
            "### TD-20251110-005 Keep the status of Spotify out of the cache",
            "**open** · declared todo · priority P1 · owner platform · after TD-20251110-004 · `docs/task_list/TASKS.md:74`",
        ],
        unverified: &["TD-20251110-006"],
    });
}

#[test]
fn a_plan_with_phases_in_bold() {
    check(&Audit {
        name: "audit-003",
        before: &[
            "Phase-0 open 4",
            "Phase-1 open 6",
            "Phase-2 open 5",
            "Phase-3 open 2",
            "Phase-4 open 12",
            "Phase-5 open 1",
        ],
        told: &[
            "- None of 6 tasks is declared done.",
            "- 29 findings are left in 20 files.",
            "### Phase-4 Security (Week 1–2)",
            "**open** · no status · `docs/audits/audit-plan.md:69`",
        ],
        unverified: &[],
    });
}

#[test]
fn a_plan_with_phases_and_ids_of_findings() {
    check(&Audit {
        name: "audit-004",
        before: &[
            "P1-T1 open 2",
            "P1-T2 open 2",
            "P1-T3 open 1",
            "P2-T1 open 1",
            "P3-T1 open 6",
            "P4-T1 open 1",
            "P5-T1 open 1",
        ],
        told: &["| C1 | P1-T1 | open |", "- 14 findings are left in 10 files."],
        unverified: &[],
    });
}
