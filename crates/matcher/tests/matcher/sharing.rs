//! What searches found out at one node serves the others: the matches stay the same, and the steps stay in proportion to the
//! nodes, however often a search is asked.

use auditlint_matcher::{Analysis, Memory, Program, Scratch, SharedUtils};
use auditlint_syntax::Language::{self, Rust, TypeScript};
use auditlint_syntax::NodeId;
use proptest::prelude::*;

use crate::support::{compile_with, parse};

fn program(language: Language, rule: &str) -> Program {
    compile_with(language, rule, &SharedUtils::default()).unwrap_or_else(|errors| panic!("{rule}: {errors:#?}"))
}

/// Tries every node of the code; the steps may be at most `each` per node.
#[track_caller]
fn check(language: Language, rule: &str, code: &str, each: u64) {
    let program = program(language, rule);
    let analysis = Analysis::new(parse(language, code), code.as_bytes());
    let (mut scratch, mut memory) = (Scratch::default(), Memory::default());
    for node in (0..analysis.tree().len()).map(NodeId) {
        let _ = program.match_next(&analysis, node, &mut scratch, &mut memory);
    }
    let most = u64::from(analysis.tree().len()) * each;
    assert!(memory.steps() <= most, "{} steps for {} nodes: {rule}", memory.steps(), analysis.tree().len());
}

#[test]
fn steps_grow_with_the_nodes() {
    let n = 5_000;
    let nested = format!("{}g();{}", "f(() => { ".repeat(n), "});".repeat(n));
    let flat = "f(a);".repeat(n);
    for code in [&nested, &flat] {
        for rule in [
            "rule: {kind: call_expression, inside: {stopBy: end, kind: class_body}}",
            "rule: {kind: call_expression, inside: {stopBy: end, has: {kind: regex}}}",
            "rule: {kind: call_expression, not: {inside: {stopBy: end, has: {stopBy: end, regex: ^nothing$}}}}",
            "rule: {kind: call_expression, has: {stopBy: end, kind: regex}}",
            "rule: {kind: call_expression, has: {stopBy: end, pattern: none($A)}}",
            "rule: {kind: call_expression, has: {stopBy: end, kind: regex, field: arguments}}",
            "rule: {kind: call_expression, inside: {stopBy: end, kind: class_body, field: body}}",
            "rule: {kind: call_expression, inside: {stopBy: {kind: class_body}, has: {stopBy: {kind: regex}, kind: regex}}}",
            "rule: {kind: expression_statement, follows: {stopBy: end, kind: regex}}",
            "rule: {kind: expression_statement, precedes: {stopBy: end, has: {stopBy: end, kind: regex}}}",
            "rule: {kind: expression_statement, follows: {stopBy: {kind: regex}, pattern: none($A)}}",
            "rule: {kind: expression_statement, nthChild: {position: 3, ofRule: {has: {stopBy: end, pattern: f}}}}",
            "rule: {kind: expression_statement, nthChild: {position: 3, reverse: true, ofRule: {kind: expression_statement}}}",
            "rule: {kind: expression_statement, inside: {any: [{kind: program}, {kind: statement_block}], not: {has: {regex: ^nothing$}}}}",
            "rule: {kind: call_expression, matches: u}\nutils: {u: {inside: {stopBy: end, has: {stopBy: end, kind: regex}}}}",
        ] {
            // A step is sixteen bytes of text too, and the text of the flat file is asked for once.
            check(TypeScript, rule, code, 120);
        }
    }
    let chain = format!("x{}", ".b(1)".repeat(n));
    for rule in [
        "rule: {pattern: $A.b($$$), has: {stopBy: end, pattern: $A.c($$$)}}",
        "rule: {pattern: $A.b($$$B), has: {stopBy: end, all: [{kind: call_expression}, {pattern: $F.c($$$B)}]}}",
        "rule: {pattern: $A.b($$$), inside: {stopBy: end, any: [{pattern: $A.c()}, {pattern: new $A()}]}}",
    ] {
        check(TypeScript, rule, &chain, 120);
    }
    let else_if = format!("fn f() {{ if a {{}} {} }}", "else if b { c() } ".repeat(n));
    check(Rust, "rule: {kind: call_expression, inside: {stopBy: end, kind: impl_item}}", &else_if, 120);
    check(Rust, "rule: {kind: if_expression, has: {stopBy: end, kind: match_expression}}", &else_if, 120);
}

#[test]
fn a_place_in_a_long_line_is_counted_from_a_mark() {
    // Would take minutes if each node counted the characters of its line from the start.
    let code = "é(a);".repeat(100_000);
    check(
        TypeScript,
        "rule: {kind: identifier, range: {start: {line: 0, column: 5}, end: {line: 0, column: 6}}}",
        &code,
        4,
    );
}

#[test]
fn what_depends_on_bindings_ends_at_a_limit() {
    let code = format!("{}1{}", "f(a, ".repeat(4_000), ")".repeat(4_000));
    let rule = "rule: {pattern: 'f($A, $$$)', not: {has: {stopBy: end, pattern: 'f($$$, $A)'}}}";
    let program = program(TypeScript, rule);
    let analysis = Analysis::new(parse(TypeScript, &code), code.as_bytes());
    let (mut scratch, mut memory) = (Scratch::default(), Memory::default());
    let mut all = 0;
    for node in (0..analysis.tree().len()).map(NodeId) {
        all += u32::from(program.match_next(&analysis, node, &mut scratch, &mut memory).is_some());
    }
    assert!(memory.is_exhausted() && all < 4_000, "{all} matches, {} steps", memory.steps());
    // The next source begins anew.
    memory.clear();
    let small = Analysis::new(parse(TypeScript, "f(a, b)"), b"f(a, b)");
    let found = (0..small.tree().len())
        .filter(|node| program.match_next(&small, NodeId(*node), &mut scratch, &mut memory).is_some());
    assert_eq!(found.count(), 1);
    assert!(!memory.is_exhausted());
}

