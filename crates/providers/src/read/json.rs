//! JSON, with comments and places.

use auditlint_source::Span;
use auditlint_source::document::too_many_values;
use jsonc_parser::ast::{Object, ObjectProp, ObjectPropName, Value};
use jsonc_parser::common::{Range, Ranged};

/// Why a text is not an object of JSON, and where.
#[derive(Debug)]
pub(crate) struct NoObject {
    pub(crate) span: Span,
    /// Whether it is JSON at all.
    pub(crate) is_json: bool,
}

/// The object that a text holds. Comments, trailing commas and a byte order mark are allowed.
pub(crate) fn object_of(text: &str) -> Result<Object<'_>, NoObject> {
    let json = text.trim_start_matches('\u{feff}');
    let before = text.len() - json.len();
    if let Some(error) = too_many_values(text) {
        return Err(NoObject { span: error.span, is_json: false });
    }
    match jsonc_parser::parse_to_ast(json, &Default::default(), &Default::default()) {
        Ok(parsed) => match parsed.value {
            Some(mut value) if before > 0 => {
                shift(&mut value, before);
                into_object(value)
            }
            Some(value) => into_object(value),
            None => Err(NoObject { span: Span::default(), is_json: true }),
        },
        Err(error) => {
            let range = moved(error.range(), before);
            Err(NoObject { span: Span::new(range.start as u32, range.end as u32), is_json: false })
        }
    }
}

fn into_object(value: Value<'_>) -> Result<Object<'_>, NoObject> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(NoObject { span: Span::default(), is_json: true }),
    }
}

fn moved(range: Range, by: usize) -> Range {
    Range::new(range.start + by, range.end + by)
}

/// Moves the places of a value and of everything in it.
fn shift(value: &mut Value<'_>, by: usize) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        let range = match value {
            Value::StringLit(text) => &mut text.range,
            Value::NumberLit(number) => &mut number.range,
            Value::BooleanLit(boolean) => &mut boolean.range,
            Value::NullKeyword(null) => &mut null.range,
            Value::Array(array) => {
                left.extend(&mut array.elements);
                &mut array.range
            }
            Value::Object(object) => {
                for property in &mut object.properties {
                    property.range = moved(property.range, by);
                    let name = match &mut property.name {
                        ObjectPropName::String(name) => &mut name.range,
                        ObjectPropName::Word(name) => &mut name.range,
                    };
                    *name = moved(*name, by);
                    left.push(&mut property.value);
                }
                &mut object.range
            }
        };
        *range = moved(*range, by);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_moves_places() {
        let text = r#"{"a": {"b": [true, "c"]}}"#;
        let marked = format!("\u{feff}{text}");
        for text in [text, &marked] {
            let object = object_of(text).ok().unwrap();
            let inner = properties(&object, "a").next().unwrap();
            let place = |span: Span| span.of(text.as_bytes());
            assert_eq!(place(span_of(&object)), r#"{"a": {"b": [true, "c"]}}"#.as_bytes());
            assert_eq!(place(span_of(&inner.name)), br#""b""#);
            assert_eq!(place(span_of(&inner.value.as_array().unwrap().elements[1])), br#""c""#);
        }
        assert_eq!(object_of("\u{feff}{").err().unwrap().span.start, 3);
    }
}
