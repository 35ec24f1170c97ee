//! What a set selects, tries and reports.

use auditlint_providers::{facts_of, known_relations, providers};
use auditlint_rules::{CompiledRule, Role, Rule, RuleSet, SourceInfo, Worker, read_rules, run_examples};
use auditlint_source::FilePath;
use auditlint_syntax::{Language, Parser};

fn rules(text: &str) -> Vec<Rule> {
    let (rules, problems) = read_rules(&FilePath::new("r.yml"), text, &known_relations());
    assert!(problems.is_empty(), "{problems:?}");
    rules
}

fn set(text: &str) -> RuleSet {
    let (set, problems) = RuleSet::compile(rules(text), &Default::default());
    assert!(problems.is_empty(), "{problems:?}");
    set
}

/// `rule span-text` of every match.
fn found(set: &RuleSet, path: &str, role: Role, code: &str) -> Vec<String> {
    let path = FilePath::new(path);
    let source = SourceInfo { path: &path, language: Language::of_path(&path).expect("a known extension"), role };
    let mut matches = Vec::new();
    let mut parser = Parser::default();
    set.analyse(source, code.as_bytes(), &mut parser, &mut Worker::default(), &mut matches).expect("within the limits");
    assert_eq!(set.difference_to_naive(source, code.as_bytes(), &mut parser, &matches), None, "{code}");
    let texts = matches.iter().map(|found| {
        let text = String::from_utf8_lossy(found.span.of(code.as_bytes()));
        format!("{} {text}", set.rule(found.rule).id).trim_end().to_owned()
    });
    texts.collect()
}

const FETCH: &str = "id: fetch\nlanguage: ts\nrule: {pattern: fetch($$$)}\n";

