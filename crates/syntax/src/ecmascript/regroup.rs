//! Mends what the grammar groups wrongly: `await f<T>(x)`, which it reads as `(await f)<T>(x)`, and its like.
//!
//! The flat tree is looked at only where a kind stands that the grammar can have put in the wrong place. Where an operator
//! holds an operand that binds less tightly than itself, the whole expression is taken apart into operators and operands in the
//! order of the text, and grouped again by how tightly each operator binds. That takes one step for each operator, and
//! the tree is put into its new order in one walk (see [`super::order`]).

use auditlint_source::Span;

use super::operator::{Operator, Operators};
use super::order::TokenOrder;
use crate::tree::NO_NODE;
use crate::{NodeId, Tree};

/// Mends the tree, given the nodes that the grammar may have put in the wrong place, ascending.
pub(crate) fn regroup(tree: &mut Tree, doubtful: &[u32]) {
    let operators = Operators::of(tree.language());
    let tops = tops(tree, operators, doubtful);
    if tops.is_empty() {
        return;
    }
    tree.regrouped = tops.len() as u32;
    let mut order = TokenOrder::new(tree);
    let mut yard = Yard::default();
    for top in tops {
        yard.group(tree, operators, &mut order, top);
    }
    order.apply(tree);
}

/// The topmost operators of the expressions in which something is wrong, ascending.
fn tops(tree: &Tree, operators: &Operators, doubtful: &[u32]) -> Vec<u32> {
    let mut tops = Vec::new();
    // Each operator is climbed over once, however many wrong ones stand in one expression.
    let mut climbed = rustc_hash::FxHashSet::default();
    for node in doubtful.iter().copied() {
        let Some(mut at) = wrong_at(tree, operators, node) else { continue };
        loop {
            if !climbed.insert(at) {
                break;
            }
            let parent = tree.nodes[at as usize].parent;
            let above = if parent == NO_NODE { None } else { operators.at(tree, parent) };
            match above {
                Some(above) if above.left == at || above.right == at => at = parent,
                _ => {
                    tops.push(at);
                    break;
                }
            }
        }
    }
    tops.sort_unstable();
    tops
}

/// The operator of which a doubtful node shows that it stands in the wrong place.
fn wrong_at(tree: &Tree, operators: &Operators, node: u32) -> Option<u32> {
    let kind = tree.nodes[node as usize].kind;
    let parent = tree.nodes[node as usize].parent;
    if Some(kind) == operators.kinds.type_arguments || Some(kind) == operators.kinds.greater {
        let above = operators.at(tree, parent)?;
        let is_template = Some(kind) == operators.kinds.greater && is_typed_template(tree, operators, &above);
        return (is_template || holds_looser(tree, operators, &above)).then_some(parent);
    }
    let operator = operators.at(tree, node)?;
    if holds_looser(tree, operators, &operator) {
        return Some(node);
    }
    if parent == NO_NODE {
        return None;
    }
    if Some(kind) == operators.kinds.instantiation {
        return is_before_template(tree, operators, node).then_some(node);
    }
    let above = operators.at(tree, parent)?;
    if operators.kinds.casts.contains(&Some(kind)) && above.left == node && goes_on_with_type(tree, operators, parent) {
        return Some(node);
    }
    let is_taken = above.right == node && operator.has_left() && above.after >= operator.before;
    is_taken.then_some(node)
}

/// Whether an operand binds less tightly than the operator that holds it.
fn holds_looser(tree: &Tree, operators: &Operators, operator: &Operator) -> bool {
    let before = operator.has_left().then(|| operators.at(tree, operator.left)).flatten();
    let behind = operator.has_right().then(|| operators.at(tree, operator.right)).flatten();
    before.is_some_and(|left| left.has_right() && left.after < operator.before)
        || behind.is_some_and(|right| right.has_left() && right.before <= operator.after)
}

