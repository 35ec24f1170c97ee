//! The flat tree: every node of one source in pre-order, twenty bytes each.
//!
//! The first child of node `i` is `i + 1`, its next sibling stands at `subtree_end(i)`, its parent is an index.
//! Islands (see [`Tree::islands`]) are runs of their own behind the main one; the parent of an island's root is the
//! host node, which keeps its own children, so going up crosses from island to host and stepping down or aside
//! never does.

use std::num::NonZeroU8;

use auditlint_source::Span;

use crate::{FieldId, KindId, Language};

/// A node of one [`Tree`], by its place in pre-order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// What the tree keeps of one node.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Its kind.
    pub kind: KindId,
    field: u8,
    flags: u8,
    start: u32,
    end: u32,
    parent: u32,
    subtree_end: u32,
}

const NONE: u32 = u32::MAX;
const NAMED: u8 = 1;
const EXTRA: u8 = 2;
const MISSING: u8 = 4;

impl Node {
    /// Whether the grammar names it (a rule of the grammar, not a token like `+`).
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.flags & NAMED != 0
    }

    /// Whether it may stand anywhere (a comment).
    #[must_use]
    pub fn is_extra(&self) -> bool {
        self.flags & EXTRA != 0
    }

    /// Whether the parser put it in because it was expected and absent.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.flags & MISSING != 0
    }

    /// The field under which its parent holds it.
    #[must_use]
    pub fn field(&self) -> Option<FieldId> {
        NonZeroU8::new(self.field).map(FieldId)
    }

    /// Its bytes.
    #[must_use]
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.end }
    }
}

/// The syntax of one source.
#[derive(Clone, Debug)]
pub struct Tree {
    language: Language,
    nodes: Vec<Node>,
    comments: Vec<NodeId>,
    not_understood: Vec<Span>,
    islands: Vec<NodeId>,
}

impl Tree {
    /// Flattens a tree of tree-sitter in one cursor walk.
    pub(crate) fn flatten(language: Language, parsed: &tree_sitter::Tree) -> Self {
        let mut tree = Self {
            language,
            nodes: Vec::with_capacity(parsed.root_node().descendant_count()),
            comments: Vec::new(),
            not_understood: Vec::new(),
            islands: Vec::new(),
        };
        tree.append(parsed.walk(), NONE, 0);
        tree
    }

    /// Appends what `cursor` stands on as one pre-order run whose root has `parent`, with every offset moved by
    /// `shift`. Offsets that the shift would make negative are clamped to 0.
    pub(crate) fn append(&mut self, mut cursor: tree_sitter::TreeCursor<'_>, parent: u32, shift: i64) {
        let mut parent = parent;
        let mut depth = 0_usize;
        loop {
            let node = cursor.node();
            let index = self.nodes.len() as u32;
            let moved = |offset: usize| (offset as i64 + shift).max(0) as u32;
            let kind = KindId(node.kind_id());
            let flags = u8::from(node.is_named()) * NAMED
                + u8::from(node.is_extra()) * EXTRA
                + u8::from(node.is_missing()) * MISSING;
            let (start, end) = (moved(node.start_byte()), moved(node.end_byte()));
            // An ERROR node is "extra" to tree-sitter too.
            if flags & EXTRA != 0 && kind != KindId::ERROR && flags & NAMED != 0 {
                self.comments.push(NodeId(index));
            }
            if kind == KindId::ERROR || flags & MISSING != 0 {
                self.push_not_understood(Span { start, end });
            }
            let field = cursor.field_id().map_or(0, |id| id.get() as u8);
            self.nodes.push(Node { kind, field, flags, start, end, parent, subtree_end: 0 });
            if cursor.goto_first_child() {
                depth += 1;
                parent = index;
                continue;
            }
            self.nodes[index as usize].subtree_end = index + 1;
            loop {
                if depth == 0 {
                    return;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                cursor.goto_parent();
                depth -= 1;
                let done = parent as usize;
                self.nodes[done].subtree_end = self.nodes.len() as u32;
                parent = self.nodes[done].parent;
            }
        }
    }

    fn push_not_understood(&mut self, span: Span) {
        match self.not_understood.last() {
            Some(last) if last.contains(span) => {}
            _ => self.not_understood.push(span),
        }
    }

    /// The language of the source.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// How many nodes there are, islands included.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// Never: a tree has a root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node that spans the file.
    #[must_use]
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// What the tree keeps of a node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Kind of a node.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> KindId {
        self.node(id).kind
    }

