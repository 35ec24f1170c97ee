//! Where the value of an expression comes from: the walk that all languages share.

use auditlint_syntax::NodeId;

/// How many expressions are looked at. A value with more origins has none that is sure.
pub(crate) const MOST: usize = 64;

/// The expressions that the value of `node` can come from, `node` first; `step` tells the next ones of each, and one that was
/// told before is not looked at again.
pub(crate) fn collect(node: NodeId, mut step: impl FnMut(NodeId, &mut dyn FnMut(Option<NodeId>))) -> Vec<NodeId> {
    let mut found = vec![node];
    let mut next = 0;
    while next < found.len() && found.len() < MOST {
        let at = found[next];
        next += 1;
        step(at, &mut |node| {
            if let Some(node) = node.filter(|node| found.len() < MOST && !found.contains(node)) {
                found.push(node);
            }
        });
    }
    found
}
