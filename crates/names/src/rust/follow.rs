//! From an expression or a type to the path that it names.

use auditlint_syntax::{NodeId, Tree};

use super::kinds::{RustKinds, RustMeaning};
use super::{prelude, use_tree};
use crate::binding::{Access, BindingSlot, Reference, Referent};
use crate::evaluate::{Follow, FollowRules, NameLookup, Tail};
use crate::memo::LookupBase;
use crate::path::{Path, Segment};
use crate::symbols::plain;
use crate::{Names, Target};

/// Crates that every crate can name.
const STANDARD: [&[u8]; 3] = [b"std", b"core", b"alloc"];

pub(crate) struct Rust;

/// What a node is; see [`Names::target`].
pub(crate) fn target(
    names: &Names,
    tree: &Tree,
    text: &[u8],
    node: NodeId,
    tell: &mut dyn FnMut(NodeId, &str),
) -> Target {
    let mut lookup = NameLookup { names, tree, text, tell };
    lookup.evaluate::<Rust>(Follow::Node(node), Tail::new())
}

impl Rust {
    /// An identifier that is looked up; `is_head` where more names follow it.
    fn name(lookup: &mut NameLookup<'_>, node: NodeId, is_head: bool) -> Follow {
        let BindingSlot::Reference(index) = lookup.names.slot(node) else { return Follow::NOTHING };
        let reference = lookup.names.references[index as usize];
        let name = plain(lookup.tree.text(node, lookup.text));
        if reference.access == Access::Write {
            return Follow::NOTHING;
        }
        let kinds = RustKinds::get();
        let parent = lookup.tree.parent(node);
        let is_macro = parent.is_some_and(|parent| {
            kinds.meaning(lookup.tree.kind(parent)) == RustMeaning::MacroInvocation
                && kinds.macro_name.is_some_and(|field| lookup.tree.child_by_field(parent, field) == Some(node))
        });
        match reference.to {
            // `use anyhow::anyhow`: the first name is the crate, not what the `use` brings in.
            Referent::Binding(id) if is_head && same_use(lookup.tree, kinds, node, lookup.names.binding(id).node) => {
                Follow::global(Segment::Source(lookup.tree.span(node)))
            }
            Referent::Binding(id) => Follow::Binding(id),
            // A macro that a glob brings in is hardly ever named like one of `std`.
            Referent::Free | Referent::Hidden if is_macro => match prelude::macro_of(name) {
                Some(name) => known(&["std", name]),
                None => Follow::OPAQUE,
            },
            Referent::Free => match prelude::path_of(name) {
                Some(path) => known(path),
                None if is_head => {
                    (lookup.tell)(node, "is not declared in this file, so it is a crate");
                    Follow::global(Segment::Source(lookup.tree.span(node)))
                }
                None => {
                    (lookup.tell)(node, "is not declared in this file");
                    Follow::OPAQUE
                }
            },
            Referent::Hidden if is_head && STANDARD.contains(&name) => {
                Follow::global(Segment::Source(lookup.tree.span(node)))
            }
            // A glob hardly ever brings in a thing that is named like one of the prelude: see docs, measured/names.
            Referent::Hidden => match prelude::path_of(name) {
                Some(path) => known(path),
                None => {
                    (lookup.tell)(node, "may come from a glob import");
                    Follow::OPAQUE
                }
            },
        }
    }

    /// A name behind `self::` or `super::`.
    fn own(lookup: &mut NameLookup<'_>, reference: Reference) -> Follow {
        match reference.to {
            Referent::Binding(id) => Follow::Binding(id),
            Referent::Free | Referent::Hidden => {
                (lookup.tell)(reference.node, "is not declared in that module");
                Follow::OPAQUE
            }
        }
    }

    fn used(lookup: &mut NameLookup<'_>, leaf: NodeId, tail: &mut Tail) -> Follow {
        let (tree, kinds) = (lookup.tree, RustKinds::get());
        match use_tree::path(tree, kinds, leaf, tail) {
            use_tree::PathStart::Name(node) => match lookup.names.slot(node) {
                // `use foo;` names a crate.
                BindingSlot::Binding(_) => Follow::global(Segment::Source(tree.span(node))),
                _ => Self::name(lookup, node, true),
            },
            use_tree::PathStart::Crate => Follow::global(Segment::Known("crate")),
            use_tree::PathStart::External(name) => Follow::global(Segment::Source(tree.span(name))),
            use_tree::PathStart::Own(_) => {
                tail.pop();
                let reference = lookup.names.own_uses.get(&leaf).map(|index| lookup.names.references[*index as usize]);
                reference.map_or(Follow::OPAQUE, |reference| Self::own(lookup, reference))
            }
            use_tree::PathStart::Unknown => Follow::OPAQUE,
        }
    }
}

