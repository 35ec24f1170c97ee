//! From the root down to the nodes that hold spans, for many spans in the order of the text.

use auditlint_source::Span;

use crate::{NodeId, Tree};

/// Walks down to one span after the other. Each node of the main run is passed once, as long as the spans come in the order of
/// their starts.
#[derive(Clone, Debug)]
pub struct Descent<'t> {
    tree: &'t Tree,
    /// The next node to pass.
    next: u32,
    /// The start of the last span.
    from: u32,
    /// From the root down to the last node that was passed.
    path: Vec<NodeId>,
}

impl<'t> Descent<'t> {
    /// A walk that begins at the root.
    #[must_use]
    pub fn new(tree: &'t Tree) -> Self {
        Self { tree, next: 1, from: 0, path: vec![tree.root()] }
    }

    /// The nodes that hold `span`, from the root down to the deepest one. The root is there whatever it holds.
    pub fn to(&mut self, span: Span) -> &[NodeId] {
        let tree = self.tree;
        if span.start < self.from {
            *self = Self::new(tree);
        }
        self.from = span.start;
        while self.next < tree.main_end() && tree.span(NodeId(self.next)).start <= span.start {
            while self.path.len() > 1 && self.path.last().is_some_and(|last| tree.subtree_end(*last) <= self.next) {
                self.path.pop();
            }
            self.path.push(NodeId(self.next));
            self.next += 1;
        }
        // A node that holds the span stands around all that were passed behind it.
        let held = self.path.partition_point(|node| tree.span(*node).end >= span.end);
        &self.path[..held.max(1)]
    }
}
