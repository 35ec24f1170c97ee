//! The flat tree: every node of one source in pre-order, twenty bytes each.
//!
//! The first child of node `i` is `i + 1`, its next sibling stands at `subtree_end(i)`, its parent is an index.
//! Islands (see [`Tree::islands`]) are runs of their own behind the main one; the parent of an island's root is the
//! host node, which keeps its own children, so going up crosses from island to host and stepping down or aside
//! never does.

use std::num::NonZeroU8;

use auditlint_source::Span;
use rustc_hash::FxHashSet;

use crate::{Code, FieldId, KindId, Language};

/// A node of one [`Tree`], by its place in pre-order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// What the tree keeps of one node.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Its kind.
    pub kind: KindId,
    pub(crate) field: u8,
    pub(crate) flags: u8,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) parent: u32,
    pub(crate) subtree_end: u32,
}

/// Stands for "no node" where an index is kept.
pub(crate) const NO_NODE: u32 = u32::MAX;
pub(crate) const NAMED: u8 = 1;
pub(crate) const EXTRA: u8 = 2;
pub(crate) const MISSING: u8 = 4;
/// A token tree for which an island was asked.
const ASKED: u8 = 8;
/// A kind that the grammar can have put in the wrong place. It stands in the tables of kinds only.
pub(crate) const DOUBTFUL: u8 = 16;
pub(crate) const COMMENT: u8 = 32;

impl Node {
    /// A node without children, to be pushed at the end of the array. `field` 0 means none.
    pub(crate) fn new(kind: KindId, field: u8, flags: u8, span: Span, parent: u32) -> Self {
        Self { kind, field, flags, start: span.start, end: span.end, parent, subtree_end: NO_NODE }
    }

    /// The same node as the root of its own island under the host `host`.
    pub(crate) fn as_island_root(self, host: NodeId) -> Self {
        Self { parent: host.0, field: 0, flags: NAMED, ..self }
    }

    /// Whether the grammar names it (a rule of the grammar, not a token like `+`).
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.flags & NAMED != 0
    }

    /// Whether it may stand anywhere: a comment, a backslash at the end of a line.
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
    pub(crate) nodes: Vec<Node>,
    pub(crate) comments: Vec<NodeId>,
    not_understood: Vec<Span>,
    pub(crate) regrouped: u32,
    pub(crate) reparsed: u32,
    is_part: bool,
    pub(crate) islands: Vec<NodeId>,
    /// How many bytes the parser has read for islands of this tree.
    pub(crate) island_bytes: u64,
}

impl Tree {
    /// A tree without nodes yet.
    pub(crate) fn with_capacity(language: Language, nodes: usize) -> Self {
        Self {
            language,
            nodes: Vec::with_capacity(nodes),
            comments: Vec::new(),
            not_understood: Vec::new(),
            regrouped: 0,
            reparsed: 0,
            is_part: false,
            islands: Vec::new(),
            island_bytes: 0,
        }
    }

    /// Appends a node and returns its index.
    pub(crate) fn push(&mut self, node: Node) -> u32 {
        let index = self.nodes.len() as u32;
        self.nodes.push(Node { subtree_end: index + 1, ..node });
        index
    }

    /// The same with a note of it if it is a comment.
    pub(crate) fn push_with_comments(&mut self, node: Node) -> u32 {
        if node.flags & COMMENT != 0 {
            self.comments.push(NodeId(self.nodes.len() as u32));
        }
        self.push(node)
    }

    /// Says that the subtree of `index` ends with the last node pushed.
    pub(crate) fn close(&mut self, index: u32) {
        self.nodes[index as usize].subtree_end = self.nodes.len() as u32;
    }

    pub(crate) fn push_not_understood(&mut self, span: Span) {
        match self.not_understood.last() {
            Some(last) if last.contains(span) => {}
            _ => self.not_understood.push(span),
        }
    }

    /// Takes back that places were not understood.
    pub(crate) fn understand(&mut self, places: &FxHashSet<Span>) {
        self.not_understood.retain(|span| !places.contains(span));
    }

    /// Brings the regions that were not understood into order, no two of them touching.
    pub(crate) fn merge_not_understood(&mut self) {
        self.not_understood.sort_unstable();
        self.not_understood.dedup_by(|next, kept| {
            let touches = next.start <= kept.end;
            if touches {
                *kept = kept.union(*next);
            }
            touches
        });
    }

    /// Whether a token tree was asked for.
    pub(crate) fn is_asked(&self, host: NodeId) -> bool {
        self.node(host).flags & ASKED != 0
    }

