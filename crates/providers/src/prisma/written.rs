//! Literal texts that calls of the client write.

use std::collections::BTreeMap;

use auditlint_facts::{Row, Value};
use auditlint_source::FilePath;

use super::calls::calls;
use super::clients::Clients;
use super::database::Stored;
use super::fact::{Facts, Field, PrismaFact};
use super::models::PrismaSchema;
use super::query;

/// A field: the file of its schema, and what that says. Nothing where several schemas have it.
type FieldsByName<'r> = BTreeMap<(&'r str, &'r str), Option<(&'r FilePath, &'r Field)>>;

/// The rows of `prisma.written`.
pub(super) fn written<'r>(
    sources: &'r [(FilePath, &'r Facts)],
    schema: &'r PrismaSchema<'r>,
    stored: &Stored<'r>,
    clients: &Clients<'r>,
) -> Vec<Row> {
    let mut fields: FieldsByName<'_> = BTreeMap::new();
    for (path, source) in sources {
        for said in &source.facts {
            let PrismaFact::Field(field) = &said.fact else { continue };
            let of = fields.entry((&field.model, &field.name));
            of.and_modify(|known| *known = None).or_insert(Some((path, field)));
        }
    }
    let mut rows = Vec::new();
    for (path, source) in sources {
        for call in calls(source).into_iter().filter(|call| clients.may_be_of_prisma(call)) {
            let Some(Some(model)) = schema.models.get(&*call.said.model) else { continue };
            for (span, value) in &call.values {
                let keys = call.keys_above(value.under);
                let named = keys.and_then(|keys| query::field_of(schema, model, &call.said.method, &keys));
                let Some(named) = named.filter(|named| named.clause == "data") else { continue };
                let Some(Some((schema, field))) = fields.get(&(named.model, named.field)) else { continue };
                let [scalar, table, _] = stored.field(schema, field);
                if field.is_list || scalar != Value::Flag(true) {
                    continue;
                }
                // `Role.ADMIN` is a value where the field has that enum, and else whatever the code means.
                let (kind, text) = (&*field.kind, &*value.text);
                let is_enum = |name: &str| name == kind && stored.has_value(kind, text);
                if value.of.as_deref().is_some_and(|name| !name.is_empty() && !is_enum(name)) {
                    continue;
                }
                let text = stored.value(kind, text);
                let database = stored.compared(schema, kind);
                let values =
                    vec![database, table, field.column().into(), text.into(), named.model.into(), named.field.into()];
                rows.push(Row { path: path.clone(), span: *span, values });
            }
        }
    }
    rows
}
