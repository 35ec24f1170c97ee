//! Where paths of Rust code begin.

use auditlint_syntax::{FieldId, NodeId, Tree};

use crate::kinds::Kinds;

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathHead {
    /// At a name that is looked up.
    Name(NodeId),
    /// At a crate: `::name`.
    Crate(NodeId),
    /// At `crate`, `self`, `super`, a type.
    Own,
}

pub(super) static PATHS: Kinds = Kinds::new(&["scoped_identifier", "scoped_type_identifier"]);

/// The fields of paths.
pub(super) struct PathFields {
    pub(super) name: Option<FieldId>,
    pub(super) path: Option<FieldId>,
    pub(super) alias: Option<FieldId>,
    pub(super) list: Option<FieldId>,
}

impl PathFields {
    pub(super) fn of(tree: &Tree) -> Self {
        let field = |name| tree.language().field(name);
        Self { name: field("name"), path: field("path"), alias: field("alias"), list: field("list") }
    }
}

pub(super) fn child(tree: &Tree, node: NodeId, field: Option<FieldId>) -> Option<NodeId> {
    tree.child_by_field(node, field?)
}

/// The head of a path, through all its names.
pub(super) fn head(tree: &Tree, fields: &PathFields, path: NodeId) -> PathHead {
    let paths = PATHS.of(tree.language());
    let mut at = path;
    while paths.contains(tree.kind(at)) {
        match child(tree, at, fields.path) {
            Some(before) => at = before,
            None => return child(tree, at, fields.name).map_or(PathHead::Own, PathHead::Crate),
        }
    }
    if tree.kind_name(at) == "identifier" { PathHead::Name(at) } else { PathHead::Own }
}

/// The last name of a path.
pub(super) fn last(tree: &Tree, fields: &PathFields, path: NodeId) -> NodeId {
    child(tree, path, fields.name).unwrap_or(path)
}

/// A part of a `use`.
pub(super) enum UsePart {
    /// Its path begins here; `true` where it is that name alone.
    Head(PathHead, bool),
    /// It brings in this name, which is not that of the head.
    Name(NodeId),
    /// It brings in every name of a module: the part, the last name of the module's path, and where that begins.
    Glob(NodeId, NodeId, PathHead),
}

/// The parts of a `use`.
pub(super) fn parts(tree: &Tree, fields: &PathFields, declaration: NodeId, text: &[u8]) -> Vec<UsePart> {
    let mut parts = Vec::new();
    let argument = tree.language().field("argument").and_then(|field| tree.child_by_field(declaration, field));
    // With the head and the last name of the path before a list.
    let mut open: Vec<(NodeId, Option<(PathHead, NodeId)>)> = argument.into_iter().map(|node| (node, None)).collect();
    let is_head = |name: NodeId, head: PathHead| match head {
        PathHead::Name(head) | PathHead::Crate(head) => tree.text(head, text) == tree.text(name, text),
        PathHead::Own => false,
    };
    while let Some((node, before)) = open.pop() {
        let is_followed = matches!(tree.kind_name(node), "scoped_use_list" | "use_wildcard");
        let begin = |path: NodeId, parts: &mut Vec<UsePart>| {
            let begin = before.map_or_else(|| head(tree, fields, path), |(head, _)| head);
            if before.is_none() {
                let is_alone = begin == PathHead::Name(path) && !is_followed;
                parts.push(UsePart::Head(begin, is_alone));
            }
            begin
        };
        let name = match tree.kind_name(node) {
            "use_list" => {
                let from = open.len();
                open.extend(tree.named_children(node).map(|part| (part, before)));
                open[from..].reverse();
                continue;
            }
            "scoped_use_list" => {
                let inner = match child(tree, node, fields.path) {
                    Some(path) => Some((begin(path, &mut parts), last(tree, fields, path))),
                    None => before,
                };
                open.extend(child(tree, node, fields.list).map(|list| (list, inner)));
                continue;
            }
            "use_wildcard" => {
                let path = tree.named_children(node).next();
                let head = path.map_or_else(|| before.map(|(head, _)| head), |path| Some(begin(path, &mut parts)));
                let module = path.map(|path| last(tree, fields, path)).or(before.map(|(_, last)| last));
                parts.extend(head.zip(module).map(|(head, module)| UsePart::Glob(node, module, head)));
                continue;
            }
            "use_as_clause" => {
                let Some(path) = child(tree, node, fields.path) else { continue };
                begin(path, &mut parts);
                child(tree, node, fields.alias)
            }
            "self" => before.map(|(_, last)| last),
            "identifier" | "scoped_identifier" => {
                begin(node, &mut parts);
                Some(last(tree, fields, node))
            }
            _ => None,
        };
        let begin = before.map_or_else(|| head(tree, fields, node), |(head, _)| head);
        parts.extend(name.filter(|name| !is_head(*name, begin)).map(UsePart::Name));
    }
    parts
}
