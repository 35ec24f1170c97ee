//! What Rust writes by diesel and sea-orm: `accounts::token.eq(x)`, `token: Set(x)`, and structs that are inserted.

use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::super::fact::{ColumnFact, ColumnMapper, Facts, WrittenValue};
use super::super::value::of_rust;
use super::super::view::ColumnView;

/// Calls below which `column.eq(value)` writes.
const WRITING: &[&str] = &["values", "set", "do_update"];

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    if view.has(".eq(") && (view.has("diesel") || view.has("insert_into") || view.has("update(")) {
        for call in view.nodes(&["call_expression"]) {
            changed(view, call, out);
        }
    }
    if view.has("ActiveModel") || view.has("Insertable") || view.has("AsChangeset") || view.has("insert_into") {
        let items = view.nodes(&["struct_item"]);
        let items = items.filter_map(|item| Some((view.words(view.field(item, "name")?), item))).collect();
        for literal in view.nodes(&["struct_expression"]) {
            structure(view, &items, literal, out);
        }
    }
    if view.has("ActiveModel") || view.has("Set(") {
        for assigned in view.nodes(&["assignment_expression"]) {
            set(view, assigned, out);
        }
    }
    if view.has("ncrypted_") {
        for assigned in view.nodes(&["assignment_expression"]) {
            taken_over(view, assigned, out);
        }
    }
}

/// `user.private_key = Some(data.encrypted_private_key);`, which whoever sent it had sealed.
fn taken_over(view: ColumnView<'_>, assigned: NodeId, out: &mut Facts) -> Option<()> {
    let left = view.field(assigned, "left").filter(|left| view.kind(*left) == "field_expression")?;
    let (column, value) = (view.field(left, "field")?, view.field(assigned, "right")?);
    let name = view.words(column);
    let is_named = view
        .nodes_in(value, &["field_identifier", "identifier"])
        .any(|part| view.words(part).strip_prefix("encrypted_").is_some_and(|rest| rest == name));
    let row = view.words(view.field(left, "value").filter(|_| is_named)?);
    let table = found_by(view, assigned, row).unwrap_or(row);
    say(view, column, Some(table), name, value, ColumnMapper::Some, out);
    Some(())
}

/// The type whose function gave a row: `let Some(mut org) = Organization::find(id)`.
fn found_by<'a>(view: ColumnView<'a>, place: NodeId, row: &str) -> Option<&'a str> {
    let function = view.ancestors(place).find(|above| view.kind(*above) == "function_item")?;
    view.nodes_in(function, &["let_declaration", "let_condition"]).find_map(|bound| {
        let (pattern, value) = (view.field(bound, "pattern")?, view.field(bound, "value")?);
        let is_row = view.nodes_in(pattern, &["identifier"]).any(|name| view.words(name) == row);
        let (head, _) = view.words(value).split_once("::").filter(|_| is_row)?;
        head.starts_with(char::is_uppercase).then_some(head)
    })
}

fn say(
    view: ColumnView<'_>,
    at: NodeId,
    table: Option<&str>,
    column: &str,
    value: NodeId,
    mapper: ColumnMapper,
    out: &mut Facts,
) {
    if !view.names.may_be_token(column) {
        return;
    }
    if let Some(value) = of_rust(view, value) {
        let is_sure = mapper != ColumnMapper::Some;
        let written = WrittenValue { mapper, table: table.map(Into::into), column: column.into(), value, is_sure };
        out.say(view.span(at), ColumnFact::Written(Box::new(written)));
    }
}

/// `accounts::token.eq(value)` in what `.values(…)` or `.set(…)` gets.
fn changed(view: ColumnView<'_>, call: NodeId, out: &mut Facts) -> Option<()> {
    let function = view.field(call, "function").filter(|function| view.kind(*function) == "field_expression")?;
    (view.words(view.field(function, "field")?) == "eq").then_some(())?;
    let column =
        view.field(function, "value").filter(|column| view.is(*column, &["identifier", "scoped_identifier"]))?;
    let value = view.arguments(call).next()?;
    let mut at = call;
    let method = loop {
        let above = view.parent(at)?;
        match view.kind(above) {
            "tuple_expression" | "reference_expression" | "array_expression" | "parenthesized_expression" => at = above,
            "arguments" => break view.parent(above)?,
            _ => return None,
        }
    };
    let called = view.field(method, "function").filter(|called| view.kind(*called) == "field_expression")?;
    WRITING.contains(&view.words(view.field(called, "field")?)).then_some(())?;
    let path = view.words(column);
    let mut parts = path.rsplit("::");
    let name = parts.next()?;
    let table = parts
        .next()
        .filter(|part| !matches!(*part, "dsl" | "columns" | "super" | "self"))
        .or_else(|| table_of(view, called));
    say(view, column, table, name, value, ColumnMapper::Diesel, out);
    Some(())
}

