//! `ALTER TABLE` and `ALTER TYPE`.

use auditlint_facts::{Raw, Value};

use super::allowed::literal;
use super::column::{column, constraint, take_default, take_type};
use super::lexer::{Token, Tokens};
use super::reader::{Qualified, Reader, items};
use super::{ddl, raw};

/// The first words of actions that leave the columns of a table and their values as they are.
const OTHERS: &[&[&str]] = &[
    &["ALGORITHM"],
    &["ALTER", "CONSTRAINT"],
    &["ALTER", "INDEX"],
    &["ATTACH"],
    &["AUTO_INCREMENT"],
    &["CHARACTER"],
    &["CHARSET"],
    &["CLUSTER"],
    &["COLLATE"],
    &["COMMENT"],
    &["CONVERT"],
    &["DEFAULT"],
    &["DETACH"],
    &["DISABLE"],
    &["DISCARD"],
    &["ENABLE"],
    &["ENGINE"],
    &["FORCE"],
    &["IMPORT"],
    &["INHERIT"],
    &["LOCK"],
    &["NO", "FORCE"],
    &["NO", "INHERIT"],
    &["ORDER"],
    &["OWNER"],
    &["PARTITION"],
    &["REMOVE"],
    &["RENAME", "INDEX"],
    &["RENAME", "KEY"],
    &["REPLICA"],
    &["RESET"],
    &["ROW_FORMAT"],
    &["SET"],
    &["TRUNCATE"],
    &["VALIDATE"],
    &["WITH"],
    &["WITHOUT"],
];

/// What follows `ALTER TABLE`.
pub(super) fn table(mut reader: Reader<'_, '_>, text: &str, out: &mut Raw) -> Option<()> {
    reader.eat(&["IF", "EXISTS"]);
    reader.eat(&["ONLY"]);
    let table = reader.qualified()?;
    reader.eat_sign(b'*');
    if reader.is(&["ON", "CLUSTER"]) {
        out.push(raw::DIALECT, table.span, [ddl::CLICKHOUSE.into()]);
        return Some(());
    }
    let mut is_understood = true;
    for item in items(reader.rest()).filter(|item| !item.is_empty()) {
        is_understood &= action(&table, item, text, out).is_some();
    }
    is_understood.then_some(())
}

fn action(table: &Qualified, item: &Tokens<'_>, text: &str, out: &mut Raw) -> Option<()> {
    let mut reader = Reader::new(item);
    if reader.eat(&["ADD"]) {
        return add(table, reader, text, out);
    }
    if reader.eat(&["DROP"]) {
        return drop_part(table, reader, out);
    }
    if reader.is(&["ALTER"]) && !reader.is(&["ALTER", "CONSTRAINT"]) && !reader.is(&["ALTER", "INDEX"]) {
        reader.bump();
        reader.eat(&["COLUMN"]);
        return alter_column(table, reader, text, out);
    }
    if reader.eat(&["MODIFY"]) {
        reader.eat(&["COLUMN"]);
        return column(table, reader.rest(), text, false, out);
    }
    if reader.eat(&["CHANGE"]) {
        reader.eat(&["COLUMN"]);
        let place = reader.span();
        let from = reader.name()?;
        let mut ahead = reader;
        let to = ahead.name()?;
        out.push(raw::RENAME_COLUMN, place, table.with([from.as_str().into(), to.as_str().into()]));
        return column(table, reader.rest(), text, false, out);
    }
    if reader.is(&["RENAME"]) && !reader.is(&["RENAME", "INDEX"]) && !reader.is(&["RENAME", "KEY"]) {
        reader.bump();
        return rename(table, reader, out);
    }
    if reader.eat(&["SET", "SCHEMA"]) {
        let place = reader.span();
        let schema = reader.name()?;
        out.push(raw::SET_SCHEMA, place, table.with([schema.as_str().into()]));
        return Some(());
    }
    OTHERS.iter().any(|words| reader.is(words)).then_some(())
}

fn add(table: &Qualified, mut reader: Reader<'_, '_>, text: &str, out: &mut Raw) -> Option<()> {
    let is_column = reader.eat(&["COLUMN"]);
    let is_kept = reader.eat(&["IF", "NOT", "EXISTS"]);
    // MySQL: `ADD (a INT, b INT)`
    let mut group = reader;
    if let Some(inside) = group.group() {
        return items(inside).try_for_each(|item| column(table, item, text, is_kept, out));
    }
    if !is_column && !is_kept && (reader.is(&["PARTITION"]) || constraint(table, reader.rest(), out).is_some()) {
        return Some(());
    }
    column(table, reader.rest(), text, is_kept, out)
}

