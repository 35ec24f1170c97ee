//! What stands around a node: its statement, its named item, its first block.

use std::cell::{Cell, OnceCell};
use std::sync::OnceLock;

use auditlint_source::Span;
use auditlint_syntax::{FieldId, KindId, Language, NodeId, Tree};

/// Facts about the kinds of one language, by kind.
struct EnclosingKinds {
    statement: Vec<bool>,
    block: Vec<bool>,
    item: Vec<bool>,
    name: Option<FieldId>,
}

fn kinds(language: Language) -> &'static EnclosingKinds {
    static TABLES: [OnceLock<EnclosingKinds>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
    TABLES[language.index()].get_or_init(|| {
        let known = language.descriptor().kinds;
        let names: Vec<&str> =
            (0..language.kind_count()).map(|id| language.kind_name(KindId(id as u16)).unwrap_or_default()).collect();
        EnclosingKinds {
            statement: names
                .iter()
                .map(|name| known.statement_endings.iter().any(|ending| name.ends_with(ending)))
                .collect(),
            block: names.iter().map(|name| known.blocks.contains(name)).collect(),
            item: names.iter().map(|name| known.items.contains(name)).collect(),
            name: language.field("name"),
        }
    })
}

fn is(table: &[bool], kind: KindId) -> bool {
    table.get(kind.0 as usize).copied().unwrap_or(false)
}

/// Whether a node is a statement, a declaration or an item.
pub(crate) fn is_statement(tree: &Tree, node: NodeId) -> bool {
    is(&kinds(tree.language()).statement, tree.kind(node))
}

