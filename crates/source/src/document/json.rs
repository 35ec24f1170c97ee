//! JSON through the `jsonc-parser` crate.

use jsonc_parser::ast::Value as Json;
use jsonc_parser::common::{Range, Ranged};

use super::{DocumentError, DocumentKey, DocumentNode, DocumentValue, too_many_values};
use crate::Span;

/// Reads a JSON file. Comments and trailing commas are allowed.
///
/// # Errors
/// Where the text is not valid JSON, nests too deep or holds too much.
pub fn parse_json(text: &str) -> Result<DocumentNode, DocumentError> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    if let Some(error) = too_many_values(text) {
        return Err(error);
    }
    let parsed = jsonc_parser::parse_to_ast(body, &Default::default(), &Default::default()).map_err(|error| {
        DocumentError::new(span(error.range(), shift), format!("this is not valid JSON: {}", error.kind()))
    })?;
    Ok(match parsed.value {
        Some(value) => node(value, shift),
        None => DocumentNode { span: Span::new(shift as u32, shift as u32), value: DocumentValue::Null },
    })
}

fn span(range: Range, shift: usize) -> Span {
    Span::new((range.start + shift) as u32, (range.end + shift) as u32)
}

/// The parser nests values no deeper than 512, so that this may follow them.
fn node(json: Json<'_>, shift: usize) -> DocumentNode {
    let span_of = |range| span(range, shift);
    let place = span_of(json.range());
    let value = match json {
        Json::StringLit(text) => DocumentValue::Text(text.value.into_owned()),
        Json::NumberLit(number) => match number.value.parse() {
            Ok(number) => DocumentValue::Integer(number),
            Err(_) => {
                number.value.parse().map_or_else(|_| DocumentValue::Text(number.value.to_owned()), DocumentValue::Float)
            }
        },
        Json::BooleanLit(flag) => DocumentValue::Bool(flag.value),
        Json::NullKeyword(_) => DocumentValue::Null,
        Json::Array(array) => DocumentValue::List(array.elements.into_iter().map(|item| node(item, shift)).collect()),
        Json::Object(object) => DocumentValue::Map(
            object
                .properties
                .into_iter()
                .map(|property| {
                    let key =
                        DocumentKey { span: span_of(property.name.range()), name: property.name.as_str().to_owned() };
                    (key, node(property.value, shift))
                })
                .collect(),
        ),
    };
    DocumentNode { span: place, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_places() {
        let text = "\u{feff}{\"é\": [1, 2.5, true, null, \"a\\ud83d\\ude00b\"], // remark\n \"b\": {\"c\": \"d\"},}";
        let document = parse_json(text).unwrap();
        let of = |node: &DocumentNode| std::str::from_utf8(node.span.of(text.as_bytes())).unwrap().to_owned();
        let list = document.get("é").and_then(DocumentNode::as_list).unwrap();
        let values: Vec<&DocumentValue> = list.iter().map(|item| &item.value).collect();
        assert_eq!(
            values[..4],
            [&DocumentValue::Integer(1), &DocumentValue::Float(2.5), &DocumentValue::Bool(true), &DocumentValue::Null]
        );
        assert_eq!(list[4].as_text(), Some("a\u{1F600}b"));
        assert_eq!(of(document.get("b").and_then(|node| node.get("c")).unwrap()), "\"d\"");
        assert_eq!(of(&document), &text['\u{feff}'.len_utf8()..]);
    }

    #[test]
    fn says_where() {
        let error = parse_json("{\"a\": 1,\n \"b\" }").unwrap_err();
        assert!(error.span.start >= 9, "{error:?}");
        assert!(parse_json(&"[".repeat(5_000)).is_err());
        assert_eq!(parse_json("").unwrap().value, DocumentValue::Null);
    }
}
