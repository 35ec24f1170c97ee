//! Syntax that a grammar lacks: what the parser reads in its place, and what stands in the tree for it.
//!
//! Every mask keeps the length of what it covers, so that all spans are those of the source, and texts are read from there.

use auditlint_source::Span;

use crate::tree::{NAMED, Node};
use crate::{FieldId, KindId, Language, Tree};

/// One place that the parser reads differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) span: Span,
    pub(crate) reading: ParserReading,
}

/// What the parser reads at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParserReading {
    /// Blanks; the tree says nothing about the word.
    Blank,
    /// Blanks, and the keyword stands in the tree where it was.
    Keyword,
    /// `;` in place of a blank, which does not stand in the tree.
    Semicolon,
    /// A name for `import("a")`, which stands in the tree as the call that it is elsewhere; with the span of the text in it, the
    /// quotes among it.
    Import { text: Span, quote: Quote },
    /// `const`, for a keyword of the same length that declares in the same way.
    Constant,
    /// Another name of the same length, for one that is a keyword to the grammar.
    Name,
}

/// What a text stands between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quote {
    Single,
    Double,
}

/// The masks of one source, in its order, none overlapping another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masks(Vec<Mask>);

impl Masks {
    pub(crate) fn new(mut masks: Vec<Mask>) -> Self {
        masks.sort_unstable_by_key(|mask| mask.span);
        masks.dedup_by(|next, kept| next.span.start < kept.span.end);
        Self(masks)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same without those in whose place a sign is read that the source does not have.
    pub(crate) fn without_signs(&self) -> Self {
        Self(self.0.iter().filter(|mask| mask.reading != ParserReading::Semicolon).copied().collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The text as the parser is to read it.
    pub(crate) fn apply(&self, text: &[u8]) -> Vec<u8> {
        let mut out = text.to_vec();
        for Mask { span, reading } in &self.0 {
            let place = &mut out[span.start as usize..span.end as usize];
            match reading {
                ParserReading::Blank | ParserReading::Keyword => place.fill(b' '),
                ParserReading::Semicolon => place.fill(b';'),
                ParserReading::Import { .. } => place["import".len()..].fill(b'_'),
                ParserReading::Constant => place.copy_from_slice(b"const"),
                ParserReading::Name => place[0] = b'_',
            }
        }
        out
    }
}

/// A walk over the tree of a masked text, in pre-order.
pub(crate) struct MaskWalk<'m> {
    masks: &'m [Mask],
    language: Language,
}

impl<'m> MaskWalk<'m> {
    pub(crate) fn new(masks: &'m Masks, language: Language) -> Self {
        Self { masks: &masks.0, language }
    }

    /// Puts into the tree what stands before the next node and was masked, given the index of the parent that both have.
    /// Says whether the node itself is to be left out.
    pub(crate) fn before(&mut self, tree: &mut Tree, next: &Node) -> bool {
        while let Some((mask, rest)) = self.masks.split_first().filter(|(mask, _)| mask.span.end <= next.start) {
            if mask.reading == ParserReading::Keyword && stands_between(tree, mask.span, next.parent) {
                self.push(tree, "type", false, None, (mask.span, next.parent));
            }
            self.masks = rest;
        }
        self.masks.first().is_some_and(|mask| {
            mask.reading == ParserReading::Semicolon && mask.span == next.span() && next.flags & NAMED == 0
        })
    }

    /// Puts the call into the tree that is read as the name `node`; `false` where it is not one.
    pub(crate) fn graft(&self, tree: &mut Tree, node: &Node) -> bool {
        let Some(&Mask { span, reading: ParserReading::Import { text, quote } }) = self.masks.first() else {
            return false;
        };
        let is_name = || matches!(self.language.kind_name(node.kind), Some("identifier" | "type_identifier"));
        if span != node.span() || !is_name() {
            return false;
        }
        let field = |name| self.language.field(name);
        let keyword = Span::new(span.start, span.start + "import".len() as u32);
        let open = Span::new(keyword.end, keyword.end + 1);
        let close = Span::new(span.end - 1, span.end);
        let (first, last) = (Span::new(text.start, text.start + 1), Span::new(text.end - 1, text.end));
        let quote = match quote {
            Quote::Single => "'",
            Quote::Double => "\"",
        };
        let call = self.push(tree, "call_expression", true, node.field(), (span, node.parent));
        let import = self.push(tree, "import", true, field("function"), (keyword, call));
        self.push(tree, "import", false, None, (keyword, import));
        tree.close(import);
        let arguments = self.push(tree, "arguments", true, field("arguments"), (Span::new(open.start, span.end), call));
        self.push(tree, "(", false, None, (open, arguments));
        let string = self.push(tree, "string", true, None, (text, arguments));
        self.push(tree, quote, false, None, (first, string));
        if first.end < last.start {
            self.push(tree, "string_fragment", true, None, (Span::new(first.end, last.start), string));
        }
        self.push(tree, quote, false, None, (last, string));
        tree.close(string);
        self.push(tree, ")", false, None, (close, arguments));
        tree.close(arguments);
        tree.close(call);
        true
    }

    /// Appends a node of a kind, and gives its index.
    fn push(
        &self,
        tree: &mut Tree,
        kind: &str,
        is_named: bool,
        field: Option<FieldId>,
        (span, parent): (Span, u32),
    ) -> u32 {
        let kind = KindId(self.language.grammar().id_for_node_kind(kind, is_named));
        let field = field.map_or(0, |field| field.0.get());
        tree.push(Node::new(kind, field, if is_named { NAMED } else { 0 }, span, parent))
    }
}

/// Whether a span stands inside of a node and behind all that this node has so far.
fn stands_between(tree: &Tree, span: Span, parent: u32) -> bool {
    let is_inside = tree.nodes.get(parent as usize).is_some_and(|above| above.start < span.start);
    let last = (tree.nodes.len() as u32).checked_sub(1);
    let mut open = std::iter::successors(last, |node| Some(tree.nodes[*node as usize].parent));
    is_inside
        && open.by_ref().take_while(|node| *node != parent).all(|node| tree.nodes[node as usize].end <= span.start)
}
