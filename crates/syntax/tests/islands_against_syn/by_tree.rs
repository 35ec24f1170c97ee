//! Finding patterns in the islands of a tree.

use auditlint_syntax::{Language, NodeId, Parser, Tree};

use crate::Found;
use crate::patterns::Pattern;

/// What one source gave.
pub(crate) struct ByTree {
    /// Patterns inside islands.
    pub(crate) found: Found,
    /// Calls of `.unwrap()` in the main run and in islands, each place once.
    pub(crate) unwraps: usize,
}

pub(crate) fn find(parser: &mut Parser, text: &[u8]) -> ByTree {
    let mut tree = parser.parse(Language::Rust, text).expect("no source here reaches the step limit");
    parser.parse_islands(&mut tree, text, &mut |_| true);
    let mut found = Found::new();
    let mut unwraps = std::collections::BTreeSet::new();
    for node in (0..tree.len()).map(NodeId) {
        for pattern in patterns(&tree, text, node) {
            if pattern == Pattern::Unwrap {
                unwraps.insert(tree.span(node).end);
            }
            if tree.is_island_node(node) {
                found.entry(pattern).or_default().insert(tree.span(node));
            }
        }
    }
    ByTree { found, unwraps: unwraps.len() }
}

fn patterns(tree: &Tree, text: &[u8], node: NodeId) -> Vec<Pattern> {
    let one = match tree.kind_name(node) {
        "call_expression" => return calls(tree, text, node),
        "try_expression" => Pattern::Try,
        "closure_expression" => Pattern::Closure,
        "await_expression" => Pattern::Await,
        "let_condition" => Pattern::LetCondition,
        "if_expression" => Pattern::If,
        "match_expression" => Pattern::Match,
        "struct_expression" => Pattern::Struct,
        "type_cast_expression" => Pattern::Cast,
        "range_expression" => Pattern::Range,
        "index_expression" => Pattern::Index,
        "field_expression" => Pattern::Field,
        "reference_expression" => Pattern::Reference,
        "unary_expression" => Pattern::Unary,
        "binary_expression" => Pattern::Binary,
        "return_expression" => Pattern::Return,
        "tuple_expression" | "unit_expression" => Pattern::Tuple,
        "macro_invocation" => Pattern::Macro,
        "unsafe_block" => Pattern::Unsafe,
        "string_literal" | "raw_string_literal" => Pattern::String,
        "integer_literal" => Pattern::Integer,
        "let_declaration" => Pattern::Let,
        _ => return Vec::new(),
    };
    vec![one]
}

/// A call of a method is `field_expression` with arguments; of a generic one, that inside `generic_function`.
fn calls(tree: &Tree, text: &[u8], node: NodeId) -> Vec<Pattern> {
    let child = |node, field| {
        let field = Language::Rust.field(field).expect("the grammar has this field");
        tree.child_by_field(node, field).expect("the grammar requires this child")
    };
    let mut callee = child(node, "function");
    if tree.kind_name(callee) == "generic_function" {
        callee = child(callee, "function");
    }
    if tree.kind_name(callee) != "field_expression" {
        return vec![Pattern::Call];
    }
    let arguments = child(node, "arguments");
    let count = tree.named_children(arguments).filter(|child| !tree.node(*child).is_extra()).count();
    match (tree.text(child(callee, "field"), text), count) {
        (b"unwrap", 0) => vec![Pattern::MethodCall, Pattern::Unwrap],
        (b"expect", 1) => vec![Pattern::MethodCall, Pattern::Expect],
        _ => vec![Pattern::MethodCall],
    }
}
