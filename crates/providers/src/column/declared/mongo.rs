//! Documents of MongoDB by their types: `db.collection<Account>("accounts")`, `Collection<Account>`, an `_id` of the database.

use auditlint_syntax::{Family, NodeId};
use rustc_hash::FxHashMap;

use super::super::fact::{ColumnMapper, Facts, Holds, Sealed};
use super::super::seal::says_sealed;
use super::super::view::ColumnView;
use super::Column;
use super::rust_structs::holds;

/// Types whose argument is the type of the documents, and calls that are given it.
const COLLECTIONS: &[&str] = &["Collection", "collection"];

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !(view.has("mongodb") || view.has("bson")) {
        return;
    }
    match view.tree.language().family() {
        Family::Ecmascript => ecmascript(view, out),
        Family::Rust => rust(view, out),
        Family::Python | Family::Shell => {}
    }
}

/// The types of the documents of collections, each with the name of a collection where one is written beside it.
fn documents<'a>(view: ColumnView<'a>, kinds: &[&str]) -> FxHashMap<&'a str, Option<&'a str>> {
    let mut found: FxHashMap<&str, Option<&str>> = FxHashMap::default();
    for arguments in view.nodes(kinds) {
        let Some(above) = view.parent(arguments) else { continue };
        let of = ["function", "name", "type"].into_iter().find_map(|field| view.field(above, field));
        let of = of.filter(|of| *of != arguments).and_then(|of| last_word(view.words(of)));
        if !of.is_some_and(|of| COLLECTIONS.contains(&of)) {
            continue;
        }
        let Some(document) = view.named(arguments).next().and_then(|document| last_word(view.words(document))) else {
            continue;
        };
        let call = if view.kind(above) == "generic_function" { view.parent(above) } else { Some(above) };
        let name = call.and_then(|call| view.arguments(call).next()).and_then(|first| view.string(first));
        let known = found.entry(document).or_default();
        *known = known.or(name);
    }
    found
}

fn last_word(path: &str) -> Option<&str> {
    path.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').find(|word| !word.is_empty())
}

fn ecmascript(view: ColumnView<'_>, out: &mut Facts) {
    let documents = documents(view, &["type_arguments"]);
    for shape in view.nodes(&["interface_declaration", "type_alias_declaration"]) {
        let (Some(name), Some(body)) =
            (view.field(shape, "name"), view.field(shape, "body").or_else(|| view.field(shape, "value")))
        else {
            continue;
        };
        let model = view.words(name);
        let is_keyed =
            || properties(view, body).any(|(key, kind)| view.key_text(key) == "_id" && kind.contains("ObjectId"));
        let table = match documents.get(model) {
            Some(table) => *table,
            None if is_keyed() => None,
            None => continue,
        };
        for (key, kind) in properties(view, body) {
            let holds = match () {
                () if kind.contains("string") => Holds::Text,
                () if ["Buffer", "Uint8Array", "Binary"].iter().any(|bytes| kind.contains(bytes)) => Holds::Bytes,
                () => Holds::Other,
            };
            let seal = says_sealed(kind).then_some((Sealed::Yes, kind, key));
            let nullable = Some(kind.contains("null") || view.words(view.parent(key).unwrap_or(key)).contains("?:"));
            document(view, DocumentOwner { table, model }, key, DocumentType { kind, holds, nullable }, seal, out);
        }
        // `type Account = z.infer<typeof accountSchema>`
        let inferred = view.words(body).split_once("typeof ").and_then(|(_, schema)| {
            schema.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().filter(|it| !it.is_empty())
        });
        if let Some(schema) = inferred.filter(|_| view.words(body).contains("infer")) {
            of_schema(view, DocumentOwner { table, model }, schema, out);
        }
    }
}

/// The keys of `const accountSchema = z.object({ … })`.
fn of_schema(view: ColumnView<'_>, of: DocumentOwner<'_>, schema: &str, out: &mut Facts) {
    let named = |declarator: &NodeId| view.field(*declarator, "name").is_some_and(|name| view.words(name) == schema);
    let Some(declarator) = view.nodes(&["variable_declarator"]).find(named) else { return };
    let call = view.field(declarator, "value").and_then(|value| view.innermost_call(value));
    let keys = call.and_then(|call| view.arguments(call).next()).filter(|keys| view.is(*keys, &["object"]));
    for (key, value) in keys.into_iter().flat_map(|keys| view.pairs(keys)) {
        let kind = view.shown(value);
        let holds = if kind.contains("string(") { Holds::Text } else { Holds::Other };
        let seal = says_sealed(kind).then_some((Sealed::Yes, kind, key));
        let nullable = Some(kind.contains("optional(") || kind.contains("null"));
        document(view, of, key, DocumentType { kind, holds, nullable }, seal, out);
    }
}

/// The properties of an interface, or of a type that is written as an object, with their types.
fn properties<'a>(view: ColumnView<'a>, body: NodeId) -> impl Iterator<Item = (NodeId, &'a str)> {
    view.named(body).filter(move |part| view.is(*part, &["property_signature"])).filter_map(move |part| {
        let kind = view.field(part, "type")?;
        Some((view.field(part, "name")?, view.shown(kind).trim_start_matches([':', ' '])))
    })
}

fn rust(view: ColumnView<'_>, out: &mut Facts) {
    let documents = documents(view, &["type_arguments"]);
    for item in view.nodes(&["struct_item"]) {
        let (Some(name), Some(body)) = (view.field(item, "name"), view.field(item, "body")) else { continue };
        let model = view.words(name);
        let fields = || view.named(body).filter(|field| view.is(*field, &["field_declaration"]));
        let is_keyed = || fields().any(|field| view.attributes(field).any(|attribute| attribute.contains("\"_id\"")));
        let table = match documents.get(model) {
            Some(table) => *table,
            None if is_keyed() => None,
            None => continue,
        };
        for field in fields() {
            let (Some(key), Some(kind)) = (view.field(field, "name"), view.field(field, "type")) else { continue };
            if view.attributes(field).any(|attribute| attribute.contains("skip")) {
                continue;
            }
            let kind = view.words(kind);
            let (holds, sealed) = holds(kind);
            let seal = sealed.map(|sealed| (sealed, kind, key));
            let kind = DocumentType { kind, holds, nullable: Some(kind.starts_with("Option")) };
            document(view, DocumentOwner { table, model }, key, kind, seal, out);
        }
    }
}

/// The collection that documents lie in, and the type that describes them.
#[derive(Clone, Copy)]
struct DocumentOwner<'a> {
    table: Option<&'a str>,
    model: &'a str,
}

/// What a key of documents holds.
#[derive(Clone, Copy)]
struct DocumentType<'a> {
    /// As it is written.
    kind: &'a str,
    holds: Holds,
    nullable: Option<bool>,
}

fn document(
    view: ColumnView<'_>,
    DocumentOwner { table, model }: DocumentOwner<'_>,
    key: NodeId,
    DocumentType { kind, holds, nullable }: DocumentType<'_>,
    seal: Option<(Sealed, &str, NodeId)>,
    out: &mut Facts,
) {
    let property = view.key_text(key);
    let (table, model) = (table.or(Some(model)), Some(model));
    Column { mapper: ColumnMapper::Mongo, table, model, column: None, property, kind, holds, nullable, seal }
        .say(view, key, out);
}
