//! The columns that migrations leave behind, for other providers.

use auditlint_facts::{Provider, Source, SourceFacts};
use auditlint_matcher::Analysis;
use auditlint_source::{FilePath, Span};
use auditlint_syntax::NodeId;

use super::code::ddl_of;
use super::databases::Databases;
use super::dialect::Dialect;
use super::fact::{Facts, SqlFact};
use super::fold::FoldedDatabase;
use super::layout::migration_of;
use super::lexer::SqlLexer;
use super::statement::{SqlStatement, each_statement};
use super::{Sql, ddl};

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
    found.facts.retain(|said| !matches!(said.fact, SqlFact::Write(_) | SqlFact::Flow(_) | SqlFact::Handed(_)));
    if is_lone(source.path) {
        each_statement(SqlLexer::new(source.text(), 0..source.text().len()), &mut |statement| {
            if let SqlStatement::Tokens(tokens) = statement {
                let mut inner = Facts::default();
                ddl::statement(tokens, source.text(), &mut inner);
                inner.facts.into_iter().for_each(|said| found.say(said.span, said.fact));
            }
        });
    }
    found
}

/// Whether a file is one of several migrations of a database.
pub(crate) fn is_migration(path: &FilePath) -> bool {
    migration_of(path).is_some()
}

/// Whether a file of SQL stands for itself: it is not a migration, nor what takes one back.
fn is_lone(path: &FilePath) -> bool {
    const BACK: &[&str] = &["down", "rollback", "undo"];
    let is_back = path.name().split(|letter: char| !letter.is_alphanumeric()).any(|word| BACK.contains(&word));
    path.extension() == Some("sql") && migration_of(path).is_none() && !is_back
}

/// The same of SQL in a literal of code.
pub(crate) fn changes_in(analysis: &Analysis<'_>, literal: NodeId) -> SourceFacts<SqlFact> {
    ddl_of(analysis, literal)
}

/// The columns that the migrations of a project leave.
pub(crate) fn columns(sources: &[(FilePath, &SourceFacts<SqlFact>)]) -> Vec<LeftColumn> {
    let mut found: Vec<LeftColumn> = Databases::of(sources).folded.values().flat_map(left).collect();
    for (path, source) in sources.iter().filter(|(path, _)| is_lone(path)) {
        found.extend(fold(source.facts.iter().map(|said| (path, said.span, &said.fact))));
    }
    found
}

/// The same of changes that code makes, in their order.
pub(crate) fn fold<'f>(changes: impl Iterator<Item = (&'f FilePath, Span, &'f SqlFact)>) -> Vec<LeftColumn> {
    let mut database = FoldedDatabase::new(Dialect::MySql);
    changes.for_each(|(path, span, change)| database.apply(change, span, path));
    left(&database)
}

fn left(database: &FoldedDatabase) -> Vec<LeftColumn> {
    let tables = database.tables.values();
    let columns = tables.flat_map(|table| database.columns(table).map(move |column| (table, column)));
    let left = columns.map(|(table, column)| LeftColumn {
        table: table.name.clone(),
        column: column.name.clone(),
        kind: column.shown.clone(),
        nullable: column.nullable,
        path: column.named.path.clone(),
        span: column.named.span,
    });
    left.collect()
}
