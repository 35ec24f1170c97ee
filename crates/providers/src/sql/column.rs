//! Columns as `CREATE TABLE` and `ADD COLUMN` declare them.

use std::collections::BTreeSet;
use std::sync::Arc;

use auditlint_source::Span;

use super::allowed::{allowed, literal};
use super::fact::{ColumnCheck, Facts, SqlColumn, SqlFact, TableChange, Type};
use super::lexer::{SqlToken, SqlTokens};
use super::name::Spelled;
use super::reader::{Qualified, SqlReader, is_keyword, items, name_of};

/// Words behind which a type and a default are over.
const CONSTRAINTS: &[&str] = &[
    "AFTER",
    "AS",
    "AUTOINCREMENT",
    "AUTO_INCREMENT",
    "CHECK",
    "COLLATE",
    "COMMENT",
    "COMPRESSION",
    "CONSTRAINT",
    "DEFAULT",
    "DEFERRABLE",
    "FIRST",
    "GENERATED",
    "IDENTITY",
    "INITIALLY",
    "INVISIBLE",
    "KEY",
    "NOT",
    "NULL",
    "ON",
    "PRIMARY",
    "REFERENCES",
    "STORAGE",
    "STORED",
    "UNIQUE",
    "USING",
    "VIRTUAL",
    "VISIBLE",
];

/// Types whose columns are never null, because they count.
const SERIAL: &[&str] = &["SERIAL", "SERIAL2", "SERIAL4", "SERIAL8", "SMALLSERIAL", "BIGSERIAL"];

/// A longer default is cut.
const LONGEST_DEFAULT: usize = 200;

/// A type as it is declared.
pub(super) struct DeclaredType {
    pub(super) kind: Type,
    /// The values of `ENUM('a', 'b')`.
    values: Option<BTreeSet<String>>,
}

impl DeclaredType {
    fn is_serial(&self) -> bool {
        SERIAL.iter().any(|serial| self.kind.shown.eq_ignore_ascii_case(serial))
    }
}

fn is_constraint(token: SqlToken<'_>) -> bool {
    matches!(token, SqlToken::Word(word) if CONSTRAINTS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Takes a type; it is empty where none is written, as SQLite allows.
pub(super) fn take_type(reader: &mut SqlReader<'_, '_>) -> DeclaredType {
    let mut parts: Vec<String> = Vec::new();
    let mut values = None;
    let mut ahead = *reader;
    let starts = ahead.peek().is_some_and(|token| name_of(token).is_some() && !is_constraint(token));
    let named = if starts { ahead.qualified() } else { None };
    let mut is_list = false;
    while let Some(token) = reader.peek().filter(|token| !is_constraint(*token)) {
        match token {
            SqlToken::Word("CHARACTER" | "character") if !parts.is_empty() => break,
            SqlToken::Word(word) => parts.push(word.to_owned()),
            SqlToken::Name(name) => parts.push(name.to_owned()),
            SqlToken::Number(number) => parts.push(number.to_owned()),
            SqlToken::Sign(b'(') => {
                let inside = reader.group().unwrap_or_default();
                if parts.last().is_some_and(|word| word.eq_ignore_ascii_case("ENUM")) {
                    values = items(inside).map(literal).collect();
                }
                let shown: Vec<String> = inside.iter().map(|(token, _)| shown(*token)).collect();
                if let Some(last) = parts.last_mut() {
                    last.push_str(&format!("({})", shown.concat()));
                }
                continue;
            }
            SqlToken::Sign(sign @ (b'[' | b']' | b'.')) => {
                is_list |= sign == b'[';
                match parts.last_mut() {
                    Some(last) => last.push(char::from(sign)),
                    None => parts.push(char::from(sign).to_string()),
                }
                // What follows a dot belongs to it.
                if sign == b'.' {
                    reader.bump();
                    if let (Some(last), Some(token)) = (parts.last_mut(), reader.peek()) {
                        last.push_str(&shown_plain(token));
                    }
                }
            }
            SqlToken::Text(_) | SqlToken::Body(_) | SqlToken::Hole | SqlToken::Sign(_) => break,
        }
        reader.bump();
    }
    is_list |= parts.iter().any(|part| part.eq_ignore_ascii_case("ARRAY"));
    let is_known = values.is_none() && !is_list;
    let name = named.filter(|_| is_known).map(|named| (*named.name).clone());
    DeclaredType { kind: Type { shown: parts.join(" ").into(), name }, values }
}

fn shown(token: SqlToken<'_>) -> String {
    match token {
        SqlToken::Text(text) => format!("'{text}'"),
        token => shown_plain(token),
    }
}

fn shown_plain(token: SqlToken<'_>) -> String {
    match token {
        SqlToken::Word(text)
        | SqlToken::Name(text)
        | SqlToken::Number(text)
        | SqlToken::Text(text)
        | SqlToken::Body(text) => text.to_owned(),
        SqlToken::Sign(sign) => char::from(sign).to_string(),
        SqlToken::Hole => String::new(),
    }
}

/// What stands between the first and the last of some tokens.
fn source<'t>(text: &'t str, tokens: &SqlTokens<'_>) -> &'t str {
    let (Some((_, first)), Some((_, last))) = (tokens.first(), tokens.last()) else { return "" };
    let whole = text.get(first.start as usize..last.end as usize).unwrap_or_default();
    let end = whole.char_indices().map(|(at, _)| at).find(|at| *at >= LONGEST_DEFAULT);
    &whole[..end.unwrap_or(whole.len())]
}

/// Takes the expression behind `DEFAULT`.
pub(super) fn take_default<'t>(text: &'t str, reader: &mut SqlReader<'_, '_>) -> &'t str {
    let before = reader.rest();
    reader.skip();
    while reader.peek().is_some_and(|token| !is_constraint(token)) {
        reader.skip();
    }
    source(text, &before[..before.len() - reader.rest().len()])
}

