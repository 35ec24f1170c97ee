//! Statements of SQL that change tables: in files, and in texts that code holds.

use auditlint_facts::{Source, SourceFacts};
use auditlint_source::Span;

use super::super::fact::{ColumnFact, ColumnMapper, Facts, SealGuard};
use super::super::names::TokenColumns;
use super::super::seal::encrypts_in_sql;
use super::super::view::ColumnView;
use super::migration::Down;
use crate::sql::{SqlFact, changes, changes_in};
use crate::words::Words;

/// What stands in a literal that changes tables.
static WORDS: Words = Words::new(&[
    "CREATE TABLE",
    "create table",
    "Create Table",
    "ALTER TABLE",
    "alter table",
    "DROP TABLE",
    "drop table",
    "CREATE TEMP",
    "RENAME TABLE",
    "rename table",
]);

/// Longer texts are not read: one may stand in another.
const LONGEST: usize = 256 << 10;

/// Literals that may hold SQL.
const LITERALS: &[&str] = &["string", "template_string", "string_literal", "raw_string_literal"];

/// The facts of a file of SQL.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let mut found = changes(source);
    let text = source.text();
    if encrypts_in_sql(text) {
        out.say(Span::default(), ColumnFact::Guards(SealGuard::Encrypts));
    }
    // What is not understood matters where it may be about a token.
    found.gaps.retain(|gap| {
        let statement = text.get(gap.span.start as usize..).and_then(|rest| rest.split(';').next());
        statement.is_some_and(|statement| TokenColumns::new(source.token_columns()).may_stand_in(statement.as_bytes()))
    });
    keep(found, out);
}

/// The facts of a source of code.
pub(super) fn in_code(view: ColumnView<'_>, out: &mut Facts) {
    if !WORDS.any_in(view.source().as_bytes()) {
        return;
    }
    let down = Down::of(view);
    for literal in view.nodes(LITERALS) {
        let text = view.words(literal);
        if text.len() <= LONGEST && WORDS.any_in(text.as_bytes()) && !down.holds(view.span(literal)) {
            keep(changes_in(view.analysis, literal), out);
        }
    }
}

fn keep(found: SourceFacts<SqlFact>, out: &mut Facts) {
    out.gaps.extend(found.gaps);
    for said in found.facts {
        out.say(said.span, ColumnFact::Change { mapper: ColumnMapper::Sql, change: Box::new(said.fact) });
    }
}
