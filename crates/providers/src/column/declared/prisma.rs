//! Fields of a Prisma schema.

use std::sync::Arc;

use super::super::fact::{
    ColumnFact, ColumnMapper, ColumnValue, DeclaredColumn, Facts, Holds, Sealed, SealedColumn, WrittenValue,
};
use super::super::names::TokenColumns;
use crate::prisma::schema_of;

/// With this in its comment a field is encrypted by the extension `prisma-field-encryption`.
const ENCRYPTED: &str = "@encrypted";

/// The facts of a schema.
pub(super) fn extract(text: &str, names: TokenColumns<'_>, out: &mut Facts) {
    let schema = schema_of(text);
    out.gaps.extend(schema.gaps);
    let mut last: Option<Arc<str>> = None;
    for (span, field) in schema.fields {
        if last.as_ref() != Some(&field.table) {
            out.say(span, ColumnFact::Whole(Arc::clone(&field.table)));
            last = Some(Arc::clone(&field.table));
        }
        if !names.may_be_token(&field.column) {
            continue;
        }
        let holds = match &*field.kind {
            "String" | "Json" | "Unsupported" => Holds::Text,
            "Bytes" => Holds::Bytes,
            _ => Holds::Other,
        };
        let is_encrypted = comment(text, span.start as usize).any(|line| line.contains(ENCRYPTED));
        if let Some(default) = random_default(text, span.start as usize).filter(|_| !field.is_list) {
            let value = ColumnValue::of(Sealed::No, default);
            let (table, column) = (Some(Arc::clone(&field.table)), Arc::clone(&field.column));
            let written = WrittenValue { mapper: ColumnMapper::Prisma, table, column, value, is_sure: true };
            out.say(span, ColumnFact::Written(Box::new(written)));
        }
        let how = || Arc::from("the comment `@encrypted`");
        let seal = is_encrypted.then(|| SealedColumn { value: ColumnValue::of(Sealed::Yes, how()), span });
        let declared = DeclaredColumn {
            mapper: ColumnMapper::Prisma,
            table: Some(field.table),
            model: Some(field.model),
            column: field.column,
            property: field.property,
            kind: field.kind,
            holds: if field.is_list { Holds::Other } else { holds },
            nullable: Some(field.is_optional),
            seal,
        };
        out.say(span, ColumnFact::Declared(Box::new(declared)));
    }
}

/// The default of a field by which the client or the database makes its values at random: `@default(uuid())`.
fn random_default(text: &str, at: usize) -> Option<&str> {
    const RANDOM: &[&str] = &["uuid(", "cuid(", "nanoid(", "ulid(", "gen_random", "uuid_generate"];
    let line = text[at..].lines().next()?;
    let line = line.split("//").next()?;
    let default = &line[line.find("@default(")?..];
    RANDOM.iter().any(|by| default.contains(by)).then_some(default.trim_end())
}

/// The comments that belong to a field: behind it, and those of the lines above.
fn comment(text: &str, at: usize) -> impl Iterator<Item = &str> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let own = text[at..].lines().next().unwrap_or_default();
    let behind = own.find("//").map(|from| &own[from..]);
    let above = text[..start].lines().rev().map(str::trim_start).take_while(|line| line.starts_with("//"));
    behind.into_iter().chain(above)
}
