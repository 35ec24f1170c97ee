//! How code of Python is looked at for tables: constants, classes, calls.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_syntax::{NodeId, Tree};

use crate::read::python::string;

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
