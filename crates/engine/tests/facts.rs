//! Rules over facts in projects in memory: what is read, what is kept, what is said.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use auditlint_engine::{CONFIG_NAME, Config, Engine, Report, RunOptions};
use auditlint_source::{FilePath, Files, MemoryFiles};

const CONSISTENCY: (&str, &str) = ("auditlint.toml", "packs = ['consistency']\n");
const SCHEMA: (&str, &str) = ("db/schema.prisma", "model User {\n  id Int @id\n}\n");
const QUERY: &str = "db.user.findMany({ where: { name: 1 } });\n";

fn check(files: &[(&str, &str)], options: RunOptions) -> Report {
    let files = MemoryFiles::new(files.iter().copied());
    load(&files, options).snapshot(&files).check(&|| None, &|_| {})
}

fn load(files: &MemoryFiles, options: RunOptions) -> Engine {
    let path = FilePath::new(CONFIG_NAME);
    let text = String::from_utf8(files.read(&path, 1 << 20).unwrap_or_default()).unwrap();
    let (config, problems) = Config::read(&path, &text);
    Engine::load(files, config, options, problems)
}

/// `path:line rule` of every finding, and each problem.
fn told(report: &Report) -> (Vec<String>, Vec<String>) {
    let findings = report.findings.iter().filter(|finding| finding.reason.is_none());
    let findings = findings.map(|found| format!("{}:{} {}", found.path, found.start.line, found.rule.id));
    let problems = report.problems.iter().map(|problem| {
        let line = problem.position.map(|position| format!(":{}", position.line)).unwrap_or_default();
        let path = problem.path.as_ref().map(|path| format!("{path}{line}: ")).unwrap_or_default();
        format!("{path}{}", problem.message)
    });
    (findings.collect(), problems.collect())
}

