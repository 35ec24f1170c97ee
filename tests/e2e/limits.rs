//! Inputs that grow beyond all measure: each ends in a problem that says so, and everything else is still checked.

use crate::project::{self, Project};

const GOOD: (&str, &str) = ("src/good.ts", "forbidden();\n");
const RULE: (&str, &str) = (
    "rules/forbidden.yml",
    "id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$)\n",
);
const CONFIG: (&str, &str) = ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n");

fn project(more: &[(&str, &str)]) -> Project {
    let mut files = vec![GOOD, RULE, CONFIG];
    files.extend(more);
    Project::new(&files)
}

/// The run finds what is in the good file, ends with `code`, and has a problem with each of `words`.
#[track_caller]
fn check(project: &Project, args: &[&str], code: i32, words: &[&str]) {
    let (found, report) = project.json(args);
    let places = project::places(&report);
    assert!(places.iter().any(|place| place == "src/good.ts:1:1 forbidden"), "{places:?}");
    let problems: Vec<String> = report["problems"].as_array().unwrap().iter().map(ToString::to_string).collect();
    for word in words {
        assert!(problems.iter().any(|problem| problem.contains(word)), "{word:?} is not in {problems:#?}");
    }
    assert_eq!(found, code, "{problems:#?}");
}

/// A rule that is tried on `foo(…)`, with more keys.
fn rule(keys: &str) -> String {
    format!("id: r\nlanguage: TypeScript\nseverity: hint\nrule: {{pattern: foo($A)}}\n{keys}\n")
}

#[test]
fn transforms_that_multiply() {
    let mut keys = "message: m\ntransform:\n  B0: {replace: {source: $A, replace: '.', by: 'xxxxxxxxxx'}}\n".to_owned();
    for at in 0..9 {
        keys += &format!("  B{}: {{replace: {{source: $B{at}, replace: '.', by: 'xxxxxxxxxx'}}}}\n", at + 1);
    }
    keys += "fix: bar($B9)";
    let (rule, code) = (rule(&keys), "foo(aaaaaaaaaa);\nfoo(aaaaaaaaaa);\n");
    let project = project(&[("rules/r.yml", &rule), ("src/a.ts", code)]);
    check(&project, &[], 1, &["rule `r` produced a fix of more than 64 KiB, which was left out"]);
    // Once for each rule and file, and no fix is applied.
    let (_, report) = project.json(&[]);
    assert_eq!(report["problems"].as_array().unwrap().len(), 1, "{report}");
    project.run(&["check", "--fix"]);
    assert_eq!(project.read("src/a.ts"), code);
}

#[test]
fn messages_that_multiply() {
    let rule = rule(&format!("message: {}", "$A".repeat(20_000)));
    let project = project(&[("rules/r.yml", &rule), ("src/a.ts", &format!("foo({});\n", "a".repeat(5_000)))]);
    check(
        &project,
        &["src/good.ts", "src/a.ts"],
        2,
        &["rule `r` produced a message or label of more than 64 KiB, which was truncated"],
    );
    let (_, report) = project.json(&[]);
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.len() < 70_000 && message.ends_with("aaa […]"), "{}", message.len());
}

#[test]
fn one_file_with_very_many_findings() {
    let rule = "id: r\nlanguage: TypeScript\nseverity: hint\nmessage: m\nrule: {kind: number}\n";
    let code = "[1,1,1,1,1,1,1,1,1,1];\n".repeat(10_100);
    let project = project(&[("rules/r.yml", rule), ("src/a.ts", &code)]);
    check(&project, &[], 1, &["1000 more findings in this file were counted and left out"]);
}

#[test]
fn code_that_leaves_every_reading_open() {
    // Each `>` lacks an operand, and all that stands open before it is tried again.
    let code = format!("forbidden();\n{}", "void>()".repeat(36_000));
    let project = project(&[("src/a.ts", &code)]);
    check(&project, &[], 1, &["the parser gave up: the file takes too many steps to parse"]);
    assert_eq!(project.json(&["src/a.ts"]).0, 2);
}

#[test]
fn utils_that_ask_twice_each() {
    let mut rule =
        "id: r\nlanguage: TypeScript\nmessage: m\nrule: {kind: program, matches: u0}\nutils:\n  u40: {regex: x}\n"
            .to_owned();
    for at in 0..40 {
        rule += &format!("  u{at}: {{any: [{{matches: u{}}}, {{matches: u{}}}]}}\n", at + 1, at + 1);
    }
    // In a file that is too large for the check against the plain way, which would go on as long.
    let project = project(&[("rules/r.yml", &rule), ("src/a.ts", &"a;\n".repeat(12_000))]);
    check(&project, &[], 1, &["rule `r` gave up on this file"]);
}

