//! The schema holds the keys and words that the reader knows.

use serde_json::{Value, json};

use super::rule_schema;
use crate::read_rules;

/// The keys or words that the reader lists when it meets one that it does not know.
fn known_words(document: &str, what: &str) -> Vec<String> {
    let (_, problems) = read_rules(&"r.yml".into(), document, &auditlint_facts::KnownRelations::default());
    let message = format!("unknown {what} `zzzzzzzz`");
    let unknown = problems.iter().find(|problem| problem.message == message);
    let unknown = unknown.unwrap_or_else(|| panic!("{document}: {problems:?}"));
    let list = unknown.help.as_ref().and_then(|help| help.strip_prefix("valid: ")).unwrap();
    list.split(", ").map(str::to_owned).collect()
}

fn keys_of(schema: &Value) -> Vec<String> {
    schema["properties"].as_object().unwrap().keys().cloned().collect()
}

fn check(document: &str, schema: &Value) {
    let mut known = known_words(document, "key");
    known.sort();
    known.dedup();
    let mut written = keys_of(schema);
    written.sort();
    assert_eq!(known, written, "{document}");
}

/// The reader takes the words that the schema allows.
fn check_words(document: &str, what: &str, schema: &Value) {
    assert_eq!(json!(known_words(document, what)), schema["enum"], "{document}");
}

#[test]
fn names_every_key_of_the_matcher_language() {
    let schema = rule_schema();
    let defs = &schema["$defs"];
    let keys = &defs["matcher"]["properties"];
    let matching = |matcher: &str| format!("id: a\nlanguage: Rust\nrule: {{{matcher}}}");
    let pattern = &keys["pattern"]["anyOf"][1];
    check(&matching("pattern: {context: f(), zzzzzzzz: 1}"), pattern);
    let strict = matching("pattern: {context: f(), strictness: zzzzzzzz}");
    check_words(&strict, "strictness", &pattern["properties"]["strictness"]);
    check(&matching("nthChild: {position: 1, zzzzzzzz: 1}"), &keys["nthChild"]["anyOf"][2]);
    let range = &keys["range"];
    check(&matching("range: {start: {line: 1}, end: {line: 1}, zzzzzzzz: 1}"), range);
    let document = matching("range: {start: {line: 1, zzzzzzzz: 1}, end: {line: 1}}");
    check(&document, &range["properties"]["start"]);
    check(&matching("kind: identifier, references: {min: 1, zzzzzzzz: 1}"), &keys["references"]);
    for (key, of) in [
        ("inside", "related"),
        ("has", "related"),
        ("precedes", "sibling"),
        ("follows", "sibling"),
        ("within", "distant"),
        ("contains", "distant"),
    ] {
        check(&matching(&format!("{key}: {{kind: block, zzzzzzzz: 1}}")), &defs[of]);
        assert_eq!(keys[key]["$ref"], json!(format!("#/$defs/{of}")));
    }
    let stop_by = matching("has: {kind: block, stopBy: zzzzzzzz}");
    check_words(&stop_by, "word for `stopBy`", &defs["related"]["properties"]["stopBy"]["anyOf"][0]);
}

