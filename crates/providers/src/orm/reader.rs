//! How code of Python is looked at for tables: constants, classes, calls.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_syntax::{NodeId, Tree};

use super::text_of_sql::{self, HOLE};
use crate::read::python::{positional, string};

/// The text that an expression is: a string, or a name for one.
pub(super) fn text(analysis: &Analysis<'_>, node: NodeId) -> Option<Arc<str>> {
    let tree = analysis.tree();
    if let Some(text) = string(analysis, node) {
        return Some(text.into());
    }
    if tree.kind_name(node) != "identifier" {
        return None;
    }
    let origins = analysis.names().origins(tree, analysis.text(), node);
    let mut texts = origins.into_iter().filter(|origin| *origin != node).map(|origin| string(analysis, origin));
    let first = texts.next().flatten()?;
    texts.next().is_none().then(|| first.into())
}

/// So deep an expression is followed that puts a text together.
const DEEPEST: u32 = 12;

/// So many texts are told apart that an expression may be.
const MOST_TEXTS: usize = 8;

/// The texts that an expression may be, with [`HOLE`] for each part that is worked out while the code runs.
pub(super) fn texts(analysis: &Analysis<'_>, node: NodeId) -> Vec<String> {
    texts_within(analysis, node, DEEPEST)
}

fn texts_within(analysis: &Analysis<'_>, node: NodeId, left: u32) -> Vec<String> {
    let tree = analysis.tree();
    let unknown = || vec![HOLE.to_owned()];
    let Some(left) = left.checked_sub(1) else { return unknown() };
    let inner = |node| texts_within(analysis, node, left);
    let field = |name| tree.child_by_field_name(node, name).map_or_else(unknown, inner);
    let joined = |before: Vec<String>, after: Vec<String>| -> Vec<String> {
        let pairs = before.iter().flat_map(|before| after.iter().map(move |after| format!("{before}{after}")));
        pairs.take(MOST_TEXTS).collect()
    };
    match tree.kind_name(node) {
        "string" => {
            let parts = tree.named_children(node).map(|part| match tree.kind_name(part) {
                "string_content" => analysis.words(part),
                "interpolation" => HOLE,
                _ => "",
            });
            vec![parts.collect()]
        }
        "concatenated_string" => {
            tree.named_children(node).fold(vec![String::new()], |before, part| joined(before, inner(part)))
        }
        "parenthesized_expression" => tree.named_children(node).next().map_or_else(unknown, inner),
        "conditional_expression" => {
            let branches = tree.named_children(node).enumerate().filter(|(at, _)| *at != 1);
            branches.flat_map(|(_, branch)| inner(branch)).take(MOST_TEXTS).collect()
        }
        "binary_operator" => {
            let operator = tree.child_by_field_name(node, "operator").map(|operator| tree.kind_name(operator));
            match operator {
                Some("+") => joined(field("left"), field("right")),
                // The places that it fills have a `%` in them.
                Some("%") => field("left"),
                _ => unknown(),
            }
        }
        "identifier" => {
            let origins = analysis.names().origins(tree, analysis.text(), node);
            let origins = origins.into_iter().filter(|origin| *origin != node);
            let found: Vec<String> = origins.flat_map(inner).take(MOST_TEXTS).collect();
            if found.is_empty() { unknown() } else { found }
        }
        "call" => {
            let Some(function) = tree.child_by_field_name(node, "function") else { return unknown() };
            let name = tree.child_by_field_name(function, "attribute").unwrap_or(function);
            match analysis.words(name) {
                "text" | "DDL" | "dedent" | "cleandoc" => positional(analysis, node).next().map_or_else(unknown, inner),
                // The places that `format` fills have a `{` in them.
                "strip" | "format" | "lstrip" | "rstrip" => {
                    tree.child_by_field_name(function, "object").map_or_else(unknown, inner)
                }
                _ => unknown(),
            }
        }
        _ => unknown(),
    }
}

/// Words of code that takes a text out of a file.
const READS: [&str; 5] = ["open(", ".read()", "read_text(", "get_data(", "read_sql("];

/// Whether a text that nobody can follow may be one that defines tables: it stands in a file, or in what it is made of.
pub(super) fn may_be_of_tables(analysis: &Analysis<'_>, node: NodeId) -> bool {
    let tree = analysis.tree();
    let may = |words: &str| text_of_sql::may_define(words) || READS.iter().any(|read| words.contains(read));
    if may(analysis.words(node)) {
        return true;
    }
    if tree.kind_name(node) != "identifier" {
        return false;
    }
    let origins = analysis.names().origins(tree, analysis.text(), node);
    let mut origins = origins.into_iter().filter(|origin| *origin != node).peekable();
    match origins.peek() {
        Some(_) => origins.any(|origin| may(analysis.words(origin))),
        // What a loop goes through, or what the function is given.
        None => str::from_utf8(analysis.text()).is_ok_and(may),
    }
}

/// The last name of a dotted expression: `Model` of `db.Model`, `Base` of `Base[int]`.
pub(super) fn last_name<'s>(analysis: &Analysis<'s>, node: NodeId) -> &'s str {
    let words = analysis.words(node);
    let end = words.find(['[', '(']).unwrap_or(words.len());
    words[..end].rsplit('.').next().unwrap_or_default().trim()
}

/// The statements of a class or function, those under `if` and `with` left out.
pub(super) fn statements<'t>(tree: &'t Tree, of: NodeId) -> impl Iterator<Item = NodeId> + use<'t> {
    tree.child_by_field_name(of, "body").into_iter().flat_map(move |body| tree.named_children(body))
}

/// An assignment in a class: its name and its value.
pub(super) struct Assigned {
    pub(super) name: NodeId,
    pub(super) value: Option<NodeId>,
}

/// What a statement assigns to a plain name.
pub(super) fn assigned(tree: &Tree, statement: NodeId) -> Option<Assigned> {
    let assignment = match tree.kind_name(statement) {
        "expression_statement" => tree.named_children(statement).next()?,
        _ => statement,
    };
    if tree.kind_name(assignment) != "assignment" {
        return None;
    }
    let name = tree.child_by_field_name(assignment, "left").filter(|name| tree.kind_name(*name) == "identifier")?;
    let value = tree.child_by_field_name(assignment, "right");
    Some(Assigned { name, value })
}

/// The name of the function around a node; empty at the top of a file.
pub(super) fn function_around<'s>(analysis: &Analysis<'s>, node: NodeId) -> &'s str {
    let tree = analysis.tree();
    let function = tree.ancestors(node).find(|around| tree.kind_name(*around) == "function_definition");
    let name = function.and_then(|function| tree.child_by_field_name(function, "name"));
    name.map(|name| analysis.words(name)).unwrap_or_default()
}
