//! `auditlint tasks` and its sub-commands: verdicts, the gate, and statuses changed where they stand.

use std::fs;

use serde_json::Value;

use crate::project::{Project, Run};

const CONFIG: &str = "packs = []\nrule-dirs = [\"rules\"]\n[[tasks]]\nfiles = \"plan/*\"\n[rules.no-alert]\ntasks = [\"SEC-1\"]\n\
                      [rules.no-beta]\ntasks = [\"SEC-2\"]\n";
const RULES: &str = "id: no-alert\nlanguage: TypeScript\nseverity: warning\nmessage: an alert\nrule: { pattern: alert($$$) }\n---\n\
                     id: no-beta\nlanguage: TypeScript\nseverity: warning\nmessage: a beta\nrule: { pattern: beta($$$) }\n";
const PLAN: &str = "# Plan\n\n## SEC-1 Alerts\n- **Status:** todo\n- **Priority:** P1\n- **Owner:** Ada\n- **Phase:** one\n\n\
                    ## SEC-2 Betas\n- **Status:** In progress (soon)\n- **Priority:** P0\n- **Depends on:** SEC-1\n\n\
                    ## SEC-3 Words\n- **Status:** Done\n- **Priority:** P2\n";

fn project(source: &str) -> Project {
    Project::new(&[("auditlint.toml", CONFIG), ("rules/r.yml", RULES), ("plan/p.md", PLAN), ("src/a.ts", source)])
}

fn said(project: &Project, from: &str, to: &str) {
    let text = project.read("plan/p.md");
    assert!(text.contains(from), "{text}");
    project.write("plan/p.md", text.replace(from, to).as_bytes());
}

