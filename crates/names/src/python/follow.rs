//! From an expression to what it is made of.

use auditlint_source::Span;
use auditlint_syntax::{NodeId, Tree};

use super::builtins;
use super::import_path;
use super::kinds::{PythonKinds, PythonMeaning};
use super::strings::plain_string;
use crate::binding::{Access, BindingSlot, BindingValue, Referent};
use crate::evaluate::{Follow, FollowRules, NameLookup, Tail};
use crate::memo::LookupBase;
use crate::path::Segment;
use crate::{Names, Target};

/// How many constants lead to a key.
const KEY_HOPS: usize = 16;

pub(crate) struct Python;

/// What a node is; see [`Names::target`].
pub(crate) fn target(
    names: &Names,
    tree: &Tree,
    text: &[u8],
    node: NodeId,
    tell: &mut dyn FnMut(NodeId, &str),
) -> Target {
    let mut lookup = NameLookup { names, tree, text, tell };
    lookup.evaluate::<Python>(Follow::Node(node), Tail::new())
}

impl Python {
    fn name(lookup: &mut NameLookup<'_>, node: NodeId) -> Follow {
        let BindingSlot::Reference(index) = lookup.names.slot(node) else { return Self::imported_head(lookup, node) };
        let reference = &lookup.names.references[index as usize];
        let name = lookup.tree.text(node, lookup.text);
        match (reference.to, reference.access) {
            (_, Access::Write) => Follow::NOTHING,
            (Referent::Binding(id), _) => Follow::Binding(id),
            (Referent::Free, _) => {
                let what = if builtins::is_builtin(name) {
                    "is not declared in this file, so it is the built-in one"
                } else {
                    "is not declared in this file, so it is a global"
                };
                (lookup.tell)(node, what);
                Follow::global(Segment::Source(lookup.tree.span(node)))
            }
            // No module that is written to be imported whole brings in another `print`: see docs, measured/names.
            (Referent::Hidden, _) if builtins::outlives_star_imports(name) => {
                (lookup.tell)(node, "is the built-in one, as far as no star import brings in another");
                Follow::global(Segment::Source(lookup.tree.span(node)))
            }
            (Referent::Hidden, _) => {
                (lookup.tell)(node, "may come from a star import");
                Follow::OPAQUE
            }
        }
    }

    /// The first name of `import a.b`, where its binding leads to it.
    fn imported_head(lookup: &NameLookup<'_>, node: NodeId) -> Follow {
        let (tree, kinds) = (lookup.tree, PythonKinds::get());
        let is_import = tree
            .ancestors(node)
            .nth(1)
            .is_some_and(|statement| kinds.meaning(tree.kind(statement)) == PythonMeaning::Import);
        if is_import { Follow::global(Segment::Source(tree.span(node))) } else { Follow::NOTHING }
    }

    fn imported(lookup: &mut NameLookup<'_>, node: NodeId, tail: &mut Tail) -> Follow {
        let tree = lookup.tree;
        let Some(path) = import_path::path(tree, node) else {
            let kinds = PythonKinds::get();
            let in_import = tree.parent(node).is_some_and(|parent| {
                matches!(kinds.meaning(tree.kind(parent)), PythonMeaning::ImportFrom | PythonMeaning::ImportFuture)
                    && kinds.module_name.is_none_or(|field| tree.child_by_field(parent, field) != Some(node))
            });
            if !in_import {
                return Follow::NOTHING;
            }
            (lookup.tell)(node, "is imported from another module of this package");
            return Follow::OPAQUE;
        };
        let Some((first, rest)) = path.split_first() else { return Follow::OPAQUE };
        tail.extend(rest.iter().rev().map(|span| Segment::Source(*span)));
        Follow::global(Segment::Source(*first))
    }

