//! The JSON Schema of rule documents, for editors and for `auditlint schema rule`.

use serde_json::{Map, Value, json};

use crate::option::TYPES;
use crate::{Confidence, ModuleKind, OptionValue, Role, RuleLevel, RuleOption, Severity, language};

/// The schema of one document of a rule file.
#[must_use]
pub fn rule_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "auditlint rule file",
        "if": { "required": ["relation"] },
        "then": reference("relation"),
        "else": reference("rule"),
        "$defs": {
            "rule": rule(),
            "relation": relation(),
            "count": object(&[], &[("min", "Minimum", whole()), ("max", "Maximum", whole())]),
            "glob": { "anyOf": [text(), object(&["glob"], &[
                ("glob", "The glob", text()),
                ("caseInsensitive", "Whether case is ignored", json!({ "type": "boolean" })),
            ])] },
            "task": { "anyOf": [text(), object(&["id"], &[
                ("id", "The task", text()),
                ("files", "The files that the link applies to", one_or_list(reference("glob"))),
            ])] },
            "examples": object(&[], &[
                ("bad", "Code in which it reports something; « and » mark each place", one_or_list(reference("example"))),
                ("good", "Code in which it reports nothing", one_or_list(reference("example"))),
            ]),
            "example": { "anyOf": [text(), object(&[], &[
                ("code", "The code", text()),
                ("files", "The files of a small project, by path", json!({ "type": "object", "additionalProperties": text() })),
                ("language", "Its language; by default the first one of the rule", json!({ "enum": language_names() })),
                ("path", "Its path, for files and ignores", text()),
                ("options", "Options of the rule that it sets", json!({ "type": "object" })),
            ])] },
            "check": check(),
            "module": { "anyOf": [words(&ModuleKind::WORDS.map(|(word, _)| word)), object(&["kind"], &[
                ("kind", "The kind", words(&ModuleKind::WORDS.map(|(word, _)| word))),
                ("option", "Only where options of the rule are so", options()),
            ])] },
            "option": object(&["about", "default"], &[
                ("about", "What it does", text()),
                ("type", "What it may be; by default the type of its default", words(&TYPES)),
                ("one-of", "The texts that are allowed", one_or_list(text())),
                ("default", "What holds where nobody sets it", json!({ "anyOf": [json!({ "type": "boolean" }), whole(), text(), list(text())] })),
            ]),
            "matcher": matcher(false),
            "related": matcher(true),
        },
    })
}

/// The keys of a rule.
fn rule() -> Value {
    json!({
        "type": "object",
        "required": ["id"],
        "oneOf": [{ "required": ["rule", "language"] }, { "required": ["require", "language"] }, { "required": ["check"] }],
        "additionalProperties": false,
        "properties": properties(&[
            ("id", "Unique name of the rule; says what it finds", json!({ "type": "string", "minLength": 1 })),
            ("language", "The languages that it checks", one_or_list(json!({ "enum": language_names() }))),
            ("severity", "How severe a finding is, or off; hint by default", words(&RuleLevel::WORDS.map(|(word, _)| word))),
            ("confidence", "How sure it is of what it reports; high by default", words(&Confidence::WORDS.map(|(word, _)| word))),
            ("options", "What of it a project may set, by name", json!({ "type": "object", "additionalProperties": reference("option") })),
            ("message", "What is wrong, with metavariables", text()),
            ("note", "A longer remark", text()),
            ("why", "Why the rule is there, one paragraph", text()),
            ("instead", "What to write instead", text()),
            ("url", "Where to read more", text()),
            ("since", "The release since which it ships", text()),
            ("rule", "Report every node that matches", reference("matcher")),
            ("require", "Report every file without a match", reference("matcher")),
            ("check", "Report every row of a relation that does not agree with another one", one_or_list(reference("check"))),
            ("count", "How many matches `require` needs", reference("count")),
            ("constraints", "What the nodes of metavariables must match", matchers()),
            ("utils", "Matchers by name, for `matches`", matchers()),
            ("transform", "New metavariables computed from others", json!({ "type": "object" })),
            ("fix", "What to replace a match with", json!({ "type": ["string", "object", "array"] })),
            ("labels", "Messages for the places of metavariables", json!({ "type": "object" })),
            ("rewriters", "Rules that `rewrite` applies to the parts of a metavariable", list(json!({ "type": "object" }))),
            ("files", "The files that it checks", one_or_list(reference("glob"))),
            ("ignores", "The files that it does not check", one_or_list(reference("glob"))),
            ("in", "Roles of the files that it checks; source by default", one_or_list(words(&Role::WORDS.map(|(word, _)| word)))),
            ("in-module", "Kinds of modules that it looks in", one_or_list(reference("module"))),
            ("not-in-module", "Kinds of modules that it does not look in", one_or_list(reference("module"))),
            ("tasks", "The tasks that it belongs to", one_or_list(reference("task"))),
            ("examples", "Code that it is tested on", reference("examples")),
            ("metadata", "Anything the author wants to keep; not read", json!({ "type": "object" })),
        ])
    })
}

