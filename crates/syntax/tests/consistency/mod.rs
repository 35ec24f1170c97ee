//! What holds for every tree, checked the slow way.

use auditlint_source::Span;
use auditlint_syntax::{Descent, NodeId, Tree};

/// Checks that every accessor of `tree` agrees with the parents of its nodes, and spans with each other.
pub(crate) fn check(tree: &Tree, text: &[u8]) {
    let ids = || (0..tree.len()).map(NodeId);
    let mut children: Vec<Vec<NodeId>> = vec![Vec::new(); tree.len() as usize];
    let mut roots = vec![tree.root()];
    roots.extend(tree.islands());
    for id in ids().filter(|id| !roots.contains(id)) {
        children[tree.parent(id).expect("only a root has no parent").0 as usize].push(id);
    }
    for id in ids() {
        let span = tree.span(id);
        assert!(span.start <= span.end && span.end as usize <= text.len(), "{id:?} {span:?}");
        let expected = &children[id.0 as usize];
        assert_eq!(&tree.children(id).collect::<Vec<_>>(), expected, "{id:?}");
        assert_eq!(tree.first_child(id), expected.first().copied(), "{id:?}");
        for (at, child) in expected.iter().enumerate() {
            assert_eq!(tree.next_sibling(*child), expected.get(at + 1).copied(), "{child:?}");
            assert_eq!(tree.prev_sibling(*child), at.checked_sub(1).map(|at| expected[at]), "{child:?}");
            assert!(span.contains(tree.span(*child)), "{child:?} reaches out of {id:?}");
            assert!(tree.subtree_end(*child) <= tree.subtree_end(id), "{child:?}");
            assert!(at == 0 || tree.span(expected[at - 1]).end <= tree.span(*child).start, "{child:?} overlaps");
        }
        let end = expected.last().map_or(id.0 + 1, |last| tree.subtree_end(*last));
        assert_eq!(tree.subtree_end(id), end, "{id:?}");
        assert_eq!(
            tree.children_back(id).collect::<Vec<_>>(),
            expected.iter().rev().copied().collect::<Vec<_>>(),
            "{id:?}"
        );
    }
    check_descent(tree);
    check_islands(tree);
    for pair in tree.not_understood().windows(2) {
        assert!(pair[0].end < pair[1].start, "{pair:?}");
    }
    let mut comments: Vec<Span> = tree.comments().iter().map(|comment| tree.span(*comment)).collect();
    let listed = comments.len();
    comments.dedup();
    assert_eq!(comments.len(), listed, "a comment is listed twice");
    assert!(comments.is_sorted());
}

/// Going down to one span after the other ends where going down to each ends.
fn check_descent(tree: &Tree) {
    let main = (0..tree.main_end()).map(NodeId);
    let mut spans: Vec<Span> = main.map(|id| tree.span(id)).filter(|span| !span.is_empty()).collect();
    spans.sort();
    let mut descent = Descent::new(tree);
    for span in spans {
        let path = descent.to(span);
        assert_eq!(path.last(), Some(&tree.deepest_at(span)), "{span:?}");
        assert!(path.windows(2).all(|pair| tree.parent(pair[1]) == Some(pair[0])), "{path:?}");
    }
}

fn check_islands(tree: &Tree) {
    let mut end = tree.main_end();
    for root in tree.islands() {
        assert_eq!(root.0, end, "islands lie behind each other");
        end = tree.subtree_end(*root);
        let host = tree.host(*root).expect("an island has a host");
        assert!(host < *root);
        assert_eq!(tree.span(host), tree.span(*root));
        assert_eq!(tree.kind(host), tree.kind(*root));
        assert_eq!(tree.parent(*root), Some(host));
        assert_eq!((tree.next_sibling(*root), tree.prev_sibling(*root)), (None, None));
        assert!((root.0..end).all(|id| tree.island_of(NodeId(id)) == Some(*root) && tree.is_island_node(NodeId(id))));
    }
    assert_eq!(end, tree.len());
}