#[test]
fn names_every_key_of_what_a_rule_writes() {
    let schema = rule_schema();
    let defs = &schema["$defs"];
    let with = |more: &str| format!("id: a\nlanguage: Rust\nrule: {{pattern: f($A)}}\n{more}");
    check(&with("fix: {template: g, zzzzzzzz: 1}"), &defs["fix"]["anyOf"][1]);
    check(&with("fix: [{template: g, title: h, zzzzzzzz: 1}]"), &defs["fix"]["anyOf"][2]["items"]);
    check(&with("fix: {template: g, expandEnd: {kind: block, zzzzzzzz: 1}}"), &defs["sibling"]);
    check(&with("labels: {A: {style: primary, zzzzzzzz: 1}}"), &defs["label"]);
    let style = with("labels: {A: {style: zzzzzzzz}}");
    check_words(&style, "style", &defs["label"]["properties"]["style"]);
    let rewriter = with("rewriters: [{id: b, rule: {kind: block}, fix: c, zzzzzzzz: 1}]");
    check(&rewriter, &defs["rewriter"]);
    let transform = &defs["transform"]["anyOf"][1];
    check(&with("transform: {B: {zzzzzzzz: 1}}"), transform);
    for kind in ["replace", "substring", "convert", "rewrite"] {
        check(&with(&format!("transform: {{B: {{{kind}: {{zzzzzzzz: 1}}}}}}")), &transform["properties"][kind]);
    }
    let convert = &transform["properties"]["convert"]["properties"];
    let case = with("transform: {B: {convert: {source: $A, toCase: zzzzzzzz}}}");
    check_words(&case, "case", &convert["toCase"]);
    let separator = with("transform: {B: {convert: {source: $A, toCase: lowerCase, separatedBy: [zzzzzzzz]}}}");
    check_words(&separator, "separator", &convert["separatedBy"]["anyOf"][0]);
}

#[test]
fn names_every_key_that_the_reader_knows() {
    let schema = rule_schema();
    let defs = &schema["$defs"];
    check("id: a\nlanguage: Rust\nrule: {kind: block}\nzzzzzzzz: 1", &defs["rule"]);
    check("relation: a.b\nlanguage: Rust\nrule: {kind: block}\ncolumns: {}\nzzzzzzzz: 1", &defs["relation"]);
    check("id: a\nlanguage: Rust\nrule: {kind: block, zzzzzzzz: 1}", &defs["matcher"]);
    check("id: a\nlanguage: Rust\nrule: {has: {kind: block, zzzzzzzz: 1}}", &defs["related"]);
    check("id: a\nlanguage: Rust\nrule: {kind: block}\ntasks: [{id: b, zzzzzzzz: 1}]", &defs["task"]["anyOf"][1]);
    check("id: a\nlanguage: Rust\nrule: {kind: block}\nfiles: [{glob: b, zzzzzzzz: 1}]", &defs["glob"]["anyOf"][1]);
    check("id: a\nlanguage: Rust\nrule: {kind: block}\nexamples: {zzzzzzzz: 1}", &defs["examples"]);
    check(
        "id: a\nlanguage: Rust\nrule: {kind: block}\nexamples: {bad: [{code: b, zzzzzzzz: 1}]}",
        &defs["example"]["anyOf"][1],
    );
    check("id: a\ncheck: {each: npm.script, unique: script, zzzzzzzz: 1}", &defs["check"]);
    let parts = &defs["check"]["properties"];
    check("id: a\ncheck: {each: npm.script, none: true, if-in: {zzzzzzzz: 1}}", &parts["if-in"]["anyOf"][0]);
    check("id: a\ncheck: {each: npm.script, reachable: {zzzzzzzz: 1}}", &parts["reachable"]);
    for part in ["from", "over"] {
        let document = format!("id: a\ncheck: {{each: npm.script, reachable: {{{part}: {{zzzzzzzz: 1}}}}}}");
        check(&document, &parts["reachable"]["properties"][part]);
    }
    let relation = "{relation: npm.script, on: script, message: b, zzzzzzzz: 1}";
    let see = &parts["see"]["anyOf"][0];
    check(&format!("id: a\ncheck: {{each: npm.script, none: true, see: {relation}}}"), see);
    check("id: a\nlanguage: Rust\nrequire: {kind: block}\ncount: {min: 1, zzzzzzzz: 1}", &defs["count"]);
    let option = "options: {b: {about: c, default: true, zzzzzzzz: 1}}";
    check(&format!("id: a\nlanguage: Rust\nrule: {{kind: block}}\n{option}"), &defs["option"]);
    let module = "in-module: [{kind: server, zzzzzzzz: 1}]";
    check(&format!("id: a\nlanguage: Rust\nrule: {{kind: block}}\n{module}"), &defs["module"]["anyOf"][1]);
}