/// The keys of a relation of one's own.
fn relation() -> Value {
    object(
        &["relation", "language", "rule", "columns"],
        &[
            (
                "relation",
                "Its name, two words separated by a dot",
                json!({ "type": "string", "pattern": "^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*$" }),
            ),
            ("about", "What a row says, one sentence", text()),
            ("language", "The languages that it checks", one_or_list(json!({ "enum": language_names() }))),
            ("rule", "Every node that matches is a row", reference("matcher")),
            (
                "columns",
                "The content of each column: a string with metavariables",
                json!({ "anyOf": [list(text()), { "type": "object", "additionalProperties": text() }] }),
            ),
            ("constraints", "What the nodes of metavariables must match", matchers()),
            ("utils", "Matchers by name, for `matches`", matchers()),
            ("transform", "New metavariables computed from others", json!({ "type": "object" })),
            ("fix", "Only allowed in rules", json!({ "not": {} })),
            ("labels", "Only allowed in rules", json!({ "not": {} })),
            (
                "rewriters",
                "Rules that `rewrite` applies to the parts of a metavariable",
                list(json!({ "type": "object" })),
            ),
            ("files", "The files that it checks", one_or_list(reference("glob"))),
            ("ignores", "The files that it does not check", one_or_list(reference("glob"))),
        ],
    )
}

/// The keys of a rule over facts.
fn check() -> Value {
    let columns = || json!({ "anyOf": [text(), list(text()), { "type": "object", "additionalProperties": text() }] });
    let filter = || json!({ "type": "object" });
    let others = || {
        one_or_list(object(
            &["relation", "on"],
            &[
                ("relation", "The relation", text()),
                ("on", "The columns that agree", columns()),
                ("that", "Which of its rows", filter()),
            ],
        ))
    };
    let reachable = || {
        let (root, edge) = ("The column that holds a root", "Which of its rows are edges");
        let from = [("relation", "The relation", text()), ("column", root, text()), ("where", "Which rows", filter())];
        let over = [
            ("relation", "The relation", text()),
            ("from", "The column with the start of an edge", text()),
            ("to", "The column with its end", text()),
            ("where", edge, filter()),
        ];
        let parts = [
            ("at", "The column of the row that is checked", text()),
            ("from", "The roots", object(&["relation", "column"], &from)),
            ("over", "The edges", object(&["relation", "from", "to"], &over)),
        ];
        object(&["at", "from", "over"], &parts)
    };
    object(
        &["each"],
        &[
            ("each", "The relation whose rows are checked", text()),
            ("option", "Only where options of the rule are so: a value or a list of values for each name", options()),
            (
                "where",
                "Which of its rows: a value, a list of values, `{not: …}`, `{below: …}` or `{option: …}` for each column",
                filter(),
            ),
            ("in", "The relation that must have a row that agrees", text()),
            ("not-in", "The relation that must have no row that agrees", text()),
            ("on", "The columns that agree: names, or `{column: column of the other}`", columns()),
            ("that", "Which rows of the other relation", filter()),
            ("if-in", "Only check rows that agree with a row of these relations", others()),
            ("unless-in", "Do not check rows that agree with a row of one of these relations", others()),
            ("unique", "The columns that must be unique together", one_or_list(text())),
            ("reachable", "The edges along which a column of the row must be reachable", reachable()),
            (
                "once",
                "Rows that are the same in these columns are one finding, at the first of them",
                one_or_list(text()),
            ),
            ("non-empty", "There must be at least one row", json!({ "const": true })),
            ("none", "There must be no row", json!({ "const": true })),
            (
                "see",
                "What to show beside a finding",
                one_or_list(object(
                    &["relation", "on", "message"],
                    &[
                        ("relation", "The relation", text()),
                        ("on", "The columns that agree", columns()),
                        ("that", "Which of its rows", filter()),
                        ("message", "What it is", text()),
                        (
                            "most",
                            "How many rows are shown at the most; 1 by default",
                            json!({ "type": "integer", "minimum": 1 }),
                        ),
                    ],
                )),
            ),
            (
                "severity",
                "How serious what this check finds is, instead of what the rule says",
                words(&Severity::WORDS.map(|(word, _)| word)),
            ),
        ],
    )
}

