//! One source as matching sees it.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use auditlint_names::{ImportedNames, Names, Target};
use auditlint_syntax::{NodeId, Tree};

use crate::memory::{FEW, SearchPlace};

/// One source: its tree, its text, and what is worked out from them when first asked for.
#[derive(Debug)]
pub struct Analysis<'s> {
    tree: Tree,
    text: &'s [u8],
    line_starts: OnceCell<Vec<u32>>,
    /// How many characters stand before each multiple of [`MARK`].
    characters: OnceCell<Vec<u32>>,
    /// The place among many named siblings that was asked for last, by parent. Matching goes through siblings in order, so
    /// counting on from it makes `nthChild` linear in their number.
    last_places: RefCell<HashMap<NodeId, SearchPlace>>,
    names: OnceCell<Names>,
    imported: Option<Arc<ImportedNames>>,
}

/// Text between two marks of [`Analysis::line_and_column`], in bytes.
const MARK: usize = 1024;

impl<'s> Analysis<'s> {
    /// Takes the tree that was parsed from `text`.
    #[must_use]
    pub fn new(tree: Tree, text: &'s [u8]) -> Self {
        Self {
            tree,
            text,
            line_starts: OnceCell::new(),
            characters: OnceCell::new(),
            last_places: RefCell::default(),
            names: OnceCell::new(),
            imported: None,
        }
    }

    /// The same of a source that imports what other sources of the project export.
    #[must_use]
    pub fn importing(self, imported: Option<&Arc<ImportedNames>>) -> Self {
        Self { imported: imported.cloned(), ..self }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
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
        self.names.get_or_init(|| self.unasked_names())
    }

    /// The same, knowing nothing yet of what was asked before.
    pub(crate) fn unasked_names(&self) -> Names {
        Names::of(&self.tree, self.text).importing(self.imported.clone())
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
        let end = (offset as usize).min(self.text.len());
        (line as u32, self.characters_before(end) - self.characters_before(starts[line] as usize))
    }

    fn characters_before(&self, offset: usize) -> u32 {
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32;
        let marks = self.characters.get_or_init(|| {
            let mut before = 0;
            let mut marks = vec![0];
            marks.extend(self.text.chunks_exact(MARK).map(|chunk| {
                before += count(chunk);
                before
            }));
            marks
        });
        let mark = offset / MARK;
        marks[mark] + count(&self.text[mark * MARK..offset])
    }

    /// The 1-based place of a named node among the named children of its parent, and how many of them there are.
    pub(crate) fn place_among_named(&self, parent: NodeId, node: NodeId) -> (u32, u32) {
        let tree = &self.tree;
        let mut places = self.last_places.borrow_mut();
        let last = places.get(&parent).filter(|last| last.node <= node).copied();
        let mut place = last.unwrap_or_else(|| {
            let mut named = tree.named_children(parent);
            let first = named.next().unwrap_or(node);
            SearchPlace { node: first, place: 1, count: 1 + named.count() as u32 }
        });
        while place.node != node {
            let Some(next) = tree.next_sibling(place.node) else { break };
            place.node = next;
            place.place += u32::from(tree.node(next).is_named());
        }
        if place.count > FEW {
            places.insert(parent, place);
        }
        (place.place, place.count)
    }
}
