//! Projects in memory: what loading and checking them says.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use std::sync::Arc;

use auditlint_engine::{CONFIG_NAME, Config, Engine, Report, RuleInfo, RunOptions, propose};
use auditlint_macros::Rule;
use auditlint_matcher::{Analysis, SharedUtils};
use auditlint_rules::{Confidence, NativeMatch, NativeRule, Rule, RuleOptions, RuleSet};
use auditlint_source::{FilePath, Files, MemoryFiles, Problem, ProblemKind};
use auditlint_syntax::NodeId;

/// A rule file with one rule that finds `alert()`.
const ALERT: &str = "id: no-alert\nlanguage: TypeScript\nmessage: an alert\nrule: { pattern: alert($$$) }\ntasks: [A-1, { id: A-2, files: ['web/**'] }]\n";
const TASKS: &str = "- id: A-1\n  title: first\n- id: A-2\n  title: second\n";

fn load(files: &MemoryFiles, options: RunOptions) -> Engine {
    let path = FilePath::new(CONFIG_NAME);
    let text = String::from_utf8(files.read(&path, 1 << 20).unwrap_or_default()).unwrap();
    let (config, problems) = Config::read(&path, &text);
    Engine::load(files, config, options, problems)
}

fn run(files: &[(&str, &str)], options: RunOptions) -> Report {
    let files = MemoryFiles::new(files.iter().copied());
    load(&files, options).snapshot(&files).check(&|| None, &|_| {})
}

/// Each problem as `path:line: message`.
fn told(problems: &[Problem]) -> Vec<String> {
    let place = |problem: &Problem| {
        let path = problem.path.as_ref().map(ToString::to_string).unwrap_or_default();
        problem.position.map_or_else(|| path.clone(), |position| format!("{path}:{}", position.line))
    };
    problems.iter().map(|problem| format!("{}: {}", place(problem), problem.message)).collect()
}

#[track_caller]
fn check_problems(files: &[(&str, &str)], expected: &[&str]) {
    let report = run(files, RunOptions::default());
    assert_eq!(told(&report.problems), expected, "{files:?}");
}

/// Each finding as `path rule task…`.
#[track_caller]
fn check_findings(files: &[(&str, &str)], options: RunOptions, expected: &[&str]) {
    let report = run(files, options);
    let found: Vec<String> = report
        .findings
        .iter()
        .map(|finding| {
            let tasks: String = finding.tasks.iter().map(|task| format!(" {}", task.id)).collect();
            format!("{} {}{tasks}", finding.path, finding.rule.id.as_str())
        })
        .collect();
    assert_eq!(found, expected, "{:?}", report.problems);
}

#[test]
fn a_title_with_control_characters_leaves_the_proposed_configuration_readable() {
    let task = "id: P1-T1\ntitle: \"Raw fetch \\a\\e goes through an HTTP client with a timeout\"\nfiles: [a.ts]\n";
    let files = MemoryFiles::new([("tasks/P1-T1.yaml", task), ("a.ts", "fetch('x');\n")]);
    let text = "[[tasks]]\nfiles = 'tasks/*.yaml'\n";
    let (config, problems) = Config::read(&FilePath::new(CONFIG_NAME), text);
    let engine = Engine::load(&files, config, RunOptions::default(), problems);
    let snapshot = engine.snapshot(&files);
    let proposed = propose(&snapshot, &snapshot.check(&|| None, &|_| {}), &files);
    assert!(proposed.contains("# P1-T1: Raw fetch \\u{7}\\u{1b} goes through"), "{proposed}");
    assert_eq!(Config::read(&FilePath::new(CONFIG_NAME), &proposed).1, []);
}

#[test]
fn a_rule_takes_no_id_that_is_taken() {
    let same = ALERT.replace("no-alert", "process-env");
    check_problems(
        &[("auditlint.toml", "rule-dirs = ['lint']"), ("lint/a.yml", &same), ("a.ts", "")],
        &["lint/a.yml:1: rule `process-env` has the id of a rule that ships with auditlint"],
    );
    check_problems(
        &[
            ("auditlint.toml", "rule-dirs = ['lint']\npacks = []"),
            ("lint/a.yml", ALERT),
            ("lint/b.yml", ALERT),
            ("a.ts", ""),
        ],
        &["lint/b.yml:1: duplicate rule id `no-alert`: here and in lint/a.yml:1"],
    );
}

