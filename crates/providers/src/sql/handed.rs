//! Values that a statement of code is handed: which literals they can be.
//!
//! A name is followed to its constant, and the parameter of a function of the same file to what the calls of that function hand it.

use auditlint_matcher::Analysis;
use auditlint_names::BindingKind;
use auditlint_source::Span;
use auditlint_syntax::{NodeId, Tree};

/// At most this many values of one place are looked at, however many calls hand something over.
const MOST: usize = 64;
/// At most this many functions are followed, one from the other.
const DEEPEST: usize = 3;

/// The literals that a value can be, without their quotes.
pub(super) fn literals<'a>(analysis: &'a Analysis<'a>, value: NodeId) -> Vec<(Span, &'a str)> {
    let tree = analysis.tree();
    let mut found = Vec::new();
    let mut open = vec![(value, 0)];
    let mut left = MOST;
    while let Some((node, depth)) = open.pop() {
        let Some(rest) = left.checked_sub(1) else { break };
        left = rest;
        match tree.kind_name(node) {
            "string" => {
                let text = analysis.words(node);
                let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
                if !inner.contains('\\') {
                    found.push((tree.span(node), inner));
                }
            }
            "identifier" if depth <= DEEPEST => {
                let names = analysis.names();
                if let Some(handed) = handed(analysis, tree, node) {
                    open.extend(handed.into_iter().take(MOST).map(|argument| (argument, depth + 1)));
                } else if names.binding_of(node).is_some_and(|binding| !names.is_reassigned(binding)) {
                    let origins = names.origins(tree, analysis.text(), node);
                    open.extend(origins.into_iter().filter(|origin| *origin != node).map(|origin| (origin, depth + 1)));
                }
            }
            "as_expression" | "satisfies_expression" | "parenthesized_expression" | "non_null_expression" => {
                open.extend(tree.named_children(node).next().map(|inner| (inner, depth)));
            }
            "ternary_expression" => {
                let sides = ["consequence", "alternative"].into_iter();
                open.extend(sides.filter_map(|side| tree.child_by_field_name(node, side)).map(|side| (side, depth)));
            }
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What the calls of a function hand the parameter that a name is; nothing where it is not one.
fn handed(analysis: &Analysis<'_>, tree: &Tree, name: NodeId) -> Option<Vec<NodeId>> {
    let names = analysis.names();
    let id = names.binding_of(name)?;
    let binding = names.binding(id);
    (binding.kind == BindingKind::Parameter && !names.is_reassigned(id)).then_some(())?;
    // What a function asks first may keep a value from the statement.
    let is_asked = |used: NodeId| {
        let asking = ["binary_expression", "switch_statement", "subscript_expression"];
        tree.ancestors(used).take(2).any(|above| asking.contains(&tree.kind_name(above)))
    };
    if names.references(id).any(|used| is_asked(used.node)) {
        return Some(Vec::new());
    }
    let parameter = match tree.parent(binding.node)? {
        above if matches!(tree.kind_name(above), "required_parameter" | "optional_parameter") => above,
        _ => binding.node,
    };
    let list = tree.parent(parameter)?;
    let function = if tree.kind_name(list) == "formal_parameters" { tree.parent(list)? } else { list };
    let place =
        tree.named_children(list).filter(|part| !tree.node(*part).is_extra()).position(|part| part == parameter);
    let place = if list == function { 0 } else { place? };
    let above = tree.parent(function)?;
    let named = match tree.kind_name(function) {
        "function_declaration" => tree.child_by_field_name(function, "name"),
        "arrow_function" | "function_expression" if tree.kind_name(above) == "variable_declarator" => {
            tree.child_by_field_name(above, "name")
        }
        _ => None,
    };
    let Some(called) = named.and_then(|name| names.binding_of(name)) else { return Some(Vec::new()) };
    let argument = |used: NodeId| {
        let call = tree.parent(used)?;
        (tree.kind_name(call) == "call_expression" && tree.child_by_field_name(call, "function") == Some(used))
            .then_some(())?;
        let arguments = tree.child_by_field_name(call, "arguments")?;
        tree.named_children(arguments).filter(|part| !tree.node(*part).is_extra()).nth(place)
    };
    Some(names.references(called).filter_map(|used| argument(used.node)).take(MOST).collect())
}
