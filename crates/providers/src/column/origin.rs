//! Where a name gets its value: from an expression, or as a parameter of a function.

pub(super) use auditlint_syntax::ECMASCRIPT_FUNCTIONS as FUNCTIONS;
use auditlint_syntax::NodeId;

use super::view::ColumnView;

/// What introduces a name.
pub(super) enum NameOrigin {
    /// The value of an expression, or an element of it.
    Value(NodeId),
    Parameter {
        function: NodeId,
        argument: u32,
    },
    None,
}

/// Where a name that a declaration introduces gets its value. The keys by which a pattern takes it apart are put on top of `keys`,
/// the one that is taken first on top of all.
pub(super) fn origin<'a>(view: ColumnView<'a>, name: NodeId, keys: &mut Vec<&'a str>) -> NameOrigin {
    if view.kind(name) == "shorthand_property_identifier_pattern" {
        keys.push(view.words(name));
    }
    let mut at = name;
    while let Some(above) = view.parent(at) {
        match view.kind(above) {
            "pair_pattern" => keys.extend(view.field(above, "key").map(|key| view.key_text(key))),
            "object_pattern"
            | "array_pattern"
            | "assignment_pattern"
            | "object_assignment_pattern"
            | "rest_pattern" => {}
            "required_parameter" | "optional_parameter" => {}
            "formal_parameters" => {
                let argument = view.named(above).position(|parameter| parameter == at).unwrap_or_default();
                return match view.parent(above) {
                    Some(function) => NameOrigin::Parameter { function, argument: argument as u32 },
                    None => NameOrigin::None,
                };
            }
            "arrow_function" => return NameOrigin::Parameter { function: above, argument: 0 },
            "variable_declarator" => return view.field(above, "value").map_or(NameOrigin::None, NameOrigin::Value),
            "for_in_statement" => return view.field(above, "right").map_or(NameOrigin::None, NameOrigin::Value),
            _ => return NameOrigin::None,
        }
        at = above;
    }
    NameOrigin::None
}

/// The identifier that names a function: its own name, or that of the constant, key or field that holds it.
pub(super) fn name_of(view: ColumnView<'_>, function: NodeId) -> Option<NodeId> {
    view.field(function, "name").or_else(|| {
        // `const f = cache(async () => …)`
        let mut at = view.parent(function)?;
        while view.is(at, &["arguments", "call_expression", "parenthesized_expression", "as_expression"]) {
            at = view.parent(at)?;
        }
        match view.kind(at) {
            "variable_declarator" | "public_field_definition" => view.field(at, "name"),
            "field_definition" => view.field(at, "property"),
            "pair" => view.field(at, "key"),
            "assignment_expression" => view.field(at, "left").and_then(|left| view.field(left, "property")),
            _ => None,
        }
    })
}

/// The expressions that a function returns.
pub(super) fn returns(view: ColumnView<'_>, function: NodeId) -> Vec<NodeId> {
    /// At most this many are looked at.
    const MOST: usize = 16;
    let Some(body) = view.field(function, "body") else { return Vec::new() };
    if view.kind(body) != "statement_block" {
        return vec![body];
    }
    let is_own = |id: &NodeId| view.ancestors(*id).find(|above| view.is(*above, FUNCTIONS)) == Some(function);
    let returned = view.nodes_in(body, &["return_statement"]).filter(is_own);
    returned.filter_map(|statement| view.named(statement).next()).take(MOST).collect()
}