#[test]
fn names_that_nobody_knows_are_told_where_they_stand() {
    check_problems(
        &[
            ("auditlint.toml", "packs = ['strict']\nrule-dirs = ['lint']\n[rules.proces-env]\nseverity = 'off'\n"),
            ("a.ts", ""),
        ],
        &[
            "auditlint.toml:1: unknown pack `strict`",
            "auditlint.toml:2: there is no folder `lint` with rules",
            "auditlint.toml:3: there is no rule `proces-env`",
        ],
    );
}

#[test]
fn a_rule_is_on_by_its_pack_a_table_or_an_override() {
    let code = "export default process.env.A as any;";
    for (config, expected) in [
        ("", ["a.ts process-env"].as_slice()),
        ("packs = []", &[]),
        ("[rules.process-env]\nseverity = 'off'", &[]),
        ("packs = []\n[rules.explicit-any]", &["a.ts explicit-any"]),
        ("packs = []\n[[overrides]]\nfiles = 'a.ts'\nrules.explicit-any.severity = 'hint'", &["a.ts explicit-any"]),
        ("packs = []\n[[overrides]]\nfiles = 'b.ts'\nrules.explicit-any.severity = 'hint'", &[]),
        ("packs = []\n[rules.default-export]\nfiles = 'b.ts'", &[]),
    ] {
        check_findings(&[("auditlint.toml", config), ("a.ts", code)], RunOptions::default(), expected);
    }
}

#[test]
fn a_finding_carries_the_tasks_whose_link_covers_its_file() {
    let files = |config| {
        [
            ("auditlint.toml", config),
            ("lint/a.yml", ALERT),
            ("tasks.yaml", TASKS),
            ("a.ts", "alert(1)"),
            ("web/b.ts", "alert(2)"),
        ]
    };
    let base = "rule-dirs = ['lint']\npacks = []\n[[tasks]]\nfiles = 'tasks.yaml'\n";
    check_findings(&files(base), RunOptions::default(), &["a.ts no-alert A-1", "web/b.ts no-alert A-1 A-2"]);
    // A table replaces the links.
    let replaced = format!("{base}[rules.no-alert]\ntasks = ['A-2']");
    check_findings(&files(&replaced), RunOptions::default(), &["a.ts no-alert A-2", "web/b.ts no-alert A-2"]);
    let only = RunOptions { tasks: vec!["A-2".to_owned()], ..RunOptions::default() };
    check_findings(&files(base), only, &["web/b.ts no-alert A-1 A-2"]);
    // A name that nobody knows is told where it is written.
    let unknown = format!("{base}[rules.no-alert]\ntasks = ['A-3']");
    check_problems(&files(&unknown), &["auditlint.toml:6: rule `no-alert` names an unknown task: `A-3`"]);
    check_problems(
        &[
            ("auditlint.toml", base),
            ("lint/a.yml", &ALERT.replace("A-1,", "A-9,")),
            ("tasks.yaml", TASKS),
            ("web/a.ts", ""),
        ],
        &["lint/a.yml:5: rule `no-alert` names an unknown task: `A-9`"],
    );
}

