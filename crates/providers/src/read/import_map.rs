//! Import maps: what they give a meaning to.

use auditlint_source::Span;

use super::json::{NoObject, object_of, properties, span_of};
use super::package_json::SpannedText;

/// The specifiers of a map.
pub(crate) fn specifiers(map: &str) -> Result<Vec<SpannedText>, NoObject> {
    let object = object_of(map)?;
    let entry =
        |entry: &jsonc_parser::ast::ObjectProp<'_>| -> (Span, _) { (span_of(&entry.name), entry.name.as_str().into()) };
    Ok(properties(&object, "imports").map(entry).collect())
}