    /// Marks a token tree as asked for; `false` where it was already.
    pub(crate) fn ask_island(&mut self, host: NodeId) -> bool {
        let node = &mut self.nodes[host.0 as usize];
        let first = node.flags & ASKED == 0;
        node.flags |= ASKED;
        first
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
        (parent != NO_NODE).then_some(NodeId(parent))
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

    /// Children from the last to the first, tokens included.
    pub fn children_back(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let last = self.first_child(id).map(|_| {
            let mut last = NodeId(self.subtree_end(id) - 1);
            while self.node(last).parent != id.0 {
                last = NodeId(self.node(last).parent);
            }
            last
        });
        std::iter::successors(last, |child| self.prev_sibling(*child))
    }

    /// The first child under a field.
    #[must_use]
    pub fn child_by_field(&self, id: NodeId, field: FieldId) -> Option<NodeId> {
        self.children(id).find(|child| self.node(*child).field() == Some(field))
    }

    /// The same by the name of the field.
    #[must_use]
    pub fn child_by_field_name(&self, id: NodeId, field: &str) -> Option<NodeId> {
        self.child_by_field(id, self.language().field(field)?)
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

    /// Comments, in the order of the file, each once. Those inside a token tree stand in the main run; an island of
    /// that token tree has nodes for them too, which are not listed here.
    #[must_use]
    pub fn comments(&self) -> &[NodeId] {
        &self.comments
    }

    /// Regions that were not understood, in the order of the file, no two of them touching. A place where something
    /// is missing is an empty span.
    #[must_use]
    pub fn not_understood(&self) -> &[Span] {
        &self.not_understood
    }

    /// How many bytes were not understood.
    #[must_use]
    pub fn not_understood_bytes(&self) -> u64 {
        self.not_understood.iter().map(|span| u64::from(span.len())).sum()
    }

    /// Says whether there is more in the file than this code (see [`Code::is_part`]).
    pub fn set_part(&mut self, is_part: bool) {
        self.is_part = is_part;
    }

    /// Notes what is known of the file of which this is the code.
    pub fn join_page(&mut self, code: &Code<'_>) {
        self.is_part = code.is_part();
        self.not_understood.extend_from_slice(code.not_understood());
        self.merge_not_understood();
    }

    /// Whether the file holds more than this code, which may mention what the code declares.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.is_part
    }

    /// How many expressions the grammar had grouped wrongly, and are now as the language means them.
    #[must_use]
    pub fn regrouped(&self) -> u32 {
        self.regrouped
    }

    /// How often the source was parsed again with syntax masked that the grammar lacks.
    #[must_use]
    pub fn reparsed(&self) -> u32 {
        self.reparsed
    }

    /// Whether less is not understood than in another tree of the same source, and nothing that it understands.
    pub(crate) fn understands_more_than(&self, other: &Self) -> bool {
        // What is missing counts as one byte.
        let weight = |tree: &Self| tree.not_understood.iter().map(|span| u64::from(span.len().max(1))).sum::<u64>();
        let is_known = |span: &Span| {
            let after = other.not_understood.partition_point(|region| region.start <= span.start);
            after.checked_sub(1).is_some_and(|index| other.not_understood[index].contains(*span))
        };
        weight(self) < weight(other) && self.not_understood.iter().all(is_known)
    }

    /// Roots of the islands that were parsed, ascending.
    ///
    /// The root of an island is a second `token_tree` over the bytes of its host, in which the tokens are understood:
    /// below it stand the expressions, statements, match arms or items of the macro's arguments, with the separators
    /// between them.
    #[must_use]
    pub fn islands(&self) -> &[NodeId] {
        &self.islands
    }

    /// One past the last node of the main run; islands stand from here on.
    #[must_use]
    pub fn main_end(&self) -> u32 {
        self.subtree_end(self.root())
    }

    /// Whether a node belongs to an island.
    #[must_use]
    pub fn is_island_node(&self, id: NodeId) -> bool {
        id.0 >= self.main_end()
    }

    /// The root of the island to which a node belongs.
    #[must_use]
    pub fn island_of(&self, id: NodeId) -> Option<NodeId> {
        let after = self.islands.partition_point(|root| *root <= id);
        after.checked_sub(1).map(|index| self.islands[index])
    }

    /// The token tree that an island understands, given the island's root.
    #[must_use]
    pub fn host(&self, island: NodeId) -> Option<NodeId> {
        self.islands.binary_search(&island).ok().and_then(|_| self.parent(island))
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
