//! Which kinds of nodes can be a name, for tables that are made once per rule.

use std::sync::OnceLock;

use auditlint_syntax::{KindId, Language, NodeId, Tree};

use crate::symbols::plain;

struct Sets {
    names: Vec<KindId>,
    wrapped: Vec<KindId>,
    paths: Vec<KindId>,
}

fn sets(language: Language) -> &'static Sets {
    static SETS: [OnceLock<Sets>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
    SETS[language.index()].get_or_init(|| {
        let kinds = language.descriptor().kinds;
        let of = |wanted: &[&[&str]]| -> Vec<KindId> {
            let ids = (0..language.kind_count() as u16).map(KindId).filter(|kind| language.is_named_kind(*kind));
            let is_wanted = |name: &str| wanted.iter().any(|names| names.contains(&name));
            ids.filter(|kind| language.kind_name(*kind).is_some_and(is_wanted)).collect()
        };
        Sets { names: of(&[kinds.names]), wrapped: of(&[kinds.names, kinds.wrappers]), paths: of(&[kinds.paths]) }
    })
}

/// The kinds of nodes that can be a name, sorted; with `wrapped` also those of what can stand around one.
#[must_use]
pub fn name_kinds(language: Language, wrapped: bool) -> &'static [KindId] {
    let sets = sets(language);
    if wrapped { &sets.wrapped } else { &sets.names }
}

/// Whether a node is a path that ends with another name than `last`. Cheap: nothing is resolved.
#[must_use]
pub fn ends_otherwise(tree: &Tree, text: &[u8], node: NodeId, last: &str) -> bool {
    let is_path = sets(tree.language()).paths.binary_search(&tree.kind(node)).is_ok();
    is_path && plain(tree.text(NodeId(tree.subtree_end(node) - 1), text)) != last.as_bytes()
}
