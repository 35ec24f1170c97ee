//! `use` trees: what they bring in, and the path of each part.

use auditlint_syntax::{NodeId, Tree};

use super::kinds::{RustKinds, RustMeaning};
use crate::evaluate::Tail;
use crate::path::Segment;

/// How many lists of a `use` may nest, and how many `super` may follow each other. Deeper ones are not followed.
const DEEPEST: usize = 32;

/// What one `use` brings in.
#[derive(Default)]
pub(crate) struct UseTree {
    pub(crate) leaves: Vec<UseLeaf>,
    pub(crate) glob: Option<Glob>,
    /// The first names of the paths of globs.
    pub(crate) glob_heads: Vec<NodeId>,
}

/// Whose names a glob brings in, the one that hides the most last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Glob {
    /// Those of another crate.
    Foreign,
    /// Those of the module around this one: `super::*`.
    Super,
    /// Those of a module of this crate, which may have any name.
    Own,
}

/// A name that a `use` brings in.
pub(crate) struct UseLeaf {
    /// The node that stands for the whole path.
    pub(crate) node: NodeId,
    /// The identifier with the name.
    pub(crate) name: NodeId,
    /// The node at which the binding stands.
    pub(crate) slot: NodeId,
    /// Where the path begins.
    pub(crate) start: PathStart,
    /// The first name behind the start.
    pub(crate) first: Option<NodeId>,
}

/// Reads a `use`.
pub(crate) fn read(tree: &Tree, kinds: &RustKinds, text: &[u8], declaration: NodeId) -> UseTree {
    let mut found = UseTree::default();
    let field = |node: NodeId, field| tree.child_by_field(node, field?);
    let leaf = |node: NodeId, name: NodeId, slot: NodeId| {
        let mut first = None;
        let start = walk_path(tree, kinds, node, &mut |name| first = Some(name));
        UseLeaf { node, name, slot, start, first }
    };
    let mut open: Vec<NodeId> = field(declaration, kinds.argument).into_iter().collect();
    while let Some(node) = open.pop() {
        match kinds.meaning(tree.kind(node)) {
            RustMeaning::UseList => {
                let from = open.len();
                open.extend(tree.named_children(node));
                open[from..].reverse();
            }
            RustMeaning::ScopedUseList => {
                open.extend(
                    tree.named_children(node).filter(|child| kinds.meaning(tree.kind(*child)) == RustMeaning::UseList),
                );
            }
            RustMeaning::UseWildcard => {
                let start = walk_path(tree, kinds, node, &mut |_| {});
                if let PathStart::Name(head) = start {
                    found.glob_heads.push(head);
                }
                // A glob of an enum brings in its variants, which begin with a capital letter.
                let of_enum =
                    tree.subtree(node).rfind(|part| kinds.meaning(tree.kind(*part)) == RustMeaning::Identifier);
                if of_enum.is_some_and(|name| tree.text(name, text).first().is_some_and(u8::is_ascii_uppercase)) {
                    continue;
                }
                let glob = match start {
                    _ if is_super(tree, kinds, node) => Glob::Super,
                    PathStart::Name(_) | PathStart::External(_) => Glob::Foreign,
                    PathStart::Crate | PathStart::Own(_) | PathStart::Unknown => Glob::Own,
                };
                found.glob = found.glob.max(Some(glob));
            }
            RustMeaning::UseAs => {
                if let Some(alias) = field(node, kinds.alias).filter(|alias| tree.text(*alias, text) != b"_") {
                    found.leaves.push(leaf(node, alias, alias));
                }
            }
            RustMeaning::Path => found.leaves.extend(field(node, kinds.name).map(|name| leaf(node, name, name))),
            RustMeaning::Identifier => found.leaves.push(leaf(node, node, node)),
            RustMeaning::SelfWord => {
                let list = tree.parent(node).and_then(|list| tree.parent(list));
                let path = list.and_then(|list| field(list, kinds.path));
                let name = path.map(|path| field(path, kinds.name).unwrap_or(path));
                found.leaves.extend(name.map(|name| leaf(node, name, node)));
            }
            _ => {}
        }
    }
    found
}

