//! Limiters of Rust that count in the memory of the process: the crate `governor`, and the layers that are built on it.

use std::collections::HashSet;

use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// The crate that counts; its layers are named after it.
pub(super) const LIMITER_CRATE: &str = "governor";

/// Types of limiters that count by key.
const KEYED: &[&str] = &["DefaultKeyedRateLimiter", "DashMapStateStore", "HashMapStateStore"];

/// Functions that make one that counts by key; one that counts all calls together keeps a single number.
pub(super) const MAKING: &[&str] = &[
    "RateLimiter::keyed",
    "RateLimiter::dashmap",
    "RateLimiter::hashmap",
    "GovernorConfigBuilder::default",
    "GovernorConfig::default",
    "GovernorConfig::secure",
];

/// How far above a call what keeps its result is looked for.
const MOST_AROUND: usize = 64;

/// The statics, declarations and other calls that make a limiter by key, each once: both branches of a choice make one.
pub(super) fn limiters(view: RuleView<'_>) -> impl Iterator<Item = NodeId> {
    let mut known = HashSet::new();
    making(view).filter(move |limiter| known.insert(*limiter))
}

fn making(view: RuleView<'_>) -> impl Iterator<Item = NodeId> {
    let is_there = view.source().contains(LIMITER_CRATE);
    let kinds: &[&str] = if is_there { &["static_item", "call_expression"] } else { &[] };
    view.nodes(kinds).filter_map(move |node| match view.kind(node) {
        "static_item" => {
            let has = |part: Option<NodeId>, known: &[&str]| {
                part.is_some_and(|part| known.iter().any(|name| view.text(part).contains(name)))
            };
            (has(view.field(node, "type"), KEYED) || has(view.field(node, "value"), MAKING)).then_some(node)
        }
        _ => {
            let callee = view.text(view.field(node, "function")?);
            MAKING.iter().any(|made| is_path_to(callee, made)).then(|| kept_in(view, node))?
        }
    })
}

/// Whether a path ends in another: `governor::RateLimiter::keyed`, `RateLimiter::<A>::keyed` does not.
fn is_path_to(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with("::"))
}

/// The declaration that keeps what a call makes, or the call; nothing within a static, which is told itself.
fn kept_in(view: RuleView<'_>, call: NodeId) -> Option<NodeId> {
    let mut kept = call;
    let mut is_kept = false;
    let mut at = call;
    for _ in 0..MOST_AROUND {
        let Some(above) = view.parent(at) else { break };
        match view.kind(above) {
            "static_item" => return None,
            "let_declaration" if !is_kept => (kept, is_kept) = (above, true),
            // What stands in the function that a declaration keeps is made when that runs.
            "closure_expression" | "function_item" => is_kept = true,
            _ => {}
        }
        at = above;
    }
    Some(kept)
}
