//! `ALTER TABLE` and `ALTER TYPE`.

use std::sync::Arc;

use super::allowed::literal;
use super::column::{column, constraint, say, take_default, take_type};
use super::dialect::Dialect;
use super::fact::{Facts, SqlFact, TableChange, TypeChange};
use super::lexer::{SqlToken, SqlTokens};
use super::reader::{Qualified, SqlReader, items};

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
pub(super) fn table(mut reader: SqlReader<'_, '_>, text: &str, out: &mut Facts) -> Option<()> {
    reader.eat(&["IF", "EXISTS"]);
    reader.eat(&["ONLY"]);
    let table = reader.qualified()?;
    reader.eat_sign(b'*');
    if reader.is(&["ON", "CLUSTER"]) {
        out.say(table.span, SqlFact::Dialect(Dialect::ClickHouse));
        return Some(());
    }
    let mut is_understood = true;
    for item in items(reader.rest()).filter(|item| !item.is_empty()) {
        is_understood &= action(&table, item, text, out).is_some();
    }
    is_understood.then_some(())
}

fn action(table: &Qualified, item: &SqlTokens<'_>, text: &str, out: &mut Facts) -> Option<()> {
    let mut reader = SqlReader::new(item);
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
        say(table, place, TableChange::RenameColumn { from, to }, out);
        return column(table, reader.rest(), text, false, out);
    }
    if reader.is(&["RENAME"]) && !reader.is(&["RENAME", "INDEX"]) && !reader.is(&["RENAME", "KEY"]) {
        reader.bump();
        return rename(table, reader, out);
    }
    if reader.eat(&["SET", "SCHEMA"]) {
        let place = reader.span();
        let schema = reader.name()?;
        say(table, place, TableChange::SetSchema(schema), out);
        return Some(());
    }
    OTHERS.iter().any(|words| reader.is(words)).then_some(())
}

fn add(table: &Qualified, mut reader: SqlReader<'_, '_>, text: &str, out: &mut Facts) -> Option<()> {
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

fn drop_part(table: &Qualified, mut reader: SqlReader<'_, '_>, out: &mut Facts) -> Option<()> {
    if reader.eat_any(&["CONSTRAINT", "CHECK"]) {
        reader.eat(&["IF", "EXISTS"]);
        let place = reader.span();
        let name = reader.name()?;
        say(table, place, TableChange::DropConstraint(name), out);
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
    say(table, place, TableChange::DropColumn(name), out);
    Some(())
}

fn alter_column(table: &Qualified, mut reader: SqlReader<'_, '_>, text: &str, out: &mut Facts) -> Option<()> {
    let place = reader.span();
    let column = reader.name()?;
    let change = if reader.eat(&["SET", "NOT", "NULL"]) || reader.is(&["ADD", "GENERATED"]) {
        TableChange::Nullable { column, is_nullable: false }
    } else if reader.eat(&["DROP", "NOT", "NULL"]) {
        TableChange::Nullable { column, is_nullable: true }
    } else if reader.eat(&["SET", "DEFAULT"]) {
        let default = take_default(text, &mut reader);
        TableChange::Default { column, default: Some(default.into()) }
    } else if reader.eat(&["DROP", "DEFAULT"]) {
        TableChange::Default { column, default: None }
    } else if reader.eat(&["SET", "DATA", "TYPE"]) || reader.eat(&["TYPE"]) {
        TableChange::Type { column, kind: Box::new(take_type(&mut reader).kind) }
    } else {
        return ["SET", "DROP", "RESET", "RESTART"].iter().any(|word| reader.is(&[word])).then_some(());
    };
    say(table, place, change, out);
    Some(())
}

fn rename(table: &Qualified, mut reader: SqlReader<'_, '_>, out: &mut Facts) -> Option<()> {
    if reader.eat(&["CONSTRAINT"]) {
        let from = reader.name()?;
        reader.eat(&["TO"]).then_some(())?;
        let place = reader.span();
        let to = reader.name()?;
        say(table, place, TableChange::RenameConstraint { from, to }, out);
        return Some(());
    }
    if reader.eat_any(&["TO", "AS"]) {
        let to = reader.qualified()?;
        say(table, to.span, TableChange::Rename(to.name.name.clone()), out);
        return Some(());
    }
    reader.eat(&["COLUMN"]);
    let from = reader.name()?;
    reader.eat(&["TO"]).then_some(())?;
    let place = reader.span();
    let to = reader.name()?;
    say(table, place, TableChange::RenameColumn { from, to }, out);
    Some(())
}

/// What follows `ALTER TYPE`.
pub(super) fn alter_type(mut reader: SqlReader<'_, '_>, out: &mut Facts) -> Option<()> {
    let name = reader.qualified()?.name;
    let mut say = |span, change| out.say(span, SqlFact::Type { name: Arc::clone(&name), change });
    if reader.eat(&["ADD", "VALUE"]) {
        reader.eat(&["IF", "NOT", "EXISTS"]);
        let place = reader.span();
        let value = take_literal(&mut reader)?;
        say(place, TypeChange::Value(value.into()));
    } else if reader.eat(&["RENAME", "VALUE"]) {
        let from = take_literal(&mut reader)?;
        reader.eat(&["TO"]).then_some(())?;
        let place = reader.span();
        let to = take_literal(&mut reader)?;
        say(place, TypeChange::RenameValue { from: from.into(), to: to.into() });
    } else if reader.eat(&["RENAME", "TO"]) {
        let place = reader.span();
        let to = reader.name()?;
        say(place, TypeChange::Rename(to));
    }
    Some(())
}

fn take_literal(reader: &mut SqlReader<'_, '_>) -> Option<String> {
    let first = reader.rest().get(..1)?;
    let value = literal(first).filter(|_| matches!(reader.peek(), Some(SqlToken::Text(_))))?;
    reader.bump();
    Some(value)
}