/// Whether a module has `use super::*`, and so sees every name of the module around it.
pub(crate) fn takes_all_of_super(tree: &Tree, kinds: &RustKinds, module: NodeId) -> bool {
    let body = tree.children(module).find(|child| tree.kind_name(*child) == "declaration_list");
    body.into_iter().flat_map(|body| tree.named_children(body)).any(|item| {
        kinds.meaning(tree.kind(item)) == RustMeaning::Use
            && tree.children(item).any(|child| is_super(tree, kinds, child))
    })
}

/// Whether a node is `super::*`.
fn is_super(tree: &Tree, kinds: &RustKinds, node: NodeId) -> bool {
    kinds.meaning(tree.kind(node)) == RustMeaning::UseWildcard
        && tree.named_children(node).next().is_some_and(|path| kinds.meaning(tree.kind(path)) == RustMeaning::SuperWord)
}

/// Where the path of a part of a `use` begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PathStart {
    /// At a name that is looked up.
    Name(NodeId),
    /// At the root of this crate.
    Crate,
    /// At a crate of that name.
    External(NodeId),
    /// At the module so many levels up: `self`, `super`.
    Own(usize),
    Unknown,
}

/// The path of a part of a `use`: the start, and the names behind it pushed on `tail`, the last one first.
pub(crate) fn path(tree: &Tree, kinds: &RustKinds, leaf: NodeId, tail: &mut Tail) -> PathStart {
    walk_path(tree, kinds, leaf, &mut |name| tail.push(Segment::Source(tree.span(name))))
}

/// How many modules up `self`, `super`, `super::super` lead.
pub(crate) fn levels_up(tree: &Tree, kinds: &RustKinds, path: NodeId) -> Option<usize> {
    let mut at = path;
    for levels in 0..DEEPEST {
        match kinds.meaning(tree.kind(at)) {
            RustMeaning::SelfWord => return Some(levels),
            RustMeaning::SuperWord => return Some(levels + 1),
            RustMeaning::Path => {
                let name = tree.child_by_field(at, kinds.name?)?;
                if kinds.meaning(tree.kind(name)) != RustMeaning::SuperWord {
                    return None;
                }
                at = tree.child_by_field(at, kinds.path?)?;
            }
            _ => return None,
        }
    }
    None
}

/// Tells the names of a path from the last one to the first one behind the start.
fn walk_path(tree: &Tree, kinds: &RustKinds, leaf: NodeId, tell: &mut impl FnMut(NodeId)) -> PathStart {
    let field = |node: NodeId, field| tree.child_by_field(node, field?);
    let mut part = match kinds.meaning(tree.kind(leaf)) {
        RustMeaning::SelfWord => None,
        RustMeaning::UseAs => field(leaf, kinds.path),
        RustMeaning::UseWildcard => tree.named_children(leaf).next(),
        _ => Some(leaf),
    };
    let mut up = leaf;
    for _ in 0..DEEPEST {
        // All names of this part but its first.
        while let Some(node) = part {
            if kinds.meaning(tree.kind(node)) != RustMeaning::Path || levels_up(tree, kinds, node).is_some() {
                break;
            }
            let Some(name) = field(node, kinds.name) else { return PathStart::Unknown };
            let before = field(node, kinds.path);
            if before.is_none() {
                return PathStart::External(name);
            }
            tell(name);
            part = before;
        }
        // The list around it, and the path before that list.
        let list = tree.parent(up).filter(|parent| kinds.meaning(tree.kind(*parent)) == RustMeaning::UseList);
        let scoped = list.and_then(|list| tree.parent(list));
        let prefix = match scoped {
            Some(scoped) if kinds.meaning(tree.kind(scoped)) == RustMeaning::ScopedUseList => {
                up = scoped;
                field(scoped, kinds.path)
            }
            _ => None,
        };
        let Some(prefix) = prefix else {
            let Some(first) = part else { return PathStart::Unknown };
            return match kinds.meaning(tree.kind(first)) {
                RustMeaning::Identifier => PathStart::Name(first),
                RustMeaning::CrateWord => PathStart::Crate,
                _ => levels_up(tree, kinds, first).map_or(PathStart::Unknown, PathStart::Own),
            };
        };
        if let Some(first) = part {
            match kinds.meaning(tree.kind(first)) {
                RustMeaning::Identifier => tell(first),
                // `{self as name}` is the path before the list.
                RustMeaning::SelfWord => {}
                _ => return PathStart::Unknown,
            }
        }
        part = Some(prefix);
    }
    PathStart::Unknown
}