#[test]
fn path_language_and_role_decide_first() {
    let set = set(&format!("{FETCH}files: ['./src/**']\nignores: ['**/*.gen.ts']\nin: [source, script]\n"));
    let code = "fetch(1)";
    assert_eq!(found(&set, "src/a.ts", Role::Source, code), ["fetch fetch(1)"]);
    assert_eq!(found(&set, "src/a.tsx", Role::Script, code), ["fetch fetch(1)"]);
    for (path, role) in [
        ("lib/a.ts", Role::Source),
        ("src/a.gen.ts", Role::Source),
        ("src/a.ts", Role::Test),
        ("src/a.js", Role::Source),
        ("src/a.rs", Role::Source),
    ] {
        assert_eq!(found(&set, path, role, code), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn a_required_match_is_counted_in_each_file() {
    let one = set("id: strict\nlanguage: ts\nrequire: {pattern: strict()}\n");
    assert_eq!(found(&one, "a.ts", Role::Source, ""), ["strict"]);
    assert_eq!(found(&one, "a.ts", Role::Source, "f()"), ["strict"]);
    assert_eq!(found(&one, "a.ts", Role::Source, "strict"), ["strict"]);
    assert_eq!(found(&one, "a.ts", Role::Source, "strict()"), Vec::<String>::new());
    let at_most = set("id: once\nlanguage: ts\nrequire: {pattern: once($A)}\ncount: {max: 1}\n");
    assert_eq!(found(&at_most, "a.ts", Role::Source, "f()"), Vec::<String>::new());
    assert_eq!(found(&at_most, "a.ts", Role::Source, "once(1); once(2); once(3)"), ["once once(2)"]);
}

#[test]
fn an_island_and_its_host_count_once() {
    let set = set(
        "id: unwrap\nlanguage: Rust\nrule: {pattern: $A.unwrap()}\n---\nid: name\nlanguage: Rust\nrule: {kind: identifier, regex: ^b$}\n",
    );
    let code = "fn f() { assert_eq!(a.unwrap(), b); }";
    assert_eq!(found(&set, "a.rs", Role::Source, code), ["unwrap a.unwrap()", "name b"]);
}

#[test]
fn a_rule_without_a_kind_is_tried_everywhere() {
    let set = set("id: any\nlanguage: ts\nrule: {regex: '^x$'}\n");
    assert_eq!(found(&set, "a.ts", Role::Source, "y(x)"), ["any x"]);
}

#[test]
fn an_island_is_parsed_for_what_stands_in_it() {
    // What `inside` asks for stands around the macro, and what `has` asks for in it.
    let set = set(
        "id: inside\nlanguage: Rust\nrule: {kind: identifier, regex: ^b$, inside: {stopBy: end, pattern: outer($$$)}}\n---\nid: has\nlanguage: Rust\nrule: {kind: call_expression, has: {stopBy: end, regex: ^needle$}}\n",
    );
    let code = "fn f() { outer(assert!(b)); assert!(g(needle)); }";
    assert_eq!(found(&set, "a.rs", Role::Source, code), ["inside b", "has g(needle)"]);
}

/// How many of some sources are parsed.
fn parsed(set: &RuleSet, path: &str, code: &str) -> u64 {
    let path = FilePath::new(path);
    let source =
        SourceInfo { path: &path, language: Language::of_path(&path).expect("a known extension"), role: Role::Source };
    let mut worker = Worker::default();
    set.analyse(source, code.as_bytes(), &mut Parser::default(), &mut worker, &mut Vec::new())
        .expect("within the limits");
    worker.counters.files_parsed
}

#[test]
fn what_a_comment_says_has_no_file_parsed() {
    let fetch = set(FETCH);
    for (code, expected) in [
        ("fetch(1)", 1),
        ("// fetch(1)", 0),
        ("/* fetch */ const a = 'fetch';", 1),
        ("const a = `${b /* fetch */}`;", 0),
        ("const open = 'a\n'; // fetch", 1),
        ("// fetch\nconst a = '\\u0066';", 0),
        ("// fetch\n\\u0066etch(1);", 1),
    ] {
        assert_eq!(parsed(&fetch, "a.ts", code), expected, "{code}");
        found(&fetch, "a.ts", Role::Source, code);
    }
    // A rule about comments finds them.
    let todo = set("id: todo\nlanguage: ts\nrule: {kind: comment, regex: TODO}\n");
    assert_eq!(found(&todo, "a.ts", Role::Source, "// TODO: b"), ["todo // TODO: b"]);
    // Where a rule has the file parsed anyway, the others find what they find.
    let both = set(&format!("{FETCH}---\nid: any\nlanguage: ts\nrule: {{kind: number}}\n"));
    assert_eq!(found(&both, "a.ts", Role::Source, "// fetch\n1; fetch(2)"), ["any 1", "fetch fetch(2)", "any 2"]);
    let required = set("id: strict\nlanguage: ts\nrequire: {pattern: strict()}\n");
    assert_eq!(parsed(&required, "a.ts", "// strict()"), 0);
    assert_eq!(found(&required, "a.ts", Role::Source, "// strict()"), ["strict"]);
}

#[test]
fn a_suppression_comment_is_never_unseen() {
    let set = set(FETCH);
    let path = FilePath::new("a.ts");
    let source = SourceInfo { path: &path, language: Language::TypeScript, role: Role::Source };
    let mut worker = Worker::default();
    for (code, seen) in [("// auditlint-ignore fetch: x", true), ("// ast-grep-ignore", true), ("// ignore", false)] {
        set.select(source, code.as_bytes(), &mut worker.selection);
        assert_eq!(worker.selection.has_suppression(), seen, "{code}");
    }
}

#[test]
fn examples_say_what_is_wrong() {
    let text = format!(
        "{FETCH}examples:\n  bad: ['await «fetch(1)»', 'await fetch(«1»)', '«f()»', 'f()', 'fetch(2)']\n  good: ['f()', 'fetch(3)', {{code: 'f()', language: rs}}]\n"
    );
    let rule = rules(&text).remove(0);
    let compiled = CompiledRule::new(rule, &Default::default()).unwrap();
    let failures: Vec<String> =
        run_examples(&compiled, &|sources| facts_of(sources, providers())).iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "fetch: bad example 2: reports other ends than marked\n  marked:   line 1, `1`, in `await fetch(1)`\n  reported: line 1, `fetch(1)`, in `await fetch(1)`",
            "fetch: bad example 3: misses line 1, `f()`, in `f()`",
            "fetch: bad example 4: finds nothing in\n  f()",
            "fetch: good example 2: finds what it should not: line 1, `fetch(3)`, in `fetch(3)`",
            "fetch: good example 3: the rule does not look at Rust",
        ]
    );
}

#[test]
fn files_of_a_rule_count_for_an_example_with_a_path() {
    let text = format!(
        "{FETCH}files: ['src/**']\nexamples:\n  bad: ['fetch(1)', {{code: 'fetch(1)', path: src/a.ts}}]\n  good: [{{code: 'fetch(1)', path: lib/a.ts}}]\n"
    );
    let compiled = CompiledRule::new(rules(&text).remove(0), &Default::default()).unwrap();
    assert_eq!(run_examples(&compiled, &|sources| facts_of(sources, providers())), []);
}
