//! Caches of one entry: a variable of the module that a function fills anew once it is too old.

use auditlint_providers::identifier_words as words;
use auditlint_syntax::NodeId;

use super::super::view::{FUNCTIONS, RuleView};
use super::names::is_cache;
use super::values::{BoundTypes, Instances, is_bound};

/// Last words of the names of what says until when something is good, or since when.
const TIMES: &[&str] =
    &["at", "expiry", "expires", "expiration", "time", "timestamp", "ts", "until", "updated", "fetched"];

/// What gives the time of this moment.
const CLOCKS: &[&str] = &["Date.now(", "new Date("];

/// So many uses of one variable are looked at.
const MOST_USES: usize = 64;

/// Reports the declarators of such variables.
pub(super) fn find(view: RuleView<'_>, types: &BoundTypes<'_>, emit: &mut dyn FnMut(NodeId)) {
    let mut variables: Vec<(NodeId, NodeId, &str)> = Vec::new();
    for statement in view.named(view.root()) {
        let declared = view.field(statement, "declaration").unwrap_or(statement);
        if !view.is(declared, &["lexical_declaration", "variable_declaration"]) {
            continue;
        }
        for declarator in view.named(declared) {
            if let Some(name) = view.field(declarator, "name").filter(|name| view.kind(*name) == "identifier") {
                variables.push((declarator, name, view.text(name)));
            }
        }
    }
    let times: Vec<NodeId> = variables.iter().filter(|(.., name)| is_time(name)).map(|(_, name, _)| *name).collect();
    for (declarator, name, text) in &variables {
        let written = view.field(*declarator, "type").map(|written| view.text(written)).unwrap_or_default();
        if !is_cache(text) || is_time(text) || types.hold(written.trim_start_matches(':').trim()) {
            continue;
        }
        let is_filled = assignments(view, *name).any(|(assignment, value)| {
            let Some(function) = function_around(view, assignment) else { return false };
            let ages = || {
                let is_set = |time: &NodeId| {
                    assignments(view, *time)
                        .any(|(set, now)| function_around(view, set) == Some(function) && is_of_clock(view, now))
                };
                says_time(view, value) || times.iter().any(is_set)
            };
            view.is_async(function)
                && !is_nothing(view, value)
                && ages()
                && !is_bound(view, types, value, Instances::None)
        });
        if is_filled {
            emit(*declarator);
        }
    }
}

/// What is assigned to a variable, each with its assignment.
fn assignments<'a>(view: RuleView<'a>, name: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + use<'a> {
    let uses = view.bound_uses(name).unwrap_or_default();
    uses.into_iter().take(MOST_USES).filter_map(move |used| {
        let assignment = view.parent(used).filter(|above| view.kind(*above) == "assignment_expression")?;
        (view.field(assignment, "left") == Some(used)).then_some(())?;
        Some((assignment, view.field(assignment, "right")?))
    })
}

fn function_around(view: RuleView<'_>, place: NodeId) -> Option<NodeId> {
    /// So many nodes stand between an assignment and its function at the most.
    const MOST: usize = 48;
    let mut at = place;
    for _ in 0..MOST {
        at = view.parent(at)?;
        if view.is(at, FUNCTIONS) {
            return Some(at);
        }
    }
    None
}

fn is_nothing(view: RuleView<'_>, value: NodeId) -> bool {
    view.is(value, &["null", "undefined", "false", "true", "number", "string"]) || view.text(value) == "undefined"
}

fn is_time(name: &str) -> bool {
    let words = words(name);
    words.len() > 1 && words.last().is_some_and(|last| TIMES.contains(&last.as_str()))
}

/// Whether an expression is worked out from the time of this moment.
fn is_of_clock(view: RuleView<'_>, value: NodeId) -> bool {
    view.origins(value).into_iter().any(|origin| CLOCKS.iter().any(|clock| view.text(origin).contains(clock)))
}

/// `{ value, expiresAt: Date.now() + TTL }`
fn says_time(view: RuleView<'_>, value: NodeId) -> bool {
    let pairs = view.named(view.unwrapped(value)).filter(|part| view.kind(*part) == "pair");
    let mut timed = pairs.filter_map(|pair| view.field(pair, "key").zip(view.field(pair, "value")));
    timed.any(|(key, at)| {
        let key = view.key_text(key);
        (is_time(key) || TIMES.contains(&key)) && is_of_clock(view, at)
    })
}
