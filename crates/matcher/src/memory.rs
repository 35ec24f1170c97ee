//! What one program found out about the nodes of one source, and what that cost.

use std::collections::HashMap;

use auditlint_syntax::{NodeId, Tree};

use crate::limits::{STEPS, STEPS_PER_NODE};
use crate::op::OpId;

/// Siblings up to this number are counted anew each time.
pub(crate) const FEW: u32 = 16;

/// What one program found out about the nodes of one source. Kept by whoever tries the program at many nodes of a source,
/// and emptied before the next source.
#[derive(Debug, Default)]
pub struct Memory {
    /// How many steps were taken.
    pub(crate) steps: u64,
    /// How many may be taken.
    pub(crate) limit: u64,
    /// How many steps each search took, by its instruction.
    costs: Vec<u64>,
    tables: Vec<(OpId, MemoTable)>,
    eager: bool,
    /// The place that was counted last among many siblings, by instruction and parent.
    pub(crate) places: HashMap<(OpId, NodeId), SearchPlace>,
}

/// A place among siblings, counted so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SearchPlace {
    pub(crate) node: NodeId,
    /// 1-based.
    pub(crate) place: u32,
    /// How many there are.
    pub(crate) count: u32,
}

impl Memory {
    /// One that allows so many steps in the next source, whatever its size.
    #[must_use]
    pub fn within(limit: u64) -> Self {
        Self { limit, ..Self::default() }
    }

    /// A memory in which searches keep what they find out from the first question on, whatever it costs; for tests.
    #[must_use]
    pub fn eager() -> Self {
        Self { eager: true, ..Self::default() }
    }

    /// Forgets a source.
    pub fn clear(&mut self) {
        if self.limit > 0 {
            let costs = std::mem::take(&mut self.costs);
            *self = Self { costs, eager: self.eager, ..Self::default() };
            self.costs.clear();
        }
    }

    /// Whether the program took more steps than it may: what it would have matched from there on is not known.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.steps > self.limit
    }

    /// How many steps were taken: tests of a node, comparisons, sixteen bytes of text each.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn begin(&mut self, tree: &Tree, instructions: usize) {
        if self.limit == 0 {
            self.limit = STEPS + STEPS_PER_NODE * u64::from(tree.len());
        }
        if self.costs.is_empty() {
            self.costs.resize(instructions, 0);
        }
    }

    /// Notes what one question to a search cost.
    pub(crate) fn charge(&mut self, search: OpId, steps: u64) {
        self.costs[search.0 as usize] += steps;
    }

    /// Takes what a search found out so far; `None` as long as its questions were cheap. It is given back with
    /// [`Memory::put`].
    pub(crate) fn take(&mut self, search: OpId, tree: &Tree) -> Option<MemoTable> {
        // A table costs about as much as it takes to go over the tree once.
        if self.costs[search.0 as usize] <= u64::from(tree.len()) && !self.eager {
            return None;
        }
        match self.tables.iter_mut().find(|(known, _)| *known == search) {
            Some((_, table)) => Some(std::mem::take(table)),
            None => Some(MemoTable::new(tree.len())),
        }
    }

    pub(crate) fn put(&mut self, search: OpId, table: MemoTable) {
        match self.tables.iter_mut().find(|(known, _)| *known == search) {
            Some((_, place)) => *place = table,
            None => self.tables.push((search, table)),
        }
    }
}

/// Marks a node of which it is known that it is what is looked for.
const FOUND: u32 = 1 << 31;

/// What a search found out: from each node that is known not to be what is looked for, where it goes on.
///
/// The way from a node on does not depend on where the search came from, so ways that were gone once are shortened for all.
#[derive(Debug, Default)]
pub(crate) struct MemoTable {
    next: Vec<u32>,
}

impl MemoTable {
    fn new(nodes: u32) -> Self {
        // One more than nodes: the end of every way.
        Self { next: (0..=nodes).collect() }
    }

    /// The first node on the way from `at` on of which it is not known that it is not looked for.
    pub(crate) fn skip(&mut self, mut at: u32) -> u32 {
        loop {
            let next = self.next[at as usize];
            if next == at || next & FOUND != 0 {
                return at;
            }
            let after = self.next[next as usize];
            if after & FOUND == 0 {
                self.next[at as usize] = after;
            }
            at = next;
        }
    }

    /// Whether a node is known to be what is looked for.
    pub(crate) fn is_found(&self, at: u32) -> bool {
        self.next[at as usize] & FOUND != 0
    }

    pub(crate) fn found(&mut self, at: u32) {
        self.next[at as usize] = at | FOUND;
    }

    /// Notes that `at` is not looked for, and where the search goes on behind it.
    pub(crate) fn passed(&mut self, at: u32, next: u32) {
        self.next[at as usize] = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_shortened() {
        let mut table = MemoTable::new(5);
        for at in 0..4 {
            table.passed(at, at + 1);
        }
        assert_eq!(table.skip(0), 4);
        assert!(!table.is_found(4));
        table.found(4);
        assert!(table.is_found(4));
        assert_eq!((table.skip(1), table.skip(4), table.skip(5)), (4, 4, 5));
        table.passed(4, 5);
        assert_eq!(table.skip(0), 5);
    }
}
