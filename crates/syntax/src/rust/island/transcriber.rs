//! What the parser is to read for the body of a rule of `macro_rules!`, so that it is Rust without metavariables.
//!
//! A metavariable is read as an identifier of the same length, so that its node keeps its place; what stands for no expression, path or
//! name is left out or read as the empty thing of its kind. A repetition is read as if its content stood there once.

use auditlint_source::Span;

use super::kinds::IslandKinds;
use crate::{NodeId, Tree};

/// How a stretch of a body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadAs {
    /// As other bytes of the same length, at the same place.
    Bytes(&'static [u8]),
    /// As made-up bytes.
    MadeUp(&'static str),
}

/// The stretches of the bodies of a source that are read as something else, in order.
#[derive(Debug, Default)]
pub(super) struct Rewordings {
    stretches: Vec<(Span, ReadAs)>,
    /// Those of the body that is being noted, before they are in order.
    fresh: Vec<(Span, ReadAs)>,
}

impl Rewordings {
    pub(super) fn clear(&mut self) {
        self.stretches.clear();
    }

    /// Those that begin in a span.
    pub(super) fn within(&self, span: Span) -> &[(Span, ReadAs)] {
        let from = self.stretches.partition_point(|(stretch, _)| stretch.start < span.start);
        let until = self.stretches.partition_point(|(stretch, _)| stretch.start < span.end);
        &self.stretches[from..until.max(from)]
    }

    /// Notes the stretches of the body `host` of a rule. Bodies must come in order, and none within another.
    pub(super) fn note(&mut self, tree: &Tree, text: &[u8], rule: NodeId, host: NodeId) {
        let kinds = IslandKinds::get();
        let fragments = Fragments::of(tree, text, rule, host);
        for node in tree.subtree(host) {
            let kind = tree.kind(node);
            if kind == kinds.metavariable {
                let span = tree.span(node);
                let dollar = Span::new(span.start, span.start + 1);
                let stretch = match fragments.of_name(tree.text(node, text)) {
                    Some(b"block") => (span, ReadAs::MadeUp("{}")),
                    Some(b"vis" | b"item") => (span, ReadAs::MadeUp("")),
                    Some(b"lifetime") => (dollar, ReadAs::Bytes(b"'")),
                    _ => (dollar, ReadAs::Bytes(b"_")),
                };
                self.fresh.push(stretch);
            } else if kind == kinds.crate_keyword && is_dollar_before(text, tree.span(node).start) {
                let start = tree.span(node).start - 1;
                self.fresh.push((Span::new(start, start + 1), ReadAs::Bytes(b"_")));
            } else if kind == kinds.token_repetition {
                self.repetition(tree, text, node);
            }
        }
        self.fresh.sort_unstable_by_key(|(span, _)| span.start);
        self.fresh.dedup_by_key(|(span, _)| span.start);
        self.stretches.append(&mut self.fresh);
    }

    /// The signs around the content of a repetition are not code.
    fn repetition(&mut self, tree: &Tree, text: &[u8], node: NodeId) {
        let span = tree.span(node);
        let close = tree.children(node).filter(|child| tree.text(*child, text) == b")").last();
        let Some(close) = close.map(|close| tree.span(close)) else { return };
        let open = tree.children(node).find(|child| tree.text(*child, text) == b"(").map(|open| tree.span(open));
        if let Some(open) = open {
            self.fresh.push((Span::new(span.start, open.end), ReadAs::MadeUp(" ")));
            self.fresh.push((Span::new(close.start, span.end), ReadAs::MadeUp(" ")));
        }
    }
}

fn is_dollar_before(text: &[u8], place: u32) -> bool {
    place.checked_sub(1).is_some_and(|before| text.get(before as usize) == Some(&b'$'))
}

/// What the metavariables of a rule stand for.
struct Fragments<'s> {
    by_name: Vec<(&'s [u8], &'s [u8])>,
}

impl<'s> Fragments<'s> {
    fn of(tree: &Tree, text: &'s [u8], rule: NodeId, host: NodeId) -> Self {
        let kinds = IslandKinds::get();
        let bindings =
            tree.subtree(rule).filter(|node| *node < host && tree.kind(*node) == kinds.token_binding_pattern);
        let named = bindings.filter_map(|binding| {
            let mut children = tree.children(binding);
            let name = children.next()?;
            Some((tree.text(name, text), tree.text(children.last()?, text)))
        });
        let mut by_name: Vec<_> = named.collect();
        by_name.sort_unstable();
        Self { by_name }
    }

    fn of_name(&self, name: &[u8]) -> Option<&'s [u8]> {
        let index = self.by_name.binary_search_by_key(&name, |(known, _)| known).ok()?;
        Some(self.by_name[index].1)
    }
}
