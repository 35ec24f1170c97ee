//! An entry: a kind of node at which a program can match, refined by the text of one child.

use auditlint_syntax::{KindId, NodeId, Tree};
use serde::{Deserialize, Serialize};

/// Steps from a node down to a descendant: which of the named children that are not comments, counted from 0.
/// The empty path is the node itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyPath {
    steps: [u8; 3],
    pub(crate) len: u8,
}

impl KeyPath {
    /// The text of the node that the path leads to.
    #[must_use]
    pub fn text_at<'s>(self, tree: &Tree, text: &'s [u8], node: NodeId) -> Option<&'s [u8]> {
        let mut at = node;
        for step in &self.steps[..usize::from(self.len)] {
            let mut significant = tree.children(at).filter(|child| {
                let child = tree.node(*child);
                child.is_named() && !child.is_extra()
            });
            at = significant.nth(usize::from(*step))?;
        }
        Some(tree.text(at, text))
    }

    pub(crate) fn down(mut self, step: u8) -> Option<Self> {
        *self.steps.get_mut(usize::from(self.len))? = step;
        self.len += 1;
        Some(self)
    }
}

/// A text that the node at the end of a path must have: the name of a called function, a property, a macro.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryKey {
    /// From the matched node to the node with the text.
    pub path: KeyPath,
    /// The text.
    pub text: Box<str>,
}

/// A program can match a node only if at least one of its entries fits: the kind is equal and the key, where there is
/// one, holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProgramEntry {
    /// Kind of the node.
    pub kind: KindId,
    /// A text that must stand in it.
    pub key: Option<EntryKey>,
}
