//! Which kinds of nodes can be a name, for tables that are made once per rule.

use std::sync::OnceLock;

use auditlint_syntax::{KindId, Language, NodeId, Tree};

use crate::symbols::plain;

/// Nodes that are names: identifiers, paths, the parts of imports, exports and patterns that stand for one.
const ECMASCRIPT: &[&str] = &[
    "identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
    "member_expression",
    "nested_identifier",
    "subscript_expression",
    "pair_pattern",
    "import_specifier",
    "export_specifier",
    "namespace_import",
    "call_expression",
    "await_expression",
];

/// Nodes around a name that leave it what it is.
const ECMASCRIPT_WRAPPERS: &[&str] = &[
    "parenthesized_expression",
    "as_expression",
    "satisfies_expression",
    "non_null_expression",
    "type_assertion",
    "instantiation_expression",
    "sequence_expression",
    "assignment_expression",
];

const RUST: &[&str] =
    &["identifier", "scoped_identifier", "type_identifier", "scoped_type_identifier", "use_as_clause"];

const RUST_WRAPPERS: &[&str] = &[
    "parenthesized_expression",
    "reference_expression",
    "generic_function",
    "generic_type",
    "generic_type_with_turbofish",
];

/// Names that hold their last part as their last node.
const PATHS: &[&str] = &["member_expression", "nested_identifier", "scoped_identifier", "scoped_type_identifier"];

struct Sets {
    names: Vec<KindId>,
    wrapped: Vec<KindId>,
    paths: Vec<KindId>,
}

fn sets(language: Language) -> &'static Sets {
    static SETS: [OnceLock<Sets>; Language::ALL.len()] = [const { OnceLock::new() }; 4];
    SETS[language.index()].get_or_init(|| {
        let (names, wrappers) =
            if language.is_ecmascript() { (ECMASCRIPT, ECMASCRIPT_WRAPPERS) } else { (RUST, RUST_WRAPPERS) };
        let of = |wanted: &[&[&str]]| -> Vec<KindId> {
            let ids = (0..language.kind_count() as u16).map(KindId).filter(|kind| language.is_named_kind(*kind));
            let is_wanted = |name: &str| wanted.iter().any(|names| names.contains(&name));
            ids.filter(|kind| language.kind_name(*kind).is_some_and(is_wanted)).collect()
        };
        Sets { names: of(&[names]), wrapped: of(&[names, wrappers]), paths: of(&[PATHS]) }
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