#[test]
fn regular_expressions_that_are_large_together() {
    let mut rules = String::new();
    for at in 0..300 {
        rules +=
            &format!("---\nid: r{at}\nlanguage: TypeScript\nmessage: m\nrule: {{regex: '[\\p{{L}}x]{{19}}{at}'}}\n");
    }
    check(&project(&[("rules/r.yml", &rules)]), &[], 2, &["is not used: together, the rules are too large"]);
    let one = "id: r\nlanguage: TypeScript\nmessage: m\nrule: {regex: '(?:\\pL{50}){50}'}\n";
    check(
        &project(&[("rules/r.yml", one)]),
        &[],
        2,
        &["invalid regular expression: Compiled regex exceeds size limit"],
    );
}

#[test]
fn aliases_that_multiply() {
    let text = "x".repeat(200_000);
    let rule = rule(&format!("message: &m {text}\nmetadata: [{}]", "*m, ".repeat(2_000)));
    check(&project(&[("rules/r.yml", &rule)]), &[], 2, &["the file, or what its aliases expand to, is too large"]);
}

#[test]
fn code_that_nests_without_end() {
    // The parser would hold some 300 bytes for each byte of these.
    for code in ["a+b?c:b?c:", "(", "[", "!"] {
        let text = format!("forbidden();x={}\n", code.repeat(1_200_000 / code.len()));
        let project = project(&[("src/a.ts", &text)]);
        let told = "the parser gave up: the file takes too much memory to parse";
        check(&project, &["--threads", "1"], 1, &[told]);
        check(&project, &["src/good.ts", "src/a.ts"], 2, &[told]);
    }
}

#[test]
fn an_ignore_file_with_very_many_patterns() {
    let mut patterns = "/skipped.ts\n".to_owned();
    for at in 0..60_000 {
        patterns += &format!("**/a{at}*/[b-d]?{{x,y}}/*.z\n");
    }
    patterns += "good.ts\n";
    let project = project(&[("src/.gitignore", &patterns), ("src/skipped.ts", "forbidden();\n")]);
    check(&project, &[], 1, &["do not count"]);
    assert_eq!(project.places(&[]), ["src/good.ts:1:1 forbidden"]);
}

#[test]
fn a_file_size_beyond_the_ceiling() {
    let config = format!("{}max-file-size = 4000000000\n", CONFIG.1);
    check(&project(&[("auditlint.toml", &config)]), &[], 2, &["`max-file-size` must be at most 67108864"]);
}

#[test]
fn a_configuration_with_very_many_tables() {
    let mut config = CONFIG.1.to_owned();
    for at in 0..50_000 {
        config += &format!("[rules.x{at}]\nseverity = \"off\"\n");
    }
    check(
        &project(&[("auditlint.toml", &config)]),
        &[],
        2,
        &["there is no rule `x0`", "49900 more rules that do not exist"],
    );
    let mut config = CONFIG.1.to_owned();
    for at in 0..1_100 {
        config += &format!("[[overrides]]\nfiles = \"d{at}/**\"\nrules.forbidden.severity = \"off\"\n");
    }
    check(&project(&[("auditlint.toml", &config)]), &[], 2, &["this list has 1100 overrides, the limit is 1000"]);
    let config = format!("{}exclude = [{}]\n", CONFIG.1, "[],".repeat(200_000));
    let project = project(&[("auditlint.toml", &config)]);
    assert!(project.run(&["check"]).out.contains("the file holds more than 200000 values"));
}

#[test]
fn prose_that_is_written_out_with_every_finding() {
    for (keys, told) in [
        (format!("message: m\nwhy: {}", "x".repeat(9_000)), "`why` is 9000 bytes long, the limit is 8192"),
        (format!("message: m\nfiles: [{}]", "'a/**', ".repeat(1_001)), "this list has 1001 globs, the limit is 1000"),
        (format!("message: m\nfiles: [{}]", "a".repeat(1_025)), "this glob is 1025 bytes long, the limit is 1024"),
        (
            format!("message: m\ntasks: [{}]", "T-1, ".repeat(1_001)),
            "this list has 1001 links to tasks, the limit is 1000",
        ),
    ] {
        check(&project(&[("rules/r.yml", &rule(&keys))]), &[], 2, &[told]);
    }
}
