//! Lists from which entries are taken away again: queues and buffers, whose entries are lost when the process stops.

use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// How many statements before one are looked at.
const MOST_BEFORE: usize = 4;

/// Methods that take entries off a list; what `pop` takes was put there by the one who takes it, mostly.
pub(super) const DRAINS: &[&str] = &["shift", "splice"];

/// The list from which a node takes entries away: `queue.shift()`, `queue.splice(0, 9)`, `queue = queue.filter(…)`,
/// `const batch = queue; queue = [];`.
pub(super) fn drained_from(view: RuleView<'_>, node: NodeId) -> Option<NodeId> {
    if let Some(callee) = view.field(node, "function") {
        let is_drain = DRAINS.contains(&view.text(view.field(callee, "property")?));
        // With a third argument `splice` adds.
        let adds = view.named(view.field(node, "arguments")?).nth(2).is_some();
        return (is_drain && !adds).then_some(view.unwrapped(view.field(callee, "object")?));
    }
    let (left, right) = (view.field(node, "left")?, view.unwrapped(view.field(node, "right")?));
    let takes = match view.kind(right) {
        "call_expression" => {
            let callee = view.field(right, "function")?;
            let method = view.text(view.field(callee, "property")?);
            matches!(method, "filter" | "slice") && view.text(view.field(callee, "object")?) == view.text(left)
        }
        "array" => view.named(right).next().is_none() && is_handed_on(view, node, view.text(left)),
        _ => false,
    };
    takes.then_some(view.unwrapped(left))
}

/// Whether one of the statements before gives the list another name.
fn is_handed_on(view: RuleView<'_>, assignment: NodeId, list: &str) -> bool {
    let Some(mut statement) = view.parent(assignment) else { return false };
    for _ in 0..MOST_BEFORE {
        let Some(before) = view.prev(statement) else { return false };
        statement = before;
        if !view.is(statement, &["lexical_declaration", "variable_declaration"]) {
            continue;
        }
        let mut values = view.named(statement).filter_map(|declarator| view.field(declarator, "value"));
        if values.any(|value| {
            let text = view.text(value);
            let copied = text.strip_prefix("[...").and_then(|text| text.strip_suffix(']'));
            copied.unwrap_or(text) == list
        }) {
            return true;
        }
    }
    false
}