    fn call(lookup: &mut NameLookup<'_>, node: NodeId, tail: &mut Tail) -> Follow {
        let (tree, kinds) = (lookup.tree, PythonKinds::get());
        let child = |field: Option<_>| tree.child_by_field(node, field?);
        let (Some(callee), Some(arguments)) = (child(kinds.function), child(kinds.arguments)) else {
            return Follow::OPAQUE;
        };
        let may_be_known = match kinds.meaning(tree.kind(callee)) {
            PythonMeaning::Identifier => true,
            PythonMeaning::Attribute => {
                matches!(tree.text(NodeId(tree.subtree_end(callee) - 1), lookup.text), b"import_module" | b"getattr")
            }
            _ => false,
        };
        let mut values = tree.named_children(arguments).filter(|child| !tree.node(*child).is_extra());
        let (first, second) = (values.next(), values.next());
        if let (true, Some(first), Target::Global(path)) = (may_be_known, first, lookup.nested::<Self>(callee)) {
            let text = lookup.text;
            let mut names = path.0.iter().map(|name| name.text(text));
            match (names.next(), names.next(), names.next(), second) {
                (Some(b"getattr"), None, None, Some(name)) => {
                    let Some(key) = Self::key(lookup, name) else {
                        (lookup.tell)(name, "is not a constant string, so it can be any member");
                        return Follow::OPAQUE;
                    };
                    tail.push(key);
                    return Follow::Node(first);
                }
                (Some(b"__import__"), None, None, _) => return Self::module_head(lookup, first, false, tail),
                (Some(b"importlib"), Some(b"import_module"), None, None) => {
                    return Self::module_head(lookup, first, true, tail);
                }
                _ => {}
            }
        }
        (lookup.tell)(node, "is the result of a call, which can be anything");
        Follow::OPAQUE
    }

    /// The module that a string names: `__import__("a.b")` is `a`, `import_module("a.b")` is `a.b`.
    fn module_head(lookup: &mut NameLookup<'_>, node: NodeId, whole: bool, tail: &mut Tail) -> Follow {
        let Some(Segment::Source(span)) = Self::key(lookup, node) else { return Follow::OPAQUE };
        let mut at = span.start;
        let mut names = Vec::new();
        for name in span.of(lookup.text).split(|byte| *byte == b'.') {
            let end = at + name.len() as u32;
            if name.is_empty() {
                // A module of the package of the file.
                return Follow::OPAQUE;
            }
            names.push(Segment::Source(Span::new(at, end)));
            at = end + 1;
        }
        let Some((first, rest)) = names.split_first() else { return Follow::OPAQUE };
        if whole {
            tail.extend(rest.iter().rev().cloned());
        }
        Follow::global(first.clone())
    }
}

impl FollowRules for Python {
    fn follow(lookup: &mut NameLookup<'_>, node: NodeId, tail: &mut Tail) -> Follow {
        let (tree, kinds) = (lookup.tree, PythonKinds::get());
        let child = |field: Option<_>| tree.child_by_field(node, field?);
        match kinds.meaning(tree.kind(node)) {
            PythonMeaning::Identifier => Self::name(lookup, node),
            PythonMeaning::Attribute => {
                let (Some(object), Some(member)) = (child(kinds.object), child(kinds.attribute)) else {
                    return Follow::OPAQUE;
                };
                tail.push(Segment::Source(tree.span(member)));
                Follow::Node(object)
            }
            PythonMeaning::DottedName | PythonMeaning::AliasedImport => Self::imported(lookup, node, tail),
            PythonMeaning::Parenthesized => match tree.named_children(node).find(|part| !tree.node(*part).is_extra()) {
                Some(inner) => Follow::Node(inner),
                None => Follow::OPAQUE,
            },
            PythonMeaning::NamedExpression => child(kinds.value).map_or(Follow::OPAQUE, Follow::Node),
            PythonMeaning::Call => Self::call(lookup, node, tail),
            PythonMeaning::Subscript => {
                (lookup.tell)(node, "is an element, which can be anything");
                Follow::OPAQUE
            }
            PythonMeaning::String
            | PythonMeaning::Lambda
            | PythonMeaning::Comprehension
            | PythonMeaning::Sequence
            | PythonMeaning::Made => Follow::Done(LookupBase::Value),
            _ => Follow::NOTHING,
        }
    }

    fn key(lookup: &mut NameLookup<'_>, node: NodeId) -> Option<Segment> {
        let (tree, kinds) = (lookup.tree, PythonKinds::get());
        let mut at = node;
        for _ in 0..KEY_HOPS {
            lookup.step();
            at = match kinds.meaning(tree.kind(at)) {
                PythonMeaning::String => return plain_string(tree, at).map(Segment::Source),
                PythonMeaning::Parenthesized => tree.named_children(at).next()?,
                PythonMeaning::Identifier => {
                    let binding = lookup.names.binding(lookup.names.binding_of(at)?);
                    match (binding.value, binding.writes) {
                        (BindingValue::Expression(value), 0) => value,
                        _ => return None,
                    }
                }
                _ => return None,
            };
        }
        None
    }

    fn module(_: &NameLookup<'_>, _: NodeId) -> Option<Segment> {
        None
    }
}
