//! Columns that are set on a row in memory, which is stored later: `account.token = …; await account.save()`,
//! `account.set("token", …)`, `new Account({ token })`.

use std::cell::OnceCell;

use auditlint_syntax::NodeId;
use rustc_hash::FxHashSet;

use super::super::fact::{ColumnFact, ColumnMapper, Facts, WrittenValue};
use super::super::seal::says_sealed;
use super::super::value::FileValues;
use super::super::view::ColumnView;

/// Calls that store a row: one of them stands in each file that sets columns so.
const STORING: &[&str] = &[".save(", ".flush(", ".persist(", ".saveMany(", ".persistAndFlush("];

/// Classes that are never rows.
const OTHERS: &[&str] = &["Date", "Error", "Headers", "Map", "Promise", "Request", "Response", "Set", "URL", "WeakMap"];

/// The facts of a source, without those of assignments that are `known` to reach a query.
pub(super) fn extract(values: &FileValues<'_>, known: &FxHashSet<NodeId>, out: &mut Facts) {
    let view = values.view;
    let is_storing = STORING.iter().any(|call| view.has(call));
    let parts = OnceCell::new();
    for assigned in view.nodes(&["assignment_expression"]).filter(|node| !known.contains(node)) {
        let member = view.field(assigned, "left").and_then(|left| view.member(left));
        if let (Some((object, column)), Some(value)) = (member, view.field(assigned, "right")) {
            // What is sealed where it stands goes to a query as a part of something: `share.security.password = await hash(…)`.
            let is_sealed = || {
                is_sealing_call(view, value)
                    && parts.get_or_init(|| parts_of_objects(view)).contains(view.words(object))
            };
            // A field that a class sets on itself is the business of its hooks.
            if view.kind(object) != "this" && (is_storing || is_sealed()) {
                say(values, (assigned, object), column, value, out);
            }
        }
    }
    if !is_storing {
        return;
    }
    for node in view.nodes(&["call_expression", "new_expression"]) {
        match view.method(node) {
            Some((object, "set" | "setDataValue" | "setAttribute")) => {
                let mut arguments = view.arguments(node);
                let column = arguments.next().and_then(|first| view.string(first));
                if let (Some(column), Some(value)) = (column, arguments.next()) {
                    say(values, (node, object), column, value, out);
                }
            }
            _ => {
                let class = view.field(node, "constructor");
                let name = class.and_then(|class| view.last_name(class)).filter(|name| !OTHERS.contains(name));
                let fields = view.arguments(node).next().map(|first| view.unwrapped(first));
                if let (Some(class), Some(_), Some(fields)) = (class, name, fields) {
                    for (key, value) in view.pairs(fields) {
                        say(values, (key, class), view.key_text(key), value, out);
                    }
                }
            }
        }
    }
}

/// What the file puts into objects: `{ create: share.security }`, `{ ...account }`.
fn parts_of_objects(view: ColumnView<'_>) -> FxHashSet<&str> {
    let parts = view.nodes(&["pair", "spread_element", "shorthand_property_identifier"]);
    let values = parts.filter_map(|part| match view.kind(part) {
        "pair" => view.field(part, "value"),
        "spread_element" => view.named(part).next(),
        _ => Some(part),
    });
    values.map(|value| view.words(view.unwrapped(value))).collect()
}

/// Whether an expression is a call that says that it seals.
fn is_sealing_call(view: ColumnView<'_>, value: NodeId) -> bool {
    let callee = view.field(view.unwrapped(value), "function");
    callee.and_then(|callee| view.last_name(callee)).is_some_and(says_sealed)
}

fn say(values: &FileValues<'_>, (at, row): (NodeId, NodeId), column: &str, value: NodeId, out: &mut Facts) {
    let view = values.view;
    if !view.names.may_be_token(column) {
        return;
    }
    if let Some(value) = values.of(value) {
        let table = table_of_row(view, row).map(Into::into);
        let written = WrittenValue { mapper: ColumnMapper::Some, table, column: column.into(), value, is_sure: false };
        out.say(view.span(at), ColumnFact::Written(Box::new(written)));
    }
}

/// The class whose rows a repository holds: `getRepository(Account)`.
fn repository_of(view: ColumnView<'_>, owner: NodeId) -> Option<&str> {
    view.origins(owner).into_iter().find_map(|from| {
        let from = view.unwrapped(from);
        let callee = view.field(from, "function").and_then(|callee| view.last_name(callee))?;
        let class = view.arguments(from).next().and_then(|class| view.last_name(class))?;
        (callee.ends_with("Repository") && class.starts_with(char::is_uppercase)).then_some(class)
    })
}

/// The table of a row: what it was found in or made of, else what it is named.
pub(in super::super) fn table_of_row(view: ColumnView<'_>, row: NodeId) -> Option<&str> {
    let made = view.origins(row).into_iter().find_map(|from| {
        let from = view.unwrapped(from);
        if let Some((owner, method)) = view.method(from) {
            let is_found = method.starts_with("find") || matches!(method, "create" | "build");
            // `manager.findOne(Account, …)`
            let first = view.arguments(from).next().filter(|first| view.is(*first, &["identifier"]));
            let class =
                first.and_then(|first| view.last_name(first)).filter(|name| name.starts_with(char::is_uppercase));
            let entity = || repository_of(view, owner);
            return class.or_else(entity).or_else(|| view.last_name(owner)).filter(|_| is_found);
        }
        view.last_name(view.field(from, "constructor")?)
    });
    made.or_else(|| view.last_name(row))
}
