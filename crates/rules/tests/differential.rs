//! The fast way and the plain way give the same matches, on code put together at random.

use auditlint_providers::known_relations;
use auditlint_rules::{Role, RuleSet, SourceInfo, Worker, read_rules};
use auditlint_source::FilePath;
use auditlint_syntax::{Language, Parser};
use proptest::prelude::*;

const RULES: &str = r"
id: call
rule: {pattern: fetch($A)}
---
id: method
rule: {pattern: $A.unwrap()}
---
id: either
rule: {any: [{pattern: a.b}, {pattern: c()}]}
---
id: both
rule: {all: [{kind: call_expression}, {has: {kind: identifier, regex: ^fetch$}}]}
---
id: negated
rule: {kind: call_expression, not: {pattern: fetch($$$)}}
---
id: in-call
rule: {kind: identifier, inside: {kind: call_expression, stopBy: end}}
---
id: in-fetch
rule: {pattern: a, within: {pattern: fetch($$$)}}
---
id: text
rule: {regex: ^d$}
---
id: any-depth
rule: {kind: arguments, contains: {pattern: c()}}
---
id: after
rule: {kind: identifier, follows: {kind: identifier, stopBy: end}}
---
id: requires-fetch
require: {pattern: fetch($$$)}
---
id: at-most-two
require: {pattern: c()}
count: {max: 2}
---
id: same-twice
rule: {pattern: $A($A)}
---
id: constrained
rule: {pattern: $F($A)}
constraints: {F: {regex: ^c}}
---
id: by-util
utils: {is-c: {pattern: c()}}
rule: {kind: arguments, has: {matches: is-c}}
";

fn set(language: &str) -> RuleSet {
    let text = RULES.replace("\nid: ", &format!("\nlanguage: {language}\nid: "));
    let (rules, problems) = read_rules(&FilePath::new("r.yml"), &text, &known_relations());
    assert!(problems.is_empty(), "{problems:?}");
    let (set, problems) = RuleSet::compile(rules, &Default::default());
    assert!(problems.is_empty(), "{problems:?}");
    set
}

fn check(set: &RuleSet, language: Language, code: &str) -> Result<usize, TestCaseError> {
    let path = FilePath::new("a");
    let source = SourceInfo { path: &path, language, role: Role::Source };
    let mut parser = Parser::default();
    let mut found = Vec::new();
    set.analyse(source, code.as_bytes(), &mut parser, &mut Worker::default(), &mut found).expect("within the limits");
    prop_assert_eq!(set.difference_to_naive(source, code.as_bytes(), &mut parser, &found), None, "{}", code);
    Ok(found.len())
}

/// Expressions that both languages have.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["a", "b", "c", "d", "fetch", "1", "a.b"]).prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), prop::collection::vec(inner.clone(), 0..3))
                .prop_map(|(head, arguments)| format!("{head}({})", arguments.join(", "))),
            inner.clone().prop_map(|head| format!("{head}.unwrap()")),
            inner.prop_map(|inner| format!("({inner})")),
        ]
    })
}

#[test]
fn every_rule_finds_something() {
    let code = "fetch(a); a.unwrap(); a.b; c(); c(c()); c(); d(d, b); x(d); d(d)";
    for (set, language, code) in [
        (set("ts"), Language::TypeScript, code.to_owned()),
        (set("Rust"), Language::Rust, format!("fn f() {{ {code} }}")),
    ] {
        let path = FilePath::new("a");
        let source = SourceInfo { path: &path, language, role: Role::Source };
        let naive = set.analyse_naively(source, code.as_bytes(), &mut Parser::default()).unwrap();
        for (index, rule) in set.rules().iter().enumerate() {
            let id = rule.rule.id.as_str();
            if id != "requires-fetch" {
                assert!(naive.iter().any(|found| found.rule == index as u32), "{id} in {language:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn agrees_in_typescript(expressions in prop::collection::vec(expression(), 0..5)) {
        check(&set("ts"), Language::TypeScript, &expressions.join(";\n"))?;
    }

    #[test]
    fn agrees_in_rust(plain in prop::collection::vec(expression(), 0..3), island in prop::collection::vec(expression(), 0..3)) {
        let code = format!("fn f() {{ {}; assert!({}); }}", plain.join(";\n"), island.join(", "));
        check(&set("Rust"), Language::Rust, &code)?;
    }

    #[test]
    fn agrees_on_any_text(code in "[a-d(){};.!\\\\u'\" \n]{0,40}") {
        check(&set("ts"), Language::TypeScript, &code)?;
        check(&set("Rust"), Language::Rust, &code)?;
    }
}
