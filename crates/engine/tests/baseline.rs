//! What holding findings against a baseline takes: counted, since times depend on the machine.

use auditlint_engine::{BASELINE_NAME, CONFIG_NAME, Config, Engine, Report, RunOptions};
use auditlint_source::{FilePath, MemoryFiles};

const RULE: &str = "id: old\nlanguage: TypeScript\nmessage: m\nrule: {pattern: old($A)}\n";

fn engine(files: &MemoryFiles) -> Engine {
    let (config, problems) = Config::read(&FilePath::new(CONFIG_NAME), "packs = []\nrule-dirs = [\"rules\"]\n");
    Engine::load(files, config, RunOptions::default(), problems)
}

fn files(sources: &[(String, String)], baseline: Option<&str>) -> MemoryFiles {
    let others = [("rules/r.yml", RULE)].into_iter().chain(baseline.map(|text| (BASELINE_NAME, text)));
    MemoryFiles::new(others.chain(sources.iter().map(|(path, text)| (path.as_str(), text.as_str()))))
}

/// The report of a project whose sources were others when its baseline was made.
fn report(before: &[(String, String)], after: &[(String, String)]) -> Report {
    let old = files(before, None);
    let engine_before = engine(&old);
    let snapshot = engine_before.snapshot(&old);
    let baseline = snapshot.first_baseline(0, &snapshot.check(&|| None, &|_| {}).findings).baseline.to_text();
    let new = files(after, Some(&baseline));
    let engine = engine(&new);
    let report = engine.snapshot(&new).check(&|| None, &|_| {});
    assert!(report.problems.iter().all(|problem| !problem.message.contains("cannot be read")), "{:?}", report.problems);
    report
}

/// A way in which findings and lines of so many of them may stand to each other.
type Scene = fn(usize) -> (Vec<(String, String)>, Vec<(String, String)>);

fn in_files(count: usize, path: impl Fn(usize) -> String, code: impl Fn(usize) -> String) -> Vec<(String, String)> {
    (0..count).map(|n| (path(n), code(n))).collect()
}

const SCENES: [(&str, Scene); 7] = [
    ("one file, all alike", |n| {
        let of = |count: usize| vec![("a.ts".to_owned(), "old(1);\n".repeat(count))];
        (of(n), of(n))
    }),
    ("one file, none alike", |n| {
        let of = |from: usize| vec![("a.ts".to_owned(), (from..from + n).map(|n| format!("old({n});\n")).collect())];
        (of(0), of(n))
    }),
    ("many files", |n| {
        let of = in_files(n, |n| format!("{n}.ts"), |n| format!("old({n});\n"));
        (of.clone(), of)
    }),
    ("a folder renamed", |n| {
        let of = |folder: &'static str| in_files(n, move |n| format!("{folder}/{n}.ts"), |_| "old(1);\n".to_owned());
        (of("a"), of("b"))
    }),
    ("all renamed, no name kept", |n| {
        let of = |name: char| in_files(n, move |n| format!("{name}{n}.ts"), |_| "old(1);\n".to_owned());
        (of('a'), of('b'))
    }),
    ("one file taken apart", |n| {
        let code = (0..n).map(|n| format!("old({n});\n")).collect::<String>() + &"old('x');\n".repeat(n);
        let after = in_files(n, |n| format!("b{n}.ts"), |n| format!("old({n});\nold('x');\n"));
        (vec![("a.ts".to_owned(), code)], after)
    }),
    ("many files put together", |n| {
        let before = in_files(n, |n| format!("b{n}.ts"), |n| format!("old({n});\nold('x');\n"));
        let code = (0..n).map(|n| format!("old({n});\n")).collect::<String>() + &"old('x');\n".repeat(n);
        (before, vec![("a.ts".to_owned(), code)])
    }),
];

#[test]
fn steps_grow_with_findings_and_lines() {
    for (name, scene) in SCENES {
        let steps = |count: usize| {
            let (before, after) = scene(count);
            let report = report(&before, &after);
            assert!(report.summary.baseline_steps > 0, "{name}");
            report.summary.baseline_steps as f64 / (report.findings.len() as f64)
        };
        let (few, many) = (steps(50), steps(400));
        assert!(many < few * 1.2 + 1.0 && many < 60.0, "{name}: {few} and {many} steps for each finding");
    }
}

#[test]
fn what_the_scenes_know() {
    let known = |name: &str| {
        let (_, scene) = SCENES.iter().find(|(one, _)| *one == name).unwrap();
        let (before, after) = scene(20);
        let report = report(&before, &after);
        (report.summary.known, report.active().count(), report.summary.stale)
    };
    assert_eq!(known("one file, all alike"), (20, 0, 0));
    assert_eq!(known("one file, none alike"), (0, 20, 20));
    assert_eq!(known("many files"), (20, 0, 0));
    assert_eq!(known("a folder renamed"), (20, 0, 0));
    assert_eq!(known("all renamed, no name kept"), (0, 20, 20));
}

const SCRIPT_RULE: (&str, &str) =
    ("rules/s.yml", "id: own-script\nseverity: warning\nmessage: \"MESSAGE\"\ncheck: {each: npm.script, none: true}\n");

/// How many findings of a rule over rows are known, new and gone after the project has changed.
fn known_rows(before: &[(&str, &str)], after: &[(&str, &str)]) -> (u64, usize, u64) {
    let old = MemoryFiles::new(before.iter().copied());
    let engine_before = engine(&old);
    let snapshot = engine_before.snapshot(&old);
    let baseline = snapshot.first_baseline(0, &snapshot.check(&|| None, &|_| {}).findings).baseline.to_text();
    let new = MemoryFiles::new(after.iter().copied().chain([(BASELINE_NAME, baseline.as_str())]));
    let report = engine(&new).snapshot(&new).check(&|| None, &|_| {});
    (report.summary.known, report.active().count(), report.summary.stale)
}

#[test]
fn a_row_is_known_by_what_it_is_about() {
    let rule = |message: &str| SCRIPT_RULE.1.replace("MESSAGE", message);
    let (first, reworded) = (rule("`$SCRIPT` runs `$COMMAND`"), rule("the script `$SCRIPT` of `$DIRECTORY`"));
    let one = r#"{"scripts": {"a": "x", "b": "y"}}"#;
    let before = [(SCRIPT_RULE.0, first.as_str()), ("a/package.json", one)];
    let with = |rule: &'static str, path: &'static str, text: &'static str| {
        let rule = if rule == "first" { &first } else { &reworded };
        known_rows(&before, &[(SCRIPT_RULE.0, rule), (path, text)])
    };
    assert_eq!(with("first", "a/package.json", one), (2, 0, 0));
    assert_eq!(with("reworded", "a/package.json", one), (2, 0, 0));
    // The rows in another order, and one with another name.
    assert_eq!(with("reworded", "a/package.json", r#"{"scripts": {"b": "y", "a": "x"}}"#), (2, 0, 0));
    assert_eq!(with("reworded", "a/package.json", r#"{"scripts": {"a": "x", "c": "y"}}"#), (1, 1, 1));
}
