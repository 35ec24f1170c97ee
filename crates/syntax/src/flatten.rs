//! The one walk that turns a tree of tree-sitter into the flat [`Tree`].
//!
//! Every question to tree-sitter is a call into C, so the walk asks as few as it can: whether a kind is named or may
//! be a comment comes from a table of the language, and only an empty node can be a missing one.

use std::sync::OnceLock;

use auditlint_source::Span;

use crate::mask::{MaskWalk, Masks};
use crate::tree::{COMMENT, DOUBTFUL, EXTRA, MISSING, NAMED, NO_NODE, Node};
use crate::{KindId, Language, Tree, ecmascript};

/// Flattens a whole tree in one cursor walk, given what was masked in the text that it was parsed from.
pub(crate) fn flatten(language: Language, parsed: &tree_sitter::Tree, masks: &Masks) -> Tree {
    let mut tree = Tree::with_capacity(language, parsed.root_node().descendant_count());
    let kinds = KindFlags::of(language);
    let mut cursor = parsed.walk();
    let mut parent = NO_NODE;
    let mut depth = 0_usize;
    let mut doubtful = Vec::new();
    let mut masked = MaskWalk::new(masks, language);
    loop {
        let node = cursor.node();
        let span = Span { start: node.start_byte() as u32, end: node.end_byte() as u32 };
        let (kind, flags) = kinds.of_node(&node, span.is_empty());
        if kind == KindId::ERROR || flags & MISSING != 0 {
            tree.push_not_understood(span);
        }
        let field = cursor.field_id().map_or(0, |id| id.get() as u8);
        let new = Node::new(kind, field, flags & !DOUBTFUL, span, parent);
        let is_left_out = !masks.is_empty() && masked.before(&mut tree, &new);
        let index = tree.nodes.len() as u32;
        if flags & DOUBTFUL != 0 {
            doubtful.push(index);
        }
        if !(is_left_out || (!masks.is_empty() && masked.graft(&mut tree, &new))) {
            tree.push_with_comments(new);
        }
        if cursor.goto_first_child() {
            depth += 1;
            parent = index;
            continue;
        }
        loop {
            if depth == 0 {
                if !doubtful.is_empty() {
                    ecmascript::regroup(&mut tree, &doubtful);
                }
                tree.merge_not_understood();
                return tree;
            }
            if cursor.goto_next_sibling() {
                break;
            }
            cursor.goto_parent();
            depth -= 1;
            let done = parent;
            tree.close(done);
            parent = tree.nodes[done as usize].parent;
        }
    }
}

/// What is known of a node from its kind alone.
pub(crate) struct KindFlags(Box<[u8]>);

impl KindFlags {
    pub(crate) fn of(language: Language) -> &'static Self {
        static TABLES: [OnceLock<KindFlags>; Language::GRAMMARS] = [const { OnceLock::new() }; Language::GRAMMARS];
        TABLES[language.index()].get_or_init(|| {
            let grammar = language.grammar();
            let is_regrouped = language.descriptor().is_regrouped;
            let flags = (0..grammar.node_kind_count() as u16).map(|kind| {
                let name = grammar.node_kind_for_id(kind).unwrap_or_default();
                let is_named = grammar.node_kind_is_named(kind);
                let is_doubtful = is_regrouped && ecmascript::is_doubtful(name, is_named);
                let is_comment = is_named && name.ends_with("comment");
                let is_extra = name.ends_with("comment") || name == "line_continuation";
                u8::from(is_named) * NAMED
                    + u8::from(is_extra) * EXTRA
                    + u8::from(is_comment) * COMMENT
                    + u8::from(is_doubtful) * DOUBTFUL
            });
            Self(flags.collect())
        })
    }

    /// Kind and flags of a node that holds no byte or some.
    pub(crate) fn of_node(&self, node: &tree_sitter::Node<'_>, is_empty: bool) -> (KindId, u8) {
        let kind = node.kind_id();
        // An ERROR node has no place in the table; it is named.
        let mut flags = self.0.get(usize::from(kind)).copied().unwrap_or(NAMED);
        if flags & EXTRA != 0 && !node.is_extra() {
            flags &= !(EXTRA | COMMENT);
        }
        if is_empty && node.is_missing() {
            flags |= MISSING;
        }
        (KindId(kind), flags)
    }
}
