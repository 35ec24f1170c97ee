//! The schema of the matcher language, and of what a rule writes with its metavariables.

use serde_json::{Value, json};

use super::parts::{by_name, list, matchers, object, one_or_list, options, properties, reference, text, whole, words};

/// What a match is replaced with: a text, a table, or several of them to choose from.
pub(super) fn fix() -> Value {
    let table = object(
        &["template"],
        &[
            ("template", "The text to write", text()),
            ("expandStart", "How far to the left more is replaced", reference("sibling")),
            ("expandEnd", "How far to the right more is replaced", reference("sibling")),
            ("title", "What it does, where there are several", text()),
            ("unsafe", "Why somebody has to look at what it wrote; only `--fix=unsafe` applies it", text()),
        ],
    );
    json!({ "anyOf": [text(), table, list(table.clone())] })
}

/// A rule that `rewrite` applies.
pub(super) fn rewriter() -> Value {
    object(
        &["id", "rule", "fix"],
        &[
            ("id", "The name by which transforms know it", text()),
            ("rule", "The nodes that it rewrites", reference("matcher")),
            ("constraints", "What the nodes of metavariables must match", matchers()),
            ("utils", "Matchers by name, for `matches`", matchers()),
            ("transform", "New metavariables computed from others", by_name(reference("transform"))),
            ("fix", "What to write", reference("fix")),
            ("labels", "Messages for the places of metavariables", by_name(reference("label"))),
        ],
    )
}

/// How a new metavariable is computed.
pub(super) fn transform() -> Value {
    let source = || ("source", "The metavariable to start from", text());
    let replace = [
        source(),
        ("replace", "The regular expression whose matches are replaced", text()),
        ("by", "What to put there", text()),
    ];
    let whole_number = || json!({ "type": "integer" });
    let substring = [
        source(),
        ("startChar", "The first character, counted from 0, or from the end where negative", whole_number()),
        ("endChar", "The character behind the last one", whole_number()),
    ];
    let convert = [
        source(),
        ("toCase", "The case to convert to", words(&CASES)),
        ("separatedBy", "What separates words", one_or_list(words(&SEPARATORS))),
    ];
    let rewrite = [
        source(),
        ("rewriters", "The rewriters to apply", one_or_list(text())),
        ("joinBy", "What to put between the texts that they make", text()),
    ];
    let table = object(
        &[],
        &[
            ("replace", "Replace what a regular expression matches", object(&["source", "replace", "by"], &replace)),
            ("substring", "Take a part", object(&["source"], &substring)),
            ("convert", "Convert to another case", object(&["source", "toCase"], &convert)),
            ("rewrite", "Apply rewriters to the parts", object(&["source", "rewriters"], &rewrite)),
        ],
    );
    json!({ "anyOf": [text(), table] })
}

/// A position in a file.
fn point() -> Value {
    object(
        &["line"],
        &[("line", "The line, counted from 0", whole()), ("column", "The column, counted from 0", whole())],
    )
}

/// The keys of the matcher language; with `also` those of an object under `inside`, `has` and their like.
pub(super) fn matcher(also: &[&str]) -> Value {
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
            json!({ "anyOf": [whole(), text(), object(&["position"], &[
                ("position", "The place, counted from 1, or `An+B`", json!({ "type": ["integer", "string"] })),
                ("reverse", "Whether it is counted from the end", json!({ "type": "boolean" })),
                ("ofRule", "The siblings that are counted", reference("matcher")),
            ])] }),
        ),
        (
            "range",
            "Position in the file, lines and columns counted from 0",
            object(&["start", "end"], &[("start", "Where it starts", point()), ("end", "Where it ends", point())]),
        ),
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
        ("precedes", "A sibling after it must match", reference("sibling")),
        ("follows", "A sibling before it must match", reference("sibling")),
        ("within", "A node around it must match, at any distance", reference("distant")),
        ("contains", "A node in it must match, at any depth", reference("distant")),
    ]);
    let more = properties(&[
        ("stopBy", "How far to look", json!({ "anyOf": [words(&["neighbor", "end"]), reference("matcher")] })),
        ("field", "The field that the node is in", text()),
    ]);
    if let (Value::Object(keys), Value::Object(more)) = (&mut keys, more) {
        keys.extend(more.into_iter().filter(|(key, _)| also.contains(&key.as_str())));
    }
    json!({ "type": "object", "additionalProperties": false, "properties": keys })
}

const STRICTNESS: [&str; 6] = ["cst", "smart", "ast", "relaxed", "signature", "template"];

const CASES: [&str; 7] = ["lowerCase", "upperCase", "capitalize", "camelCase", "snakeCase", "kebabCase", "pascalCase"];

const SEPARATORS: [&str; 6] = ["caseChange", "dash", "dot", "slash", "space", "underscore"];

pub(super) const LABEL_STYLES: [&str; 2] = ["primary", "secondary"];
