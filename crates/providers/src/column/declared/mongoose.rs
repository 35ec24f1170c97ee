//! Fields of Mongoose: `new Schema({ accessToken: String })`.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnMapper, Facts, Sealed};
use super::super::seal::says_sealed;
use super::super::value::{generates, says_generated};
use super::super::view::ColumnView;
use super::{Column, holds_type, made_by_default};

/// Deeper fields are not read.
const DEEPEST: usize = 8;

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !view.has("Schema") || !(view.has("mongoose") || view.has("typegoose")) {
        return;
    }
    for node in view.nodes(&["new_expression", "call_expression"]) {
        let function = view.field(node, "constructor").or_else(|| view.field(node, "function"));
        let is_schema = function.and_then(|function| view.last_name(function)) == Some("Schema");
        let fields = view.arguments(node).next().map(|first| view.unwrapped(first));
        if let (true, Some(fields)) = (is_schema, fields.filter(|fields| view.is(*fields, &["object"]))) {
            let model = model(view, node);
            let options = view.arguments(node).nth(1);
            let table = options.and_then(|options| view.text_property(view.unwrapped(options), "collection"));
            schema(view, fields, table, model, out);
        }
    }
}

/// The model that a schema is made into, in the same file; else what the schema itself is named.
fn model(view: ColumnView<'_>, schema: NodeId) -> Option<&str> {
    let above = view.parent(schema)?;
    let call = |arguments: NodeId| {
        let call = view.parent(arguments).filter(|_| view.is(arguments, &["arguments"]))?;
        let function = view.last_name(view.field(call, "function")?)?;
        (function == "model").then(|| view.string(view.arguments(call).next()?))?
    };
    if let Some(name) = call(above) {
        return Some(name);
    }
    let name = view.field(above, "name").filter(|_| view.is(above, &["variable_declarator"]))?;
    let used = view.uses(name).into_iter().find_map(|used| call(view.parent(used)?));
    used.or_else(|| Some(view.words(name)))
}

/// Whether a default is something random: `() => nanoid()`, `uuidv4`.
fn is_generated(view: ColumnView<'_>, default: NodeId) -> bool {
    says_generated(view.shown(default)) || view.last_name(default).is_some_and(generates)
}

fn schema(view: ColumnView<'_>, fields: NodeId, table: Option<&str>, model: Option<&str>, out: &mut Facts) {
    let mut open = vec![(fields, table, model, 0)];
    while let Some((object, table, model, depth)) = open.pop() {
        for (key, value) in view.pairs(object) {
            let value = view.unwrapped(value);
            let inner = match view.kind(value) {
                // Documents in a list are rows of a table of their own.
                "array" => view.named(value).next().map(|item| view.unwrapped(item)),
                "object" => Some(value),
                _ => None,
            };
            let inner = inner.filter(|inner| view.is(*inner, &["object"]));
            let kind = match inner {
                Some(inner) => view.property(inner, "type"),
                None => Some(value),
            };
            let Some(kind) = kind.filter(|kind| !view.is(*kind, &["object", "array"])) else {
                let nested =
                    inner.and_then(|inner| view.property(inner, "type")).filter(|of| view.is(*of, &["object"]));
                if let Some(inner) = nested.or(inner).filter(|_| depth < DEEPEST) {
                    open.push((inner, None, Some(view.key_text(key)), depth + 1));
                }
                continue;
            };
            let options = inner.unwrap_or(value);
            let set = view.property(options, "set");
            let seal = match set {
                Some(set) if says_sealed(view.words(set)) => Some((Sealed::Yes, "a setter", set)),
                Some(set) => Some((Sealed::Unknown, "a setter", set)),
                None => None,
            };
            let kind = view.last_name(kind).or_else(|| view.string(kind)).unwrap_or_else(|| view.shown(kind));
            Column {
                mapper: ColumnMapper::Mongoose,
                table,
                model,
                column: None,
                property: view.key_text(key),
                kind,
                holds: holds_type(kind),
                nullable: Some(view.property(options, "required").is_none_or(|value| view.words(value) == "false")),
                seal,
            }
            .say(view, key, out);
            let default = view.property(options, "default").filter(|default| is_generated(view, *default));
            if let (Some(default), Some(model)) = (default, model.or(table)) {
                made_by_default(view, (ColumnMapper::Mongoose, model), view.key_text(key), (key, default), out);
            }
        }
    }
}
