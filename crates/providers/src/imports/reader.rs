//! The tree of a source of code, and what several readers ask of its nodes.

use auditlint_matcher::Analysis;
use auditlint_syntax::{NodeId, Tree};

/// A source, and what is asked of its nodes again and again.
pub(super) struct ImportReader<'a> {
    pub(super) analysis: &'a Analysis<'a>,
    pub(super) tree: &'a Tree,
}

impl<'a> ImportReader<'a> {
    /// The first child of a kind.
    pub(super) fn child(&self, node: NodeId, kind: &str) -> Option<NodeId> {
        self.tree.children(node).find(|child| self.tree.kind_name(*child) == kind)
    }

    /// A text that is written out, also between backticks.
    pub(super) fn string(&self, node: NodeId) -> Option<&'a str> {
        match self.tree.kind_name(node) {
            "string" => Some(self.analysis.words(node).trim_matches(['"', '\''])),
            "template_string" if self.child(node, "template_substitution").is_none() => {
                Some(self.analysis.words(node).trim_matches('`')).filter(|text| !text.contains(['\n', '\\']))
            }
            _ => None,
        }
    }
}
