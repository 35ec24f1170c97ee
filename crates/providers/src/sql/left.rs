//! The columns that migrations leave behind, for other providers.

use auditlint_facts::{Provider, Source, SourceFacts};
use auditlint_source::{FilePath, Span};

use super::Sql;
use super::derive::Databases;
use super::dialect::Dialect;
use super::fact::SqlFact;
use super::fold::Database;

/// A column that is there in the end.
pub(crate) struct LeftColumn {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) kind: String,
    pub(crate) nullable: Option<bool>,
    pub(crate) path: FilePath,
    pub(crate) span: Span,
}

/// What a file of SQL changes.
pub(crate) fn changes(source: &Source<'_, '_>) -> SourceFacts<SqlFact> {
    let mut found = Sql.extract(source);
    found.facts.retain(|said| !matches!(said.fact, SqlFact::Write(_)));
    found
}

/// The columns that the migrations of a project leave.
pub(crate) fn columns(sources: &[(FilePath, &SourceFacts<SqlFact>)]) -> Vec<LeftColumn> {
    Databases::of(sources).folded.values().flat_map(left).collect()
}

/// The same of changes that code makes, in their order.
pub(crate) fn fold<'f>(changes: impl Iterator<Item = (&'f FilePath, Span, &'f SqlFact)>) -> Vec<LeftColumn> {
    let mut database = Database::new(Dialect::MySql);
    changes.for_each(|(path, span, change)| database.apply(change, span, path));
    left(&database)
}

fn left(database: &Database) -> Vec<LeftColumn> {
    let tables = database.tables.values();
    let columns = tables.flat_map(|table| database.columns(table).map(move |column| (table, column)));
    let left = columns.map(|(table, column)| LeftColumn {
        table: table.name.clone(),
        column: column.name.clone(),
        kind: column.shown.clone(),
        nullable: column.nullable,
        path: column.place.0.clone(),
        span: column.place.1,
    });
    left.collect()
}
