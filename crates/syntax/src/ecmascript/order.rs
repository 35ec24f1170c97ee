//! Puts the nodes of a flat tree into a new order, given which node takes the place of which.

use auditlint_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::operator::{Operator, Operators};
use crate::tree::{NO_NODE, Node};
use crate::{KindId, NodeId, Tree};

/// What is to change in a tree.
pub(super) struct TokenOrder {
    /// By child: which node stands in its place below its parent.
    instead: Vec<u32>,
    /// All children of the few nodes that get others.
    children: FxHashMap<u32, Vec<u32>>,
    /// Places that were not understood, and now are.
    pub(super) understood: FxHashSet<Span>,
}

impl TokenOrder {
    pub(super) fn new(tree: &Tree) -> Self {
        Self {
            instead: (0..tree.nodes.len() as u32).collect(),
            children: FxHashMap::default(),
            understood: FxHashSet::default(),
        }
    }

    /// Puts `value` where `operator` held `operand`.
    pub(super) fn put(&mut self, tree: &mut Tree, operator: &Operator, operand: u32, value: u32) {
        let is_left = operand == operator.left;
        match self.children.get_mut(&operator.node).and_then(|children| children.first_mut()) {
            Some(first) => *first = value,
            None => self.instead[operand as usize] = value,
        }
        let span = tree.nodes[value as usize].span();
        let node = &mut tree.nodes[operator.node as usize];
        if is_left {
            node.start = span.start;
        } else {
            node.end = span.end;
        }
        tree.nodes[value as usize].field = if is_left { operator.left_field } else { operator.right_field };
    }

    /// Puts `value` where the whole expression stood, in its field.
    pub(super) fn put_top(&mut self, tree: &mut Tree, top: u32, value: u32, field: u8) {
        self.instead[top as usize] = value;
        tree.nodes[value as usize].field = field;
    }

    /// Gives a call the type arguments of the node that it is made of besides.
    pub(super) fn insert_types(&mut self, tree: &mut Tree, call: u32, types: u32) {
        let mut children = self.children_of(tree, call);
        children.insert(1, types);
        self.children.insert(call, children);
    }

    /// Makes a call out of ``(tag < name) > `…` ``: `false` where it cannot.
    ///
    /// The second comparison becomes the call, and the first one its type arguments.
    pub(super) fn make_typed_template(
        &mut self,
        tree: &mut Tree,
        operators: &Operators,
        [first, name, second, template]: [u32; 4],
    ) -> bool {
        let kinds = &operators.kinds;
        let sign = |of: u32, kind: Option<KindId>| {
            tree.children(NodeId(of)).map(|child| child.0).find(|child| Some(tree.nodes[*child as usize].kind) == kind)
        };
        let (Some(less), Some(greater)) = (sign(first, kinds.less), sign(second, kinds.greater)) else { return false };
        let (Some(call), Some(types), Some(type_name)) = (kinds.call, kinds.type_arguments, kinds.type_identifier)
        else {
            return false;
        };
        let field = |name| tree.language().field(name).map_or(0, |field| field.0.get());
        let (of_types, of_template) = (field("type_arguments"), field("arguments"));
        let start = tree.nodes[less as usize].start;
        let (behind_types, end) = (tree.nodes[greater as usize].end, tree.nodes[template as usize].end);
        let nodes = &mut tree.nodes;
        let changed = &mut nodes[second as usize];
        *changed = Node { kind: call, end, ..*changed };
        let changed = &mut nodes[first as usize];
        *changed = Node { kind: types, field: of_types, start, end: behind_types, ..*changed };
        let changed = &mut nodes[name as usize];
        *changed = Node { kind: type_name, field: 0, ..*changed };
        nodes[template as usize].field = of_template;
        self.children.insert(second, vec![first, first, template]);
        self.children.insert(first, vec![less, name, greater]);
        true
    }