/// `name type constraints`; `None` where it is not one.
pub(super) fn column(
    table: &Qualified,
    tokens: &SqlTokens<'_>,
    text: &str,
    is_kept: bool,
    out: &mut Facts,
) -> Option<()> {
    let mut reader = SqlReader::new(tokens);
    let place = reader.span();
    let name = reader.name()?;
    let kind = take_type(&mut reader);
    let mut default = None;
    let mut is_nullable = !kind.is_serial();
    let mut constraint = None;
    let mut checks: Vec<(Option<Spelled>, &SqlTokens<'_>)> = Vec::new();
    while !reader.is_done() {
        if reader.eat(&["CONSTRAINT"]) {
            constraint = reader.name();
        } else if reader.eat(&["NOT", "NULL"])
            || reader.eat(&["PRIMARY", "KEY"])
            || reader.eat(&["AS", "IDENTITY"])
            || reader.eat_any(&["AUTO_INCREMENT", "AUTOINCREMENT"])
        {
            is_nullable = false;
        } else if reader.eat(&["GENERATED", "BY", "DEFAULT"]) {
            // What follows is `AS IDENTITY`; there is no default.
        } else if reader.eat(&["NULL"]) {
            is_nullable = true;
        } else if reader.eat(&["DEFAULT"]) {
            default = Some(take_default(text, &mut reader));
        } else if reader.eat(&["CHECK"]) {
            if let Some(condition) = reader.group() {
                checks.push((constraint.take(), condition));
            }
        } else if reader.eat(&["ON", "DELETE"]) || reader.eat(&["ON", "UPDATE"]) {
            // `SET NULL` is what happens then, and says nothing about the column.
            reader.eat(&["SET"]);
            reader.bump();
        } else {
            reader.skip();
        }
    }
    let values = kind.values.unwrap_or_default().iter().map(|value| value.as_str().into()).collect();
    let column = SqlColumn { name, kind: kind.kind, values, is_nullable, default: default.map(Arc::from), is_kept };
    say(table, place, TableChange::Column(Box::new(column)), out);
    for (constraint, condition) in checks {
        check(table, constraint, condition, out);
    }
    Some(())
}

/// The lists of a `CHECK`.
pub(super) fn check(table: &Qualified, constraint: Option<Spelled>, condition: &SqlTokens<'_>, out: &mut Facts) {
    let place = condition.first().map(|(_, span)| *span).unwrap_or_default();
    for found in allowed(condition) {
        let values = found.values.iter().map(|value| value.as_str().into()).collect();
        let check = ColumnCheck { constraint: constraint.clone(), column: found.column, values };
        say(table, place, TableChange::Check(Box::new(check)), out);
    }
}

/// Adds a change of a table.
pub(super) fn say(table: &Qualified, span: Span, change: TableChange, out: &mut Facts) {
    out.say(span, SqlFact::Table { table: Arc::clone(&table.name), change });
}

/// What a part of `CREATE TABLE (…)` or of `ADD …` is, where it is not a column.
pub(super) fn constraint(table: &Qualified, tokens: &SqlTokens<'_>, out: &mut Facts) -> Option<()> {
    let mut reader = SqlReader::new(tokens);
    let name = if reader.eat(&["CONSTRAINT"]) {
        // MySQL takes `CONSTRAINT PRIMARY KEY` without a name.
        if reader.is(&["PRIMARY", "KEY"]) || reader.is(&["FOREIGN", "KEY"]) { None } else { reader.name() }
    } else {
        None
    };
    let is_named = name.is_some();
    if reader.eat(&["CHECK"]) {
        check(table, name, reader.group()?, out);
        return Some(());
    }
    if reader.eat(&["PRIMARY", "KEY"]) {
        while reader.peek().is_some_and(|token| token != SqlToken::Sign(b'(')) {
            reader.bump();
        }
        for item in items(reader.group().unwrap_or_default()) {
            let place = item.first().map(|(_, span)| *span).unwrap_or_default();
            if let Some(column) = SqlReader::new(item).name() {
                say(table, place, TableChange::Nullable { column, is_nullable: false }, out);
            }
        }
        return Some(());
    }
    if reader.eat(&["NOT", "NULL"]) {
        let place = reader.span();
        let column = reader.name()?;
        say(table, place, TableChange::Nullable { column, is_nullable: false }, out);
        return Some(());
    }
    let is_other = reader.is(&["FOREIGN", "KEY"])
        || reader.is(&["UNIQUE"])
        || (reader.is(&["EXCLUDE"]) && !is_typed(reader))
        || reader.is(&["PERIOD", "FOR"])
        || (["FULLTEXT", "SPATIAL"].iter().any(|kind| reader.is(&[kind])) && !is_typed(reader))
        || (["INDEX", "KEY"].iter().any(|kind| reader.is(&[kind])) && !is_typed(reader));
    (is_other || is_named).then_some(())
}

/// Whether the word at the front names a column, as `key VARCHAR(10)` does and `KEY name (a)` does not.
fn is_typed(mut reader: SqlReader<'_, '_>) -> bool {
    const TYPES: &[&str] = &[
        "BIGINT",
        "BLOB",
        "BOOL",
        "BOOLEAN",
        "BYTEA",
        "CHAR",
        "CHARACTER",
        "DATE",
        "DATETIME",
        "DECIMAL",
        "DOUBLE",
        "FLOAT",
        "INT",
        "INTEGER",
        "JSON",
        "JSONB",
        "LONGTEXT",
        "MEDIUMTEXT",
        "NUMERIC",
        "NVARCHAR",
        "REAL",
        "SMALLINT",
        "TEXT",
        "TIMESTAMP",
        "TIMESTAMPTZ",
        "TINYINT",
        "UUID",
        "VARBINARY",
        "VARCHAR",
    ];
    reader.bump();
    let next = reader.peek();
    next.is_none_or(|token| {
        is_constraint(token) && !is_keyword(token, "USING") && !is_keyword(token, "KEY")
            || TYPES.iter().any(|kind| is_keyword(token, kind))
    })
}
