//! Rust structs that are rows of a table: sqlx, diesel, sea-orm.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnMapper, Facts, Holds, Sealed};
use super::super::seal::says_sealed;
use super::super::view::ColumnView;
use super::Column;

/// Traits that make a struct a row.
const ROW_TRAITS: &[(&str, ColumnMapper)] = &[
    ("DeriveEntityModel", ColumnMapper::SeaOrm),
    ("DeriveModel", ColumnMapper::SeaOrm),
    ("FromQueryResult", ColumnMapper::SeaOrm),
    ("FromRow", ColumnMapper::Sqlx),
    ("PostgresMapper", ColumnMapper::Sqlx),
    ("QueryableByName", ColumnMapper::Diesel),
    ("Queryable", ColumnMapper::Diesel),
    ("Selectable", ColumnMapper::Diesel),
    ("Insertable", ColumnMapper::Diesel),
    ("AsChangeset", ColumnMapper::Diesel),
];

/// Types of a field that hold text as it is.
const TEXT_TYPES: &[&str] = &["String", "str"];

/// Types that may stand around them.
const AROUND: &[&str] =
    &["Option", "Cow", "Box", "Arc", "Rc", "borrow", "std", "sync", "rc", "alloc", "boxed", "string", "option"];

/// Types that hold neither text nor what may be sealed.
const OTHER_TYPES: &[&str] = &[
    "bool",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "f32",
    "f64",
    "usize",
    "DateTime",
    "NaiveDateTime",
    "NaiveDate",
    "OffsetDateTime",
    "PrimitiveDateTime",
    "Duration",
    "Decimal",
    "HashMap",
    "Vec",
];

/// At most this many calls of one implementation are looked at.
const MOST_CALLS: usize = 1_024;

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    // The entities of a migration are those of its day.
    if ROW_TRAITS.iter().any(|(name, _)| view.has(name)) && !view.has("MigrationTrait") {
        for item in view.nodes(&["struct_item"]) {
            structure(view, item, out);
        }
        for item in view.nodes(&["impl_item"]) {
            hand_written(view, item, out);
        }
    }
}

/// The types of a source that are sealed where they are stored: what stores them encrypts or hashes.
pub(super) fn sealing_types(view: ColumnView<'_>, out: &mut Facts) {
    for item in view.nodes(&["impl_item"]) {
        let (Some(implemented), Some(of)) = (view.field(item, "trait"), view.field(item, "type")) else { continue };
        let stores = words_of(view.words(implemented)).any(|word| STORING.contains(&word));
        let name = words_of(view.words(of)).next();
        if let Some(name) = name.filter(|_| stores && says_sealed(view.head(item))) {
            out.say(view.span(of), ColumnFact::SealingType(name.into()));
        }
    }
}

/// Traits by which a type says how it is stored.
const STORING: &[&str] = &["Encode", "ToSql", "From", "Into", "TryGetable", "ValueType"];

fn structure(view: ColumnView<'_>, item: NodeId, out: &mut Facts) -> Option<()> {
    let derives = |text: &str| {
        let words: Vec<&str> = words_of(text).collect();
        text.contains("derive").then(|| ROW_TRAITS.iter().find(|(name, _)| words.contains(name)))?
    };
    let mapper = view.attributes(item).find_map(derives)?.1;
    let body = view.field(item, "body").filter(|body| view.is(*body, &["field_declaration_list"]))?;
    let table = view.attributes(item).find_map(|attribute| value_of(attribute, "table_name"));
    let model = view.field(item, "name").map(|name| view.words(name)).filter(|name| *name != "Model");
    for field in view.named(body).filter(|field| view.is(*field, &["field_declaration"])) {
        let (Some(name), Some(kind)) = (view.field(field, "name"), view.field(field, "type")) else { continue };
        let attributes: Vec<&str> = view.attributes(field).filter(|attribute| of_mapper(attribute)).collect();
        if attributes.iter().any(|attribute| words_of(attribute).any(|word| matches!(word, "skip" | "ignore"))) {
            continue;
        }
        let column = attributes
            .iter()
            .find_map(|attribute| ["column_name", "rename"].into_iter().find_map(|key| value_of(attribute, key)));
        let by_attribute = attributes.iter().find(|attribute| says_sealed(attribute) && column.is_none());
        let kind = view.words(kind);
        let (holds, sealed) = holds(kind);
        let seal = match by_attribute {
            Some(_) => Some((Sealed::Yes, "an attribute", name)),
            None => sealed.map(|sealed| (sealed, kind, name)),
        };
        Column {
            mapper,
            table,
            model,
            column,
            property: view.words(name),
            kind,
            holds,
            nullable: Some(kind.starts_with("Option")),
            seal,
        }
        .say(view, name, out);
    }
    Some(())
}

