//! Where the value of an expression comes from: constants and branches.

use auditlint_syntax::{NodeId, Tree};

use super::kinds::{PythonKinds, PythonMeaning};
use crate::Names;
use crate::binding::BindingValue;
use crate::origins::collect;

/// The expressions that the value of `node` can come from, `node` first.
pub(crate) fn origins(names: &Names, tree: &Tree, text: &[u8], node: NodeId) -> Vec<NodeId> {
    let kinds = PythonKinds::get();
    let parts = |node: NodeId| tree.named_children(node).filter(|child| !tree.node(*child).is_extra());
    collect(node, |at, push| match kinds.meaning(tree.kind(at)) {
        PythonMeaning::Identifier => {
            let binding = names.binding_of(at).map(|id| names.binding(id));
            if let Some((BindingValue::Expression(value), 0)) = binding.map(|binding| (binding.value, binding.writes)) {
                push(Some(value));
            }
        }
        PythonMeaning::Parenthesized => push(parts(at).next()),
        PythonMeaning::NamedExpression => push(tree.child_by_field_name(at, "value")),
        // `a if b else c`
        PythonMeaning::Conditional => {
            push(parts(at).next());
            push(parts(at).nth(2));
        }
        PythonMeaning::Boolean => {
            let operator = tree.child_by_field_name(at, "operator").map(|operator| tree.text(operator, text));
            push(tree.child_by_field_name(at, "left").filter(|_| operator != Some(b"and")));
            push(tree.child_by_field_name(at, "right"));
        }
        _ if tree.kind_name(at) == "await" => push(parts(at).next()),
        _ => {}
    })
}
