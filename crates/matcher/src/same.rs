//! Whether two pieces of code are the same, as two uses of one metavariable must be.

use auditlint_syntax::{NodeId, Tree};

use crate::captures::Siblings;

/// Whether two nodes are the same code: equal kinds and structure, and equal text where one of them has no named
/// child. Blanks between nodes do not count. What it costs is added to `steps`.
pub(crate) fn same_node(tree: &Tree, text: &[u8], left: NodeId, right: NodeId, steps: &mut u64) -> bool {
    let (mut left_at, mut right_at) = (left, right);
    // The pair whose children are being compared; both move up together.
    let (mut left_parent, mut right_parent) = (left, right);
    loop {
        *steps += 1;
        let whole = left_at == right_at || {
            let by_text = is_named_leaf(tree, left_at) || is_named_leaf(tree, right_at);
            if by_text {
                if tree.text(left_at, text) != tree.text(right_at, text) {
                    return false;
                }
            } else if tree.kind(left_at) != tree.kind(right_at) {
                return false;
            }
            by_text
        };
        if !whole {
            (left_parent, right_parent) = (left_at, right_at);
            // Neither is a named leaf, so both have children.
            (left_at, right_at) = (NodeId(left_at.0 + 1), NodeId(right_at.0 + 1));
            continue;
        }
        // On to the next pair of siblings, or to that of the parents.
        loop {
            if left_at == left {
                return true;
            }
            let (left_next, right_next) = (tree.subtree_end(left_at), tree.subtree_end(right_at));
            let left_more = left_next < tree.subtree_end(left_parent);
            let right_more = right_next < tree.subtree_end(right_parent);
            if left_more != right_more {
                return false;
            }
            if left_more {
                (left_at, right_at) = (NodeId(left_next), NodeId(right_next));
                break;
            }
            (left_at, right_at) = (left_parent, right_parent);
            if left_at != left {
                let (Some(above_left), Some(above_right)) = (tree.parent(left_at), tree.parent(right_at)) else {
                    return false;
                };
                (left_parent, right_parent) = (above_left, above_right);
            }
        }
    }
}

/// Whether two runs of siblings are the same code, tokens aside.
pub(crate) fn same_list(tree: &Tree, text: &[u8], left: Siblings, right: Siblings, steps: &mut u64) -> bool {
    let mut lefts = siblings(tree, left).filter(|node| tree.node(*node).is_named());
    let mut rights = siblings(tree, right).filter(|node| tree.node(*node).is_named());
    loop {
        match (lefts.next(), rights.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if same_node(tree, text, left, right, steps) => {}
            _ => return false,
        }
    }
}

/// The nodes of a run.
pub(crate) fn siblings(tree: &Tree, run: Siblings) -> impl Iterator<Item = NodeId> + '_ {
    let mut next = run.start;
    std::iter::from_fn(move || {
        let node = NodeId(next);
        (next < run.end).then(|| {
            next = tree.subtree_end(node);
            node
        })
    })
}

fn is_named_leaf(tree: &Tree, node: NodeId) -> bool {
    tree.named_children(node).next().is_none()
}
