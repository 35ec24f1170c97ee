//! Statements that create, change and drop tables and types.
//!
//! Each gives facts of what it changes. What was understood of a statement is kept; what was not, and may change a table, is a gap.

use std::ops::Range;
use std::sync::Arc;

use auditlint_source::Span;

use super::allowed::{allowed, literal};
use super::alter;
use super::column::{column, constraint, say, take_type};
use super::dialect::Dialect;
use super::fact::{Facts, SqlFact, TableChange, TableKind, TypeChange};
use super::lexer::{SqlLexer, SqlToken, SqlTokens};
use super::name::Spelled;
use super::reader::{Qualified, SqlReader, is_keyword, items};
use super::statement::{SqlStatement, each_statement};
use crate::limits::MAX_STATEMENT;

/// Words before `TABLE` that say what kind of table is created.
const KINDS: &[&str] = &["GLOBAL", "LOCAL", "UNLOGGED", "TEMP", "TEMPORARY", "FOREIGN", "VIRTUAL", "EXTERNAL"];

/// The facts of a statement of a migration.
pub(super) fn statement(tokens: &SqlTokens<'_>, text: &str, out: &mut Facts) {
    let reader = SqlReader::new(tokens);
    let span = reader.span();
    if read(reader, text, out).is_none() {
        out.gap(span, "a statement of this migration is not understood, and may change tables");
    }
}

/// `None` where it may change a table and was not understood.
fn read(mut reader: SqlReader<'_, '_>, text: &str, out: &mut Facts) -> Option<()> {
    if reader.eat(&["CREATE"]) {
        create(reader, text, out)
    } else if reader.eat(&["ALTER"]) {
        reader.eat_any(&["FOREIGN", "IGNORE", "ONLINE"]);
        match () {
            () if reader.eat(&["TABLE"]) => alter::table(reader, text, out),
            () if reader.eat(&["TYPE"]) => alter::alter_type(reader, out),
            () if reader.eat(&["DOMAIN"]) => {
                let domain = reader.qualified()?;
                say_type(&domain, domain.span, TypeChange::ForgetValues, out);
                Some(())
            }
            // Under another name all that lies in it has another one; an owner, privileges and the like change nothing.
            () if reader.eat(&["SCHEMA"]) => {
                reader.qualified()?;
                (!reader.is(&["RENAME"])).then_some(())
            }
            () => Some(()),
        }
    } else if reader.eat(&["PREPARE"]) {
        // MySQL prepares a text that a variable holds: `PREPARE s FROM @sql`.
        reader.name()?;
        (!reader.is(&["FROM"])).then_some(())
    } else if reader.eat(&["DROP"]) {
        drop_things(reader, out)
    } else if reader.eat(&["RENAME", "TABLE"]) {
        items(reader.rest()).try_for_each(|item| {
            let mut item = SqlReader::new(item);
            let table = item.qualified()?;
            item.eat(&["TO"]).then_some(())?;
            let to = item.qualified()?;
            say(&table, to.span, TableChange::Rename(to.name.name.clone()), out);
            Some(())
        })
    } else if reader.eat(&["DO"]) {
        let body = reader.rest().iter().find_map(inside);
        block(body?, text, out)
    } else {
        Some(())
    }
}

fn create(mut reader: SqlReader<'_, '_>, text: &str, out: &mut Facts) -> Option<()> {
    reader.eat(&["OR", "REPLACE"]);
    let mut kind = TableKind::Table;
    while let Some(SqlToken::Word(word)) = reader.peek().filter(|_| KINDS.iter().any(|kind| reader.is(&[kind]))) {
        kind = match word.to_ascii_lowercase().as_str() {
            "temp" | "temporary" => TableKind::Temporary,
            "foreign" | "external" => TableKind::Foreign,
            "virtual" => TableKind::Virtual,
            _ => kind,
        };
        reader.bump();
    }
    if reader.eat(&["TABLE"]) {
        let span = reader.span();
        let read = create_table(reader, kind, text, out);
        out.say(span, SqlFact::Created);
        return read;
    }
    if reader.eat(&["TYPE"]) {
        return create_type(reader, out);
    }
    if reader.eat(&["DOMAIN"]) {
        let domain = reader.qualified()?;
        say_type(&domain, domain.span, TypeChange::Create, out);
        reader.eat(&["AS"]);
        take_type(&mut reader);
        while !reader.is_done() {
            if reader.eat(&["CHECK"]) {
                domain_values(&domain, reader.group()?, out);
            } else {
                reader.skip();
            }
        }
        return Some(());
    }
    // `CREATE MATERIALIZED VIEW`, and in MySQL `CREATE ALGORITHM = x DEFINER = y@z SQL SECURITY INVOKER VIEW`
    let words: Vec<SqlToken<'_>> = reader.rest().iter().take(12).map(|(token, _)| *token).collect();
    let is_kind = |token: &SqlToken<'_>, kind: &str| is_keyword(*token, kind);
    let another = ["INDEX", "FUNCTION", "TRIGGER", "PROCEDURE", "EVENT", "RULE", "POLICY", "AGGREGATE", "AS"];
    let view = words.iter().position(|token| is_kind(token, "VIEW"));
    let other = words.iter().position(|token| another.iter().any(|kind| is_kind(token, kind)));
    if let Some(view) = view.filter(|view| other.is_none_or(|other| other > *view)) {
        reader.advance(view + 1);
        reader.eat(&["IF", "NOT", "EXISTS"]);
        let view = reader.qualified()?;
        let change = TableChange::Create { kind: TableKind::View, is_kept: false, is_complete: false };
        say(&view, view.span, change, out);
    }
    Some(())
}

