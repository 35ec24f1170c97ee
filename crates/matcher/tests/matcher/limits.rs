//! Rules of a few hundred bytes that try to take all memory, or to go on for ever.

use crate::support::{check_error, compile_with, parse};
use auditlint_matcher::limits::{MAX_NAMES, MAX_PATTERN, MAX_TEXT, MAX_TEXTS, MAX_UTILS};
use auditlint_matcher::{Analysis, Edit, Excess, Match, Memory, Scratch, SharedUtils};
use auditlint_syntax::Language::TypeScript;
use auditlint_syntax::NodeId;

/// The first match of a rule in code.
#[track_caller]
fn with_first(rule: &str, code: &str, look: impl FnOnce(&Match<'_>, &Analysis<'_>)) {
    let program = compile_with(TypeScript, rule, &SharedUtils::default()).unwrap_or_else(|error| panic!("{error:#?}"));
    let analysis = Analysis::new(parse(TypeScript, code), code.as_bytes());
    let mut scratch = Scratch::default();
    let mut nodes = (0..analysis.tree().len()).map(NodeId);
    let found = nodes.find_map(|node| program.match_at(&analysis, node, &mut scratch)).expect("a match");
    look(&found, &analysis);
}

/// Checks how long the message and the fix of the first match are, and what of it was too long.
#[track_caller]
fn check(rule: &str, message: &str, code: &str, expected: (usize, Option<usize>), excess: Excess) {
    with_first(rule, code, |found, analysis| {
        let message = found.interpolate(message, analysis).len();
        let fix = found.edits(analysis).expect("it carries the bytes").first().map(|edit: &Edit| edit.text.len());
        assert_eq!(((message, fix), found.excess()), (expected, excess));
        // Neither are larger texts made on the way.
        assert!(found.written() < 2 * 12 * 2 * MAX_TEXT as u64, "{}", found.written());
    });
}

const CUT: usize = MAX_TEXT + " […]".len();
const BOTH: Excess = Excess { text: true, fix: true };
const NONE: Excess = Excess { text: false, fix: false };

#[test]
fn steps_that_each_multiply() {
    let steps = |count: usize| -> String {
        let step =
            |at: usize| format!("  B{}: {{replace: {{source: $B{at}, replace: '.', by: 'xxxxxxxxxx'}}}}\n", at + 1);
        (0..count).map(step).collect()
    };
    let rule = |count: usize| {
        let first = "  B0: {replace: {source: $A, replace: '.', by: 'xxxxxxxxxx'}}\n";
        format!("rule: {{pattern: foo($A)}}\ntransform:\n{first}{}fix: 'bar($B{count})'\n", steps(count))
    };
    check(&rule(2), "$B2", "foo(aaaaaaaaaa);", (10_000, Some(10_005)), NONE);
    check(&rule(9), "$B9", "foo(aaaaaaaaaa);", (CUT, None), BOTH);
}

#[test]
fn one_step_that_multiplies() {
    let rule = |by: &str| {
        format!(
            "rule: {{pattern: foo($A)}}\ntransform: {{X: {{replace: {{source: $A, replace: '.+', by: '{by}'}}}}}}\nfix: $X\n"
        )
    };
    let code = format!("foo({});", "a".repeat(60_000));
    check(&rule("$0"), "$X", &code, (60_000, Some(60_000)), NONE);
    check(&rule(&"$0".repeat(10_000)), "$X", &code, (CUT, None), BOTH);
    check(&rule(&"${0}$$".repeat(10_000)), "$X", &code, (CUT, None), BOTH);
    // What does not grow may be as long as it was.
    let code = format!("foo({});", "a".repeat(200_000));
    check(&rule("$0"), "", &code, (0, Some(200_000)), NONE);
}

