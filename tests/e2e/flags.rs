//! What the flags of `check` promise.

use crate::project::{Project, places};

const CONFIG: (&str, &str) =
    ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n[[tasks]]\nfiles = \"tasks/*.yaml\"\n");
const RULES: (&str, &str) = (
    "rules/all.yml",
    "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\ntasks: [T-1]\nrule:\n  pattern: forbidden($$$)\n\
     ---\nid: old\nlanguage: TypeScript\nseverity: warning\nmessage: old\nrule:\n  pattern: old($A)\nfix: new_($A)\n",
);
const TASK: (&str, &str) = ("tasks/T-1_first.yaml", "id: T-1_first\ntitle: First\nacceptance: [it is gone]\n");
const CODE: (&str, &str) = ("src/a.ts", "forbidden();\nold(old(1));\n");

fn project() -> Project {
    Project::new(&[CONFIG, RULES, TASK, CODE])
}

#[test]
fn what_is_reported_can_be_narrowed() {
    let project = project();
    let all = ["src/a.ts:1:1 forbidden", "src/a.ts:2:1 old", "src/a.ts:2:5 old"];
    assert_eq!(project.places(&[]), all);
    for (args, expected) in [
        (&["--rule", "old"][..], &all[1..]),
        (&["--severity", "error"], &all[..1]),
        (&["--task", "T-1"], &all[..1]),
        (&["--task", "T-1_first"], &all[..1]),
        (&["src"], &all[..]),
        (&["rules"], &[]),
    ] {
        let (_, report) = project.json(args);
        assert_eq!(places(&report), expected, "{args:?}");
        assert_eq!(report["summary"]["partial"], true, "{args:?}");
    }
    for args in [["--rule", "olt"], ["--task", "T-9"], ["--severity", "bad"]] {
        assert_eq!(project.run(&args).code, 2, "{args:?}");
    }
    assert!(project.run(&["--rule", "olt"]).out.contains("did you mean `old`?"));
}

#[test]
fn the_exit_code_says_what_was_found() {
    let project = project();
    for (args, code) in [
        (&[][..], 1),
        (&["--exit-zero"], 0),
        (&["--rule", "old"], 0),
        (&["--rule", "old", "--max-warnings", "2"], 0),
        (&["--rule", "old", "--max-warnings", "1"], 1),
        (&["--exit-zero", "missing.ts"], 2),
        (&["--no-such-flag"], 2),
        (&["--fix", "--diff"], 2),
    ] {
        assert_eq!(project.run(args).code, code, "{args:?}");
    }
}

#[test]
fn a_fix_is_applied_until_nothing_is_left_and_a_diff_changes_nothing() {
    let project = project();
    project.write("src/b.ts", b"old(1);\r\nold(2); // auditlint-ignore old: kept\r\n");
    let diff = project.run(&["check", "--diff"]);
    assert_eq!(diff.code, 1);
    assert!(diff.out.contains("-old(old(1));\n+new_(new_(1));\n"), "{}", diff.out);
    assert_eq!(project.read("src/a.ts"), CODE.1);
    let fixed = project.run(&["check", "--fix", "--format", "concise"]);
    assert_eq!(project.read("src/a.ts"), "forbidden();\nnew_(new_(1));\n");
    assert_eq!(project.read("src/b.ts"), "new_(1);\r\nold(2); // auditlint-ignore old: kept\r\n");
    assert_eq!((fixed.code, fixed.out.lines().count()), (1, 1), "{fixed:?}");
    assert_eq!(project.run(&["check", "--diff"]).code, 0);
}