/// The innermost node that holds a span.
#[must_use]
pub(crate) fn node_at(tree: &Tree, span: Span) -> NodeId {
    // In pre-order nodes begin one behind the other, and whatever holds the span is around the last that begins before it.
    let (mut low, mut high) = (0, tree.main_end());
    while low < high {
        let middle = low + (high - low) / 2;
        if tree.span(NodeId(middle)).start <= span.start {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let last = NodeId(low.saturating_sub(1));
    std::iter::once(last)
        .chain(tree.ancestors(last))
        .find(|node| tree.span(*node).contains(span))
        .unwrap_or_else(|| tree.root())
}

/// What stands around the nodes of one tree. The first questions are answered by going from node to node; when that has cost
/// as much as a look at every node, all answers are worked out at once.
pub(crate) struct Enclosing<'t> {
    tree: &'t Tree,
    kinds: &'static EnclosingKinds,
    steps: Cell<u32>,
    answers: OnceCell<EnclosingAnswers>,
}

/// Stands for "none" in [`EnclosingAnswers`].
const NONE: u32 = u32::MAX;

/// By node; and the blocks in the order of the tree.
struct EnclosingAnswers {
    /// The innermost statement that holds the node or is it.
    statements: Vec<u32>,
    /// The name of the innermost item that holds the node or is it.
    names: Vec<u32>,
    blocks: Vec<u32>,
}

impl<'t> Enclosing<'t> {
    pub(crate) fn new(tree: &'t Tree) -> Self {
        Self { tree, kinds: kinds(tree.language()), steps: Cell::new(0), answers: OnceCell::new() }
    }

    pub(crate) fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// The innermost statement, declaration or item that holds the node (the node itself may be it).
    pub(crate) fn statement(&self, node: NodeId) -> Option<NodeId> {
        if let Some(answers) = self.answers() {
            return some(answers.statements[node.0 as usize]);
        }
        let mut around = std::iter::once(node).chain(self.tree.ancestors(node)).inspect(|_| self.step());
        around.find(|id| is(&self.kinds.statement, self.tree.kind(*id)))
    }

    /// The innermost item with a name that holds the node without being it: its name node.
    pub(crate) fn item_name(&self, node: NodeId) -> Option<NodeId> {
        if let Some(answers) = self.answers() {
            return some(answers.names[self.tree.parent(node)?.0 as usize]);
        }
        self.tree.ancestors(node).inspect(|_| self.step()).find_map(|id| self.own_name(id))
    }

    /// The first block at or below the node, in pre-order.
    pub(crate) fn first_block(&self, node: NodeId) -> Option<NodeId> {
        let Some(answers) = self.answers() else {
            let mut below = self.tree.subtree(node).inspect(|_| self.step());
            return below.find(|id| is(&self.kinds.block, self.tree.kind(*id)));
        };
        let first = answers.blocks.partition_point(|block| *block < node.0);
        answers.blocks.get(first).filter(|block| **block < self.tree.subtree_end(node)).map(|block| NodeId(*block))
    }

    fn own_name(&self, id: NodeId) -> Option<NodeId> {
        let is_item = is(&self.kinds.item, self.tree.kind(id));
        is_item.then(|| self.tree.child_by_field(id, self.kinds.name?))?
    }

    fn step(&self) {
        self.steps.set(self.steps.get().saturating_add(1));
    }

    fn answers(&self) -> Option<&EnclosingAnswers> {
        if self.steps.get() <= self.tree.len() {
            return None;
        }
        Some(self.answers.get_or_init(|| self.work_out()))
    }

    fn work_out(&self) -> EnclosingAnswers {
        let nodes = self.tree.len() as usize;
        let (mut statements, mut names): (Vec<u32>, Vec<u32>) = (Vec::with_capacity(nodes), Vec::with_capacity(nodes));
        let mut blocks = Vec::new();
        for id in (0..self.tree.len()).map(NodeId) {
            let kind = self.tree.kind(id);
            // A parent stands before its children, a host before its island.
            let above = |of: &[u32]| self.tree.parent(id).map_or(NONE, |parent| of[parent.0 as usize]);
            statements.push(if is(&self.kinds.statement, kind) { id.0 } else { above(&statements) });
            names.push(self.own_name(id).map_or_else(|| above(&names), |name| name.0));
            if is(&self.kinds.block, kind) {
                blocks.push(id.0);
            }
        }
        EnclosingAnswers { statements, names, blocks }
    }
}

fn some(node: u32) -> Option<NodeId> {
    (node != NONE).then_some(NodeId(node))
}

#[cfg(test)]
mod tests {
    use auditlint_syntax::Parser;

    use super::*;

    /// Answers that are worked out at once are those that going from node to node gives.
    fn check(language: Language, code: &str) {
        let tree = Parser::default().parse(language, code.as_bytes()).unwrap();
        let at_once = Enclosing::new(&tree);
        at_once.steps.set(u32::MAX);
        for node in (0..tree.len()).map(NodeId) {
            let anew = Enclosing::new(&tree);
            let of = |of: &Enclosing<'_>| (of.statement(node), of.item_name(node), of.first_block(node));
            assert_eq!(of(&at_once), of(&anew), "{node:?} of {code}");
        }
    }

    #[test]
    fn all_answers_at_once_are_those_of_single_questions() {
        check(Language::TypeScript, "class A { m() { if (a) { b(); } } n = () => c; }\nexport default () => { d(); };");
        check(Language::Python, "class A:\n    def m(self):\n        if a: b()\n    @c\n    def n(self): d()\n");
        check(Language::Rust, "mod m { fn f() -> u8 { match a { B => { c() } } } static S: u8 = 1; }");
    }

    #[test]
    fn many_questions_cost_no_more_than_a_look_at_each_node() {
        let code = format!("a{};", " as any".repeat(20_000));
        let tree = Parser::default().parse(Language::TypeScript, code.as_bytes()).unwrap();
        let enclosing = Enclosing::new(&tree);
        for node in (0..tree.len()).map(NodeId) {
            let _ = (enclosing.statement(node), enclosing.item_name(node), enclosing.first_block(node));
        }
        assert!(enclosing.steps.get() <= 2 * tree.len(), "{} steps", enclosing.steps.get());
    }
}
