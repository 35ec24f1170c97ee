//! From where a name may come that a file does not introduce: globs.

use auditlint_syntax::{NodeId, Tree};
use serde::{Deserialize, Serialize};

use crate::kinds::Kinds;

/// What stands between a name and the crate that it seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Sight {
    /// It begins with `::`, so it is one.
    Crate = 0,
    /// Nothing.
    Clear = 1,
    /// A glob of a module of the same package.
    Own = 2,
    /// A glob of a module of another package.
    Foreign = 3,
}

static BODIES: Kinds = Kinds::new(&["block", "declaration_list", "source_file"]);

/// How far up the body around a glob is looked for; further up it is taken for the whole file.
const HIGHEST: usize = 256;

/// The nodes in which a glob holds, modules inside included: these may take the names of what is around them.
pub(super) fn reach(tree: &Tree, glob: NodeId) -> NodeId {
    let bodies = BODIES.of(tree.language());
    let mut around = tree.ancestors(glob).take(HIGHEST);
    around.find(|node| bodies.contains(tree.kind(*node))).unwrap_or(tree.root())
}

/// For each place the dullest sight of the ranges around it. A place is a node and that of the main run in whose macro it stands.
pub(super) fn sights(tree: &Tree, globs: &[(NodeId, Sight)], places: &[(NodeId, NodeId)]) -> Vec<Sight> {
    let mut found = vec![Sight::Clear; places.len()];
    let mut ranges: Vec<(u32, u32, Sight)> =
        globs.iter().map(|(body, sight)| (body.0, tree.subtree_end(*body), *sight)).collect();
    // The wider of two that begin together first.
    ranges.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    let both = places.iter().enumerate().flat_map(|(index, (node, anchor))| [(node.0, index), (anchor.0, index)]);
    let mut points: Vec<(u32, usize)> = both.collect();
    points.sort_unstable();
    let mut ranges = ranges.into_iter().peekable();
    // Bodies nest, so those around a place are a stack; each knows the dullest up to it.
    let mut open: Vec<(u32, Sight)> = Vec::new();
    for (point, index) in points {
        while let Some((start, end, sight)) = ranges.next_if(|(start, _, _)| *start <= point) {
            while open.last().is_some_and(|(end, _)| *end <= start) {
                open.pop();
            }
            let outer = open.last().map_or(Sight::Clear, |(_, sight)| *sight);
            open.push((end, outer.max(sight)));
        }
        while open.last().is_some_and(|(end, _)| *end <= point) {
            open.pop();
        }
        if let Some((_, sight)) = open.last() {
            found[index] = found[index].max(*sight);
        }
    }
    found
}