fn drop_part(table: &Qualified, mut reader: Reader<'_, '_>, out: &mut Raw) -> Option<()> {
    if reader.eat_any(&["CONSTRAINT", "CHECK"]) {
        reader.eat(&["IF", "EXISTS"]);
        let place = reader.span();
        let name = reader.name()?;
        out.push(raw::DROP_CONSTRAINT, place, table.with([name.as_str().into()]));
        return Some(());
    }
    let is_other = reader.is(&["PRIMARY", "KEY"])
        || reader.is(&["FOREIGN", "KEY"])
        || (reader.rest().len() > 1
            && ["INDEX", "KEY", "PARTITION", "PROJECTION"].iter().any(|kind| reader.is(&[kind])));
    if is_other {
        return Some(());
    }
    reader.eat(&["COLUMN"]);
    reader.eat(&["IF", "EXISTS"]);
    let place = reader.span();
    let name = reader.name()?;
    out.push(raw::DROP_COLUMN, place, table.with([name.as_str().into()]));
    Some(())
}

fn alter_column(table: &Qualified, mut reader: Reader<'_, '_>, text: &str, out: &mut Raw) -> Option<()> {
    let place = reader.span();
    let name = reader.name()?;
    let column = Value::from(name.as_str());
    let mut push = |relation: u8, more: Vec<Value>| {
        out.push(relation, place, table.with([column.clone()].into_iter().chain(more)));
    };
    if reader.eat(&["SET", "NOT", "NULL"]) || reader.is(&["ADD", "GENERATED"]) {
        push(raw::NULLABLE, vec![false.into()]);
    } else if reader.eat(&["DROP", "NOT", "NULL"]) {
        push(raw::NULLABLE, vec![true.into()]);
    } else if reader.eat(&["SET", "DEFAULT"]) {
        let default = take_default(text, &mut reader);
        push(raw::DEFAULT, vec![default.into()]);
    } else if reader.eat(&["DROP", "DEFAULT"]) {
        push(raw::DEFAULT, vec![Value::Absent]);
    } else if reader.eat(&["SET", "DATA", "TYPE"]) || reader.eat(&["TYPE"]) {
        let kind = take_type(&mut reader);
        push(raw::TYPE, kind.values().into());
    } else {
        return ["SET", "DROP", "RESET", "RESTART"].iter().any(|word| reader.is(&[word])).then_some(());
    }
    Some(())
}

fn rename(table: &Qualified, mut reader: Reader<'_, '_>, out: &mut Raw) -> Option<()> {
    if reader.eat(&["CONSTRAINT"]) {
        let from = reader.name()?;
        reader.eat(&["TO"]).then_some(())?;
        let place = reader.span();
        let to = reader.name()?;
        out.push(raw::RENAME_CONSTRAINT, place, table.with([from.as_str().into(), to.as_str().into()]));
        return Some(());
    }
    if reader.eat_any(&["TO", "AS"]) {
        let to = reader.qualified()?;
        out.push(raw::RENAME_TABLE, to.span, table.with([to.name.as_str().into()]));
        return Some(());
    }
    reader.eat(&["COLUMN"]);
    let from = reader.name()?;
    reader.eat(&["TO"]).then_some(())?;
    let place = reader.span();
    let to = reader.name()?;
    out.push(raw::RENAME_COLUMN, place, table.with([from.as_str().into(), to.as_str().into()]));
    Some(())
}

/// What follows `ALTER TYPE`.
pub(super) fn alter_type(mut reader: Reader<'_, '_>, out: &mut Raw) -> Option<()> {
    let name = reader.qualified()?;
    if reader.eat(&["ADD", "VALUE"]) {
        reader.eat(&["IF", "NOT", "EXISTS"]);
        let place = reader.span();
        let value = take_literal(&mut reader)?;
        out.push(raw::TYPE_VALUE, place, name.with([value.as_str().into()]));
    } else if reader.eat(&["RENAME", "VALUE"]) {
        let from = take_literal(&mut reader)?;
        reader.eat(&["TO"]).then_some(())?;
        let place = reader.span();
        let to = take_literal(&mut reader)?;
        out.push(raw::RENAME_VALUE, place, name.with([from.as_str().into(), to.as_str().into()]));
    } else if reader.eat(&["RENAME", "TO"]) {
        let place = reader.span();
        let to = reader.name()?;
        out.push(raw::RENAME_TYPE, place, name.with([to.as_str().into()]));
    }
    Some(())
}

fn take_literal(reader: &mut Reader<'_, '_>) -> Option<String> {
    let first = reader.rest().get(..1)?;
    let value = literal(first).filter(|_| matches!(reader.peek(), Some(Token::Text(_))))?;
    reader.bump();
    Some(value)
}
