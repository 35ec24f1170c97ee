//! From an expression to what it is made of.

use auditlint_syntax::{FieldId, NodeId, Tree};
use smallvec::smallvec;

use super::kinds::{EcmascriptKinds, EcmascriptMeaning};
use crate::binding::{Access, BindingSlot, BindingValue, Referent};
use crate::builtin_modules::canonical;
use crate::evaluate::{Follow, FollowRules, NameLookup, Tail};
use crate::memo::LookupBase;
use crate::path::Segment;
use crate::{BindingKind, Names, Target};

/// How many patterns around one entry are looked through.
const PATTERN_DEPTH: usize = 64;
/// How many constants lead to a key.
const KEY_HOPS: usize = 16;

pub(crate) struct Ecmascript;

/// What a node is; see [`Names::target`].
pub(crate) fn target(
    names: &Names,
    tree: &Tree,
    text: &[u8],
    node: NodeId,
    tell: &mut dyn FnMut(NodeId, &str),
) -> Target {
    let mut lookup = NameLookup { names, tree, text, tell };
    let kinds = EcmascriptKinds::of(tree.language());
    let field = |node: NodeId, field: Option<FieldId>| tree.child_by_field(node, field?);
    let binding = |name: Option<NodeId>| match name.map(|name| names.slot(name)) {
        Some(BindingSlot::Binding(id)) => Follow::Binding(id),
        _ => Follow::NOTHING,
    };
    let (start, tail) = match kinds.meaning(tree.kind(node)) {
        EcmascriptMeaning::ImportSpecifier => {
            (binding(field(node, kinds.alias).or_else(|| field(node, kinds.name))), Tail::new())
        }
        EcmascriptMeaning::NamespaceImport => (binding(tree.named_children(node).next()), Tail::new()),
        EcmascriptMeaning::ExportSpecifier => export_specifier(&lookup, kinds, node),
        EcmascriptMeaning::ShorthandPattern | EcmascriptMeaning::PairPattern => {
            match pattern_entry(&mut lookup, kinds, node) {
                Some((value, tail)) => (Follow::Node(value), tail),
                None => (Follow::OPAQUE, Tail::new()),
            }
        }
        EcmascriptMeaning::Identifier => match names.slot(node) {
            BindingSlot::Binding(id) if names.binding(id).kind == BindingKind::Import => {
                let is_default = tree.parent(node).is_some_and(|parent| {
                    kinds.meaning(tree.kind(parent)) == EcmascriptMeaning::ImportClause
                        || Some(tree.kind(parent)) == kinds.require_clause
                });
                (if is_default { Follow::Binding(id) } else { Follow::NOTHING }, Tail::new())
            }
            _ => (Follow::Node(node), Tail::new()),
        },
        _ => (Follow::Node(node), Tail::new()),
    };
    lookup.evaluate::<Ecmascript>(start, tail)
}

fn export_specifier(lookup: &NameLookup<'_>, kinds: &EcmascriptKinds, node: NodeId) -> (Follow, Tail) {
    let tree = lookup.tree;
    let Some(name) = kinds.name.and_then(|field| tree.child_by_field(node, field)) else {
        return (Follow::NOTHING, Tail::new());
    };
    let source = tree
        .ancestors(node)
        .find(|ancestor| kinds.meaning(tree.kind(*ancestor)) == EcmascriptMeaning::Export)
        .and_then(|statement| tree.child_by_field(statement, kinds.source?));
    match source {
        Some(source) => match Ecmascript::module(lookup, source) {
            Some(module) => (Follow::module(module), smallvec![Segment::Source(tree.span(name))]),
            None => (Follow::OPAQUE, Tail::new()),
        },
        None => (Follow::Node(name), Tail::new()),
    }
}

