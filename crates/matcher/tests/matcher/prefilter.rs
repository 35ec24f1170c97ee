//! What a program says about files and nodes in which it can match: literals, kinds, keys.

use crate::support::{compile_with, matches};
use auditlint_matcher::{Program, SharedUtils};
use auditlint_syntax::Language::{self, Rust, TypeScript};
use proptest::prelude::*;

fn compile(language: Language, rule: &str) -> Program {
    compile_with(language, rule, &SharedUtils::default()).unwrap_or_else(|errors| panic!("{rule}: {errors:#?}"))
}

/// The clauses as `a|b & c`.
fn literals(language: Language, rule: &str) -> String {
    let program = compile(language, rule);
    let clauses = program.literals().clauses().iter().map(|clause| {
        let words: Vec<_> = clause.iter().map(|literal| String::from_utf8_lossy(&literal.text)).collect();
        words.join("|")
    });
    clauses.collect::<Vec<_>>().join(" & ")
}

/// The entries as `kind` or `kind=text`.
fn entries(language: Language, rule: &str) -> String {
    let program = compile(language, rule);
    let entries = program.entries().iter().map(|entry| {
        let kind = language.kind_name(entry.kind).expect("a kind of the grammar");
        entry.key.as_ref().map_or_else(|| kind.to_owned(), |key| format!("{kind}={}", key.text))
    });
    entries.collect::<Vec<_>>().join(" ")
}

#[test]
fn identifiers_are_looked_for_whole() {
    let program = compile(TypeScript, "rule: {pattern: 'fetch($$$)'}");
    let literal = &program.literals().clauses()[0][0];
    for (text, stands) in [
        ("fetch(1)", true),
        ("a.fetch", true),
        ("prefetch(1)", false),
        ("fetcher(1)", false),
        ("fetch_(1)", false),
        ("fetch1(1)", false),
        ("$fetch(1)", false),
        ("prefetch(fetch)", true),
        ("1fetch", true),
        ("\u{a0}fetch\u{a0}", true),
    ] {
        assert_eq!(literal.stands_in(text.as_bytes()), stands, "{text}");
    }
    let anywhere = compile(TypeScript, "rule: {pattern: {context: 'fetch($$$)', strictness: template}}");
    assert!(anywhere.literals().clauses()[0][0].stands_in(b"prefetch"));
}

#[test]
fn literals_of_matchers() {
    let ts = |rule: &str| literals(TypeScript, rule);
    assert_eq!(ts("rule: {pattern: 'process.env'}"), "process & env");
    assert_eq!(ts("rule: {pattern: 'f($A)'}"), "");
    assert_eq!(ts("rule: {any: [{pattern: 'fetch($$$)'}, {pattern: 'axios.get($$$)'}]}"), "axios|fetch & fetch|get");
    assert_eq!(ts("rule: {any: [{pattern: process.env}, {pattern: globalThis.process.env}]}"), "process & env");
    assert_eq!(ts("rule: {any: [{pattern: 'fetch($$$)'}, {kind: number}]}"), "");
    assert_eq!(ts("rule: {pattern: 'fetch($$$)', not: {inside: {pattern: 'retry($$$)'}}}"), "fetch");
    assert_eq!(ts("rule: {kind: try_statement, has: {regex: ^secret}}"), "secret & try");
    assert_eq!(ts("rule: {pattern: {context: 'foo(a)', strictness: signature}}"), "");
    assert_eq!(ts("rule: {pattern: 'f($A)'}\nconstraints: {A: {regex: ^token$}}"), "token");
    assert_eq!(
        ts("rule: {any: [{pattern: 'f($A)'}, {pattern: $B, kind: number}]}\nconstraints: {A: {regex: token}}"),
        ""
    );
    assert_eq!(ts("rule: {matches: u}\nutils: {u: {any: [{pattern: abc}, {has: {matches: u}}]}}"), "");
    assert_eq!(ts("rule: {matches: u}\nutils: {u: {pattern: abc, has: {matches: u}}}"), "abc");
    assert_eq!(ts("rule: {pattern: 'async function $A() {}'}"), "function & async");
    assert_eq!(literals(Rust, "rule: {pattern: '$A.unwrap()'}"), "unwrap");
}

