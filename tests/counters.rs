//! What a run does, counted: times depend on the machine, these figures do not.

#[path = "../benches/corpus/mod.rs"]
mod corpus;

use auditlint_rules::{Counters, Role, RuleSet, SourceInfo, Worker};
use auditlint_syntax::{Language, Parser};

/// The figures of a run over as many sources of each language.
fn counters(set: &RuleSet, sources: u32) -> Counters {
    let (mut parser, mut worker) = (Parser::default(), Worker::default());
    for source in corpus::sources(sources) {
        let info = SourceInfo { path: &source.path, language: source.language, role: Role::Source };
        set.analyse(info, source.text.as_bytes(), &mut parser, &mut worker, &mut Vec::new())
            .expect("the sources are small");
    }
    worker.counters
}

#[test]
fn a_rule_without_a_text_has_every_file_parsed() {
    for count in [1, 12, 100] {
        let counters = counters(&corpus::rules(count), 3);
        assert_eq!((counters.files, counters.files_parsed), (6, 6), "{count} rules");
    }
}

#[test]
fn every_file_is_walked_once_however_many_rules_there_are() {
    let few = counters(&corpus::rules(1), 2);
    let many = counters(&corpus::rules(500), 2);
    assert_eq!(few.nodes_visited, many.nodes_visited);
}

/// Code in which a search of a shipped rule is asked at very many nodes.
fn searched() -> Vec<(Language, String)> {
    let n = 5_000;
    let rust = |code: String| (Language::Rust, format!("fn f() {{ {code} }}"));
    let script = |code: String| (Language::TypeScript, code);
    vec![
        rust("if a {} ".to_owned() + &"else if b { c.unwrap() } ".repeat(n)),
        rust(format!("a{}", ".unwrap()".repeat(n))),
        rust(format!("{}1{}", "a.expect(".repeat(n), ")".repeat(n))),
        rust("unsafe { a() };".repeat(n)),
        rust(format!("g({})", "unsafe { a() },".repeat(n))),
        (Language::Rust, "#[inline]\nfn f() { a.unwrap() }\n".repeat(n)),
        (Language::Rust, "static mut A: u8 = 1;\n".repeat(n)),
        (Language::Rust, format!("{}{}", "mod m { fn f() { a.unwrap(); } ".repeat(n), "}".repeat(n))),
        script("export const a = 1;\n".repeat(n)),
        script("export * from 'a';\n".repeat(n)),
        script(format!("function f() {{ {} }}", "var a = 1; g(a);".repeat(n))),
        script(format!("{}{}", "function f() { var a = 1;".repeat(n), "}".repeat(n))),
        script(format!("{}a();", "if (a) ".repeat(n))),
        script("// @ts-nocheck\n".repeat(n)),
        script(format!("{}a{};", "console.log(".repeat(n), ")".repeat(n))),
        script(format!("const a = 'b'{};f(a);", " + 'c'".repeat(n))),
        script(format!("a{};", "._tag === 'b'".repeat(n))),
    ]
}

#[test]
fn the_steps_of_shipped_rules_grow_with_the_nodes() {
    let packs = ["recommended", "strict-rust", "strict-typescript"];
    let set = RuleSet::new(auditlint_packs::rules(&packs)).0;
    for (language, code) in searched() {
        let (mut parser, mut worker) = (Parser::default(), Worker::default());
        let path = auditlint_source::FilePath::new("a");
        let source = SourceInfo { path: &path, language, role: Role::Source };
        set.analyse(source, code.as_bytes(), &mut parser, &mut worker, &mut Vec::new()).expect("within the limits");
        let Counters { steps, nodes_visited, .. } = worker.counters;
        assert!(steps <= 40 * nodes_visited, "{steps} steps for {nodes_visited} nodes: {}", &code[..60]);
        assert_eq!(worker.room.exceeded().len(), 0);
    }
}

#[test]
fn a_rule_is_tried_only_where_its_method_is_called() {
    let first = counters(&corpus::rules(1), 2);
    let many = counters(&corpus::rules(500), 2);
    // Every source calls 44 methods, 500 of 600 have a rule: what comes on top of the first rule is a call each.
    let calls = 4 * 44;
    assert!(many.rule_attempts > first.rule_attempts);
    assert!(many.rule_attempts <= first.rule_attempts + calls, "{many:?}, but {first:?} without the methods");
}

#[test]
fn the_recommended_pack_parses_nothing_where_nothing_can_match() {
    let set = RuleSet::new(auditlint_packs::rules(&["recommended"])).0;
    let counters = counters(&set, 3);
    assert_eq!((counters.files, counters.files_parsed), (6, 0));
    assert_eq!((counters.nodes_visited, counters.rule_attempts), (0, 0));
}

#[test]
fn names_are_bound_only_where_a_rule_asks_for_one() {
    let mut counted = Counters::default();
    let set = RuleSet::new(auditlint_packs::rules(&["recommended"])).0;
    let (mut parser, mut worker) = (Parser::default(), Worker::default());
    for (code, bound, lookups) in [
        ("const a = 1;", 0, 0),
        // The words of `process-env` are there, its kinds are not.
        ("const a = { process: 'env' };", 0, 0),
        ("const a = process.env;", 1, 1),
        ("const a = process.argv, env = a.b.c;", 1, 0),
    ] {
        let path = auditlint_source::FilePath::new("a.ts");
        let source = SourceInfo { path: &path, language: Language::TypeScript, role: Role::Source };
        set.analyse(source, code.as_bytes(), &mut parser, &mut worker, &mut Vec::new()).expect("the source is small");
        let now = worker.counters;
        assert_eq!((now.files_bound - counted.files_bound, now.lookups - counted.lookups), (bound, lookups), "{code}");
        counted = now;
    }
}