fn create_table(mut reader: SqlReader<'_, '_>, kind: TableKind, text: &str, out: &mut Facts) -> Option<()> {
    let is_kept = reader.eat(&["IF", "NOT", "EXISTS"]);
    let table = reader.qualified()?;
    if reader.is(&["ON", "CLUSTER"]) {
        out.say(table.span, SqlFact::Dialect(Dialect::ClickHouse));
        return Some(());
    }
    let head = |kind: TableKind, is_complete: bool, out: &mut Facts| {
        say(&table, table.span, TableChange::Create { kind, is_kept, is_complete }, out);
    };
    if kind == TableKind::Virtual {
        head(kind, false, out);
        return Some(());
    }
    // MySQL: `CREATE TABLE a LIKE b`
    if reader.eat(&["LIKE"]) {
        head(kind, true, out);
        let from = reader.qualified()?;
        say(&table, from.span, TableChange::Like(from.name), out);
        return Some(());
    }
    if reader.eat(&["PARTITION", "OF"]) {
        head(TableKind::Partition, true, out);
        let from = reader.qualified()?;
        say(&table, from.span, TableChange::Like(from.name), out);
        return Some(());
    }
    let Some(body) = reader.group() else {
        head(kind, false, out);
        // `CREATE TABLE a ON COMMIT DROP AS SELECT …`
        let is_selected = ["AS", "OF", "SELECT"].iter().any(|word| reader.is(&[word]));
        return (is_selected || reader.rest().iter().any(|(token, _)| is_keyword(*token, "AS"))).then_some(());
    };
    let mut is_complete = true;
    let mut inherited = Vec::new();
    while !reader.is_done() {
        if reader.eat(&["INHERITS"]) {
            inherited.extend(items(reader.group()?).map(|item| SqlReader::new(item).qualified()));
        } else if reader.is(&["AS"]) || reader.is(&["SELECT"]) {
            is_complete = false;
            break;
        } else if matches!(reader.bump(), Some(SqlToken::Word(word)) if word.ends_with("MergeTree")) {
            out.say(table.span, SqlFact::Dialect(Dialect::ClickHouse));
            return Some(());
        }
    }
    head(kind, is_complete, out);
    for from in inherited {
        let from = from?;
        say(&table, from.span, TableChange::Like(from.name), out);
    }
    let mut is_understood = true;
    for item in items(body).filter(|item| !item.is_empty()) {
        let mut part = SqlReader::new(item);
        if part.eat(&["LIKE"]) {
            let from = part.qualified()?;
            say(&table, from.span, TableChange::Like(from.name), out);
            continue;
        }
        let known = constraint(&table, item, out).or_else(|| column(&table, item, text, is_kept, out));
        is_understood &= known.is_some();
    }
    is_understood.then_some(())
}

fn create_type(mut reader: SqlReader<'_, '_>, out: &mut Facts) -> Option<()> {
    reader.eat(&["IF", "NOT", "EXISTS"]);
    let name = reader.qualified()?;
    reader.eat(&["AS"]);
    say_type(&name, name.span, TypeChange::Create, out);
    if reader.eat(&["ENUM"]) {
        for item in items(reader.group()?) {
            say_value(&name, item, out);
        }
    }
    Some(())
}

fn say_type(name: &Qualified, span: Span, change: TypeChange, out: &mut Facts) {
    out.say(span, SqlFact::Type { name: Arc::clone(&name.name), change });
}

fn say_value(name: &Qualified, item: &SqlTokens<'_>, out: &mut Facts) {
    if let (Some(value), Some((_, span))) = (literal(item), item.first()) {
        say_type(name, *span, TypeChange::Value(value.into()), out);
    }
}

/// What a condition of a domain calls its value.
fn is_value(column: &Spelled) -> bool {
    !column.is_quoted && column.text.eq_ignore_ascii_case("VALUE")
}

