//! What the matches in one source, and the rules of one set, may take.

use auditlint_facts::{AnyProvider, DerivedFacts, SourceText};
use auditlint_matcher::{Excess, SharedUtils};
use auditlint_providers::known_relations;
use auditlint_rules::limits::{MAX_ALL_GLOBS, MAX_MATCHES};
use auditlint_rules::{Role, RuleFile, RuleSet, SourceInfo, Worker, read_rules};
use auditlint_source::FilePath;
use auditlint_syntax::{Language, Parser};

fn set(text: &str) -> (RuleSet, Vec<String>) {
    let (rules, problems) = read_rules(&FilePath::new("r.yml"), text, &known_relations());
    assert_eq!(problems, []);
    let (set, problems) = RuleSet::compile(rules, &SharedUtils::default());
    (set, problems.into_iter().map(|problem| problem.message).collect())
}

/// What the rules make of a source: how many matches are kept, how many are left out, and by rule what was too much.
#[track_caller]
fn check(rules: &str, code: &str, expected: (u64, u64, &[(u32, bool, Excess)])) {
    let (set, problems) = set(rules);
    assert_eq!(problems, [""; 0]);
    let path = FilePath::new("a.ts");
    let source = SourceInfo { path: &path, language: Language::TypeScript, role: Role::Source };
    let (mut worker, mut matches) = (Worker::default(), Vec::new());
    set.analyse(source, code.as_bytes(), &mut Parser::default(), &mut worker, &mut matches).expect("it is parsed");
    let exceeded = worker.room.exceeded().iter();
    let exceeded: Vec<_> = exceeded.map(|(rule, exceeded)| (*rule, exceeded.steps, exceeded.texts)).collect();
    assert_eq!((matches.len() as u64, worker.room.left_out(), exceeded.as_slice()), expected);
    // What one source used up, the next one has again.
    set.analyse(source, b"f(1)", &mut Parser::default(), &mut worker, &mut matches).expect("it is parsed");
    assert_eq!((worker.room.left_out(), worker.room.exceeded().len()), (0, 0));
}

const NONE: Excess = Excess { text: false, fix: false };

#[test]
fn findings_are_counted_beyond_the_limit() {
    let rule = "id: a\nlanguage: ts\nmessage: m\nrule: {kind: number}\n";
    check(rule, &"[1,1,1,1,1,1,1,1,1,1];".repeat(10_010), (MAX_MATCHES, 100, &[]));
}

#[test]
fn their_texts_are_bounded_together() {
    // Each is within its own limit; the place of the fix takes in all of the code.
    let rule = "id: a\nlanguage: ts\nmessage: $A\nrule: {pattern: f($A)}\nfix: 'g($A)'\n";
    let code = format!("f('{}');", "x".repeat(60_000)).repeat(1_000);
    let (set, _) = set(rule);
    let path = FilePath::new("a.ts");
    let source = SourceInfo { path: &path, language: Language::TypeScript, role: Role::Source };
    let (mut worker, mut matches) = (Worker::default(), Vec::new());
    set.analyse(source, code.as_bytes(), &mut Parser::default(), &mut worker, &mut matches).expect("it is parsed");
    let bytes: usize = matches.iter().map(|found| found.message.len() + found.edits[0].text.len()).sum();
    assert!(bytes < 65 << 20, "{bytes}");
    assert_eq!(matches.len() as u64 + worker.room.left_out(), 1_000);
}

#[test]
fn a_rule_that_goes_on_for_ever_is_given_up() {
    // A util that asks itself at every depth is asked anew each time.
    let utils =
        "id: a\nlanguage: ts\nmessage: m\nutils: {u: {any: [{kind: regex}, {has: {stopBy: end, matches: u}}]}}\n";
    let code = format!("{}a{};\n", "f(".repeat(200), ")".repeat(200));
    for asks in ["rule", "require"] {
        let rule = format!("{utils}{asks}: {{kind: call_expression, matches: u}}\n");
        check(&rule, &code, (0, 0, &[(0, true, NONE)]));
    }
}

#[test]
fn rules_are_bounded_together() {
    let rule =
        |at: usize, keys: &str| format!("---\nid: r{at}\nlanguage: ts\nmessage: m\nrule: {{kind: number}}\n{keys}\n");
    let glob = "a".repeat(1_000);
    let globs = format!("files: [{}]", format!("{glob}, ").repeat(600));
    let (set, problems) = set(&[rule(0, &globs), rule(1, &globs), rule(2, "")].concat());
    let ids: Vec<&str> = set.rules().iter().map(|compiled| compiled.rule.id.as_str()).collect();
    let told = format!(
        "the rule `r1` is not used: together, the rules are too large: their globs exceed {} KiB",
        MAX_ALL_GLOBS >> 10
    );
    assert_eq!((ids, problems), (vec!["r0", "r2"], vec![told]));
}

#[test]
fn rows_beyond_the_limit_are_a_gap() {
    let row = "relation: a.row\nlanguage: ts\nrule: {pattern: f($A)}\ncolumns: {a: '$A$A$A$A$A$A$A$A$A$A$A$A$A$A'}\n";
    let file = RuleFile::parse(&FilePath::new("r.yml"), row).expect("it is YAML");
    let (relations, problems) = file.relations(&SharedUtils::default(), &known_relations());
    assert_eq!(problems, []);
    let path = FilePath::new("a.ts");
    let check = |code: &str, rows: usize, gap: &str| {
        let source = SourceText { path: &path, text: code.as_bytes() };
        let providers: [&dyn AnyProvider; 1] = [&relations[0]];
        let facts = DerivedFacts::of(&[source], &providers);
        let relation = facts.relation("a.row").expect("it was asked for");
        let gaps: Vec<&str> = relation.gaps.iter().map(|(_, gap)| gap.message.as_str()).collect();
        assert_eq!((relation.rows.len(), gaps), (rows, vec![gap]));
    };
    check(&"f(1);\n".repeat(100_007), 100_000, "the file has 7 more rows of `a.row` than the limit for one file");
    check(&format!("f('{}')", "x".repeat(6_000)), 1, "a column of `a.row` is longer than 65536 bytes and was cut");
}
