//! Where the value of an expression comes from: constants, branches, functions that only hand on.

use auditlint_syntax::{NodeId, Tree};

use super::kinds::{EcmascriptKinds, EcmascriptMeaning};
use crate::binding::BindingValue;
use crate::origins::collect;
use crate::{Access, BindingId, BindingKind, Names};

/// The expressions that the value of `node` can come from, `node` first.
pub(crate) fn origins(names: &Names, tree: &Tree, text: &[u8], node: NodeId) -> Vec<NodeId> {
    let kinds = EcmascriptKinds::of(tree.language());
    let field = |node: NodeId, name: &str| tree.child_by_field_name(node, name);
    collect(node, |at, push| match kinds.meaning(tree.kind(at)) {
        EcmascriptMeaning::Identifier | EcmascriptMeaning::ShorthandProperty => {
            push(declared(names, tree, kinds, names.binding_of(at)));
        }
        EcmascriptMeaning::Wrapper | EcmascriptMeaning::Await => {
            push(tree.named_children(at).find(|child| !tree.node(*child).is_extra()));
        }
        EcmascriptMeaning::Sequence => push(tree.children_back(at).find(|child| tree.node(*child).is_named())),
        EcmascriptMeaning::Assignment => push(field(at, "right")),
        EcmascriptMeaning::Call => push(returned(names, tree, kinds, at)),
        _ => match tree.kind_name(at) {
            "ternary_expression" => {
                push(field(at, "consequence"));
                push(field(at, "alternative"));
            }
            "binary_expression" => {
                let operator = field(at, "operator").map(|operator| tree.text(operator, text));
                if let Some(b"??" | b"||" | b"&&") = operator {
                    push(field(at, "left").filter(|_| operator != Some(b"&&")));
                    push(field(at, "right"));
                }
            }
            _ => {}
        },
    })
}

/// The value of a constant: an expression, or the entry of the pattern that takes it out of one.
fn declared(names: &Names, tree: &Tree, kinds: &EcmascriptKinds, id: Option<BindingId>) -> Option<NodeId> {
    let binding = names.binding(id?);
    let is_part = binding.writes == 0
        && binding.steps.0 != binding.steps.1
        && matches!(binding.value, BindingValue::Expression(_));
    if !is_part {
        return constant(names, id);
    }
    let pair =
        tree.parent(binding.node).filter(|parent| kinds.meaning(tree.kind(*parent)) == EcmascriptMeaning::PairPattern);
    Some(pair.unwrap_or(binding.node))
}

/// The value of a constant that is an expression as a whole.
fn constant(names: &Names, id: Option<BindingId>) -> Option<NodeId> {
    let binding = names.binding(id?);
    match binding.value {
        BindingValue::Expression(value) if binding.writes == 0 && binding.steps.0 == binding.steps.1 => Some(value),
        _ => None,
    }
}

/// What a local arrow function returns that is called here and nowhere else.
fn returned(names: &Names, tree: &Tree, kinds: &EcmascriptKinds, call: NodeId) -> Option<NodeId> {
    let callee = tree.child_by_field(call, kinds.function?)?;
    let arrow = match kinds.meaning(tree.kind(callee)) {
        EcmascriptMeaning::Identifier => {
            let id = names.binding_of(callee)?;
            let mut uses = names.references(id).filter(|used| matches!(used.access, Access::Read | Access::Mention));
            let once = uses.next().is_some() && uses.next().is_none() && !names.binding(id).exported;
            constant(names, Some(id)).filter(|_| once)?
        }
        // Called where it stands.
        EcmascriptMeaning::Wrapper => tree.named_children(callee).next()?,
        _ => return None,
    };
    if kinds.meaning(tree.kind(arrow)) != EcmascriptMeaning::Arrow {
        return None;
    }
    returned_by(tree, kinds, arrow)
}

/// What a function returns that does nothing else.
fn returned_by(tree: &Tree, kinds: &EcmascriptKinds, function: NodeId) -> Option<NodeId> {
    let body = tree.child_by_field(function, kinds.body?)?;
    if kinds.meaning(tree.kind(body)) != EcmascriptMeaning::Block {
        return Some(body);
    }
    // A block that does nothing but return.
    let mut statements = tree.named_children(body).filter(|child| !tree.node(*child).is_extra());
    let (only, None) = (statements.next()?, statements.next()) else { return None };
    (tree.kind_name(only) == "return_statement").then(|| tree.named_children(only).next())?
}

/// What the function that a node is, declares or names returns, if it does nothing else.
pub(crate) fn only_returned(names: &Names, tree: &Tree, kinds: &EcmascriptKinds, node: NodeId) -> Option<NodeId> {
    let id = names.binding_of(node);
    let is_function = |node: &NodeId| {
        let is_generator = tree.kind_name(*node).starts_with("generator");
        let meaning = kinds.meaning(tree.kind(*node));
        !is_generator
            && matches!(
                meaning,
                EcmascriptMeaning::Arrow
                    | EcmascriptMeaning::FunctionExpression
                    | EcmascriptMeaning::FunctionDeclaration
            )
    };
    let function = match id {
        Some(id) if names.binding(id).kind == BindingKind::Function && names.binding(id).writes == 0 => {
            tree.parent(names.binding(id).node)?
        }
        Some(_) => constant(names, id)?,
        None => node,
    };
    Some(function).filter(is_function).and_then(|function| returned_by(tree, kinds, function))
}