#[test]
fn output_goes_where_it_is_asked_to_go() {
    let project = project();
    let run = project.run(&["check", "--format", "concise", "--output-file", "out.txt"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert_eq!(project.read("out.txt").lines().count(), 3);
    let timed = project.run(&["check", "--format", "jsonl", "--timings"]);
    assert_eq!(timed.out.lines().count(), 3);
    assert!(timed.err.contains("attempts"), "{}", timed.err);
    assert!(project.run(&["check", "--color", "always"]).out.contains("\u{1b}["));
    assert!(!project.run(&["check"]).out.contains("\u{1b}["));
    let one = project.run(&["check", "--format", "json", "--threads", "1"]).out;
    assert_eq!(one, project.run(&["check", "--format", "json", "--threads", "2"]).out);
}

#[test]
fn roots_are_found_and_named_paths_obey_force_exclude() {
    let project = project();
    project.write("sub/x.txt", b"");
    let from_below = crate::project::run_in(&project.path("sub"), &["check", "--format", "concise", "../src"], None);
    assert_eq!(from_below.out.lines().count(), 3, "{from_below:?}");
    project.write("nested/auditlint.toml", b"root = true\npacks = []\n");
    project.write("nested/a.ts", b"forbidden();\n");
    assert!(project.run(&["check", "--show-files"]).out.contains("nested/a.ts\tsource\n"));
    project.write(".gitignore", b"out/\n");
    project.write("out/a.ts", b"forbidden();\n");
    assert_eq!(project.places(&[]).len(), 3);
    assert_eq!(project.places(&["out/a.ts"]), ["out/a.ts:1:1 forbidden"]);
    assert_eq!(project.places(&["out"]), ["out/a.ts:1:1 forbidden"]);
    assert_eq!(project.places(&["--force-exclude", "out/a.ts", "src/a.ts"]).len(), 3);
    let other = project.run(&["check", "--config", "nested/auditlint.toml", "--show-files"]);
    assert_eq!(other.out, "nested/a.ts\tsource\n");
    assert_eq!(project.run(&["check", "--isolated", "--format", "concise"]).out, "");
}

#[test]
fn what_the_configuration_names_and_is_not_there_is_said() {
    let project = project();
    let config = "packs = []\nrule-dirs = [\"rules\"]\n[[tasks]]\nfiles = \"tasks/*.yaml\"\n[rules.old]\nfiles = [\"lib/**\"]\n\
                  tasks = [\"T-l\"]\n[[ignore]]\nrule = \"forbidden\"\npath = \"lib/**\"\nreason = \"x\"\n";
    project.write("auditlint.toml", config.as_bytes());
    let run = project.run(&["check", "--format", "concise"]);
    for words in [
        "auditlint.toml:5:8: warning: rule `old` applies to no file",
        "`T-l`",
        "T-1",
        "auditlint.toml:8:1: warning: this ignores nothing",
    ] {
        assert!(run.out.contains(words), "{words:?} is not in {}", run.out);
    }
    assert_eq!(project.run(&["check", "--strict"]).code, 2);
    assert!(!project.run(&["check", "--format", "concise", "src"]).out.contains("applies to no file"));
}

#[test]
fn rules_and_schemas_can_be_asked_for() {
    let project = project();
    assert_eq!(project.run(&["rules", "new", "raw-sql"]).code, 0);
    assert_eq!(project.run(&["rules", "test", "raw-sql"]).code, 0);
    assert_eq!(project.run(&["rules", "new", "raw-sql"]).code, 2);
    assert_eq!(project.run(&["rules", "test", "--all"]).code, 0);
    assert!(project.run(&["rules", "show", "process-env"]).out.starts_with("process-env: "));
    assert!(project.run(&["rules", "show", "proces-env"]).err.contains("did you mean `process-env`?"));
    let schema: serde_json::Value = serde_json::from_str(&project.run(&["schema", "findings"]).out).unwrap();
    let report = project.json(&[]).1;
    assert!(jsonschema::is_valid(&schema, &report));
    let schema: serde_json::Value = serde_json::from_str(&project.run(&["schema", "config"]).out).unwrap();
    assert!(jsonschema::is_valid(&schema, &serde_json::json!({ "packs": ["recommended"] })));
    assert!(!jsonschema::is_valid(&schema, &serde_json::json!({ "pack": [] })));
    for shell in ["bash", "zsh", "fish"] {
        assert!(project.run(&["completions", shell]).out.contains("force-exclude"), "{shell}");
    }
}

#[test]
fn init_writes_a_configuration_that_works() {
    let project = Project::new(&[
        TASK,
        ("tasks/T-2.yaml", "id: T-2\ntitle: Second\nacceptance: [it is gone]\n"),
        ("a.ts", "export const a = process.env.A;\n"),
    ]);
    assert_eq!(project.run(&["init"]).code, 0);
    assert_eq!(project.run(&["init"]).code, 2, "it overwrites nothing");
    assert_eq!(project.run(&["init", "--force"]).code, 0);
    assert_eq!(project.places(&[]), ["a.ts:1:18 process-env"]);
    assert_eq!(project.json(&[]).1["problems"], serde_json::json!([]));
    assert!(project.run(&["tasks"]).out.contains("2 tasks"));
}

#[test]
fn init_proposes_the_task_that_speaks_of_a_rule() {
    let code = "export const a = process.env.A;\nexport const b = fetch(\"b\");\n";
    for (rule, title) in [
        ("process-env", "Read process.env in the configuration alone"),
        ("raw-fetch", "Give each fetch of a service a timeout by one client"),
    ] {
        let task = format!("id: T-1\ntitle: {title}\nfiles: [a.ts]\nacceptance: [it is gone]\n");
        let other = "id: T-2\ntitle: Second\nfiles: [a.ts]\nacceptance: [it is gone]\n";
        let project = Project::new(&[("tasks/T-1.yaml", &task), ("tasks/T-2.yaml", other), ("a.ts", code)]);
        let run = project.run(&["init", "--stdout"]);
        assert!(run.out.contains(&format!("[rules.{rule}]\n# T-1: {title}")), "{rule}: {run:?}");
    }
}

#[test]
fn a_configuration_that_cannot_be_read_stops_the_run() {
    for text in ["[rules\n", "packs = [\"recommended\"\nexclude = []\n"] {
        let project = Project::new(&[("auditlint.toml", text), ("a.ts", "export const a = process.env.A;\n")]);
        let run = project.run(&["check"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(!run.out.contains("process-env"), "no findings under settings that nobody wrote: {run:?}");
        assert!(run.out.contains("auditlint.toml:1:") || run.out.contains("auditlint.toml:2:"), "{run:?}");
        let (code, report) = project.json(&["--exit-zero"]);
        assert_eq!((code, report["findings"].as_array().map(Vec::len)), (2, Some(0)), "{report}");
    }
}

#[test]
fn a_severity_stands_for_the_table_of_a_rule() {
    let project = Project::new(&[
        (
            "auditlint.toml",
            "[rules]\nprocess-env = \"error\"\n\n[[overrides]]\nfiles = \"old/**\"\nrules.process-env = \"off\"\n",
        ),
        ("a.ts", "export const a = process.env.A;\n"),
        ("old/a.ts", "export const a = process.env.A;\n"),
    ]);
    let run = project.run(&["check", "--format", "concise"]);
    assert_eq!(run.out, "a.ts:1:18: error[process-env] `process.env` is read directly\n");
}

#[test]
fn a_rule_is_explained_by_its_name() {
    let project = Project::new(&[]);
    assert_eq!(project.run(&["explain", "process-env"]).out, project.run(&["rules", "show", "process-env"]).out);
    let run = project.run(&["explain", "proces-env"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("process-env"), "{run:?}");
}

#[test]
fn the_version_says_what_a_report_of_a_bug_needs() {
    let project = Project::new(&[("auditlint.toml", "")]);
    assert_eq!(project.run(&["version"]).out, project.run(&["--version"]).out);
    let run = project.run(&["version", "--verbose"]);
    for part in ["system:", "build:", "TypeScript", "recommended (", "configuration: auditlint.toml"] {
        assert!(run.out.contains(part), "{part}: {run:?}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let project = Project::new(&[]);
    let page = project.run(&["man"]).out;
    assert!(page.contains(".TH auditlint 1") && page.contains("auditlint\\-check(1)"), "{page}");
    let page = project.run(&["man", "tasks", "verify"]).out;
    assert!(page.contains("auditlint tasks verify") && page.contains("\\-\\-strict"), "{page}");
    let run = project.run(&["man", "task"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `tasks`?"), "{run:?}");
}