/// Whether it is the second comparison of ``tag<T>`…` ``.
fn is_typed_template(tree: &Tree, operators: &Operators, second: &Operator) -> bool {
    let Some(first) = second.has_left().then(|| operators.at(tree, second.left)).flatten() else { return false };
    let kinds = &operators.kinds;
    let is_first = Some(tree.nodes[first.node as usize].kind) == kinds.binary && first.has_right();
    if !is_first || Some(tree.nodes[first.right as usize].kind) != kinds.identifier {
        return false;
    }
    let is_less = tree.children(NodeId(first.node)).any(|child| Some(tree.kind(child)) == kinds.less);
    let start = tree.nodes[second.right as usize].span().start;
    // What begins where the right side begins follows it in the order of the tree.
    is_less
        && (second.right..tree.nodes.len() as u32)
            .map(|node| &tree.nodes[node as usize])
            .take_while(|node| node.span().start == start)
            .any(|node| Some(node.kind) == kinds.template)
}

/// Whether a template follows `tag<T>`, which the grammar then attaches to what stands around.
fn is_before_template(tree: &Tree, operators: &Operators, instantiation: u32) -> bool {
    let kinds = &operators.kinds;
    let mut at = instantiation;
    loop {
        let parent = tree.nodes[at as usize].parent;
        let Some(above) = (parent != NO_NODE).then(|| operators.at(tree, parent)).flatten() else { return false };
        if above.right == at {
            at = parent;
            continue;
        }
        let kind = Some(tree.nodes[parent as usize].kind);
        if kind == kinds.non_null && is_missing_sign(tree, parent) {
            return true;
        }
        return kind == kinds.call && above.left == at && template_of(tree, operators, parent).is_some();
    }
}

/// Whether what stands behind `a as B.C` in the tree belongs to the type: `.D` or type arguments.
fn goes_on_with_type(tree: &Tree, operators: &Operators, node: u32) -> bool {
    let kind = Some(tree.nodes[node as usize].kind);
    let kinds = &operators.kinds;
    kind == kinds.instantiation
        || kind == kinds.member && tree.children(NodeId(node)).any(|child| Some(tree.kind(child)) == kinds.dot)
}

/// The template that a call is given in place of arguments.
fn template_of(tree: &Tree, operators: &Operators, call: u32) -> Option<u32> {
    let last = tree.children(NodeId(call)).find(|child| Some(tree.kind(*child)) == operators.kinds.template)?;
    (tree.node(last).span().end == tree.node(NodeId(call)).span().end).then_some(last.0)
}

/// Whether the parser put in the `!` of `a!`.
fn is_missing_sign(tree: &Tree, non_null: u32) -> bool {
    tree.children(NodeId(non_null)).any(|child| tree.node(child).is_missing())
}

/// One part of an expression, in the order of the text.
#[derive(Clone, Copy)]
enum OperandPart {
    Operand(u32),
    Operator(Operator),
    /// A call with a template in place of arguments, and the type arguments before it.
    Typed(Operator, u32),
}

/// Groups expressions anew, one after the other, with the same buffers.
#[derive(Default)]
struct Yard {
    /// What is still to be taken apart: a node, or an operator whose left side was.
    open: Vec<(u32, Option<Operator>)>,
    parts: Vec<OperandPart>,
    /// Operators that wait for what stands behind them.
    waiting: Vec<Operator>,
    values: Vec<u32>,
}

impl Yard {
    /// Groups the expression below `top`.
    fn group(&mut self, tree: &mut Tree, operators: &Operators, order: &mut TokenOrder, top: u32) {
        let field = tree.nodes[top as usize].field;
        self.take_apart(tree, operators, order, top);
        for part in std::mem::take(&mut self.parts) {
            let (operator, types) = match part {
                OperandPart::Operand(node) => {
                    self.values.push(node);
                    continue;
                }
                OperandPart::Operator(operator) => (operator, None),
                OperandPart::Typed(operator, types) => (operator, Some(types)),
            };
            if !operator.has_left() {
                self.waiting.push(operator);
                continue;
            }
            while let Some(waiting) = self.waiting.pop_if(|waiting| waiting.after >= operator.before) {
                self.close(tree, order, waiting);
            }
            if operator.has_right() {
                self.waiting.push(operator);
                continue;
            }
            let Some(value) = self.values.pop() else { return };
            order.put(tree, &operator, operator.left, value);
            if let Some(types) = types {
                order.insert_types(tree, operator.node, types);
            }
            self.values.push(operator.node);
        }
        while let Some(waiting) = self.waiting.pop() {
            self.close(tree, order, waiting);
        }
        let Some(value) = self.values.pop() else { return };
        order.put_top(tree, top, value, field);
    }