/// The keys of the matcher language; with `related` those of an object under `inside`, `has` and their like.
fn matcher(related: bool) -> Value {
    let mut keys = properties(&[
        (
            "pattern",
            "Code with metavariables",
            json!({ "anyOf": [text(), object(&["context"], &[
            ("context", "Code around the pattern, so that it parses", text()),
            ("selector", "Kind of the node in the context that serves as the pattern", text()),
            ("strictness", "How exactly code is compared", words(&STRICTNESS)),
        ])] }),
        ),
        ("kind", "Kind of the node, or a selector over kinds", text()),
        ("regex", "A regular expression that the text must match", text()),
        (
            "nthChild",
            "Position among the named siblings: a number, `An+B`, or a table",
            json!({ "type": ["integer", "string", "object"] }),
        ),
        ("range", "Position in the file, lines and columns counted from 0", json!({ "type": "object" })),
        ("all", "All of these must match", list(reference("matcher"))),
        ("any", "One of these must match", list(reference("matcher"))),
        ("not", "This must not match", reference("matcher")),
        (
            "matches",
            "The util of that name must match; a table gives it the matchers that it takes as arguments",
            json!({ "anyOf": [text(), { "type": "object", "additionalProperties": matchers() }] }),
        ),
        (
            "resolves-to",
            "What the name must refer to, however it is spelled: a path such as `process.env`, `node:fs#readFile`, `tokio::spawn`",
            json!({ "anyOf": [text(), list(text())] }),
        ),
        ("reassigned", "Whether the name is reassigned after its declaration", json!({ "type": "boolean" })),
        ("exported", "Whether the name is exported", json!({ "type": "boolean" })),
        (
            "option",
            "What options of the rule must be: a value, or a list of which one must hold, for each name",
            options(),
        ),
        (
            "references",
            "How often the name is used",
            object(&[], &[("min", "Minimum", whole()), ("max", "Maximum", whole())]),
        ),
        (
            "from",
            "What the value comes from must match; constants, branches and local functions are followed",
            reference("matcher"),
        ),
        ("inside", "A node around it must match", reference("related")),
        ("has", "A node in it must match", reference("related")),
        ("precedes", "A sibling after it must match", reference("related")),
        ("follows", "A sibling before it must match", reference("related")),
        ("within", "A node around it must match, at any distance", reference("related")),
        ("contains", "A node in it must match, at any depth", reference("related")),
    ]);
    if related {
        let Value::Object(also) = properties(&[
            ("stopBy", "How far to look", json!({ "anyOf": [words(&["neighbor", "end"]), reference("matcher")] })),
            ("field", "The field that the node is in", text()),
        ]) else {
            return keys;
        };
        if let Value::Object(keys) = &mut keys {
            keys.extend(also);
        }
    }
    json!({ "type": "object", "additionalProperties": false, "properties": keys })
}

const STRICTNESS: [&str; 6] = ["cst", "smart", "ast", "relaxed", "signature", "template"];

fn language_names() -> Vec<String> {
    let names = language::NAMES.iter().flat_map(|(name, _)| [(*name).to_owned(), name.to_lowercase()]);
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
}

fn options() -> Value {
    let value = || json!({ "type": ["boolean", "integer", "string"] });
    json!({ "type": "object", "minProperties": 1, "additionalProperties": one_or_list(value()) })
}

/// What a configuration may set an option to.
#[must_use]
pub fn option_schema(option: &RuleOption) -> Value {
    let one = || if option.one_of.is_empty() { text() } else { json!({ "enum": option.one_of }) };
    let mut schema = match &option.default {
        OptionValue::Boolean(_) => json!({ "type": "boolean" }),
        OptionValue::Number(_) => whole(),
        OptionValue::Text(_) => one(),
        OptionValue::List(_) => one_or_list(one()),
    };
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(option.about));
        schema.insert(
            "default".to_owned(),
            match &option.default {
                OptionValue::Boolean(flag) => json!(flag),
                OptionValue::Number(number) => json!(number),
                OptionValue::Text(text) => json!(text),
                OptionValue::List(texts) => json!(texts),
            },
        );
    }
    schema
}

fn properties(keys: &[(&str, &str, Value)]) -> Value {
    let described = keys.iter().map(|(key, says, schema)| {
        let mut schema = schema.clone();
        if let Value::Object(schema) = &mut schema {
            schema.insert("description".to_owned(), json!(says));
        }
        ((*key).to_owned(), schema)
    });
    Value::Object(described.collect::<Map<String, Value>>())
}

fn object(required: &[&str], keys: &[(&str, &str, Value)]) -> Value {
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties(keys) })
}

fn one_or_list(item: Value) -> Value {
    json!({ "anyOf": [item, list(item.clone())] })
}

fn list(item: Value) -> Value {
    json!({ "type": "array", "items": item })
}

fn matchers() -> Value {
    json!({ "type": "object", "additionalProperties": reference("matcher") })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn words(words: &[&str]) -> Value {
    json!({ "enum": words })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_rules;

    /// The keys that the reader lists when it meets one that it does not know.
    fn known_keys(document: &str) -> Vec<String> {
        let (_, problems) = read_rules(&"r.yml".into(), document, &auditlint_facts::KnownRelations::default());
        let unknown = problems.iter().find(|problem| problem.message == "unknown key `zzzzzzzz`").unwrap();
        let list = unknown.help.as_ref().and_then(|help| help.strip_prefix("valid: ")).unwrap();
        list.split(", ").map(str::to_owned).collect()
    }

    fn keys_of(schema: &Value) -> Vec<String> {
        schema["properties"].as_object().unwrap().keys().cloned().collect()
    }

    fn check(document: &str, schema: &Value) {
        let mut known = known_keys(document);
        known.sort();
        known.dedup();
        let mut written = keys_of(schema);
        written.sort();
        assert_eq!(known, written, "{document}");
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
        check("id: a\nlanguage: Rust\nrequire: {kind: block}\ncount: {min: 1, zzzzzzzz: 1}", &defs["count"]);
    }
}