    /// Name of a node's kind.
    #[must_use]
    pub fn kind_name(&self, id: NodeId) -> &'static str {
        self.language.kind_name(self.kind(id)).unwrap_or("ERROR")
    }

    /// Bytes of a node in the source.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span()
    }

    /// The text of a node, given the text of the source.
    #[must_use]
    pub fn text<'s>(&self, id: NodeId, text: &'s [u8]) -> &'s [u8] {
        self.span(id).of(text)
    }

    /// The node that holds it. From the root of an island this is the host.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.node(id).parent;
        (parent != NONE).then_some(NodeId(parent))
    }

    /// One past the last node of its subtree: nodes `id.0..subtree_end(id)` are the node and all below it.
    #[must_use]
    pub fn subtree_end(&self, id: NodeId) -> u32 {
        self.node(id).subtree_end
    }

    /// The node and all below it, in pre-order.
    pub fn subtree(&self, id: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (id.0..self.subtree_end(id)).map(NodeId)
    }

    /// Whether `id` is `ancestor` or lies below it, without crossing into islands.
    #[must_use]
    pub fn is_within(&self, id: NodeId, ancestor: NodeId) -> bool {
        ancestor.0 <= id.0 && id.0 < self.subtree_end(ancestor)
    }

    /// First child.
    #[must_use]
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        (id.0 + 1 < self.subtree_end(id)).then_some(NodeId(id.0 + 1))
    }

    /// Next sibling. The root of an island has none.
    #[must_use]
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.parent(id)?;
        let next = self.subtree_end(id);
        (next < self.subtree_end(parent)).then_some(NodeId(next))
    }

    /// Previous sibling. The root of an island has none.
    #[must_use]
    pub fn prev_sibling(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.parent(id)?;
        if id.0 == parent.0 + 1 || !self.is_within(id, parent) {
            return None;
        }
        let mut previous = NodeId(id.0 - 1);
        while self.node(previous).parent != parent.0 {
            previous = NodeId(self.node(previous).parent);
        }
        Some(previous)
    }

    /// Children in order, tokens included.
    #[must_use]
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children { tree: self, next: id.0 + 1, end: self.subtree_end(id) }
    }

    /// Children that the grammar names, in order; comments are among them.
    pub fn named_children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(|child| self.node(*child).is_named())
    }

    /// The first child under a field.
    #[must_use]
    pub fn child_by_field(&self, id: NodeId, field: FieldId) -> Option<NodeId> {
        self.children(id).find(|child| self.node(*child).field() == Some(field))
    }

    /// Parent, parent's parent, … up to the root, crossing from islands to their hosts.
    #[must_use]
    pub fn ancestors(&self, id: NodeId) -> Ancestors<'_> {
        Ancestors { tree: self, at: id }
    }

    /// The deepest node whose span holds `span`, in the main run.
    #[must_use]
    pub fn deepest_at(&self, span: Span) -> NodeId {
        let mut at = self.root();
        while let Some(child) = self.children(at).find(|child| self.span(*child).contains(span)) {
            at = child;
        }
        at
    }

    /// Comments, in the order of the file, islands after the main run.
    #[must_use]
    pub fn comments(&self) -> &[NodeId] {
        &self.comments
    }

    /// Regions that the parser did not understand, in the order of the file.
    #[must_use]
    pub fn not_understood(&self) -> &[Span] {
        &self.not_understood
    }

    /// Roots of the islands that were parsed.
    #[must_use]
    pub fn islands(&self) -> &[NodeId] {
        &self.islands
    }
}

/// Iterator over the children of a node.
#[derive(Clone, Debug)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let child = NodeId(self.next);
        self.next = self.tree.subtree_end(child);
        Some(child)
    }
}

/// Iterator over the ancestors of a node.
#[derive(Clone, Debug)]
pub struct Ancestors<'t> {
    tree: &'t Tree,
    at: NodeId,
}

impl Iterator for Ancestors<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.at = self.tree.parent(self.at)?;
        Some(self.at)
    }
}