/// `id verdict` of each task that a command gives as JSON.
fn verdicts(run: &Run) -> Vec<String> {
    let document: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    document["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| format!("{} {}", text(&task["id"]), text(&task["verdict"])))
        .collect()
}

#[test]
fn the_list_has_verdicts_and_filters() {
    let project = project("alert(1);\n");
    let all = ["SEC-1 open", "SEC-2 ready to close", "SEC-3 unverified"];
    for (args, expected) in [
        (&[][..], &all[..]),
        (&["--status", "done"], &all[2..]),
        (&["--verdict", "open", "--verdict", "ready-to-close"], &all[..2]),
        (&["--priority", "p0"], &all[1..2]),
        (&["--owner", "ada"], &all[..1]),
        (&["--phase", "one"], &all[..1]),
        (&["SEC-2", "SEC-3"], &all[1..]),
        (&["--owner", "nobody"], &[]),
    ] {
        let run = project.run(&[&["tasks", "--format", "json"], args].concat());
        assert_eq!(
            (run.code, verdicts(&run)),
            (0, expected.iter().map(|text| (*text).to_owned()).collect()),
            "{args:?}"
        );
    }
    let table = project.run(&["tasks"]).out;
    assert!(table.contains("3 tasks: 1 open, 1 ready to close, 1 unverified\n"), "{table}");
    let csv = project.run(&["tasks", "--format", "csv"]).out;
    assert!(
        csv.lines().nth(1).unwrap().starts_with("SEC-1,open,todo,1,P1,Alerts,plan/p.md,3,no-alert,Ada,one,"),
        "{csv}"
    );
    let markdown = project.run(&["tasks", "--format", "markdown"]).out;
    assert!(markdown.lines().nth(2).unwrap().starts_with("| SEC-1 | open | todo | 1 | P1 | Alerts |"), "{markdown}");
    assert_eq!(project.run(&["tasks", "--verdict", "opn"]).code, 2);
}

#[test]
fn the_json_keeps_to_its_schema() {
    let project = project("alert(1);\nbeta(2); // auditlint-ignore no-beta: later\n");
    let schema: Value = serde_json::from_str(&project.run(&["schema", "tasks"]).out).unwrap();
    let document: Value = serde_json::from_str(&project.run(&["tasks", "--format", "json"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let first = &document["tasks"][0];
    let finding = &first["findings"][0];
    assert_eq!((&finding["path"], &finding["line"], &finding["state"]), (&"src/a.ts".into(), &1.into(), &"new".into()));
    assert_eq!((&first["rules"][0], &first["line"]), (&"no-alert".into(), &3.into()));
    assert_eq!(document["tasks"][1]["counts"]["suppressed"], 1);
}

#[test]
fn the_gate_answers_for_one_task() {
    let open = project("alert(1);\n");
    for (id, code, answer) in [
        ("SEC-1", 1, "No: SEC-1 is not done."),
        ("SEC-2", 0, "Yes: the rules of SEC-2 find nothing any more"),
        ("SEC-3", 0, "Nothing checks SEC-3."),
    ] {
        let run = open.run(&["tasks", "verify", id]);
        assert_eq!((run.code, run.out.starts_with(answer)), (code, true), "{run:?}");
    }
    assert!(open.run(&["tasks", "verify", "SEC-1"]).out.contains("src/a.ts:1:1 no-alert: an alert"));
    assert_eq!(open.run(&["tasks", "verify", "--strict", "SEC-3"]).code, 1);
    assert_eq!(open.run(&["tasks", "verify", "--strict", "SEC-2"]).code, 0);
    assert_eq!(open.run(&["tasks", "verify", "SEC-2", "SEC-3"]).code, 0);
    assert_eq!(open.run(&["tasks", "verify", "SEC-2", "SEC-1"]).code, 1);
    assert_eq!(open.run(&["tasks", "verify"]).code, 1);
    assert_eq!(open.run(&["tasks", "verify", "SEC-9"]).code, 2);
    let clean = project("f(1);\n");
    assert_eq!(clean.run(&["tasks", "verify"]).code, 0);
    said(&clean, "**Status:** todo", "**Status:** done");
    let run = clean.run(&["tasks", "verify", "SEC-1"]);
    assert_eq!((run.code, run.out.starts_with("Yes: SEC-1 is done, and its rules hold.")), (0, true), "{run:?}");
}

#[test]
fn what_is_declared_done_and_is_not_fails_every_full_run() {
    let project = project("alert(1);\n");
    // Warnings alone do not fail a run.
    assert_eq!(project.run(&["check"]).code, 0);
    said(&project, "**Status:** todo", "**Status:** done");
    let run = project.run(&["check", "--format", "concise"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.out
            .contains("plan/p.md:4:15: error[task-regressed] `SEC-1` is marked as done, but 1 finding of it is left"),
        "{run:?}"
    );
    assert!(run.err.contains("3 tasks: 1 regressed, 1 ready to close, 1 unverified."), "{run:?}");
    let (_, json) = project.json(&[]);
    let regressed =
        json["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == "task-regressed").unwrap();
    assert_eq!(regressed["related"][0]["path"], "src/a.ts");
    // A part of the project proves nothing about a task, and says so; the question about one task is answered in full.
    let part = project.run(&["check", "src"]);
    assert_eq!(
        (part.code, part.out.contains("It gives no verdict on tasks; a run on the whole project does.")),
        (0, true),
        "{part:?}"
    );
    let part = project.run(&["check", "--task", "SEC-1"]);
    assert!(part.out.contains("It gives no verdict; `auditlint tasks verify SEC-1` does."), "{part:?}");
    let run = project.run(&["tasks", "verify", "SEC-1"]);
    assert_eq!((run.code, run.out.starts_with("No: SEC-1 is declared done and is not.")), (1, true), "{run:?}");
    // No comment silences it, and none is written for it.
    let before = project.read("plan/p.md");
    project.run(&["check", "--add-ignore", "--reason", "later"]);
    assert_eq!(project.read("plan/p.md"), before);
}

#[test]
fn a_vacuous_done_fails_where_it_is_asked_for() {
    let project = project("f(1);\n");
    said(&project, "**Status:** todo", "**Status:** done");
    fs::remove_file(project.path("src/a.ts")).unwrap();
    project.write("src/a.rs", b"fn f() {}\n");
    let run = project.run(&["tasks", "verify", "SEC-1"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("Nobody can tell") && run.out.contains("rule `no-alert` looks at no file"), "{run:?}");
    assert_eq!(project.run(&["tasks", "verify", "SEC-1", "--strict"]).code, 1);
}

#[test]
fn statuses_are_changed_where_they_stand() {
    let project = project("alert(1);\n");
    let before = project.read("plan/p.md");
    let after = before.replace("In progress (soon)", "Done (soon)");
    let run = project.run(&["tasks", "close", "--diff"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("-- **Status:** In progress (soon)\n+- **Status:** Done (soon)\n"), "{run:?}");
    assert_eq!(project.read("plan/p.md"), before);
    let run = project.run(&["tasks", "close"]);
    assert_eq!((run.code, run.out.as_str()), (0, "Closed SEC-2 in plan/p.md.\n"), "{run:?}");
    assert_eq!(project.read("plan/p.md"), after);
    // What the verdict does not allow takes a reason.
    let run = project.run(&["tasks", "close", "SEC-1"]);
    assert_eq!((run.code, run.err.contains("`SEC-1` is open, so it is not closed")), (2, true), "{run:?}");
    assert_eq!(project.run(&["tasks", "close", "SEC-1", "--force"]).code, 2);
    assert_eq!(project.read("plan/p.md"), after);
    let run = project.run(&["tasks", "close", "SEC-1", "--force", "--reason", "goes with the page"]);
    assert_eq!((run.code, run.out.contains("although it is open: goes with the page")), (0, true), "{run:?}");
    assert_eq!(project.run(&["check"]).code, 1);
    // One step puts right what was ticked too early.
    let run = project.run(&["tasks", "reopen"]);
    assert_eq!((run.code, run.out.as_str()), (0, "Reopened SEC-1 in plan/p.md.\n"), "{run:?}");
    assert_eq!(project.read("plan/p.md"), after.replace("**Status:** todo", "**Status:** Todo"));
    let run = project.run(&["tasks", "reopen"]);
    assert_eq!((run.code, run.out.as_str()), (0, "No task is regressed.\n"), "{run:?}");
}

/// A command that writes into task files leaves them alone where the project is not read completely, says why, and ends with 2.
#[track_caller]
fn check_refused(project: &Project, args: &[&str], said: &str) {
    let before = project.read("plan/p.md");
    let run = project.run(args);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert!(run.err.contains(said) && run.err.contains("broken.yml"), "{run:?}");
    assert_eq!(project.read("plan/p.md"), before);
}

#[test]
fn nothing_is_written_where_the_project_is_not_read_completely() {
    let project = project("alert(1);\n");
    project
        .write("auditlint.toml", format!("{CONFIG}[[tasks]]\nfiles = \"plan/p.md\"\nids = \"heading\"\n").as_bytes());
    project.write("rules/broken.yml", b"id: [\n");
    said(&project, "## SEC-3 Words\n", "## Words\n- [ ] Say it\n\n## SEC-3 Words\n");
    check_refused(&project, &["tasks", "assign-ids"], "No id was written");
    check_refused(&project, &["tasks", "assign-ids", "--dry-run"], "No id was written");
    check_refused(&project, &["tasks", "close"], "No status was changed");
    check_refused(&project, &["tasks", "close", "--diff"], "No status was changed");
    check_refused(&project, &["tasks", "reopen", "SEC-2"], "No status was changed");
    // Who overrules the verdict does not rest on it.
    let run = project.run(&["tasks", "close", "SEC-1", "--force", "--reason", "goes with the page"]);
    assert!(run.code == 2 && run.out.starts_with("Closed SEC-1 in plan/p.md"), "{run:?}");
    fs::remove_file(project.path("rules/broken.yml")).unwrap();
    let run = project.run(&["tasks", "assign-ids"]);
    assert_eq!((run.code, run.out.as_str()), (0, "Wrote 1 id into 1 file.\n"), "{run:?}");
}

#[test]
fn a_mistake_in_the_configuration_is_said_beside_what_an_import_understands() {
    let project = project("alert(1);\n");
    project.write("auditlint.toml", format!("packz = []\n{CONFIG}").as_bytes());
    let run = project.run(&["tasks", "import", "--from", "plan/p.md"]);
    assert_eq!((run.code, run.err.contains("packz"), run.out.contains("SEC-1")), (2, true, true), "{run:?}");
}

#[test]
fn a_status_in_several_places_is_changed_in_all() {
    let project = Project::new(&[
        ("auditlint.toml", CONFIG),
        ("rules/r.yml", RULES),
        ("plan/SEC-1.yaml", "id: SEC-1\r\ntitle: Alerts\r\n"),
        ("plan/TODO.md", "- [x] SEC-1\n- \u{2705} SEC-2\n- \u{2B1C} SEC-7\n"),
        ("plan/SEC-2.yaml", "id: SEC-2\nstatus: \"done\" # since May\n"),
        ("plan/SEC-1.done", ""),
        ("src/a.ts", "alert(1);\nbeta(2);\n"),
    ]);
    let run = project.run(&["tasks", "reopen"]);
    assert_eq!(project.read("plan/TODO.md"), "- [ ] SEC-1\n- \u{2B1C} SEC-2\n- \u{2B1C} SEC-7\n", "{run:?}");
    assert_eq!(project.read("plan/SEC-2.yaml"), "id: SEC-2\nstatus: \"todo\" # since May\n", "{run:?}");
    assert!(run.err.contains("names of files are not changed") && run.err.contains("plan/SEC-1.done"), "{run:?}");
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn what_is_next_follows_dependencies_and_priorities() {
    let project = project("alert(1);\nbeta(2);\nbeta(3);\n");
    let run = project.run(&["tasks", "next", "--format", "json"]);
    assert_eq!(verdicts(&run), ["SEC-1 open", "SEC-2 open"]);
    said(&project, "- **Depends on:** SEC-1\n", "");
    let run = project.run(&["tasks", "next", "--format", "csv", "-n", "1"]);
    assert_eq!(run.out.lines().nth(1), Some("1,SEC-2,open,2,P0,,Betas,plan/p.md,9"), "{run:?}");
    assert_eq!(run.out.lines().count(), 2);
}

#[test]
fn everything_about_one_task() {
    let project = project("alert(1);\n");
    let out = project.run(&["tasks", "show", "SEC-1"]).out;
    for line in [
        "SEC-1 Alerts: open",
        "  src/a.ts:1:1 no-alert: an alert",
        "  declared   todo in plan/p.md:4",
        "  owner      Ada",
        "  phase      one",
        "  rule       no-alert (linked by the configuration): 1 left",
    ] {
        assert!(out.lines().any(|said| said == line), "{line}: {out}");
    }
    assert_eq!(project.run(&["tasks", "show", "SEC-9"]).code, 2);
}