#[test]
fn literals_know_where_they_stand() {
    for (language, rule, text, whole, code) in [
        (TypeScript, "rule: {pattern: 'fetch($$$)'}", "fetch", true, true),
        (TypeScript, "rule: {kind: try_statement}", "try", true, true),
        (TypeScript, "rule: {kind: identifier, regex: ^fetch$}", "fetch", true, true),
        (TypeScript, "rule: {kind: identifier, regex: fetch}", "fetch", false, true),
        (TypeScript, "rule: {regex: ^fetch$}", "fetch", false, true),
        (TypeScript, "rule: {regex: fetch}", "fetch", false, false),
        (TypeScript, "rule: {kind: comment, regex: ^fetch}", "fetch", false, false),
        (TypeScript, "rule: {pattern: '\"node:fs\"'}", "node:fs", false, true),
        (TypeScript, "rule: {pattern: {context: 'fetch($$$)', strictness: template}}", "fetch", false, false),
        // The text of a documentation comment is a node of its own.
        (Rust, "rule: {regex: ^fetch$}", "fetch", false, false),
        (Rust, "rule: {kind: identifier, regex: ^fetch$}", "fetch", true, true),
    ] {
        let program = compile(language, rule);
        let literal = &program.literals().clauses()[0][0];
        let found = (String::from_utf8_lossy(&literal.text), literal.whole, literal.code);
        assert_eq!(found, (text.into(), whole, code), "{rule}");
    }
}

#[test]
fn an_island_needs_what_stands_in_the_node() {
    let inner = |rule: &str| {
        let program = compile(Rust, rule);
        let texts =
            program.literals().inner().iter().map(|literal| String::from_utf8_lossy(&literal.text).into_owned());
        texts.collect::<Vec<_>>().join("|")
    };
    for (rule, expected) in [
        ("rule: {pattern: $A.unwrap()}", "unwrap"),
        ("rule: {kind: identifier, inside: {pattern: outer($$$)}}", ""),
        ("rule: {kind: call_expression, has: {pattern: needle}}", "needle"),
        ("rule: {kind: call_expression, has: {pattern: needle, inside: {pattern: outer($$$)}}}", "needle"),
        ("rule: {any: [{pattern: $A.unwrap()}, {pattern: $A.expect($B)}]}", "expect|unwrap"),
    ] {
        assert_eq!(inner(rule), expected, "{rule}");
    }
}

#[test]
fn entries_of_matchers() {
    let ts = |rule: &str| entries(TypeScript, rule);
    assert_eq!(ts("rule: {pattern: 'fetch($$$)'}"), "call_expression=fetch");
    assert_eq!(ts("rule: {pattern: 'console.log($$$)'}"), "call_expression=log");
    assert_eq!(ts("rule: {pattern: '$A.log($$$)'}"), "call_expression=log");
    assert_eq!(ts("rule: {pattern: 'new Map($$$)'}"), "new_expression=Map");
    assert_eq!(ts("rule: {pattern: '$F($$$)'}"), "call_expression");
    assert_eq!(ts("rule: {pattern: {context: 'fetch($$$)', strictness: signature}}"), "call_expression");
    assert_eq!(ts("rule: {pattern: {context: 'fetch($$$)', strictness: template}}"), "");
    assert_eq!(ts("rule: {kind: call_expression, pattern: 'fetch($$$)'}"), "call_expression=fetch");
    assert_eq!(ts("rule: {any: [{pattern: 'fetch($$$)'}, {kind: call_expression}]}"), "call_expression");
    assert_eq!(ts("rule: {regex: a}"), "");
    assert_eq!(entries(Rust, "rule: {pattern: 'println!($$$)'}"), "macro_invocation=println");
    assert_eq!(entries(Rust, "rule: {pattern: 'std::env::var($$$)'}"), "call_expression=var");
    assert_eq!(compile(TypeScript, "rule: {kind: number, any: []}").kinds(), Some(&[][..]));
}

/// Code made of a few pieces, so that patterns taken from it often match elsewhere.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["alpha", "beta", "gamma", "12", "'text'", "`t`", "this", "null"]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), prop::collection::vec(inner.clone(), 0..3))
                .prop_map(|(callee, arguments)| format!("{callee}({})", arguments.join(", "))),
            (inner.clone(), prop::sample::select(vec![".", "?."]))
                .prop_map(|(object, dot)| format!("({object}){dot}name")),
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(", "))),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("{left} /* c */ + {right}")),
            inner.prop_map(|value| format!("new Box({value},)")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// `matches` asserts that literals, kinds and keys admit every match.
    #[test]
    fn a_pattern_finds_itself_and_its_prefilter_lets_it(
        code in expression(),
        other in expression(),
        strictness in prop::sample::select(vec!["cst", "smart", "ast", "relaxed", "signature", "template"]),
        variable in prop::sample::select(vec!["alpha", "12", "'text'"]),
    ) {
        let pattern = code.replace(variable, "$A").replace('\'', "''");
        let rule = format!("rule: {{pattern: {{context: '({pattern})', strictness: {strictness}}}}}");
        let program = compile(TypeScript, &rule);
        let text = format!("({code});\n({other});\n");
        let found = matches(&program, &text);
        if !code.contains("/*") || strictness == "cst" {
            let whole = 0..code.len() as u32 + 2;
            prop_assert!(found.iter().any(|span| (span.start..span.end) == whole), "{rule} does not find {code}");
        }
    }
}