#[test]
fn a_task_names_its_rules_itself() {
    const ALERT_ALONE: &str =
        "id: no-alert\nlanguage: ts\nseverity: error\nmessage: no alert\nrule: {pattern: alert($A)}\n";
    let config = "rule-dirs = ['lint']\npacks = []\n[[tasks]]\nfiles = 'plan/*'\n";
    let yaml = "id: B-1\ntitle: x\nverify: [no-alert, npm test, make]\nfiles: [web/]\n";
    let plan = "- [ ] **B-2** y\n  - no dialogs (verify: no-alert)\n";
    let files = |yaml, plan| {
        [
            ("auditlint.toml", config),
            ("lint/a.yml", ALERT_ALONE),
            ("plan/b.yaml", yaml),
            ("plan/todo.md", plan),
            ("a.ts", "alert(1)"),
            ("web/b.ts", "alert(2)"),
        ]
    };
    // A task that lists files is about these.
    let expected = ["a.ts no-alert B-2", "web/b.ts no-alert B-1 B-2"];
    check_findings(&files(yaml, plan), RunOptions::default(), &expected);
    let mistaken = yaml.replace("[no-alert", "[no-alrt");
    let files = files(&mistaken, plan);
    check_problems(&files, &["plan/b.yaml:3: task `B-1` names an unknown rule: `no-alrt`"]);
    let said = |verify: &str| yaml.replace("[no-alert, npm test, make]", verify);
    let check = |verify: &str, expected: &[&str]| {
        let yaml = said(verify);
        let files = [
            ("auditlint.toml", config),
            ("lint/a.yml", ALERT_ALONE),
            ("plan/b.yaml", &*yaml),
            ("a.ts", "alert(1)"),
            ("web/b.ts", "alert(2)"),
        ];
        check_problems(&files, expected);
    };
    let among = "plan/b.yaml:3: task `B-1` names the rule `no-alert` among other words, so it does not check the task";
    check("look at no-alert by hand", &[among]);
    check("no-alert - nobody calls it", &[]);
    check("npx auditlint check --rule no-alert", &[]);
    check("look at it by hand", &[]);
    // A remark behind a word that is not a rule says that it is the name of something else.
    check("pre-commit - before each commit", &[]);
}

#[test]
fn what_is_configured_and_matches_nothing_is_told() {
    check_problems(
        &[
            (
                "auditlint.toml",
                "[rules.process-env]\nfiles = 'b/**'\n[[overrides]]\nfiles = 'c/**'\nrules.raw-fetch.severity = 'off'\n\
                 [[ignore]]\nrule = 'raw-fetch'\npath = 'a.ts'\nreason = 'x'\n[roles]\ntest = 'd/**'",
            ),
            ("a.ts", ""),
        ],
        &[
            "auditlint.toml:1: rule `process-env` applies to no file",
            "auditlint.toml:3: this override covers no file",
            "auditlint.toml:6: this ignores nothing: rule `raw-fetch` finds nothing in `a.ts`",
            "auditlint.toml:11: `d/**` gives no file the role `test`",
        ],
    );
    check_problems(&[("a.md", "")], &[": there are no sources to check"]);
}

/// A rule that panics where a file says so.
///
/// ## Why
///
/// To see what becomes of the other files.
///
/// ## Bad
///
/// ```ts
/// «calm;»
/// ```
///
/// ## Good
///
/// ```ts
/// const calm = 1;
/// ```
#[derive(Rule)]
#[rule(id = "panics", languages(TypeScript), severity = "error", roles(source), since = "0.1.0")]
struct Panics;

impl NativeRule for Panics {
    fn kinds(&self) -> &'static [&'static str] {
        &["expression_statement"]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        assert!(analysis.tree().text(node, analysis.text()) != b"panic;", "it panicked");
        emit(NativeMatch::of(analysis, node));
    }
}

#[test]
fn a_panic_is_a_problem_of_its_file_alone() {
    let files = MemoryFiles::new([("a.ts", "calm;"), ("b.ts", "panic;"), ("c.ts", "calm;")]);
    let mut engine = load(&files, RunOptions::default());
    let (set, problems) = RuleSet::compile(vec![Rule::native(&Panics, None)], &SharedUtils::default());
    assert_eq!(problems, []);
    let rule = &set.rules()[0].rule;
    engine.catalogue.infos = vec![Arc::new(RuleInfo {
        id: rule.id.clone(),
        pack: None,
        confidence: Confidence::High,
        why: None,
        instead: None,
        note: None,
        url: None,
        cwe: Vec::new(),
        unsafe_fix: None,
    })];
    engine.catalogue.set = set;
    let report = engine.snapshot(&files).check(&|| None, &|_| {});
    let found: Vec<&str> = report.findings.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(found, ["a.ts", "c.ts"]);
    assert_eq!(told(&report.problems), ["b.ts: auditlint failed on this file: it panicked"]);
    assert_eq!(report.problems[0].kind, ProblemKind::Bug);
}
