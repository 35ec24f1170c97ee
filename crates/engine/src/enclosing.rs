//! What stands around a node: its statement, its named item, its first block.

use std::sync::OnceLock;

use auditlint_source::Span;
use auditlint_syntax::{FieldId, KindId, Language, NodeId, Tree};

/// Facts about the kinds of one language, by kind.
struct Kinds {
    statement: Vec<bool>,
    block: Vec<bool>,
    item: Vec<bool>,
    name: Option<FieldId>,
}

/// Kinds that open a block: what stands inside is not part of the statement's own text.
const BLOCKS: &[&str] = &[
    "statement_block",
    "class_body",
    "switch_body",
    "interface_body",
    "enum_body",
    "object_type",
    "block",
    "declaration_list",
    "field_declaration_list",
    "enum_variant_list",
    "match_block",
];

/// Kinds with a `name` that people know a place by.
const ITEMS: &[&str] = &[
    "function_declaration",
    "generator_function_declaration",
    "method_definition",
    "class_declaration",
    "abstract_class_declaration",
    "interface_declaration",
    "enum_declaration",
    "type_alias_declaration",
    "internal_module",
    "module",
    "variable_declarator",
    "public_field_definition",
    "field_definition",
    "function_item",
    "function_signature_item",
    "struct_item",
    "enum_item",
    "union_item",
    "trait_item",
    "mod_item",
    "const_item",
    "static_item",
    "type_item",
    "macro_definition",
];

const STATEMENT_ENDINGS: [&str; 5] = ["_statement", "_declaration", "_item", "_definition", "_signature"];

fn kinds(language: Language) -> &'static Kinds {
    static TABLES: [OnceLock<Kinds>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
    TABLES[language.index()].get_or_init(|| {
        let names: Vec<&str> =
            (0..language.kind_count()).map(|id| language.kind_name(KindId(id as u16)).unwrap_or_default()).collect();
        Kinds {
            statement: names
                .iter()
                .map(|name| {
                    STATEMENT_ENDINGS.iter().any(|ending| name.ends_with(ending)) && *name != "variable_declarator"
                })
                .collect(),
            block: names.iter().map(|name| BLOCKS.contains(name)).collect(),
            item: names.iter().map(|name| ITEMS.contains(name)).collect(),
            name: language.field("name"),
        }
    })
}

fn is(table: &[bool], kind: KindId) -> bool {
    table.get(kind.0 as usize).copied().unwrap_or(false)
}

/// The innermost node that holds a span.
#[must_use]
pub(crate) fn node_at(tree: &Tree, span: Span) -> NodeId {
    // In pre-order nodes begin one behind the other, and whatever holds the span is around the last that begins before it.
    let (mut low, mut high) = (0, tree.main_end());
    while low < high {
        let middle = low + (high - low) / 2;
        if tree.span(NodeId(middle)).start <= span.start {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let last = NodeId(low.saturating_sub(1));
    std::iter::once(last)
        .chain(tree.ancestors(last))
        .find(|node| tree.span(*node).contains(span))
        .unwrap_or_else(|| tree.root())
}

/// The innermost statement, declaration or item that holds the node (the node itself may be it).
#[must_use]
pub(crate) fn statement(tree: &Tree, node: NodeId) -> Option<NodeId> {
    let kinds = kinds(tree.language());
    std::iter::once(node).chain(tree.ancestors(node)).find(|id| is(&kinds.statement, tree.kind(*id)))
}

/// The innermost item with a name that holds the node without being it: its name node.
#[must_use]
pub(crate) fn item_name(tree: &Tree, node: NodeId) -> Option<NodeId> {
    let kinds = kinds(tree.language());
    let name = kinds.name?;
    tree.ancestors(node).filter(|id| is(&kinds.item, tree.kind(*id))).find_map(|id| tree.child_by_field(id, name))
}

/// The first block at or below the node, in pre-order.
#[must_use]
pub(crate) fn first_block(tree: &Tree, node: NodeId) -> Option<NodeId> {
    let kinds = kinds(tree.language());
    tree.subtree(node).find(|id| is(&kinds.block, tree.kind(*id)))
}
