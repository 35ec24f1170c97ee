//! JSON, with comments and places.

use auditlint_source::Span;
use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged;

/// The keys of a `package.json` under which packages are declared.
pub(crate) const DEPENDENCY_KINDS: [&str; 4] =
    ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/// Why a text is no object of JSON, and where.
pub(crate) struct NoObject {
    pub(crate) span: Span,
    /// Whether it is JSON at all.
    pub(crate) is_json: bool,
}

/// The object that a text holds. Comments and trailing commas are allowed.
pub(crate) fn object_of(text: &str) -> Result<Object<'_>, NoObject> {
    match jsonc_parser::parse_to_ast(text, &Default::default(), &Default::default()) {
        Ok(parsed) => match parsed.value {
            Some(Value::Object(object)) => Ok(object),
            _ => Err(NoObject { span: Span::default(), is_json: true }),
        },
        Err(error) => {
            let range = error.range();
            Err(NoObject { span: Span::new(range.start as u32, range.end as u32), is_json: false })
        }
    }
}

/// The entries of the object under a key; none where there is no such object.
pub(crate) fn properties<'a, 't>(
    object: &'a Object<'t>,
    key: &str,
) -> impl Iterator<Item = &'a ObjectProp<'t>> + use<'a, 't> {
    object.get_object(key).into_iter().flat_map(|object| &object.properties)
}

/// Where something stands.
pub(crate) fn span_of(node: &impl Ranged) -> Span {
    let range = node.range();
    Span::new(range.start as u32, range.end as u32)
}
