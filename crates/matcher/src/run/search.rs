//! Going from node to node in search of one that matches: `inside`, `has`, `precedes`, `follows`.

use auditlint_syntax::{FieldId, NodeId};

use super::Run;
use crate::clause::Direction;
use crate::memory::MemoTable;
use crate::op::{NameContext, OpId, Stop};

/// What is looked for, where, and how far.
#[derive(Clone, Copy)]
pub(crate) struct Search {
    pub(crate) direction: Direction,
    pub(crate) op: OpId,
    pub(crate) stop: Stop,
    pub(crate) field: Option<FieldId>,
}

impl Run<'_, '_> {
    /// Looks from `node` on and gives the node that matched; `id` is the instruction.
    pub(crate) fn search(&mut self, id: OpId, search: Search, node: NodeId) -> Option<NodeId> {
        let before = self.steps;
        let (start, end) = self.way(search, node);
        let tree = self.tree;
        // Without a memory everything is asked as the rule says it: what others are held against.
        let context = match &self.memory {
            Some(_) => self.program.contexts.get(search.op.0 as usize).copied().unwrap_or(NameContext::Bound),
            None => NameContext::Bound,
        };
        let mut table = match &mut self.memory {
            Some(memory) if context != NameContext::Bound => memory.take(id, tree),
            _ => None,
        };
        let found = match &mut table {
            Some(table) => self.search_known(search, (start, end), context, table),
            None => self.search_anew(search, (start, end), context),
        };
        let cost = self.steps - before;
        if let Some(memory) = &mut self.memory {
            memory.charge(id, cost);
            if let Some(table) = table {
                memory.put(id, table);
            }
        }
        found
    }

    fn search_anew(&mut self, search: Search, (mut at, end): (u32, u32), context: NameContext) -> Option<NodeId> {
        while at < end && !self.exceeded {
            self.steps += 1;
            if let Some(candidate) = self.candidate(search, at)
                // To compare with what is bound can cost as much as the whole way.
                && (context != NameContext::Narrowed || self.probe_alone(search.op, candidate))
                && self.test(search.op, candidate)
            {
                return Some(candidate);
            }
            at = self.behind(search, at);
        }
        None
    }

    /// The same, passing over what is known not to match.
    fn search_known(
        &mut self,
        search: Search,
        (mut at, end): (u32, u32),
        context: NameContext,
        table: &mut MemoTable,
    ) -> Option<NodeId> {
        loop {
            at = table.skip(at);
            self.steps += 1;
            if at >= end || self.exceeded {
                return None;
            }
            let candidate = self.candidate(search, at);
            // Whether it matches here whoever asks, and whether it may match for somebody.
            let (mut matches, mut may) = (false, false);
            if let Some(candidate) = candidate {
                match context {
                    NameContext::Free => {
                        matches = table.is_found(at) || self.test(search.op, candidate);
                        if matches {
                            table.found(at);
                        }
                    }
                    // What binds must bind each time.
                    NameContext::Binds | NameContext::Bound => matches = self.test(search.op, candidate),
                    NameContext::Narrowed => {
                        may = table.is_found(at) || self.probe_alone(search.op, candidate);
                        if may {
                            table.found(at);
                            matches = self.test(search.op, candidate);
                        }
                    }
                }
                if matches {
                    return Some(candidate);
                }
            }
            let next = self.behind(search, at);
            // Beyond a limit an answer says nothing.
            if !may && !self.exceeded {
                table.passed(at, next);
            }
            at = next;
        }
    }

    /// The first node of the way, and the node before which it ends.
    fn way(&mut self, search: Search, node: NodeId) -> (u32, u32) {
        let tree = self.tree;
        let all = tree.len();
        let first = match (search.direction, search.field) {
            (Direction::Has, None) => return (node.0 + 1, tree.subtree_end(node)),
            (Direction::Has, Some(field)) => match self.child_under(node, field) {
                Some(child) if search.stop == Stop::Neighbor => return (child.0, child.0 + 1),
                Some(child) => return (child.0, tree.subtree_end(child)),
                None => None,
            },
            (Direction::Inside, None) => tree.parent(node),
            (Direction::Inside, Some(_)) => Some(node),
            (Direction::Precedes, _) => tree.next_sibling(node),
            (Direction::Follows, _) => tree.prev_sibling(node),
        };
        (first.map_or(all, |first| first.0), all)
    }

    /// The node to test where the search stands at `at`: with a field an `inside` stands at the node below.
    fn candidate(&mut self, search: Search, at: u32) -> Option<NodeId> {
        let at = NodeId(at);
        match (search.direction, search.field) {
            (Direction::Inside, Some(field)) => {
                let above = self.tree.parent(at)?;
                let fits = self.tree.node(at).field() == Some(field) && self.child_under(above, field) == Some(at);
                fits.then_some(above)
            }
            _ => Some(at),
        }
    }

    /// Where the search goes on behind `at`; the number of nodes where it ends.
    fn behind(&mut self, search: Search, at: u32) -> u32 {
        let tree = self.tree;
        let node = NodeId(at);
        match search.direction {
            // Downwards a node that ends the search hides what is below it.
            Direction::Has => match search.stop {
                Stop::End => at + 1,
                Stop::Neighbor => tree.subtree_end(node),
                Stop::Rule(stop) if self.probe_alone(stop, node) => tree.subtree_end(node),
                Stop::Rule(_) => at + 1,
            },
            Direction::Inside | Direction::Precedes | Direction::Follows => {
                let above = tree.parent(node);
                let tested = if search.field.is_some() { above } else { Some(node) };
                let ends = match (search.stop, tested) {
                    (Stop::Neighbor, _) | (_, None) => true,
                    (Stop::End, _) => false,
                    (Stop::Rule(stop), Some(tested)) => self.probe_alone(stop, tested),
                };
                let next = match search.direction {
                    _ if ends => None,
                    Direction::Precedes => tree.next_sibling(node),
                    Direction::Follows => tree.prev_sibling(node),
                    _ => above,
                };
                next.map_or(tree.len(), |next| next.0)
            }
        }
    }

    /// The first child under a field.
    fn child_under(&mut self, node: NodeId, field: FieldId) -> Option<NodeId> {
        let tree = self.tree;
        tree.children(node).find(|child| {
            self.steps += 1;
            tree.node(*child).field() == Some(field)
        })
    }
}
