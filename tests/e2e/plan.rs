//! The pack `plan`: plans held against themselves, in every style of task files.

use crate::project::{Project, Run};

const CONFIG: &str = "packs = [\"plan\"]\n[[tasks]]\nfiles = \"plan/*\"\n";

/// `place rule` of each finding, in the order of the report.
fn found(run: &Run) -> Vec<String> {
    let lines = run.out.lines().filter_map(|line| {
        let (place, rest) = line.split_once(": ")?;
        let rule = rest.split_once('[')?.1.split_once(']')?.0;
        (rest.starts_with("warning[") || rest.starts_with("error[")).then(|| format!("{place} {rule}"))
    });
    lines.collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let project = Project::new(&[&[("auditlint.toml", CONFIG), ("src/a.ts", "export {};\n")], files].concat());
    let run = project.run(&["check", "--format", "concise"]);
    assert_eq!(found(&run), expected, "{run:?}");
}

/// Paths with what their files hold.
type Files<'t> = &'t [(&'t str, &'t str)];

#[test]
fn every_style_of_task_files() {
    let yaml: &[(&str, &str)] = &[
        ("plan/a.yaml", "id: A-1\nstatus: done\ndepends_on: [A-2, A-9]\nfiles:\n  - src/gone.ts\n"),
        ("plan/b.yaml", "id: A-2\nstatus: todo\n"),
    ];
    let expected = ["done-before-prerequisite", "unknown-task-dependency", "done-task-missing-file"];
    let at = |places: [&str; 3]| [0, 1, 2].map(|number| format!("{} {}", places[number], expected[number]));
    let styles: [(Files<'_>, [&str; 3]); 4] = [
        (yaml, ["plan/a.yaml:3:14", "plan/a.yaml:3:19", "plan/a.yaml:5:5"]),
        (
            &[(
                "plan/p.md",
                "# Plan\n\n## A-1 One\n- **Status:** done\n- **Depends on:** A-2, `A-9` (later)\n- **Files:** `src/gone.ts`\n\n\
                 ## A-2 Two\n- **Status:** todo\n",
            )],
            ["plan/p.md:5:19", "plan/p.md:5:25", "plan/p.md:6:15"],
        ),
        (
            &[("plan/TODO.md", "- [x] A-1 One\n  - Depends on: A-2, A-9\n  - Files: `src/gone.ts`\n- [ ] A-2 Two\n")],
            ["plan/TODO.md:2:17", "plan/TODO.md:2:22", "plan/TODO.md:3:13"],
        ),
        (
            &[(
                "plan/tasks.json",
                "{\"tasks\": [\n{\"id\": \"A-1\", \"title\": \"One\", \"status\": \"done\", \"dependencies\": [\"A-2\", \"A-9\"],\n\
                 \"files\": [\"src/gone.ts\"]},\n{\"id\": \"A-2\", \"title\": \"Two\", \"status\": \"pending\"}]}\n",
            )],
            ["plan/tasks.json:2:67", "plan/tasks.json:2:74", "plan/tasks.json:3:12"],
        ),
    ];
    for (files, places) in styles {
        let expected = at(places);
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(files, &expected);
    }
}

#[test]
fn nothing_is_said_without_the_pack() {
    let project = Project::new(&[
        ("auditlint.toml", "packs = []\n[[tasks]]\nfiles = \"plan/*\"\n"),
        ("plan/a.yaml", "id: A-1\nstatus: done\ndepends_on: [A-1]\nfiles: [src/gone.ts]\n"),
        ("src/a.ts", "export {};\n"),
    ]);
    assert_eq!(found(&project.run(&["check", "--format", "concise"])), [""; 0]);
}

#[test]
fn each_tangle_is_one_finding() {
    check(
        &[(
            "plan/p.md",
            "## A-1 One\n- **Status:** todo\n- **Depends on:** A-2\n\n## A-2 Two\n- **Status:** todo\n- **Depends on:** A-3, A-1\n\n\
             ## A-3 Three\n- **Status:** todo\n- **Depends on:** A-1\n\n## B-1 Alone\n- **Status:** todo\n- **Depends on:** B-1, A-1\n",
        )],
        &["plan/p.md:3:19 task-dependency-cycle", "plan/p.md:15:19 task-dependency-cycle"],
    );
}

#[test]
fn what_is_ignored_or_elsewhere_is_not_missing() {
    let named = "id: A-1\nstatus: done\nfiles:\n  - dist/out.js\n  - lib/x.ts\n  - secret/key.pem\n  - ~/.npmrc\n  - src/*.ts\n";
    check(
        &[("plan/a.yaml", named), (".gitignore", "dist/\n/secret\n"), ("packages/core/lib/x.ts", "export {};\n")],
        &[],
    );
}

#[test]
fn a_task_file_that_is_not_read_leaves_dependencies_unjudged() {
    let project = Project::new(&[
        ("auditlint.toml", CONFIG),
        ("plan/a.yaml", "id: A-1\nstatus: todo\ndepends_on: [A-2]\n"),
        ("src/a.ts", "export {};\n"),
    ]);
    assert_eq!(found(&project.run(&["check", "--format", "concise"])), ["plan/a.yaml:3:14 unknown-task-dependency"]);
    project.write("plan/b.yaml", b"\x00\x01");
    let run = project.run(&["check", "--format", "concise"]);
    assert_eq!(found(&run), [""; 0], "{run:?}");
    assert!(run.out.contains("one place was not judged by `unknown-task-dependency`"), "{run:?}");
}

#[test]
fn suppressions_and_ignores_work_where_a_comment_is_possible() {
    let markdown = "## A-1 One\n- **Status:** todo\n<!-- auditlint-ignore task-dependency-cycle: known -->\n- **Depends on:** A-1\n";
    let yaml = "id: A-1\nstatus: todo\n# auditlint-ignore task-dependency-cycle: known\ndepends_on: [A-1]\n";
    check(&[("plan/p.md", markdown)], &[]);
    check(&[("plan/a.yaml", yaml)], &[]);
    let ignored =
        format!("{CONFIG}[[ignore]]\nrule = \"task-dependency-cycle\"\npath = \"plan/**\"\nreason = \"known\"\n");
    let project = Project::new(&[
        ("auditlint.toml", ignored.as_str()),
        ("plan/a.yaml", "id: A-1\nstatus: todo\ndepends_on: [A-1]\n"),
        ("src/a.ts", "export {};\n"),
    ]);
    let run = project.run(&["check", "--format", "concise"]);
    assert_eq!((found(&run), run.code), (Vec::new(), 0), "{run:?}");
}

const RULES: &str = "id: no-alert\nlanguage: TypeScript\nseverity: warning\nmessage: an alert\nrule: { pattern: alert($$$) }\n---\n\
                     id: no-beta\nlanguage: TypeScript\nseverity: off\nmessage: a beta\nrule: { pattern: beta($$$) }\n";
const CLAIMED: &str = "- [x] A-1 Alerts\n  - Verify: no-alert\n- [x] A-2 Betas\n  - Depends on: A-1\n- [x] A-3 Words\n- [x] A-4 More\n  \
                       - Depends on: A-3\n";

#[track_caller]
fn check_claims(more: &str, source: &str, args: &[&str], expected: &[&str]) {
    let config = format!("rule-dirs = [\"rules\"]\n{CONFIG}{more}");
    let project = Project::new(&[
        ("auditlint.toml", config.as_str()),
        ("rules/r.yml", RULES),
        ("plan/TODO.md", CLAIMED),
        ("src/a.ts", source),
    ]);
    let run = project.run(&[&["check", "--format", "concise"], args].concat());
    let found: Vec<String> = found(&run).into_iter().filter(|one| one.starts_with("plan/")).collect();
    assert_eq!(found, expected, "{run:?}");
}

#[test]
fn verdicts_decide_what_is_done_before_its_prerequisite() {
    let regressed = "plan/TODO.md:1:3 task-regressed";
    let first = "plan/TODO.md:4:17 done-before-prerequisite";
    let second = "plan/TODO.md:7:17 done-before-prerequisite";
    let leave = "[rules.done-before-prerequisite.options]\nunproven = \"leave\"\n";
    check_claims(leave, "alert(1);\n", &[], &[regressed, first]);
    check_claims(leave, "done();\n", &[], &[]);
    check_claims("", "alert(1);\n", &[], &[regressed, first, second]);
    check_claims("", "done();\n", &[], &[second]);
    let attest = "[[attest]]\ntask = \"A-3\"\nby = \"Ada\"\nuntil = \"2999-01-01\"\nreason = \"seen\"\n";
    check_claims(attest, "done();\n", &[], &[]);
    // A run on a part gives no verdict, so it claims nothing.
    check_claims("", "alert(1);\n", &["plan"], &[]);
    let ignored = "[[ignore]]\nrule = \"done-before-prerequisite\"\npath = \"plan/**\"\nreason = \"known\"\n";
    check_claims(ignored, "alert(1);\n", &[], &[regressed]);
}

#[test]
fn a_task_whose_rules_are_all_off() {
    let config =
        format!("rule-dirs = [\"rules\"]\n{CONFIG}[rules.no-alert]\ntasks = [\"A-1\", \"A-2\"]\nseverity = \"off\"\n");
    let project = Project::new(&[
        ("auditlint.toml", config.as_str()),
        ("rules/r.yml", RULES.replace("severity: off", "severity: error").as_str()),
        ("plan/TODO.md", "- [ ] A-1 Alerts\n- [ ] A-2 Betas\n  - Verify: no-beta\n- [ ] A-3 Words\n"),
        ("src/a.ts", "export {};\n"),
    ]);
    let run = project.run(&["check", "--format", "concise"]);
    assert_eq!(found(&run), ["plan/TODO.md:1:7 task-rules-off"], "{run:?}");
}

#[test]
fn findings_of_an_audit_that_no_task_covers() {
    check(
        &[
            ("docs/audit.md", "# Audit\n\n## C1 Tokens\n\n## C2 Limits\n\n## C3 Logs (fixed)\n"),
            ("docs/other.md", "## C7 Elsewhere\n"),
            ("plan/p.md", "## A-1 One\n- **Status:** todo\n- **Findings:** C1, H1\n"),
        ],
        &[],
    );
    check(
        &[
            (
                "docs/audit.md",
                "# Audit\n\n## C1 Tokens\n\n## C2 Limits\n\n## C3 Logs (fixed)\n| H1 | Retry |\n| X1 | Other |\n",
            ),
            ("plan/p.md", "## A-1 One\n- **Status:** todo\n- **Findings:** C1, H1\n"),
        ],
        &["docs/audit.md:5:4 audit-finding-without-task"],
    );
}
