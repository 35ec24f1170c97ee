//! The JSON Schema of rule documents, for editors and for `auditlint schema rule`.

mod matcher;
mod parts;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use self::matcher::{LABEL_STYLES, fix, matcher, rewriter, transform};
use self::parts::{by_name, list, matchers, object, one_or_list, options, properties, reference, text, whole, words};
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
            "variant": object(&["rule"], &[
                ("rule", "Report every node that matches", reference("matcher")),
                ("constraints", "What the nodes of metavariables must match", matchers()),
                ("utils", "Matchers by name, for `matches`", matchers()),
                ("transform", "New metavariables computed from others", by_name(reference("transform"))),
                ("fix", "What to replace a match with", reference("fix")),
                ("labels", "Messages for the places of metavariables", by_name(reference("label"))),
                ("rewriters", "Rules that `rewrite` applies to the parts of a metavariable", list(reference("rewriter"))),
            ]),
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
                ("matches", "A regular expression that each text matches", text()),
                ("form", "What `matches` asks for, in words", text()),
                ("at-least", "The least number that it may be", whole()),
                ("default", "What holds where nobody sets it", json!({ "anyOf": [json!({ "type": "boolean" }), whole(), text(), list(text())] })),
            ]),
            "matcher": matcher(&[]),
            "related": matcher(&["stopBy", "field"]),
            "sibling": matcher(&["stopBy"]),
            "distant": matcher(&["field"]),
            "fix": fix(),
            "transform": transform(),
            "label": object(&["style"], &[
                ("style", "Whether it is what the finding is about, or a place beside it", words(&LABEL_STYLES)),
                ("message", "What to say about it", text()),
            ]),
            "rewriter": rewriter(),
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
            ("cwe", "The weaknesses that it finds: their numbers in the list of CWE, the closest first", one_or_list(json!({ "type": "integer", "minimum": 1 }))),
            ("since", "The release since which it ships", text()),
            ("rule", "Report every node that matches", reference("matcher")),
            ("also-in", "Matchers for further languages, by language", json!({
                "type": "object",
                "propertyNames": { "enum": language_names() },
                "additionalProperties": reference("variant"),
            })),
            ("require", "Report every file without a match", reference("matcher")),
            ("check", "Report every row of a relation that does not agree with another one", one_or_list(reference("check"))),
            ("count", "How many matches `require` needs", reference("count")),
            ("constraints", "What the nodes of metavariables must match", matchers()),
            ("utils", "Matchers by name, for `matches`", matchers()),
            ("transform", "New metavariables computed from others", by_name(reference("transform"))),
            ("fix", "What to replace a match with", reference("fix")),
            ("labels", "Messages for the places of metavariables", by_name(reference("label"))),
            ("rewriters", "Rules that `rewrite` applies to the parts of a metavariable", list(reference("rewriter"))),
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
            ("transform", "New metavariables computed from others", by_name(reference("transform"))),
            ("fix", "Only allowed in rules", json!({ "not": {} })),
            ("labels", "Only allowed in rules", json!({ "not": {} })),
            ("rewriters", "Rules that `rewrite` applies to the parts of a metavariable", list(reference("rewriter"))),
            ("files", "The files that it checks", one_or_list(reference("glob"))),
            ("ignores", "The files that it does not check", one_or_list(reference("glob"))),
        ],
    )
}

/// The keys of a rule over facts.
fn check() -> Value {
    let columns = || json!({ "anyOf": [text(), list(text()), { "type": "object", "additionalProperties": text() }] });
    let filter = || json!({ "type": "object" });
    let column =
        || json!({ "anyOf": [text(), { "type": "object", "additionalProperties": text(), "maxProperties": 1 }] });
    let behind = || ("behind", "Only rows whose number in this column is greater", column());
    let before = || ("before", "Only rows whose number in this column is less", column());
    let other = || {
        vec![
            ("relation", "The relation", text()),
            ("on", "The columns that agree", columns()),
            ("that", "Which of its rows", filter()),
            behind(),
            before(),
        ]
    };
    let others = || {
        let mut keys = other();
        let given = one_or_list(object(&["relation", "on"], &other()));
        keys.push(("if-in", "Only rows that themselves agree with a row of these relations", given));
        one_or_list(object(&["relation", "on"], &keys))
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
                "Which of its rows: a value, a list of values, `{not: …}`, `{below: …}`, `{at-least: …}`, `{matches: …}` or `{option: …}` for each column",
                filter(),
            ),
            ("in", "The relation that must have a row that agrees", text()),
            ("not-in", "The relation that must have no row that agrees", text()),
            ("on", "The columns that agree: names, or `{column: column of the other}`", columns()),
            ("that", "Which rows of the other relation", filter()),
            behind(),
            before(),
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
            ("every", "Each value that an option lists must be in one of these columns of a row", filter()),
            (
                "see",
                "What to show beside a finding",
                one_or_list(object(
                    &["relation", "on", "message"],
                    &[
                        ("relation", "The relation", text()),
                        ("on", "The columns that agree", columns()),
                        ("that", "Which of its rows", filter()),
                        behind(),
                        before(),
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

fn language_names() -> Vec<String> {
    let names = language::NAMES.iter().flat_map(|(name, _)| [(*name).to_owned(), name.to_lowercase()]);
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
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
