//! Where the value of an expression comes from: constants, branches, blocks, closures that only hand on.

use auditlint_syntax::{NodeId, Tree};

use super::kinds::{RustKinds, RustMeaning};
use crate::binding::BindingValue;
use crate::origins::{MOST, collect};
use crate::{Access, BindingId, Names};

/// The expressions that the value of `node` can come from, `node` first.
pub(crate) fn origins(names: &Names, tree: &Tree, node: NodeId) -> Vec<NodeId> {
    let kinds = RustKinds::get();
    let field = |node: NodeId, name: &str| tree.child_by_field_name(node, name);
    let inner = |node: NodeId| tree.named_children(node).find(|child| !tree.node(*child).is_extra());
    collect(node, |at, push| match kinds.meaning(tree.kind(at)) {
        RustMeaning::Identifier => push(constant(names, names.binding_of(at))),
        RustMeaning::Block => push(tail(tree, at)),
        _ => match tree.kind_name(at) {
            "parenthesized_expression" | "unsafe_block" | "else_clause" => push(inner(at)),
            "reference_expression" => push(field(at, "value")),
            "if_expression" => {
                push(field(at, "consequence"));
                push(field(at, "alternative"));
            }
            "match_expression" => {
                let arms = field(at, "body").into_iter().flat_map(|body| tree.named_children(body));
                for arm in arms.filter(|arm| kinds.meaning(tree.kind(*arm)) == RustMeaning::MatchArm).take(MOST) {
                    push(field(arm, "value"));
                }
            }
            "call_expression" => push(returned(names, tree, kinds, at)),
            _ => {}
        },
    })
}

/// The value of a constant or of a variable that is never written.
fn constant(names: &Names, id: Option<BindingId>) -> Option<NodeId> {
    let binding = names.binding(id?);
    match binding.value {
        BindingValue::Expression(value) if binding.writes == 0 => Some(value),
        _ => None,
    }
}

/// The last expression of a block, which is its value.
fn tail(tree: &Tree, block: NodeId) -> Option<NodeId> {
    let last = tree.children_back(block).find(|child| tree.node(*child).is_named() && !tree.node(*child).is_extra())?;
    let kind = tree.kind_name(last);
    // `if` and `match` at the end of a block stand in a statement of their own.
    if kind == "expression_statement" {
        let ends = tree.children_back(last).next().is_some_and(|child| tree.kind_name(child) == ";");
        return (!ends).then(|| tree.named_children(last).next()).flatten();
    }
    (!kind.ends_with("_statement") && !kind.ends_with("_item") && !kind.ends_with("_declaration")).then_some(last)
}

/// What a local closure gives that is called here and nowhere else.
fn returned(names: &Names, tree: &Tree, kinds: &RustKinds, call: NodeId) -> Option<NodeId> {
    let callee = tree.child_by_field(call, kinds.function?)?;
    let id = (kinds.meaning(tree.kind(callee)) == RustMeaning::Identifier).then(|| names.binding_of(callee))??;
    let mut uses = names.references(id).filter(|used| matches!(used.access, Access::Read | Access::Mention));
    let once = uses.next().is_some() && uses.next().is_none();
    let closure = constant(names, Some(id)).filter(|_| once)?;
    (kinds.meaning(tree.kind(closure)) == RustMeaning::Closure).then(|| tree.child_by_field(closure, kinds.body?))?
}
