//! Models of Objection: a class with `tableName` and a `jsonSchema`, or fields.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnMapper, Facts, Holds};
use super::super::view::ColumnView;
use super::Column;

/// At most this many keys of a `jsonSchema` are looked at to find its properties.
const MOST_PAIRS: usize = 256;

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !view.has("tableName") || !(view.has("objection") || view.has("jsonSchema")) {
        return;
    }
    for class in view.nodes(&["class_declaration", "class"]) {
        model(view, class, out);
    }
}

fn model(view: ColumnView<'_>, class: NodeId, out: &mut Facts) -> Option<()> {
    let body = view.field(class, "body")?;
    let member = |name: &str| {
        view.named(body).find(|part| {
            let own = view.field(*part, "name").or_else(|| view.field(*part, "property"));
            own.is_some_and(|own| view.key_text(own) == name)
        })
    };
    let table = view.nodes_in(member("tableName")?, &["string"]).next().and_then(|name| view.string(name))?;
    let model = view.field(class, "name").map(|name| view.words(name));
    let column = |property: NodeId, kind: &str| Column {
        mapper: ColumnMapper::Objection,
        table: Some(table),
        model,
        column: None,
        property: view.key_text(property),
        kind: "",
        holds: if kind.contains("string") || kind.contains("object") { Holds::Text } else { Holds::Other },
        nullable: None,
        seal: None,
    };
    if let Some(schema) = member("jsonSchema") {
        let properties = view
            .nodes_in(schema, &["pair"])
            .take(MOST_PAIRS)
            .find(|pair| view.field(*pair, "key").is_some_and(|key| view.key_text(key) == "properties"));
        let properties = properties.and_then(|pair| view.field(pair, "value")).map(|value| view.unwrapped(value));
        for (key, value) in properties.into_iter().flat_map(|properties| view.pairs(properties)) {
            column(key, view.shown(value)).say(view, key, out);
        }
        return Some(());
    }
    for field in view.named(body).filter(|part| view.is(*part, &["public_field_definition"])) {
        if let (Some(name), Some(kind)) = (view.field(field, "name"), view.field(field, "type")) {
            column(name, view.shown(kind)).say(view, name, out);
        }
    }
    Some(())
}
