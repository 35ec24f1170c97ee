//! Token columns in Rust structs that are rows of a table: sqlx, diesel, sea-orm.

use auditlint_syntax::NodeId;

use super::super::token_names::is_plaintext_token;
use super::super::view::View;

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
const AROUND: &[&str] = &[
    "Option", "Cow", "Box", "Arc", "Rc", "Vec", "borrow", "std", "sync", "rc", "alloc", "boxed", "string", "option",
    "static",
];

/// Reports the fields of one file.
pub(super) fn find(view: View<'_>, emit: &mut dyn FnMut(NodeId)) {
    for item in view.nodes(&["struct_item"]) {
        if !view.attributes(item).any(derives_row) || view.in_rust_test(item) {
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
    attribute.contains("derive")
        && attribute.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| ROW_TRAITS.contains(&word))
}

fn is_no_column(attribute: &str) -> bool {
    let of_mapper = ["sqlx", "diesel", "sea_orm"].iter().any(|name| attribute.contains(name));
    let sealed =
        ["encrypt", "cipher", "seal", "serialize_as"].iter().any(|word| attribute.to_ascii_lowercase().contains(word));
    of_mapper
        && (sealed && renamed(attribute).is_none()
            || attribute
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| matches!(word, "skip" | "ignore")))
}

/// `#[sqlx(rename = "…")]`, `#[diesel(column_name = …)]`, `#[sea_orm(column_name = "…")]`
fn renamed(attribute: &str) -> Option<&str> {
    let key = ["column_name", "rename"].into_iter().find(|key| attribute.contains(key))?;
    let rest = attribute.split_once(key)?.1.trim_start().strip_prefix('=')?;
    rest.trim_start().trim_start_matches('"').split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// Whether a type is text in nothing but containers of the standard library.
fn is_text(kind: &str) -> bool {
    let mut words = kind.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).peekable();
    let text = kind.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| TEXT_TYPES.contains(&word));
    // A lifetime is a short word in lower case.
    text && words.all(|word| TEXT_TYPES.contains(&word) || AROUND.contains(&word) || kind.contains(&format!("'{word}")))
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
        assert_eq!(renamed("#[serde(default)]"), None);
    }
}
