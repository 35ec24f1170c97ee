//! TOML through the `toml` crate.

use toml::de::{DeTable, DeValue};

use super::{DocumentError, DocumentKey, DocumentNode, DocumentValue, too_many_values};
use crate::Span;

/// Reads a TOML file into a table.
///
/// # Errors
/// Everything that the parser finds wrong, each with its place.
pub fn parse_toml(text: &str) -> Result<DocumentNode, Vec<DocumentError>> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    if let Some(error) = too_many_values(text) {
        return Err(vec![error]);
    }
    let (table, errors) = DeTable::parse_recoverable(body);
    if !errors.is_empty() {
        return Err(errors
            .iter()
            .map(|error| {
                let at = error.span().unwrap_or(0..0);
                DocumentError::new(span(at, shift), error.message())
            })
            .collect());
    }
    let whole = span(table.span(), shift);
    Ok(DocumentNode { span: whole, value: map(table.get_ref(), shift) })
}

fn span(range: std::ops::Range<usize>, shift: usize) -> Span {
    Span::new((range.start + shift) as u32, (range.end + shift) as u32)
}

fn map(table: &DeTable<'_>, shift: usize) -> DocumentValue {
    let mut entries: Vec<(DocumentKey, DocumentNode)> = table
        .iter()
        .map(|(key, value)| {
            let name = DocumentKey { span: span(key.span(), shift), name: key.get_ref().to_string() };
            let node = DocumentNode { span: span(value.span(), shift), value: convert(value.get_ref(), shift) };
            (name, node)
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span);
    DocumentValue::Map(entries)
}

fn convert(value: &DeValue<'_>, shift: usize) -> DocumentValue {
    match value {
        DeValue::String(text) => DocumentValue::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => DocumentValue::Integer(number),
            Err(_) => DocumentValue::Text(number.as_str().to_owned()),
        },
        DeValue::Float(number) => {
            number.as_str().parse().map_or_else(|_| DocumentValue::Text(number.as_str().into()), DocumentValue::Float)
        }
        DeValue::Boolean(flag) => DocumentValue::Bool(*flag),
        DeValue::Datetime(date) => DocumentValue::Text(date.to_string()),
        DeValue::Array(items) => DocumentValue::List(
            items
                .iter()
                .map(|item| DocumentNode { span: span(item.span(), shift), value: convert(item.get_ref(), shift) })
                .collect(),
        ),
        DeValue::Table(table) => map(table, shift),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_places_and_order() {
        let text = "b = 1\n[rules.x]\nfiles = [\"é\", \"b\"]\n[[tasks]]\nfiles = 't'\n[[tasks]]\nfiles = 'u'\n";
        let node = parse_toml(text).unwrap();
        let files = node.get("rules").and_then(|rules| rules.get("x")).and_then(|x| x.get("files")).unwrap();
        let second = &files.as_list().unwrap()[1];
        assert_eq!(second.span.of(text.as_bytes()), b"\"b\"");
        assert_eq!(node.get("tasks").unwrap().as_list().unwrap().len(), 2);
    }

    #[test]
    fn refuses_too_many_values() {
        let error = &parse_toml(&format!("a = [{}]", "[],".repeat(100_001))).unwrap_err()[0];
        assert_eq!(
            (error.message.as_str(), error.span.start > 200_000),
            ("the file holds more than 200000 values", true)
        );
    }

    #[test]
    fn says_where() {
        let errors = parse_toml("a = \nb = 2\nb = 3\n").unwrap_err();
        assert!(errors.len() >= 2, "{errors:?}");
    }
}
