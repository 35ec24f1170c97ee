//! Interfaces of Kysely: `interface Database { account: AccountTable }`.

use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::super::fact::{Facts, Holds, Mapper};
use super::super::view::View;
use super::Column;

/// How the interface of a database is named.
const DATABASES: &[&str] = &["DB", "Database", "Tables", "Db", "Schema"];

/// The facts of a source.
pub(super) fn extract(view: View<'_>, out: &mut Facts) {
    if !["\"kysely\"", "'kysely'"].iter().any(|module| view.has(module)) {
        return;
    }
    let shapes: Vec<(NodeId, NodeId)> = view
        .nodes(&["interface_declaration", "type_alias_declaration"])
        .filter_map(|shape| {
            Some((view.field(shape, "name")?, view.field(shape, "body").or_else(|| view.field(shape, "value"))?))
        })
        .collect();
    let is_database = |name: &str| DATABASES.iter().any(|database| name.ends_with(database));
    let mut tables: FxHashMap<&str, &str> = FxHashMap::default();
    for (_, body) in shapes.iter().filter(|(name, _)| is_database(view.text(*name))) {
        for (name, kind) in properties(view, *body) {
            tables.insert(kind, view.key_text(name));
        }
    }
    for (name, body) in &shapes {
        let name = view.text(*name);
        let table = tables.get(name).copied().or_else(|| name.strip_suffix("Table"));
        let Some(table) = table.filter(|_| !is_database(name)) else { continue };
        for (property, kind) in properties(view, *body) {
            let holds = match kind {
                kind if kind.contains("Buffer") || kind.contains("Uint8Array") => Holds::Bytes,
                kind if kind.contains("string") => Holds::Text,
                _ => Holds::Other,
            };
            Column {
                mapper: Mapper::Kysely,
                table: Some(table),
                model: Some(name),
                column: None,
                property: view.key_text(property),
                kind,
                holds,
                nullable: Some(kind.contains("null")),
                seal: None,
            }
            .say(view, property, out);
        }
    }
}

/// The properties of an interface with their types.
fn properties<'a>(view: View<'a>, body: NodeId) -> impl Iterator<Item = (NodeId, &'a str)> {
    view.named(body).filter(move |part| view.is(*part, &["property_signature"])).filter_map(move |part| {
        let kind = view.field(part, "type")?;
        Some((view.field(part, "name")?, view.shown(kind).trim_start_matches([':', ' '])))
    })
}
