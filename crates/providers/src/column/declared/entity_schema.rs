//! Entities without classes: `new EntitySchema({ name, columns })` of TypeORM, `properties` of MikroORM, `defineEntity`.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnMapper, Facts, Holds, Sealed};
use super::super::seal::says_sealed;
use super::super::view::ColumnView;
use super::{Column, holds_type};

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !view.has("EntitySchema") && !view.has("defineEntity") {
        return;
    }
    for node in view.nodes(&["new_expression", "call_expression"]) {
        schema(view, node, out);
    }
}

fn schema(view: ColumnView<'_>, node: NodeId, out: &mut Facts) -> Option<()> {
    let function = view.field(node, "constructor").or_else(|| view.field(node, "function"))?;
    matches!(view.last_name(function)?, "EntitySchema" | "defineEntity").then_some(())?;
    let options = view.unwrapped(view.arguments(node).next()?);
    let (columns, mapper) = match view.property(options, "columns") {
        Some(columns) => (columns, ColumnMapper::TypeOrm),
        None => (view.property(options, "properties")?, ColumnMapper::MikroOrm),
    };
    let name = view.text_property(options, "name");
    // `class: Account`
    let class = || ["class", "target"].iter().find_map(|key| view.last_name(view.property(options, key)?));
    let declared = || view.parent(node).and_then(|above| view.field(above, "name")).map(|name| view.words(name));
    let model = name.or_else(class).or_else(declared);
    for (key, value) in view.pairs(columns) {
        let value = view.unwrapped(value);
        // `properties: (p) => ({ token: p.string() })`, `token: { type: "varchar" }`
        let text = view.shown(value);
        let is_object = view.is(value, &["object"]);
        let property = |keys: &[&str]| keys.iter().find_map(|key| view.property(value, key));
        let kind = property(&["type", "columnType", "kind"]).map_or(text, |kind| view.shown(kind));
        let transformer = property(&["transformer", "customType"]);
        let seal = match transformer {
            Some(value) if says_sealed(view.words(value)) => Some((Sealed::Yes, view.shown(value), value)),
            Some(value) => Some((Sealed::Unknown, view.shown(value), value)),
            None => says_sealed(kind).then_some((Sealed::Yes, kind, value)),
        };
        Column {
            mapper,
            table: view.text_property(options, "tableName"),
            model,
            column: property(&["name", "fieldName"]).and_then(|name| view.string(name)),
            property: view.key_text(key),
            kind: kind.trim_matches(['"', '\'']),
            holds: if seal.is_some() { Holds::Text } else { holds_type(kind) },
            nullable: is_object.then(|| property(&["nullable"]).is_some_and(|value| view.words(value) == "true")),
            seal,
        }
        .say(view, key, out);
    }
    Some(())
}
