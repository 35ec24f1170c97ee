//! Appending one parsed island to the tree as a pre-order run.

use super::input::MacroInput;
use crate::flatten::KindFlags;
use crate::tree::{MISSING, NO_NODE, Node};
use crate::{KindId, NodeId, Tree};

/// A node of the parser on the way down to where the walk stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenNode {
    /// Its index in the flat tree; [`NO_NODE`] where it was left out.
    index: u32,
    /// The index under which its siblings stand.
    parent: u32,
}

/// Appends `parsed` behind `tree` as the island of `host`.
///
/// A node that starts or ends in made-up bytes is left out, and its children stand in its place without a field.
/// What is left stands under a second `token_tree` over the span of the host, the root of the island.
pub(super) fn graft(
    tree: &mut Tree,
    parsed: &tree_sitter::Tree,
    input: &MacroInput,
    host: NodeId,
    open: &mut Vec<OpenNode>,
) {
    let kinds = KindFlags::of(tree.language());
    let root = tree.push(tree.node(host).as_island_root(host));
    tree.islands.push(NodeId(root));
    let mut cursor = parsed.walk();
    let mut parent = root;
    open.clear();
    loop {
        let node = cursor.node();
        let (start, end) = (node.start_byte() as u32, node.end_byte() as u32);
        let (kind, flags) = kinds.of_node(&node, start == end);
        let span = input.source_span(start, end);
        if (kind == KindId::ERROR || flags & MISSING != 0)
            && let Some(region) = span.or_else(|| input.clip(start, end))
        {
            tree.push_not_understood(region);
        }
        let index = span.map_or(NO_NODE, |span| {
            let left_out = open.last().is_none_or(|above| above.index == NO_NODE);
            let field = if left_out { 0 } else { cursor.field_id().map_or(0, |id| id.get() as u8) };
            tree.push(Node::new(kind, field, flags, span, parent))
        });
        if cursor.goto_first_child() {
            open.push(OpenNode { index, parent });
            parent = if index == NO_NODE { parent } else { index };
            continue;
        }
        loop {
            if open.is_empty() {
                tree.close(root);
                return;
            }
            if cursor.goto_next_sibling() {
                break;
            }
            cursor.goto_parent();
            if let Some(done) = open.pop() {
                if done.index != NO_NODE {
                    tree.close(done.index);
                }
                parent = done.parent;
            }
        }
    }
}

/// How many bytes of the source `parsed` did not understand; a missing token counts as one byte.
pub(super) fn not_understood_bytes(parsed: &tree_sitter::Tree, input: &MacroInput) -> u32 {
    let mut cursor = parsed.walk();
    let mut bytes = 0;
    let mut depth = 0_usize;
    if !parsed.root_node().has_error() {
        return 0;
    }
    loop {
        let node = cursor.node();
        let error = node.is_error();
        if error || node.is_missing() {
            let clipped = input.clip(node.start_byte() as u32, node.end_byte() as u32);
            bytes += clipped.map_or(0, auditlint_source::Span::len).max(1);
        }
        if !error && node.has_error() && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if depth == 0 || !cursor.goto_parent() {
                return bytes;
            }
            depth -= 1;
            if depth == 0 {
                return bytes;
            }
        }
    }
}
