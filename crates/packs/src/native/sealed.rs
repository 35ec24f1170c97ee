//! Where a source says that something is sealed.

use std::cell::OnceCell;

use auditlint_syntax::NodeId;

use super::token_names::SEALED;
use super::view::View;

/// The places of a source that say so, found when first asked for. Objects stand inside of objects, so the text of each would be
/// read once for each level.
pub(super) struct Sealed<'a> {
    view: View<'a>,
    /// Start and end of each word, in order.
    words: OnceCell<Vec<(u32, u32)>>,
    /// Calls whose callee says so, in the order of the tree.
    calls: OnceCell<Vec<NodeId>>,
}

impl<'a> Sealed<'a> {
    pub(super) fn new(view: View<'a>) -> Self {
        Self { view, words: OnceCell::new(), calls: OnceCell::new() }
    }

    /// Whether the text of a node says that something is sealed.
    pub(super) fn is_said_in(&self, node: NodeId) -> bool {
        let words = self.words.get_or_init(|| self.find_words());
        let span = self.view.span(node);
        let first = words.partition_point(|(start, _)| *start < span.start);
        words[first..].iter().take_while(|(start, _)| *start < span.end).any(|(_, end)| *end <= span.end)
    }

    /// Whether a call at or below a node is one of a function that says that it seals.
    pub(super) fn is_done_in(&self, node: NodeId) -> bool {
        let calls = self.calls.get_or_init(|| {
            let calls = self.view.nodes(&["call_expression"]);
            calls.filter(|call| self.view.field(*call, "function").is_some_and(|of| self.is_said_in(of))).collect()
        });
        let first = calls.partition_point(|call| *call < node);
        calls.get(first).is_some_and(|call| self.view.is_within(*call, node))
    }

    fn find_words(&self) -> Vec<(u32, u32)> {
        let source = self.view.bytes().to_ascii_lowercase();
        let mut words = Vec::new();
        for word in SEALED {
            let places = memchr::memmem::find_iter(&source, word);
            words.extend(places.map(|at| (at as u32, (at + word.len()) as u32)));
        }
        words.sort_unstable();
        words
    }
}