/// Rules whose searches share in every way, and some that may not.
const RULES: &[&str] = &[
    "rule: {kind: identifier, inside: {stopBy: end, kind: array}}",
    "rule: {kind: identifier, inside: {stopBy: end, kind: call_expression, field: arguments}}",
    "rule: {kind: identifier, inside: {stopBy: {kind: array}, kind: call_expression, field: function}}",
    "rule: {kind: identifier, not: {inside: {stopBy: {regex: '^.....$'}, has: {kind: identifier, regex: ^b$}}}}",
    "rule: {any: [{kind: array}, {kind: call_expression}], has: {stopBy: end, pattern: $A, regex: ^b$}}",
    "rule: {any: [{kind: array}, {kind: call_expression}], has: {stopBy: {kind: array}, pattern: c($A)}}",
    "rule: {kind: call_expression, has: {field: arguments, stopBy: end, pattern: '[$A]'}}",
    "rule: {pattern: $F($A), has: {stopBy: end, pattern: '[$A]'}}",
    "rule: {pattern: $F($$$A), inside: {stopBy: end, has: {pattern: $B($$$A)}}}",
    "rule: {pattern: '$F($A, $$$)', has: {stopBy: end, pattern: '[$A]'}}",
    "rule: {pattern: '$F($A, $$$)', has: {stopBy: end, pattern: '[$$$, $A]'}}",
    "rule: {pattern: '$F($A, $$$)', has: {stopBy: end, pattern: '[$$$, $A, $B]'}}",
    "rule: {pattern: '$F($A, $$$)', has: {stopBy: end, pattern: '[$$$, $A, c]'}}",
    "rule: {pattern: $F($$$A), has: {stopBy: end, all: [{pattern: '[$$$A]'}, {has: {kind: call_expression}}]}}",
    "rule: {pattern: '$F($A, $$$)', has: {stopBy: end, any: [{pattern: '[$A]'}, {pattern: '[$B, $A]'}, {pattern: $B($A)}]}}",
    "rule: {pattern: '$F($A, $$$)', inside: {stopBy: end, any: [{pattern: '[$A]'}, {pattern: '$B($A, $$$)'}]}}",
    "rule: {pattern: '$F($A, $$$)', has: {stopBy: end, all: [{pattern: '[$A, $$$]'}, {pattern: '[$B, $A]'}]}}",
    "rule: {pattern: '$F($A, $$$)', has: {stopBy: end, pattern: '[$A, $A]'}}",
    "rule: {kind: identifier, follows: {stopBy: end, kind: array}}",
    "rule: {kind: identifier, precedes: {stopBy: {kind: array}, pattern: $A, regex: ^c$}}",
    "rule: {nthChild: {position: 2n, ofRule: {has: {stopBy: end, pattern: b}}}}",
    "rule: {nthChild: {position: 1, reverse: true, ofRule: {pattern: $A($$$)}}}",
    "rule: {nthChild: 2n+1}",
    "rule: {kind: identifier, matches: u, inside: {stopBy: end, matches: u}}\nutils: {u: {inside: {stopBy: end, has: {pattern: b}}}}",
    "rule: {pattern: $A, matches: u}\nutils: {u: {inside: {stopBy: end, has: {pattern: '[$A]'}}}}",
    "rule: {kind: call_expression, matches: u}\nutils: {u: {any: [{has: {pattern: b}}, {has: {stopBy: end, kind: call_expression, matches: u}}]}}",
];

/// Code that nests arrays and calls.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["a", "b", "c", "1"]).prop_map(str::to_owned);
    leaf.prop_recursive(6, 60, 5, |inner| {
        prop_oneof![
            (inner.clone(), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(head, arguments)| format!("{head}({})", arguments.join(", "))),
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_matches_stay_the_same(expressions in prop::collection::vec(expression(), 1..4)) {
        agrees(&expressions.join(";\n"));
    }
}

#[test]
fn a_name_behind_a_list_is_looked_for_as_it_is_bound() {
    for code in ["f(a, [b, a, c])", "f(a, g([b, a, c]), h([b, c]))", "f(a, [a, a])", "f([a], [[a], [a]])"] {
        agrees(code);
    }
}

/// Holds what each rule matches at each node, with what is remembered, against what it matches without.
#[track_caller]
fn agrees(code: &str) {
    for rule in RULES {
        let program = program(TypeScript, rule);
        let analysis = Analysis::new(parse(TypeScript, code), code.as_bytes());
        let mut scratch = Scratch::default();
        for mut memory in [Memory::eager(), Memory::default()] {
            for node in (0..analysis.tree().len()).map(NodeId) {
                let anew = program.match_at(&analysis, node, &mut scratch);
                let next = program.match_next(&analysis, node, &mut scratch, &mut memory);
                let bound = |found: Option<auditlint_matcher::Match<'_>>| {
                    found.map(|found| ["A", "B", "F"].map(|name| found.one(name)))
                };
                assert_eq!(bound(next), bound(anew), "{rule} at {node:?} of {code}");
            }
        }
    }
}