/// The value that is taken apart around an entry of a pattern, and the members that lead to the entry.
fn pattern_entry(lookup: &mut NameLookup<'_>, kinds: &EcmascriptKinds, node: NodeId) -> Option<(NodeId, Tail)> {
    let tree = lookup.tree;
    let mut tail = Tail::new();
    let mut at = node;
    for _ in 0..PATTERN_DEPTH {
        match kinds.meaning(tree.kind(at)) {
            EcmascriptMeaning::ShorthandPattern => tail.push(Segment::Source(tree.span(at))),
            EcmascriptMeaning::PairPattern => {
                let key = tree.child_by_field(at, kinds.key?)?;
                tail.push(Ecmascript::key(lookup, key)?);
            }
            _ => {}
        }
        let parent = tree.parent(at)?;
        let other = |field: Option<FieldId>| tree.child_by_field(parent, field?).filter(|value| *value != at);
        match kinds.meaning(tree.kind(parent)) {
            EcmascriptMeaning::ObjectPattern | EcmascriptMeaning::PairPattern | EcmascriptMeaning::RestPattern => {}
            EcmascriptMeaning::ObjectAssignmentPattern | EcmascriptMeaning::AssignmentPattern => {
                // A parameter of JavaScript with a default; elsewhere the value comes from outside of the pattern.
                let outer = tree.parent(parent)?;
                if kinds.meaning(tree.kind(outer)) == EcmascriptMeaning::Parameters {
                    return Some((other(kinds.right)?, tail));
                }
            }
            EcmascriptMeaning::Declarator => return Some((other(kinds.value)?, tail)),
            EcmascriptMeaning::Assignment => return Some((other(kinds.right)?, tail)),
            _ if [kinds.required_parameter, kinds.optional_parameter].contains(&Some(tree.kind(parent))) => {
                return Some((other(kinds.value)?, tail));
            }
            _ => return None,
        }
        at = parent;
    }
    None
}

impl Ecmascript {
    fn call(lookup: &mut NameLookup<'_>, kinds: &EcmascriptKinds, node: NodeId, tail: &mut Tail) -> Follow {
        let tree = lookup.tree;
        let (Some(callee), Some(arguments)) = (
            kinds.function.and_then(|field| tree.child_by_field(node, field)),
            kinds.arguments.and_then(|field| tree.child_by_field(node, field)),
        ) else {
            return Follow::OPAQUE;
        };
        let mut values = tree.named_children(arguments).filter(|child| !tree.node(*child).is_extra());
        let (first, second) = (values.next(), values.next());
        match kinds.meaning(tree.kind(callee)) {
            EcmascriptMeaning::Identifier => {
                if !Self::is_require(lookup, kinds, callee) {
                    (lookup.tell)(node, "is the result of a call, which can be anything");
                    return Follow::OPAQUE;
                }
                first.and_then(|first| Self::module(lookup, first)).map_or(Follow::OPAQUE, Follow::module)
            }
            EcmascriptMeaning::Member => {
                let object = kinds.object.and_then(|field| tree.child_by_field(callee, field));
                let property = kinds.property.and_then(|field| tree.child_by_field(callee, field));
                let (Some(object), Some(property)) = (object, property) else { return Follow::OPAQUE };
                match tree.text(property, lookup.text) {
                    b"bind" => Follow::Node(object),
                    b"get" if tree.text(object, lookup.text) == b"Reflect" && is_free(lookup.names, object) => {
                        match (first, second.and_then(|key| Self::key(lookup, key))) {
                            (Some(first), Some(key)) => {
                                tail.push(key);
                                Follow::Node(first)
                            }
                            _ => Follow::OPAQUE,
                        }
                    }
                    _ => {
                        (lookup.tell)(node, "is the result of a call, which can be anything");
                        Follow::OPAQUE
                    }
                }
            }
            _ => Follow::OPAQUE,
        }
    }