/// `impl FromRow<'_, PgRow> for Account { … row.try_get("access_token")? … }`
fn hand_written(view: ColumnView<'_>, item: NodeId, out: &mut Facts) -> Option<()> {
    let implemented = view.field(item, "trait")?;
    words_of(view.words(implemented)).any(|word| word == "FromRow").then_some(())?;
    let model = view.words(view.field(item, "type")?);
    for call in view.nodes_in(item, &["call_expression"]).take(MOST_CALLS) {
        let Some(function) = view.field(call, "function") else { continue };
        let method = view.words(function).rsplit('.').next().unwrap_or_default();
        if !matches!(method.split("::").next(), Some("get" | "try_get" | "get_unchecked")) {
            continue;
        }
        let Some(literal) = view.arguments(call).next().filter(|first| view.is(*first, &["string_literal"])) else {
            continue;
        };
        let column = view.key_text(literal);
        Column {
            mapper: ColumnMapper::Sqlx,
            table: None,
            model: Some(model),
            column: None,
            property: column,
            kind: "",
            holds: Holds::Text,
            nullable: None,
            seal: None,
        }
        .say(view, literal, out);
    }
    Some(())
}

fn of_mapper(attribute: &str) -> bool {
    ["sqlx", "diesel", "sea_orm"].iter().any(|name| attribute.contains(name))
}

/// The value of a key of an attribute: `table_name = accounts`, `rename = "…"`.
fn value_of<'t>(attribute: &'t str, key: &str) -> Option<&'t str> {
    let rest = attribute.split_once(key)?.1.trim_start().strip_prefix('=')?;
    let rest = rest.trim_start().trim_start_matches('"');
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(rest.len());
    rest[..end].rsplit("::").next().filter(|name| !name.is_empty())
}

/// What a field of a type holds, and whether the type seals it. Text in containers of the standard library is text; what a type of
/// the project does with it nobody knows.
pub(super) fn holds(kind: &str) -> (Holds, Option<Sealed>) {
    let words: Vec<&str> = words_of(kind).filter(|word| !word.starts_with('\'')).collect();
    let is_around = |word: &&str| AROUND.contains(word);
    if words.iter().any(|word| says_sealed(word)) {
        (Holds::Text, Some(Sealed::Yes))
    } else if words.contains(&"Vec") && words.contains(&"u8") {
        (Holds::Bytes, None)
    } else if words.iter().any(|word| TEXT_TYPES.contains(word))
        && words.iter().all(|word| TEXT_TYPES.contains(word) || is_around(word))
    {
        (Holds::Text, None)
    } else if words.iter().any(|word| OTHER_TYPES.contains(word)) {
        (Holds::Other, None)
    } else {
        (Holds::Text, Some(Sealed::Unknown))
    }
}

/// The words of a piece of Rust; a lifetime keeps its mark.
fn words_of(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '\'').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_text_from_sealed_types() {
        for (kind, expected) in [
            ("String", (Holds::Text, None)),
            ("Option<String>", (Holds::Text, None)),
            ("&'a str", (Holds::Text, None)),
            ("Cow<'a, str>", (Holds::Text, None)),
            ("std::string::String", (Holds::Text, None)),
            ("Encrypted<String>", (Holds::Text, Some(Sealed::Yes))),
            ("i64", (Holds::Other, None)),
            ("Vec<u8>", (Holds::Bytes, None)),
            ("Option<ApiKey>", (Holds::Text, Some(Sealed::Unknown))),
        ] {
            assert_eq!(holds(kind), expected, "{kind}");
        }
    }

    #[test]
    fn reads_values_of_attributes() {
        for (attribute, key, expected) in [
            (r#"#[sqlx(rename = "token_hash")]"#, "rename", Some("token_hash")),
            ("#[diesel(column_name = api_key_hash)]", "column_name", Some("api_key_hash")),
            ("#[diesel(table_name = crate::schema::accounts)]", "table_name", Some("accounts")),
            ("#[derive(Debug)]", "rename", None),
        ] {
            assert_eq!(value_of(attribute, key), expected, "{attribute}");
        }
    }
}