/// A path of the standard library.
fn known(path: &[&'static str]) -> Follow {
    Follow::Done(LookupBase::Target(Target::Global(Path(path.iter().map(|name| Segment::Known(name)).collect()))))
}

fn use_of(tree: &Tree, kinds: &RustKinds, node: NodeId) -> Option<NodeId> {
    tree.ancestors(node).find(|ancestor| kinds.meaning(tree.kind(*ancestor)) == RustMeaning::Use)
}

/// Whether two nodes stand in one `use`.
fn same_use(tree: &Tree, kinds: &RustKinds, one: NodeId, other: NodeId) -> bool {
    use_of(tree, kinds, one).is_some_and(|statement| tree.is_within(other, statement))
}

/// Whether a node is a part of a `use` that brings something in.
fn is_leaf(tree: &Tree, kinds: &RustKinds, node: NodeId) -> bool {
    let parent = tree.parent(node).map(|parent| kinds.meaning(tree.kind(parent)));
    matches!(parent, Some(RustMeaning::Use | RustMeaning::UseList))
}

impl FollowRules for Rust {
    fn follow(lookup: &mut NameLookup<'_>, node: NodeId, tail: &mut Tail) -> Follow {
        let tree = lookup.tree;
        let kinds = RustKinds::get();
        let field = |field: Option<_>| tree.child_by_field(node, field?);
        let meaning = kinds.meaning(tree.kind(node));
        if matches!(meaning, RustMeaning::Identifier | RustMeaning::Path | RustMeaning::UseAs | RustMeaning::SelfWord)
            && is_leaf(tree, kinds, node)
        {
            return Self::used(lookup, node, tail);
        }
        match meaning {
            RustMeaning::UseAs => Self::used(lookup, node, tail),
            RustMeaning::Identifier | RustMeaning::TypeIdentifier => {
                // The crate that `extern crate` names.
                let parent = tree.parent(node).map(|parent| kinds.meaning(tree.kind(parent)));
                if parent == Some(RustMeaning::ExternCrate) {
                    return Follow::global(Segment::Source(tree.span(node)));
                }
                let is_head = tail_begins_here(tree, kinds, node);
                Self::name(lookup, node, is_head)
            }
            RustMeaning::Path => {
                let Some(name) = field(kinds.name) else { return Follow::NOTHING };
                if !lookup.names.is_code(name) {
                    return Follow::NOTHING;
                }
                match field(kinds.path) {
                    Some(before) if use_tree::levels_up(tree, kinds, before).is_some() => {
                        let reference = lookup.names.reference_at(name).copied();
                        reference.map_or(Follow::OPAQUE, |reference| Self::own(lookup, reference))
                    }
                    Some(before) => {
                        tail.push(Segment::Source(tree.span(name)));
                        Follow::Node(before)
                    }
                    // `::name` is a crate.
                    None => Follow::global(Segment::Source(tree.span(name))),
                }
            }
            RustMeaning::CrateWord => Follow::global(Segment::Known("crate")),
            RustMeaning::GenericType => field(kinds.type_field).map_or(Follow::NOTHING, Follow::Node),
            RustMeaning::Wrapper => {
                let inner = field(kinds.value).or_else(|| field(kinds.function));
                inner.or_else(|| tree.named_children(node).next()).map_or(Follow::NOTHING, Follow::Node)
            }
            RustMeaning::Made | RustMeaning::Text | RustMeaning::Closure => Follow::Done(LookupBase::Value),
            RustMeaning::SelfWord | RustMeaning::SuperWord => Follow::OPAQUE,
            _ => Follow::NOTHING,
        }
    }

    fn key(_: &mut NameLookup<'_>, _: NodeId) -> Option<Segment> {
        None
    }

    fn module(_: &NameLookup<'_>, _: NodeId) -> Option<Segment> {
        None
    }
}

/// Whether an identifier is the first name of a longer path.
fn tail_begins_here(tree: &Tree, kinds: &RustKinds, node: NodeId) -> bool {
    let mut at = node;
    // A generic type may stand between the name and the path.
    for _ in 0..2 {
        let Some(parent) = tree.parent(at) else { return false };
        match kinds.meaning(tree.kind(parent)) {
            RustMeaning::Path => return kinds.path.is_some_and(|field| tree.child_by_field(parent, field) == Some(at)),
            RustMeaning::GenericType => at = parent,
            _ => return false,
        }
    }
    false
}