#[track_caller]
fn check_told(files: &[(&str, &str)], options: RunOptions, findings: &[&str], problems: &[&str]) {
    assert_eq!(told(&check(files, options)), (strings(findings), strings(problems)), "{files:?}");
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn files_that_disagree_are_reported_at_the_row() {
    check_told(&[CONSISTENCY, SCHEMA, ("a.ts", QUERY)], RunOptions::default(), &["a.ts:1 prisma-unknown-field"], &[]);
    let report = check(&[CONSISTENCY, SCHEMA, ("a.ts", QUERY)], RunOptions::default());
    let finding = &report.findings[0];
    assert_eq!(finding.message.as_ref(), "the model `User` has no field `name`");
    let related = &finding.related[0];
    assert_eq!(
        (related.path.as_str(), related.start.line, related.message.as_str()),
        ("db/schema.prisma", 1, "the model")
    );
}

#[test]
fn a_part_of_a_project_is_held_against_all_of_it() {
    let files = [CONSISTENCY, SCHEMA, ("a.ts", QUERY), ("src/b.ts", QUERY)];
    let part = RunOptions { paths: vec![FilePath::new("src")], ..RunOptions::default() };
    check_told(&files, part, &["src/b.ts:1 prisma-unknown-field"], &[]);
    let one = RunOptions { paths: vec![FilePath::new("a.ts")], ..RunOptions::default() };
    check_told(&files, one, &["a.ts:1 prisma-unknown-field"], &[]);
}

#[test]
fn suppressions_ignores_and_scopes_hold_for_facts_too() {
    let silenced = format!("// auditlint-ignore prisma-unknown-field: a view adds it\n{QUERY}");
    check_told(&[CONSISTENCY, SCHEMA, ("a.ts", &silenced)], RunOptions::default(), &[], &[]);
    let unused = "// auditlint-ignore prisma-unknown-field: gone\ndb.user.findMany({ where: { id: 1 } });\n";
    check_told(&[CONSISTENCY, SCHEMA, ("a.ts", unused)], RunOptions::default(), &["a.ts:1 unused-suppression"], &[]);
    for settings in [
        "[[ignore]]\nrule = 'prisma-unknown-field'\npath = 'a.ts'\nreason = 'r'\n",
        "[rules.prisma-unknown-field]\nfiles = ['src/**']\n",
        "[rules.prisma-unknown-field]\nignores = ['a.ts']\n",
        "[rules.prisma-unknown-field]\nin = ['test']\n",
        "[rules.prisma-unknown-field]\nseverity = 'off'\n",
    ] {
        let config = format!("packs = ['consistency']\n{settings}");
        check_told(&[("auditlint.toml", &config), SCHEMA, ("a.ts", QUERY)], RunOptions::default(), &[], &[]);
    }
}

#[test]
fn what_a_file_says_of_its_role_holds_for_facts_too() {
    let package = ("package.json", "{}");
    let call = "import { a } from './gone';\na();\n";
    let told = ["src/a.ts:1 unresolved-import"];
    check_told(&[CONSISTENCY, package, ("src/a.ts", call)], RunOptions::default(), &told, &[]);
    for head in ["// @generated\n", "import { test } from 'vitest';\n"] {
        let text = format!("{head}{call}");
        check_told(&[CONSISTENCY, package, ("src/a.ts", &text)], RunOptions::default(), &[], &[]);
        // The configuration says it instead.
        let config = "packs = ['consistency']\n[roles]\nsource = ['src/**']\n";
        let report = check(&[("auditlint.toml", config), package, ("src/a.ts", &text)], RunOptions::default());
        assert!(!report.findings.is_empty(), "{head}");
    }
}

#[test]
fn nobody_is_accused_because_of_half_a_schema_and_the_run_says_so() {
    let half = ("db/schema.prisma", "model User {\n  id Int @id\n  ???\n}\n");
    check_told(
        &[CONSISTENCY, half, ("a.ts", QUERY)],
        RunOptions::default(),
        &[],
        &["db/schema.prisma:3: a line of the model `User` is not understood"],
    );
}

/// A rule of one's own over one relation, whose places are in a file that no other rule reads.
const TWICE: &str = "id: column-twice\nseverity: warning\nmessage: the column `$COLUMN` of `$MODEL` is there twice\ncheck:\n  each: prisma.field\n  unique: [model, column]\n";

#[test]
fn rules_of_ones_own_report_in_data_files() {
    let config = ("auditlint.toml", "packs = []\nrule-dirs = ['lint']\n");
    let schema = ("db/schema.prisma", "model A {\n  id Int @id\n  a Int @map(\"x\")\n  b Int @map(\"x\")\n}\n");
    let files = [config, ("lint/a.yml", TWICE), schema, ("a.ts", "")];
    check_told(&files, RunOptions::default(), &["db/schema.prisma:4 column-twice"], &[]);
    let elsewhere = RunOptions { paths: vec![FilePath::new("a.ts")], ..RunOptions::default() };
    check_told(&files, elsewhere, &[], &[]);
    let named = RunOptions { paths: vec![FilePath::new("db/schema.prisma")], ..RunOptions::default() };
    check_told(&files, named, &["db/schema.prisma:4 column-twice"], &[]);
    let other = RunOptions { paths: vec![FilePath::new("lint/a.yml")], ..RunOptions::default() };
    let told = ["no sources to check among the named paths", "lint/a.yml: no rule reads this kind of file"];
    check_told(&files, other, &[], &told);
}

#[test]
fn a_rule_without_rows_says_so() {
    let config = ("auditlint.toml", "packs = []\nrule-dirs = ['lint']\n");
    check_told(
        &[config, ("lint/a.yml", TWICE), ("a.ts", "")],
        RunOptions::default(),
        &[],
        &["lint/a.yml:1: rule `column-twice` checks no rows: the relation `prisma.field` is empty"],
    );
}

#[test]
fn only_what_changed_is_extracted_again() {
    let mut files: Vec<(String, String)> = (0..2000)
        .map(|index| (format!("src/f{index}.ts"), format!("db.user.findMany({{ where: {{ id: {index} }} }});\n")))
        .collect();
    files.push((CONSISTENCY.0.into(), CONSISTENCY.1.into()));
    files.push((SCHEMA.0.into(), SCHEMA.1.into()));
    let engine = load(&MemoryFiles::new([CONSISTENCY]), RunOptions::default());
    let run = |files: &[(String, String)]| {
        let files = MemoryFiles::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        engine.snapshot(&files).check(&|| None, &|_| {})
    };
    assert!(told(&run(&files)).0.is_empty());
    assert_eq!(engine.extracted(), 2001);
    files[7].1 = QUERY.to_owned();
    assert_eq!(told(&run(&files)).0, ["src/f7.ts:1 prisma-unknown-field"]);
    assert_eq!(engine.extracted(), 2002);
    run(&files);
    assert_eq!(engine.extracted(), 2002);
}

#[test]
fn what_is_gone_is_forgotten() {
    let engine = load(&MemoryFiles::new([CONSISTENCY]), RunOptions::default());
    let run = |files: &[(&str, &str)]| {
        let files = MemoryFiles::new(files.iter().copied());
        let _ = engine.snapshot(&files).check(&|| None, &|_| {});
        engine.extracted()
    };
    let both = run(&[CONSISTENCY, SCHEMA, ("a.ts", QUERY)]);
    assert_eq!(run(&[CONSISTENCY, SCHEMA]), both);
    assert!(run(&[CONSISTENCY, SCHEMA, ("a.ts", QUERY)]) > both);
}

#[test]
fn a_run_without_such_rules_extracts_nothing() {
    let files = MemoryFiles::new([("auditlint.toml", "packs = ['strict-typescript']\n"), SCHEMA, ("a.ts", QUERY)]);
    let engine = load(&files, RunOptions::default());
    let _ = engine.snapshot(&files).check(&|| None, &|_| {});
    assert_eq!(engine.extracted(), 0);
}

#[test]
fn links_between_rules_and_tasks_are_looked_up_where_somebody_asks_for_them() {
    let config = (CONFIG_NAME, "packs = ['plan']\n[[tasks]]\nfiles = 't.yaml'\n");
    let files = MemoryFiles::new([config, ("t.yaml", "- id: A-1\n  verify: [task-dependency-cycle]\n")]);
    let engine = load(&files, RunOptions::default());
    let snapshot = engine.snapshot(&files);
    let rows = |asked: &str, relation: &str| {
        let facts = snapshot.facts([asked].into_iter(), &mut Vec::new());
        facts.relation(relation).map(|relation| relation.rows.len())
    };
    assert_eq!((rows("task.rule", "task.rule"), rows("task.order", "task.rule")), (Some(1), None));
    assert_eq!(rows("task.task", "task.task"), Some(1));
}
