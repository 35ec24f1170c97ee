//! Keys of objects by which queries of TypeScript and JavaScript ask for columns, and compare them.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, Facts, Read};
use super::super::query;
use super::super::seal::says_sealed;
use super::super::view::ColumnView;

/// Keys that stand for a condition on a column, not for another table.
const OPERATORS: &[&str] = &[
    "$eq",
    "$exists",
    "$in",
    "$ne",
    "$nin",
    "equals",
    "not",
    "in",
    "notIn",
    "contains",
    "startsWith",
    "endsWith",
    "mode",
    "set",
    "lt",
    "lte",
    "gt",
    "gte",
    "search",
];

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    for key in query::keys(view, &|name| view.names.may_be_token(name))
        .into_iter()
        .filter(|key| !key.is_written && key.is_sure)
    {
        if asks(view, view.unwrapped(key.value)) {
            let read = Read { mapper: key.mapper, table: key.table.map(Into::into), column: key.name.into() };
            out.say(view.span(key.key), ColumnFact::Read(Box::new(read)));
        }
    }
}

/// Whether the value asks for the column, or compares it with a token as it is.
fn asks(view: ColumnView<'_>, value: NodeId) -> bool {
    match view.kind(value) {
        "false" | "null" | "undefined" | "arrow_function" | "function_expression" => false,
        "identifier" | "shorthand_property_identifier" | "member_expression" => {
            view.words(value) != "undefined" && !says_sealed(view.shown(value))
        }
        "object" => view.pairs(value).all(|(key, value)| {
            OPERATORS.contains(&view.key_text(key)) && view.words(value) != "null" && !says_sealed(view.shown(value))
        }),
        "call_expression" => !says_sealed(view.shown(value)),
        _ => true,
    }
}