/// `CHECK (VALUE IN ('a', 'b'))` of a domain.
fn domain_values(domain: &Qualified, condition: &SqlTokens<'_>, out: &mut Facts) {
    let place = condition.first().map(|(_, span)| *span).unwrap_or_default();
    for found in allowed(condition).into_iter().filter(|found| is_value(&found.column)) {
        for value in &found.values {
            say_type(domain, place, TypeChange::Value(value.as_str().into()), out);
        }
    }
}

/// What is dropped.
enum DroppedThing {
    Table,
    Type,
    Schema,
}

fn drop_things(mut reader: SqlReader<'_, '_>, out: &mut Facts) -> Option<()> {
    reader.eat_any(&["TEMPORARY", "FOREIGN"]);
    reader.eat(&["MATERIALIZED"]);
    let thing = if reader.eat_any(&["TABLE", "VIEW"]) {
        DroppedThing::Table
    } else if reader.eat_any(&["TYPE", "DOMAIN"]) {
        DroppedThing::Type
    } else if reader.eat(&["SCHEMA"]) {
        DroppedThing::Schema
    } else {
        return Some(());
    };
    reader.eat(&["IF", "EXISTS"]);
    let is_cascade = reader.rest().last().is_some_and(|(token, _)| is_keyword(*token, "CASCADE"));
    for item in items(reader.rest()) {
        let name = SqlReader::new(item).qualified()?;
        match thing {
            DroppedThing::Table => say(&name, name.span, TableChange::Drop, out),
            DroppedThing::Type => say_type(&name, name.span, TypeChange::Drop { is_cascade }, out),
            DroppedThing::Schema => out.say(name.span, SqlFact::DropSchema(name.name.name.clone())),
        }
    }
    Some(())
}

/// The statements of `DO $$ … $$` that change tables, whatever they stand under: a migration that asks first whether a change is
/// needed does the same in the end. What is put together at run time is not understood.
fn block(body: Range<usize>, text: &str, out: &mut Facts) -> Option<()> {
    let mut is_understood = true;
    // Whether something is run that was put together, and whether a text speaks of tables.
    let (mut runs, mut speaks) = (false, false);
    each_statement(SqlLexer::new(text, body), &mut |found| {
        let SqlStatement::Tokens(tokens) = found else {
            is_understood &= !matches!(found, SqlStatement::Cut(_));
            return;
        };
        match inner(tokens) {
            Inner::Other => speaks |= tokens.iter().any(is_about_tables),
            Inner::PutTogether => {
                runs = true;
                speaks |= tokens.iter().any(is_about_tables);
            }
            Inner::Tokens(tokens) => is_understood &= read(SqlReader::new(tokens), text, out).is_some(),
            Inner::Text(part) => {
                let tokens: Vec<_> = SqlLexer::new(text, part).take(MAX_STATEMENT + 1).collect();
                let reader = SqlReader::new(&tokens);
                is_understood &=
                    tokens.len() <= MAX_STATEMENT && !reader.is(&["DO"]) && read(reader, text, out).is_some();
            }
        }
    });
    (is_understood && !(runs && speaks)).then_some(())
}

/// A statement of a block.
enum Inner<'a, 't> {
    /// One that changes something.
    Tokens(&'a SqlTokens<'t>),
    /// The same in a string that is run.
    Text(Range<usize>),
    /// One that is run and was put together.
    PutTogether,
    Other,
}

/// Where the inside of a string stands.
fn inside((token, span): &(SqlToken<'_>, Span)) -> Option<Range<usize>> {
    let (SqlToken::Body(text) | SqlToken::Text(text)) = token else { return None };
    let start = span.start as usize + (span.len() as usize - text.len()) / 2;
    Some(start..start + text.len())
}

/// What `BEGIN`, `THEN` and `LOOP` put before a statement is skipped.
fn inner<'a, 't>(tokens: &'a SqlTokens<'t>) -> Inner<'a, 't> {
    let is_start = |(token, _): &(SqlToken<'t>, Span)| {
        ["CREATE", "ALTER", "DROP", "EXECUTE"].iter().any(|word| is_keyword(*token, word))
    };
    let Some(start) = tokens.iter().position(is_start) else { return Inner::Other };
    let found = &tokens[start..];
    if !is_keyword(found[0].0, "EXECUTE") {
        return Inner::Tokens(found);
    }
    match &found[1..] {
        [string] => inside(string).map_or(Inner::PutTogether, Inner::Text),
        _ => Inner::PutTogether,
    }
}

fn is_about_tables((token, _): &(SqlToken<'_>, Span)) -> bool {
    let (SqlToken::Text(text) | SqlToken::Body(text)) = token else { return false };
    let text = text.to_ascii_uppercase();
    ["TABLE", "COLUMN", " TYPE"].iter().any(|word| text.contains(word))
}
