//! Interfaces of Kysely: `interface Database { account: AccountTable }`.

use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::super::fact::{ColumnMapper, Facts, Holds, Sealed};
use super::super::seal::says_sealed;
use super::super::view::ColumnView;
use super::Column;

/// How the interface of a database is named.
const DATABASES: &[&str] = &["DB", "Database", "Tables", "Db", "Schema"];

/// What stands in types that hold no text. What another type is made of, such as one that another file gives a name, nobody knows
/// here.
const OTHERS: &[&str] =
    &["number", "boolean", "bigint", "Date", "Timestamp", "JSON", "Json", "{", "[", "true", "false"];

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
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
    for (_, body) in shapes.iter().filter(|(name, _)| is_database(view.words(*name))) {
        for (name, kind) in properties(view, *body) {
            tables.insert(kind, table_of(view, name));
        }
    }
    for (name, body) in &shapes {
        let name = view.words(*name);
        let table = tables.get(name).copied().or_else(|| name.strip_suffix("Table"));
        let Some(table) = table.filter(|_| !is_database(name)) else { continue };
        for (property, kind) in properties(view, *body) {
            let is = |words: &[&str]| words.iter().any(|word| kind.contains(word));
            let holds = match () {
                () if is(&["Buffer", "Uint8Array"]) => Holds::Bytes,
                () if is(&["string"]) || !is(OTHERS) => Holds::Text,
                () => Holds::Other,
            };
            Column {
                mapper: ColumnMapper::Kysely,
                table: Some(table),
                model: Some(name),
                column: None,
                property: view.key_text(property),
                kind,
                holds,
                nullable: Some(kind.contains("null")),
                seal: says_sealed(kind).then_some((Sealed::Yes, kind, property)),
            }
            .say(view, property, out);
        }
    }
}

/// The name of a table: a key, or the constant that a key in brackets names.
fn table_of<'a>(view: ColumnView<'a>, key: NodeId) -> &'a str {
    let constant = view.named(key).next().filter(|_| view.kind(key) == "computed_property_name");
    let text = constant
        .and_then(|constant| view.origins(constant).into_iter().find_map(|from| view.string(view.unwrapped(from))));
    text.unwrap_or_else(|| view.key_text(key))
}

/// The properties of an interface with their types.
fn properties<'a>(view: ColumnView<'a>, body: NodeId) -> impl Iterator<Item = (NodeId, &'a str)> {
    view.named(body).filter(move |part| view.is(*part, &["property_signature"])).filter_map(move |part| {
        let kind = view.field(part, "type")?;
        Some((view.field(part, "name")?, view.shown(kind).trim_start_matches([':', ' '])))
    })
}