    /// Whether a callee is `require`, the global one or one that `createRequire` made.
    fn is_require(lookup: &mut NameLookup<'_>, kinds: &EcmascriptKinds, callee: NodeId) -> bool {
        let tree = lookup.tree;
        if is_free(lookup.names, callee) {
            return tree.text(callee, lookup.text) == b"require";
        }
        let Some(id) = lookup.names.binding_of(callee) else { return false };
        let binding = lookup.names.binding(id);
        let (BindingValue::Expression(made), 0) = (binding.value, binding.writes) else { return false };
        if kinds.meaning(tree.kind(made)) != EcmascriptMeaning::Call || binding.steps.0 != binding.steps.1 {
            return false;
        }
        let Some(maker) = kinds.function.and_then(|field| tree.child_by_field(made, field)) else { return false };
        let Target::Export(path) = lookup.nested::<Self>(maker) else { return false };
        let [module, export] = path.0.as_slice() else { return false };
        module.text(lookup.text) == b"node:module" && export.text(lookup.text) == b"createRequire"
    }

    /// Whether a node is the name of an import that `await import(…)` gives.
    fn imported_module(lookup: &NameLookup<'_>, kinds: &EcmascriptKinds, node: NodeId) -> Option<Segment> {
        let tree = lookup.tree;
        let callee = tree.child_by_field(node, kinds.function?)?;
        if Some(tree.kind(callee)) != kinds.import {
            return None;
        }
        let arguments = tree.child_by_field(node, kinds.arguments?)?;
        Self::module(lookup, tree.named_children(arguments).next()?)
    }
}

/// Whether an identifier names something that the file does not introduce.
fn is_free(names: &Names, node: NodeId) -> bool {
    names.reference_at(node).is_some_and(|reference| reference.to == Referent::Free)
}

impl FollowRules for Ecmascript {
    fn follow(lookup: &mut NameLookup<'_>, node: NodeId, tail: &mut Tail) -> Follow {
        let tree = lookup.tree;
        let kinds = EcmascriptKinds::of(tree.language());
        let field = |field: Option<FieldId>| tree.child_by_field(node, field?);
        let class = kinds.meaning(tree.kind(node));
        match class {
            EcmascriptMeaning::Identifier | EcmascriptMeaning::ShorthandProperty | EcmascriptMeaning::This => {
                match lookup.names.slot(node) {
                    BindingSlot::Reference(index) => {
                        let reference = &lookup.names.references[index as usize];
                        match (reference.to, reference.access) {
                            (_, Access::Type | Access::Write) => Follow::NOTHING,
                            (Referent::Binding(id), _) => Follow::Binding(id),
                            (Referent::Free, _) if class == EcmascriptMeaning::This => Follow::OPAQUE,
                            (Referent::Free, _) => {
                                (lookup.tell)(node, "is not declared in this file, so it is a global");
                                Follow::global(Segment::Source(tree.span(node)))
                            }
                            (Referent::Hidden, _) => {
                                (lookup.tell)(node, "may come from `with`, `eval` or another part of the namespace");
                                Follow::OPAQUE
                            }
                        }
                    }
                    // The field that a parameter of a constructor makes has the value of the parameter.
                    BindingSlot::Binding(id) if lookup.names.binding(id).kind == BindingKind::Parameter => {
                        Follow::Binding(id)
                    }
                    BindingSlot::Binding(_) | BindingSlot::Nothing => Follow::NOTHING,
                }
            }
            EcmascriptMeaning::Member | EcmascriptMeaning::NestedIdentifier => {
                let (Some(object), Some(property)) = (field(kinds.object), field(kinds.property)) else {
                    return Follow::OPAQUE;
                };
                tail.push(Segment::Source(tree.span(property)));
                Follow::Node(object)
            }
            EcmascriptMeaning::Subscript => {
                let (Some(object), Some(index)) = (field(kinds.object), field(kinds.index)) else {
                    return Follow::OPAQUE;
                };
                let Some(key) = Self::key(lookup, index) else {
                    (lookup.tell)(index, "is not a constant string, so it can be any member");
                    return Follow::OPAQUE;
                };
                tail.push(key);
                Follow::Node(object)
            }
            EcmascriptMeaning::Wrapper => match tree.named_children(node).find(|child| !tree.node(*child).is_extra()) {
                // `<T>x` has its type first.
                Some(first) if tree.kind_name(node) == "type_assertion" => {
                    tree.next_sibling(first).map_or(Follow::OPAQUE, Follow::Node)
                }
                Some(inner) => Follow::Node(inner),
                None => Follow::OPAQUE,
            },
            EcmascriptMeaning::Sequence => {
                let last = tree.children_back(node).find(|child| tree.node(*child).is_named());
                last.map_or(Follow::OPAQUE, Follow::Node)
            }
            EcmascriptMeaning::Assignment => field(kinds.right).map_or(Follow::OPAQUE, Follow::Node),
            EcmascriptMeaning::Await => {
                let inner = tree.named_children(node).next();
                match inner.and_then(|inner| Self::imported_module(lookup, kinds, inner)) {
                    Some(module) => Follow::module(module),
                    None => Follow::OPAQUE,
                }
            }
            EcmascriptMeaning::Call => Self::call(lookup, kinds, node, tail),
            EcmascriptMeaning::FunctionExpression
            | EcmascriptMeaning::Arrow
            | EcmascriptMeaning::ClassExpression
            | EcmascriptMeaning::String
            | EcmascriptMeaning::Template
            | EcmascriptMeaning::Made => Follow::Done(LookupBase::Value),
            _ => Follow::NOTHING,
        }
    }

