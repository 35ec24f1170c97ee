//! Literals that `INSERT` and `UPDATE` write.

use std::sync::Arc;

use auditlint_source::Span;

use super::allowed::literal;
use super::fact::{Facts, LiteralWrite, SqlFact, WriteKind};
use super::lexer::{SqlToken, SqlTokens};
use super::name::{Name, Spelled};
use super::reader::{Qualified, SqlReader, is_keyword, items, parts};

/// Longer literals are not values that a list would name.
const LONGEST: usize = 64;

/// A value that a statement of code writes and does not spell: `${value}`, `$1`.
pub(super) struct OpenParameter {
    pub(super) table: Arc<Name>,
    pub(super) column: Spelled,
    pub(super) how: WriteKind,
    /// Where it stands.
    pub(super) span: Span,
}

/// What a statement writes.
struct StatementWrites<'o> {
    out: &'o mut Facts,
    open: Vec<OpenParameter>,
}

/// The facts of a statement.
pub(super) fn statement(tokens: &SqlTokens<'_>, out: &mut Facts) {
    written(tokens, out);
}

/// The same, and the values that it does not spell.
pub(super) fn written(tokens: &SqlTokens<'_>, out: &mut Facts) -> Vec<OpenParameter> {
    let mut written = StatementWrites { out, open: Vec::new() };
    read(tokens, &mut written);
    written.open
}

fn read(tokens: &SqlTokens<'_>, out: &mut StatementWrites<'_>) {
    let mut reader = SqlReader::new(tokens);
    if reader.is(&["WITH"]) {
        while !reader.is_done() && !["INSERT", "UPDATE"].iter().any(|word| reader.is(&[word])) {
            reader.skip();
        }
    }
    if reader.eat_any(&["INSERT", "REPLACE"]) {
        insert(reader, out);
    } else if reader.eat(&["UPDATE"]) {
        update(reader, out);
    }
}

fn insert(mut reader: SqlReader<'_, '_>, out: &mut StatementWrites<'_>) -> Option<()> {
    reader.eat(&["OR"]);
    reader.eat_any(&["IGNORE", "REPLACE", "ROLLBACK", "ABORT", "FAIL", "LOW_PRIORITY", "DELAYED"]);
    reader.eat(&["IGNORE"]);
    reader.eat(&["INTO"]).then_some(())?;
    let table = reader.qualified()?;
    if reader.eat(&["AS"]) {
        reader.name();
    }
    let columns: Vec<Option<Spelled>> = match reader.group() {
        Some(columns) => items(columns).map(|item| SqlReader::new(item).name()).collect(),
        None => Vec::new(),
    };
    if reader.eat(&["OVERRIDING"]) {
        reader.bump();
        reader.eat(&["VALUE"]);
    }
    if reader.eat_any(&["VALUES", "VALUE"]) {
        while let Some(row) = reader.group() {
            for (column, value) in columns.iter().zip(items(row)) {
                say(&table, column.as_ref(), value, WriteKind::Insert, out);
            }
            reader.eat_sign(b',');
        }
    } else if reader.eat(&["SET"]) {
        assignments(&table, reader.rest(), WriteKind::Insert, out);
        return Some(());
    }
    while !reader.is_done() {
        if reader.eat(&["DO", "UPDATE", "SET"]) || reader.eat(&["DUPLICATE", "KEY", "UPDATE"]) {
            assignments(&table, reader.rest(), WriteKind::Update, out);
            break;
        }
        reader.skip();
    }
    Some(())
}

fn update(mut reader: SqlReader<'_, '_>, out: &mut StatementWrites<'_>) -> Option<()> {
    if reader.eat(&["OR"]) {
        reader.bump();
    }
    reader.eat_any(&["ONLY", "LOW_PRIORITY", "IGNORE"]);
    let table = reader.qualified()?;
    if !reader.is(&["SET"]) {
        reader.eat(&["AS"]);
        reader.name()?;
    }
    // With joins the columns are those of several tables.
    reader.eat(&["SET"]).then_some(())?;
    assignments(&table, reader.rest(), WriteKind::Update, out);
    Some(())
}

/// `a = 'x', b = $1 WHERE …`
fn assignments(table: &Qualified, tokens: &SqlTokens<'_>, how: WriteKind, out: &mut StatementWrites<'_>) {
    let ends = ["WHERE", "FROM", "RETURNING", "ORDER", "LIMIT"];
    let is_end = |token| ends.iter().any(|word| is_keyword(token, word));
    let list = parts(tokens, is_end).next().unwrap_or_default();
    for item in items(list) {
        let mut item = SqlReader::new(item);
        let Some(column) = item.qualified() else { continue };
        if item.eat_sign(b'=') {
            say(table, Some(&column.name.name), item.rest(), how, out);
        }
    }
}

fn say(
    table: &Qualified,
    column: Option<&Spelled>,
    value: &SqlTokens<'_>,
    how: WriteKind,
    out: &mut StatementWrites<'_>,
) {
    let (Some(column), Some((first, span))) = (column, value.first()) else { return };
    let Some(text) = literal(value) else {
        let is_alone =
            value.len() == 1 || matches!(value.get(1), Some((SqlToken::Sign(b':') | SqlToken::Number(_), _)));
        if is_alone && matches!(first, SqlToken::Hole | SqlToken::Word(_) | SqlToken::Sign(b'$')) {
            let (table, column) = (Arc::clone(&table.name), column.clone());
            out.open.push(OpenParameter { table, column, how, span: *span });
        }
        return;
    };
    let is_filled = ["${", "{{", "<%"].into_iter().any(|mark| text.contains(mark));
    if text.len() > LONGEST || is_filled {
        return;
    }
    let is_number = !value.iter().any(|(token, _)| matches!(token, SqlToken::Text(_)));
    let span = value.iter().find(|(token, _)| matches!(token, SqlToken::Text(_))).map_or(*span, |(_, span)| *span);
    let (table, column, value) = (Arc::clone(&table.name), column.clone(), text.into());
    out.out.say(span, SqlFact::Write(Box::new(LiteralWrite { table, column, value, how, is_number })));
}
