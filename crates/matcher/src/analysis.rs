//! One source as matching sees it.

use std::cell::OnceCell;

use auditlint_syntax::Tree;

/// One source: its tree, its text, and what is worked out from them when first asked for.
#[derive(Debug)]
pub struct Analysis<'s> {
    tree: Tree,
    text: &'s [u8],
    line_starts: OnceCell<Vec<u32>>,
}

impl<'s> Analysis<'s> {
    /// Takes the tree that was parsed from `text`.
    #[must_use]
    pub fn new(tree: Tree, text: &'s [u8]) -> Self {
        Self { tree, text, line_starts: OnceCell::new() }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The tree, to append islands to it.
    pub fn tree_mut(&mut self) -> &mut Tree {
        &mut self.tree
    }

    /// The bytes of the source.
    #[must_use]
    pub fn text(&self) -> &'s [u8] {
        self.text
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
}