    /// Gives an operator what stands before and behind it.
    fn close(&mut self, tree: &mut Tree, order: &mut TokenOrder, operator: Operator) {
        let Some(right) = self.values.pop() else { return };
        order.put(tree, &operator, operator.right, right);
        if operator.has_left() {
            let Some(left) = self.values.pop() else { return };
            order.put(tree, &operator, operator.left, left);
        }
        self.values.push(operator.node);
    }

    /// Fills `parts`.
    fn take_apart(&mut self, tree: &mut Tree, operators: &Operators, order: &mut TokenOrder, top: u32) {
        self.open.push((top, None));
        while let Some((node, visited)) = self.open.pop() {
            if let Some(operator) = visited {
                self.add_operator(tree, operators, order, operator);
                continue;
            }
            let Some(operator) = operators.at(tree, node) else {
                self.add_operand(tree, operators, order, node);
                continue;
            };
            if operator.has_right() {
                self.open.push((operator.right, None));
            }
            self.open.push((node, Some(operator)));
            if operator.has_left() {
                self.open.push((operator.left, None));
            }
        }
    }

    fn add_operator(&mut self, tree: &mut Tree, operators: &Operators, order: &mut TokenOrder, operator: Operator) {
        let kinds = &operators.kinds;
        if let Some(OperandPart::Operator(cast)) = self.parts.last()
            && kinds.casts.contains(&Some(tree.nodes[cast.node as usize].kind))
            && goes_on_with_type(tree, operators, operator.node)
            && order.extend_type(tree, operators, cast.node, operator.node)
        {
            return;
        }
        let is = |node: u32, kind| Some(tree.nodes[node as usize].kind) == kind;
        if is(operator.node, kinds.call) && template_of(tree, operators, operator.node).is_some() {
            let mut before = self.parts.as_slice();
            let mut sign = None;
            if let [rest @ .., OperandPart::Operator(last)] = before
                && is(last.node, kinds.non_null)
                && is_missing_sign(tree, last.node)
            {
                (before, sign) = (rest, Some(last.node));
            }
            if let [rest @ .., OperandPart::Operator(last)] = before
                && is(last.node, kinds.instantiation)
                && let Some(types) =
                    tree.children(NodeId(last.node)).find(|child| is(child.0, kinds.type_arguments)).map(|id| id.0)
            {
                let left = rest.len();
                self.parts.truncate(left);
                if let Some(sign) = sign {
                    let end = tree.nodes[sign as usize].span().end;
                    order.understood.insert(Span { start: end, end });
                }
                self.parts.push(OperandPart::Typed(operator, types));
                return;
            }
        }
        self.parts.push(OperandPart::Operator(operator));
    }

    fn add_operand(&mut self, tree: &mut Tree, operators: &Operators, order: &mut TokenOrder, node: u32) {
        let kinds = &operators.kinds;
        if Some(tree.nodes[node as usize].kind) == kinds.template
            && let [rest @ .., OperandPart::Operator(first), OperandPart::Operand(name), OperandPart::Operator(second)] =
                self.parts.as_slice()
            && is_sign(tree, first.node, kinds.binary, kinds.less)
            && is_sign(tree, second.node, kinds.binary, kinds.greater)
            && Some(tree.nodes[*name as usize].kind) == kinds.identifier
        {
            let (first, name, second, left) = (*first, *name, *second, rest.len());
            if order.make_typed_template(tree, operators, [first.node, name, second.node, node]) {
                self.parts.truncate(left);
                // A call binds as tightly as can be.
                let left_field = tree.language().field("function").map_or(0, |field| field.0.get());
                let call = Operator { right: NO_NODE, before: u8::MAX, after: 0, left_field, ..second };
                self.parts.push(OperandPart::Operator(call));
                return;
            }
        }
        self.parts.push(OperandPart::Operand(node));
    }
}

/// Whether a node compares with this sign.
fn is_sign(tree: &Tree, node: u32, binary: Option<crate::KindId>, sign: Option<crate::KindId>) -> bool {
    Some(tree.nodes[node as usize].kind) == binary
        && tree.children(NodeId(node)).any(|child| Some(tree.kind(child)) == sign && tree.node(child).parent == node)
}