#[test]
fn names_that_are_written_many_times() {
    let code = format!("foo({});", "a".repeat(1_000));
    check("rule: {pattern: foo($A)}", &"$A".repeat(10_000), &code, (CUT, None), Excess { text: true, fix: false });
    let fix = format!("rule: {{pattern: foo($A)}}\nfix: {}", "$A".repeat(10_000));
    check(&fix, "m", &code, (1, None), Excess { text: false, fix: true });
    let label =
        format!("rule: {{pattern: foo($A)}}\nlabels: {{A: {{style: primary, message: {}}}}}", "$A".repeat(10_000));
    with_first(&label, &code, |found, analysis| {
        let message = found.labels(analysis)[0].message.as_ref().map(String::len);
        assert_eq!((message, found.excess().text), (Some(CUT), true));
    });
}

#[test]
fn indentation_that_is_added_to_many_lines() {
    // Every line gets 500 spaces more.
    let template = format!("{}$A", " ".repeat(500));
    let code = format!("foo({{{}}});", "\n".repeat(30_000));
    check("rule: {pattern: foo($A)}", &template, &code, (CUT, None), Excess { text: true, fix: false });
}

#[test]
fn what_a_rule_lists_is_counted() {
    let many = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<String>();
    let rule = "rule: {pattern: foo($A)}\n";
    let transforms = many(MAX_TEXTS + 1, &|at| format!("  X{at}: {{substring: {{source: $A}}}}\n"));
    check_error(
        TypeScript,
        &format!("{rule}transform:\n{transforms}"),
        &format!("X{MAX_TEXTS}"),
        "at most 64 transforms",
    );
    let fixes = many(MAX_TEXTS + 1, &|at| format!("  - {{title: t, template: f{at}}}\n"));
    check_error(TypeScript, &format!("{rule}fix:\n{fixes}"), &format!("f{MAX_TEXTS}"), "at most 64 fixes");
    let utils = many(MAX_UTILS + 1, &|at| format!("  u{at}: {{kind: identifier}}\n"));
    check_error(TypeScript, &format!("{rule}utils:\n{utils}"), &format!("u{MAX_UTILS}"), "at most 1000 utils");
    let names = many(MAX_NAMES + 1, &|at| format!("$A{at},"));
    check_error(
        TypeScript,
        &format!("rule: {{pattern: '[{names}]'}}"),
        &format!("'[{names}]'"),
        "more than 1000 metavariables",
    );
    let long = "a".repeat(MAX_PATTERN + 1);
    check_error(TypeScript, &format!("rule: {{pattern: {long}}}"), &long, "the limit is 65536");
    check_error(TypeScript, &format!("{rule}fix: {long}"), &long, "the limit is 65536");
    check_error(TypeScript, &format!("rule: {{regex: {long}}}"), &long, "the limit is 65536");
    let tests = format!("rule: {{any: [{}]}}", "{kind: identifier},".repeat(20_001));
    check_error(TypeScript, &tests, &tests, "the limit is 20000");
}

#[test]
fn utils_that_ask_twice_each() {
    let mut rule = "rule: {kind: program, matches: u0}\nutils:\n  u40: {regex: zzz}\n".to_owned();
    for at in 0..40 {
        rule += &format!("  u{at}: {{any: [{{matches: u{}}}, {{matches: u{}}}]}}\n", at + 1, at + 1);
    }
    let program = compile_with(TypeScript, &rule, &SharedUtils::default()).unwrap_or_else(|error| panic!("{error:#?}"));
    let analysis = Analysis::new(parse(TypeScript, "a;"), b"a;");
    let mut memory = Memory::within(100_000);
    assert!(program.match_next(&analysis, NodeId(0), &mut Scratch::default(), &mut memory).is_none());
    assert!(memory.is_exhausted());
}

#[test]
fn an_explanation_ends() {
    let rule = "rule: {kind: program, has: {has: {kind: no, stopBy: end}, stopBy: end}}".replace("no", "class_body");
    let code = "f(a, b, c);\n".repeat(2_000);
    let program = compile_with(TypeScript, &rule, &SharedUtils::default()).unwrap_or_else(|error| panic!("{error:#?}"));
    let analysis = Analysis::new(parse(TypeScript, &code), code.as_bytes());
    let (_, steps) = program.explain_at(&analysis, NodeId(0));
    assert!(steps.len() <= 100_001, "{}", steps.len());
}
