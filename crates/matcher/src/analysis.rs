//! One source as matching sees it.

use std::cell::{Cell, OnceCell};

use auditlint_names::{Names, Target};
use auditlint_syntax::{NodeId, Tree};

/// One source: its tree, its text, and what is worked out from them when first asked for.
#[derive(Debug)]
pub struct Analysis<'s> {
    tree: Tree,
    text: &'s [u8],
    line_starts: OnceCell<Vec<u32>>,
    last_place: Cell<Option<Place>>,
    names: OnceCell<Names>,
}

/// The place among named siblings that was asked for last. Matching goes through siblings in order, so counting on
/// from it makes `nthChild` linear in their number.
#[derive(Clone, Copy, Debug)]
struct Place {
    parent: NodeId,
    node: NodeId,
    place: u32,
    count: u32,
}

impl<'s> Analysis<'s> {
    /// Takes the tree that was parsed from `text`.
    #[must_use]
    pub fn new(tree: Tree, text: &'s [u8]) -> Self {
        Self { tree, text, line_starts: OnceCell::new(), last_place: Cell::new(None), names: OnceCell::new() }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The tree, to append islands to it.
    pub fn tree_mut(&mut self) -> &mut Tree {
        self.names = OnceCell::new();
        &mut self.tree
    }

    /// The bytes of the source.
    #[must_use]
    pub fn text(&self) -> &'s [u8] {
        self.text
    }

    /// The words of a node; none where they are not UTF-8.
    #[must_use]
    pub fn words(&self, node: NodeId) -> &'s str {
        str::from_utf8(self.tree.text(node, self.text)).unwrap_or_default()
    }

    /// What the names of the source refer to. Worked out when first asked for.
    #[must_use]
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.tree, self.text))
    }

    /// What the names refer to, where somebody has asked for it.
    #[must_use]
    pub fn known_names(&self) -> Option<&Names> {
        self.names.get()
    }

    /// What an expression is.
    #[must_use]
    pub fn target(&self, node: NodeId) -> Target {
        self.names().target(&self.tree, self.text, node)
    }

    /// 0-based line and column of an offset as the key `range` counts them: lines end at `\n` only, columns are
    /// characters.
    pub(crate) fn line_and_column(&self, offset: u32) -> (u32, u32) {
        let starts = self.line_starts.get_or_init(|| {
            let mut starts = vec![0];
            starts.extend(memchr::memchr_iter(b'\n', self.text).map(|at| at as u32 + 1));
            starts
        });
        let line = starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[starts[line] as usize..(offset as usize).min(self.text.len())];
        let column = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        (line as u32, column as u32)
    }

    /// The 1-based place of a named node among the named children of its parent, and how many of them there are.
    pub(crate) fn place_among_named(&self, parent: NodeId, node: NodeId) -> (u32, u32) {
        let tree = &self.tree;
        let last = self.last_place.get().filter(|last| last.parent == parent && last.node <= node);
        let (mut at, mut place, count) = match last {
            Some(last) => (last.node, last.place, last.count),
            None => {
                let mut named = tree.named_children(parent);
                let first = named.next().unwrap_or(node);
                (first, 1, 1 + named.count() as u32)
            }
        };
        while at != node {
            let Some(next) = tree.next_sibling(at) else { break };
            at = next;
            place += u32::from(tree.node(at).is_named());
        }
        self.last_place.set(Some(Place { parent, node, place, count }));
        (place, count)
    }
}