    /// Puts `more`, which is `.D` or type arguments as the tree has it, behind the type of `a as B.C`: `false` where it cannot.
    pub(super) fn extend_type(&mut self, tree: &mut Tree, operators: &Operators, cast: u32, more: u32) -> bool {
        let kinds = &operators.kinds;
        let mut of_cast = self.children_of(tree, cast);
        let mut of_more = self.children_of(tree, more);
        let Some(name) = of_cast.last().copied() else { return false };
        let (Some(qualified_type), Some(generic)) = (kinds.qualified_type, kinds.generic_type) else { return false };
        if tree.nodes[name as usize].kind != qualified_type {
            return false;
        }
        let field = |name| tree.language().field(name).map_or(0, |field| field.0.get());
        let fields = [field("name"), field("module"), field("object"), field("property")];
        let [of_name, of_module, of_object, of_property] = fields;
        let is_member = Some(tree.nodes[more as usize].kind) == kinds.member;
        if is_member {
            let (Some(qualified), Some(property), Some(type_name), Some(member)) =
                (kinds.qualified, kinds.property, kinds.type_identifier, kinds.member)
            else {
                return false;
            };
            // What was the type becomes the module before the last name.
            let parts = self.children_of(tree, name);
            let ([first, .., last], [.., added]) = (parts.as_slice(), of_more.as_slice()) else { return false };
            let nodes = &mut tree.nodes;
            // The grammar calls a name with dots before another one so.
            if nodes[*first as usize].kind == qualified {
                nodes[*first as usize].kind = member;
            }
            nodes[*first as usize].field = of_object;
            nodes[*last as usize] = Node { kind: property, field: of_property, ..nodes[*last as usize] };
            nodes[name as usize] = Node { kind: qualified, field: of_module, ..nodes[name as usize] };
            nodes[*added as usize] = Node { kind: type_name, field: of_name, ..nodes[*added as usize] };
        } else {
            tree.nodes[name as usize].field = of_name;
        }
        let kind = if is_member { qualified_type } else { generic };
        let start = tree.nodes[name as usize].start;
        let changed = &mut tree.nodes[more as usize];
        *changed = Node { kind, field: 0, start, ..*changed };
        tree.nodes[cast as usize].end = tree.nodes[more as usize].end;
        of_more[0] = name;
        self.children.insert(more, of_more);
        of_cast.pop();
        of_cast.push(more);
        self.children.insert(cast, of_cast);
        true
    }

    /// The children of a node as they will be.
    fn children_of(&self, tree: &Tree, node: u32) -> Vec<u32> {
        let listed = self.children.get(&node).cloned();
        listed.unwrap_or_else(|| tree.children(NodeId(node)).map(|child| self.instead[child.0 as usize]).collect())
    }

    /// Writes the nodes of the tree in the new order.
    pub(super) fn apply(self, tree: &mut Tree) {
        tree.understand(&self.understood);
        let old = std::mem::take(&mut tree.nodes);
        tree.nodes.reserve(old.len());
        tree.comments.clear();
        let mut open: Vec<OpenOperator> = Vec::new();
        let mut next = Some(0);
        loop {
            if let Some(node) = next {
                let index = tree.nodes.len() as u32;
                let parent = open.last().map_or(NO_NODE, |open| open.index);
                let (at, end) = if self.children.contains_key(&node) {
                    (0, NO_NODE)
                } else {
                    (node + 1, old[node as usize].subtree_end)
                };
                tree.push_with_comments(Node { parent, ..old[node as usize] });
                open.push(OpenOperator { node, index, at, end });
            }
            let Some(last) = open.last_mut() else { return };
            next = if last.end == NO_NODE {
                let child = self.children[&last.node].get(last.at as usize).copied();
                last.at += 1;
                child
            } else if last.at < last.end {
                let child = last.at;
                last.at = old[child as usize].subtree_end;
                Some(self.instead[child as usize])
            } else {
                None
            };
            if next.is_none() {
                tree.close(last.index);
                open.pop();
            }
        }
    }
}

/// A node whose children are being written.
struct OpenOperator {
    /// Where it stood.
    node: u32,
    /// Where it stands now.
    index: u32,
    /// Its next child as it stood, or the place in the list of its children.
    at: u32,
    /// Where its subtree ended; `NO_NODE` for a list.
    end: u32,
}
