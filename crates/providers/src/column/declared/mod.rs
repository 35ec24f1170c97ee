//! Where columns are declared: one file for each mapper.

mod change;
mod data_types;
mod decorated;
mod diesel;
mod drizzle;
mod entity_schema;
mod kysely;
mod migration;
mod mongo;
mod mongoose;
mod objection;
mod prisma;
mod python;
mod rust_structs;
mod sea_orm;
mod sequelize;
mod sql;
#[cfg(test)]
mod tests;

pub(crate) use self::migration::{CodeMigration, migration_in};
use auditlint_facts::Source;
use auditlint_source::FilePath;
use auditlint_syntax::{Family, NodeId};

use super::fact::{
    ColumnFact, ColumnMapper, ColumnValue, DeclaredColumn, Facts, Holds, Sealed, SealedColumn, WrittenValue,
};
use super::names::TokenColumns;
use super::seal::{beside, says_sealed};
use super::view::ColumnView;
use crate::read::migration_lock::LOCK;

/// Whether a file declares columns in a language of its own.
pub(super) fn is_schema(path: &FilePath) -> bool {
    matches!(path.extension(), Some("prisma" | "sql")) || path.name() == LOCK
}

/// The facts of such a file.
pub(super) fn in_schema(source: &Source<'_, '_>, out: &mut Facts) {
    match source.path.extension() {
        Some("prisma") => prisma::extract(source.text(), TokenColumns::new(source.token_columns()), out),
        _ => sql::extract(source, out),
    }
}

/// The facts of a source of code.
pub(super) fn in_code(view: ColumnView<'_>, out: &mut Facts) {
    match view.tree.language().family() {
        Family::Ecmascript => {
            drizzle::extract(view, out);
            decorated::extract(view, out);
            entity_schema::extract(view, out);
            sequelize::extract(view, out);
            mongoose::extract(view, out);
            mongo::extract(view, out);
            objection::extract(view, out);
            kysely::extract(view, out);
            migration::extract(view, out);
        }
        Family::Rust => {
            rust_structs::extract(view, out);
            rust_structs::sealing_types(view, out);
            diesel::extract(view, out);
            sea_orm::extract(view, out);
            mongo::extract(view, out);
        }
        Family::Python => return python::extract(view, out),
        Family::Shell => return,
    }
    sql::in_code(view, out);
}

/// Which modules of the project a file imports or hands on, if it says something about columns: of two declarations of one column the one
/// that the program uses counts.
pub(super) fn imports(view: ColumnView<'_>, out: &mut Facts) {
    if out.facts.is_empty() {
        return;
    }
    for statement in view.nodes(&["import_statement", "export_statement"]) {
        let module = view.field(statement, "source").and_then(|source| view.string(source));
        if let Some(module) = module.filter(|module| module.starts_with(['.', '~', '#']) || module.starts_with("@/")) {
            out.say(view.span(statement), ColumnFact::Import(module.into()));
        }
    }
}

/// What a mapper says about one column.
#[derive(Clone, Copy)]
struct Column<'a> {
    mapper: ColumnMapper,
    table: Option<&'a str>,
    model: Option<&'a str>,
    /// Its name in the database; that of the property where nothing else is said.
    column: Option<&'a str>,
    property: &'a str,
    kind: &'a str,
    holds: Holds,
    nullable: Option<bool>,
    /// What seals it, and what that is.
    seal: Option<(Sealed, &'a str, NodeId)>,
}

impl Column<'_> {
    /// Says that the column is declared where its name stands. What is named as sealed holds no token.
    fn say(self, view: ColumnView<'_>, name: NodeId, out: &mut Facts) {
        let column = self.column.unwrap_or(self.property);
        if !view.names.may_be_token(column) || says_sealed(self.property) {
            return;
        }
        let seal = self.seal.map(|(sealed, how, at)| {
            let is_open = sealed == Sealed::Unknown && view.tree.language().family() == Family::Ecmascript;
            let value = if is_open { beside(view, at) } else { ColumnValue::of(sealed, how) };
            SealedColumn { value, span: view.span(at) }
        });
        let declared = DeclaredColumn {
            mapper: self.mapper,
            table: self.table.map(Into::into),
            model: self.model.map(Into::into),
            column: column.into(),
            property: self.property.into(),
            kind: self.kind.into(),
            holds: self.holds,
            nullable: self.nullable,
            seal,
        };
        out.say(view.span(name), ColumnFact::Declared(Box::new(declared)));
    }
}

/// Says that the database or its mapper makes the values of a column, at random: nothing seals them.
fn made_by_default(
    view: ColumnView<'_>,
    (mapper, table): (ColumnMapper, &str),
    column: &str,
    (key, value): (NodeId, NodeId),
    out: &mut Facts,
) {
    if view.names.may_be_token(column) {
        let value = ColumnValue::of(Sealed::No, view.shown(value));
        let written = WrittenValue { mapper, table: Some(table.into()), column: column.into(), value, is_sure: true };
        out.say(view.span(key), ColumnFact::Written(Box::new(written)));
    }
}

/// What a column holds by a name of its type, in whatever letters: that of a database, or that which a mapper gives it.
fn holds_type(kind: &str) -> Holds {
    const BYTES: &[&str] = &["bytea", "blob", "binary", "buffer", "bytes"];
    const TEXT: &[&str] = &["char", "text", "json", "uuid", "string", "clob", "enum", "str"];
    let kind = kind.to_ascii_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    match () {
        () if is(&["virtual"]) => Holds::Nothing,
        () if is(BYTES) => Holds::Bytes,
        () if is(TEXT) => Holds::Text,
        () => Holds::Other,
    }
}
