//! Migrations of sea-orm: `Table::create().table(Account::Table).col(ColumnDef::new(Account::AccessToken).text())`.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnMapper, Facts};
use super::super::view::ColumnView;
use super::migration::Down;
use crate::identifier::words;
use crate::sql::{CodeChange, change};

/// Functions that make a column of a type: `string(Account::AccessToken)`.
const TYPES: &[&str] = &["binary", "char", "json", "json_binary", "string", "string_len", "text", "uuid", "var_binary"];

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if !view.has("sea_orm_migration") && !view.has("sea_query") {
        return;
    }
    let down = Down::of(view);
    for call in view.nodes(&["call_expression"]) {
        if !down.holds(view.span(call)) {
            column(view, call, out);
        }
    }
}

fn column(view: ColumnView<'_>, call: NodeId, out: &mut Facts) -> Option<()> {
    let function = view.words(view.field(call, "function")?);
    let name = function.rsplit(['.', ':']).next()?;
    let first = view.arguments(call).next().filter(|first| view.is(*first, &["scoped_identifier"]))?;
    let (table, column) = view.words(first).rsplit_once("::")?;
    let table = snake(table.rsplit("::").next()?);
    let column = snake(column);
    let say = |what: CodeChange<'_>, out: &mut Facts| {
        out.say(
            view.span(first),
            ColumnFact::Change { mapper: ColumnMapper::SeaOrm, change: Box::new(change(&table, what)) },
        );
    };
    if function.ends_with("ColumnDef::new") {
        let chain = view.words(view.chain_above(call));
        let kind = TYPES.iter().copied().find(|kind| chain.contains(&format!(".{kind}(")));
        let is_nullable = !chain.contains("not_null");
        say(CodeChange::AddColumn { name: &column, kind: kind.unwrap_or("other"), is_nullable }, out);
    } else if name == "drop_column" {
        say(CodeChange::DropColumn(&column), out);
    } else {
        let plain = ["_null", "_uniq", "_len"].iter().fold(name, |name, end| name.trim_end_matches(end));
        if TYPES.contains(&plain) {
            say(CodeChange::AddColumn { name: &column, kind: plain, is_nullable: name.ends_with("_null") }, out);
        }
    }
    Some(())
}

fn snake(name: &str) -> String {
    words(name).join("_")
}
