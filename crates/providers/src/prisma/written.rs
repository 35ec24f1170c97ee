//! Literal texts that calls of the client write.

use std::collections::BTreeMap;

use auditlint_facts::{Raw, RawRow, Row, Value};
use auditlint_source::FilePath;

use super::database::Stored;
use super::{Schema, calls, query, raw};

/// A field: the file of its schema, and its raw row. Nothing where several schemas have it.
type Fields<'r> = BTreeMap<(&'r str, &'r str), Option<(&'r FilePath, &'r RawRow)>>;

/// The rows of `prisma.written`.
pub(super) fn written<'r>(raw: &'r [(FilePath, &'r Raw)], schema: &'r Schema<'r>, stored: &Stored<'r>) -> Vec<Row> {
    let mut fields: Fields<'_> = BTreeMap::new();
    for (path, source) in raw {
        for row in source.facts.iter().filter(|row| row.relation == raw::FIELD) {
            let of = fields.entry((row.values[0].text(), row.values[1].text()));
            of.and_modify(|known| *known = None).or_insert(Some((path, row)));
        }
    }
    let mut rows = Vec::new();
    for (path, source) in raw {
        for call in calls(source).into_iter().filter(super::Call::is_of_prisma) {
            let Some(Some(model)) = schema.models.get(call.model) else { continue };
            for value in &call.values {
                let named = query::field_of(schema, model, call.method, value.values[1].text());
                let Some(named) = named.filter(|named| named.clause == "data") else { continue };
                let Some(Some((schema, field))) = fields.get(&(named.model, named.field)) else { continue };
                let is_list = field.values[3] == Value::Flag(true);
                let [scalar, table, _] = stored.field(schema, &field.values);
                if is_list || scalar != Value::Flag(true) {
                    continue;
                }
                // `Role.ADMIN` is a value where the field has that enum, and else whatever the code means.
                let named_enum = value.values[3].text();
                let (kind, text) = (field.values[2].text(), value.values[2].text());
                if !named_enum.is_empty() && (named_enum != kind || !stored.has_value(kind, text)) {
                    continue;
                }
                let column = if field.values[5] == Value::Absent { &field.values[1] } else { &field.values[5] };
                let text = stored.value(kind, text);
                let database = stored.compared(schema, kind);
                let values = vec![database, table, column.clone(), text.into(), named.model.into(), named.field.into()];
                rows.push(Row { path: path.clone(), span: value.span, values });
            }
        }
    }
    rows
}