/// The table of a chain: `insert_into(accounts::table)`, `update(accounts.find(id))`.
fn table_of(view: ColumnView<'_>, chain: NodeId) -> Option<&str> {
    let text = view.words(chain);
    let (_, behind) = text.split_once("insert_into(").or_else(|| text.split_once("update("))?;
    let path: &str = behind.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | ':')).next()?;
    let mut parts = path.rsplit("::").filter(|part| !matches!(*part, "table" | "dsl" | "" | "schema" | "crate"));
    parts.next()
}

/// `session::ActiveModel { token: Set(x), … }`, `NewSession { token, … }`
fn structure(view: ColumnView<'_>, items: &FxHashMap<&str, NodeId>, literal: NodeId, out: &mut Facts) -> Option<()> {
    let name = view.words(view.field(literal, "name")?);
    let last = name.rsplit("::").next()?;
    let (mapper, table) = match last {
        "ActiveModel" => {
            (ColumnMapper::SeaOrm, name.rsplit("::").nth(1).filter(|module| !matches!(*module, "self" | "super")))
        }
        _ => (ColumnMapper::Some, inserted(view, items, last)),
    };
    (mapper == ColumnMapper::SeaOrm || table.is_some()).then_some(())?;
    for field in view.named(view.field(literal, "body")?) {
        let (key, value) = match view.kind(field) {
            "field_initializer" => {
                (view.field(field, "field").or_else(|| view.field(field, "name")), view.field(field, "value"))
            }
            "shorthand_field_initializer" => (view.named(field).next(), view.named(field).next()),
            _ => continue,
        };
        if let (Some(key), Some(value)) = (key, value) {
            say(view, key, table, view.words(key), value, mapper, out);
        }
    }
    Some(())
}

/// The table that a struct of this file is inserted into; that of one of another file is known by its name.
fn inserted<'a>(view: ColumnView<'a>, items: &FxHashMap<&str, NodeId>, name: &'a str) -> Option<&'a str> {
    let item = items.get(name).copied();
    let stem = ["New", "Insert", "Update", "Create"].iter().find_map(|start| name.strip_prefix(start));
    let stem = stem.map(|stem| stem.trim_end_matches("Form").trim_end_matches("Changeset"));
    match item {
        Some(item) => {
            let mut attributes = view.attributes(item);
            let derives = view.attributes(item).any(|text| text.contains("Insertable") || text.contains("AsChangeset"));
            let table = attributes.find_map(|text| text.split_once("table_name").map(|(_, behind)| behind));
            let table = table.map(|behind| behind.trim_start_matches([' ', '=', '"', '(']));
            let table = table.and_then(|behind| {
                behind.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | ':')).next()
            });
            let table = table.and_then(|path| path.rsplit("::").next()).filter(|table| !table.is_empty());
            derives.then(|| table.or(stem))?
        }
        None => stem.filter(|stem| stem.starts_with(char::is_uppercase)),
    }
}

/// `model.token = Set(x);`
fn set(view: ColumnView<'_>, assigned: NodeId, out: &mut Facts) -> Option<()> {
    let left = view.field(assigned, "left").filter(|left| view.kind(*left) == "field_expression")?;
    let value = view.field(assigned, "right")?;
    let function = view.words(view.field(value, "function")?);
    matches!(function.rsplit("::").next()?, "Set").then_some(())?;
    let column = view.field(left, "field")?;
    let table = view.field(left, "value").map(|row| view.words(row));
    // What a row is named is not a table for sure.
    say(view, column, table, view.words(column), value, ColumnMapper::Some, out);
    Some(())
}
