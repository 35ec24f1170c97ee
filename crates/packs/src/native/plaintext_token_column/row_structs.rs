//! Token columns in Rust structs that are rows of a table: sqlx, diesel, sea-orm.

use auditlint_syntax::NodeId;

use super::super::token_names::is_plaintext_token;
use super::super::view::{Tests, View};

/// Traits that make a struct a row.
const ROW_TRAITS: &[&str] = &[
    "FromRow",
    "Queryable",
    "QueryableByName",
    "Insertable",
    "AsChangeset",
    "Selectable",
    "DeriveEntityModel",
    "DeriveModel",
    "FromQueryResult",
];

/// Types of a field that hold text as it is.
const TEXT_TYPES: &[&str] = &["String", "str"];

/// Types that may stand around them.
const AROUND: &[&str] =
    &["Option", "Cow", "Box", "Arc", "Rc", "Vec", "borrow", "std", "sync", "rc", "alloc", "boxed", "string", "option"];

/// Reports the fields of one file.
pub(super) fn find(view: View<'_>, emit: &mut dyn FnMut(NodeId)) {
    let tests = Tests::new(view);
    for item in view.nodes(&["struct_item"]) {
        if !view.attributes(item).any(derives_row) || tests.hold(item) {
            continue;
        }
        let Some(body) = view.field(item, "body").filter(|body| view.kind(*body) == "field_declaration_list") else {
            continue;
        };
        for field in view.named(body).filter(|field| view.kind(*field) == "field_declaration") {
            let (Some(name), Some(kind)) = (view.field(field, "name"), view.field(field, "type")) else { continue };
            let attributes: Vec<&str> = view.attributes(field).collect();
            if attributes.iter().any(|attribute| is_no_column(attribute)) {
                continue;
            }
            let column = attributes.iter().find_map(|attribute| renamed(attribute)).unwrap_or(view.text(name));
            if is_plaintext_token(column) && is_text(view.text(kind)) {
                emit(name);
            }
        }
    }
}

fn derives_row(attribute: &str) -> bool {
    attribute.contains("derive") && words_of(attribute).any(|word| ROW_TRAITS.contains(&word))
}

fn is_no_column(attribute: &str) -> bool {
    let lower = attribute.to_ascii_lowercase();
    let sealed = ["encrypt", "cipher", "seal", "serialize_as"].iter().any(|word| lower.contains(word));
    of_mapper(attribute)
        && (sealed && renamed(attribute).is_none() || words_of(attribute).any(|word| matches!(word, "skip" | "ignore")))
}

fn of_mapper(attribute: &str) -> bool {
    ["sqlx", "diesel", "sea_orm"].iter().any(|name| attribute.contains(name))
}

/// `#[sqlx(rename = "…")]`, `#[diesel(column_name = …)]`, `#[sea_orm(column_name = "…")]`
fn renamed(attribute: &str) -> Option<&str> {
    if !of_mapper(attribute) {
        return None;
    }
    let key = ["column_name", "rename"].into_iter().find(|key| attribute.contains(key))?;
    let rest = attribute.split_once(key)?.1.trim_start().strip_prefix('=')?;
    rest.trim_start().trim_start_matches('"').split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// Whether a type is text in nothing but containers of the standard library.
fn is_text(kind: &str) -> bool {
    let mut text = false;
    for word in words_of(kind).filter(|word| !word.starts_with('\'')) {
        if TEXT_TYPES.contains(&word) {
            text = true;
        } else if !AROUND.contains(&word) {
            return false;
        }
    }
    text
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
        for kind in ["String", "Option<String>", "&'a str", "Cow<'a, str>", "std::string::String"] {
            assert!(is_text(kind), "{kind}");
        }
        for kind in ["Encrypted<String>", "i64", "Vec<u8>", "SecretString", "Option<Sealed>"] {
            assert!(!is_text(kind), "{kind}");
        }
    }

    #[test]
    fn reads_renamed_columns() {
        assert_eq!(renamed(r#"#[sqlx(rename = "token_hash")]"#), Some("token_hash"));
        assert_eq!(renamed("#[diesel(column_name = api_key_hash)]"), Some("api_key_hash"));
        assert_eq!(renamed(r#"#[serde(rename = "access_token")]"#), None);
    }
}