    fn key(lookup: &mut NameLookup<'_>, node: NodeId) -> Option<Segment> {
        let tree = lookup.tree;
        let kinds = EcmascriptKinds::of(tree.language());
        let mut at = node;
        for _ in 0..KEY_HOPS {
            lookup.step();
            at = match kinds.meaning(tree.kind(at)) {
                EcmascriptMeaning::String | EcmascriptMeaning::Template => {
                    let mut parts = tree.named_children(at);
                    let part = parts.next()?;
                    let plain = Some(tree.kind(part)) == kinds.string_fragment && parts.next().is_none();
                    return plain.then(|| Segment::Source(tree.span(part)));
                }
                EcmascriptMeaning::ShorthandPattern => return Some(Segment::Source(tree.span(at))),
                EcmascriptMeaning::Wrapper => tree.named_children(at).next()?,
                // A key that is spelled out is an identifier of another kind; this one stands for its value.
                EcmascriptMeaning::Identifier => match lookup.names.slot(at) {
                    BindingSlot::Nothing => return Some(Segment::Source(tree.span(at))),
                    _ if is_import_name(tree, kinds, at) => return Some(Segment::Source(tree.span(at))),
                    BindingSlot::Reference(_) => {
                        let binding = lookup.names.binding(lookup.names.binding_of(at)?);
                        let (BindingValue::Expression(value), 0) = (binding.value, binding.writes) else { return None };
                        if binding.steps.0 != binding.steps.1 {
                            return None;
                        }
                        value
                    }
                    BindingSlot::Binding(_) => return None,
                },
                _ if Some(tree.kind(at)) == kinds.computed => tree.named_children(at).next()?,
                _ if Some(tree.kind(at)) == kinds.property_identifier => return Some(Segment::Source(tree.span(at))),
                _ => return None,
            };
        }
        None
    }

    fn module(lookup: &NameLookup<'_>, node: NodeId) -> Option<Segment> {
        let tree = lookup.tree;
        let kinds = EcmascriptKinds::of(tree.language());
        if !matches!(kinds.meaning(tree.kind(node)), EcmascriptMeaning::String | EcmascriptMeaning::Template) {
            return None;
        }
        let mut parts = tree.named_children(node);
        let part = parts.next()?;
        if Some(tree.kind(part)) != kinds.string_fragment || parts.next().is_some() {
            return None;
        }
        let span = tree.span(part);
        Some(canonical(span.of(lookup.text)).map_or(Segment::Source(span), Segment::Known))
    }
}

/// Whether an identifier is the name of what an import takes, which stands for itself.
fn is_import_name(tree: &Tree, kinds: &EcmascriptKinds, node: NodeId) -> bool {
    tree.parent(node).is_some_and(|parent| kinds.meaning(tree.kind(parent)) == EcmascriptMeaning::ImportSpecifier)
}
