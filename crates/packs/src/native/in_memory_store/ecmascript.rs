//! Stores in memory in TypeScript and JavaScript.

use auditlint_rules::{ModuleKind, Severity};
use auditlint_syntax::NodeId;

use super::super::view::RuleView;
use super::candidates::{Candidate, Keeper, StoreShape, candidates};
use super::names::is_of_requests;
use super::single;
use super::surroundings::ModuleSurroundings;
use super::values::{BoundTypes, is_few, key_and_value};
use super::writes::StoreWrites;

/// A store, and what the file itself does not tell of it.
pub(super) struct Store {
    pub(super) place: NodeId,
    /// What kinds of code it must be by what other files say.
    pub(super) kinds: &'static [ModuleKind],
    pub(super) severity: Option<Severity>,
}

/// Reports the stores of one file.
pub(super) fn find(view: RuleView<'_>, emit: &mut dyn FnMut(Store)) {
    let types = BoundTypes::of(view);
    let mut candidates = candidates(view, &types);
    let mut singles = Vec::new();
    single::find(view, &types, &mut |place| singles.push(place));
    if candidates.is_empty() && singles.is_empty() {
        return;
    }
    let surroundings = ModuleSurroundings::of(view);
    if surroundings.is_client() {
        return;
    }
    for place in singles {
        let kinds: &'static [ModuleKind] = if surroundings.is_server() { &[] } else { &[ModuleKind::Server] };
        emit(Store { place, kinds, severity: Some(Severity::Warning) });
    }
    candidates.retain(may_hold_data);
    if candidates.is_empty() {
        return;
    }
    let writes = StoreWrites::of(view, &types, &candidates);
    for candidate in candidates.iter().filter(|candidate| !writes.are_live(candidate)) {
        let is_left = !writes.touch(candidate);
        let is_known = writes.reach(candidate) || (is_left && is_left_to_others(view, candidate));
        // Otherwise it must be seen that another module adds to it.
        if !(is_known || (is_left && may_be_filled(view, candidate))) {
            continue;
        }
        let neutral = candidate.neutral && !writes.tell(candidate);
        // A list is often no more than a working paper, and a cache of what follows from its keys decides nothing.
        let needs_evidence = candidate.shape == StoreShape::Array || candidate.is_cache || neutral;
        let asks_server = (needs_evidence || candidate.kept_elsewhere) && !surroundings.is_server();
        let kinds: &'static [ModuleKind] = match (is_known, candidate.kept_elsewhere, asks_server) {
            (true, true, true) => &[ModuleKind::Singleton, ModuleKind::Server],
            (true, true, false) => &[ModuleKind::Singleton],
            (true, false, true) => &[ModuleKind::Server],
            (true, false, false) => &[],
            (false, true, true) => &[ModuleKind::Filled, ModuleKind::Singleton, ModuleKind::Server],
            (false, true, false) => &[ModuleKind::Filled, ModuleKind::Singleton],
            (false, false, true) => &[ModuleKind::Filled, ModuleKind::Server],
            (false, false, false) => &[ModuleKind::Filled],
        };
        let severity = neutral.then_some(Severity::Warning);
        emit(Store { place: candidate.place, kinds, severity });
    }
}

/// `module.exports = { users }`, `exports.users = users`
fn is_in_exports(view: RuleView<'_>, name: NodeId) -> bool {
    /// So many nodes stand between a use and the assignment at the most.
    const MOST: usize = 4;
    view.bound_uses(name).unwrap_or_default().into_iter().any(|used| {
        let above = std::iter::successors(view.parent(used), |at| view.parent(*at)).take(MOST);
        above.filter(|at| view.kind(*at) == "assignment_expression").filter_map(|at| view.field(at, "left")).any(
            |left| {
                let left = view.text(left);
                left.starts_with("module.exports") || left.starts_with("exports.")
            },
        )
    })
}

/// Whether nothing is put into a collection where it is made.
fn begins_empty(view: RuleView<'_>, candidate: &Candidate<'_>) -> bool {
    let mut made = view.nodes_in(candidate.value, &["new_expression"]);
    candidate.is_bounded
        || made.all(|made| view.field(made, "arguments").is_none_or(|given| view.named(given).next().is_none()))
}

/// Whether the type of a collection leaves room for what a store could hold, and for more than a few keys.
fn may_hold_data(candidate: &Candidate<'_>) -> bool {
    let (key, _) = key_and_value(candidate.type_text);
    let has_few = candidate.is_cache && key.is_some_and(is_few);
    !candidate.holds_bound && !has_few
}

/// Whether other modules can add to an empty collection under its name.
fn may_be_filled(view: RuleView<'_>, candidate: &Candidate<'_>) -> bool {
    let is_used_elsewhere = view.source().contains("export");
    candidate.shape != StoreShape::Array
        && is_used_elsewhere
        && begins_empty(view, candidate)
        && match candidate.keeper {
            Keeper::Module => {
                candidate.name_node.is_some_and(|name| view.is_exported(name) || is_in_exports(view, name))
            }
            Keeper::Class(_) | Keeper::Instance(_) => true,
            Keeper::Closure(_) | Keeper::Object(_) | Keeper::Global(_) => false,
        }
}

/// Whether only other modules can fill an empty collection, and its name tells that requests do.
fn is_left_to_others(view: RuleView<'_>, candidate: &Candidate<'_>) -> bool {
    match candidate.keeper {
        Keeper::Module => {
            candidate.shape != StoreShape::Array
                && begins_empty(view, candidate)
                && is_of_requests(candidate.name)
                && candidate.name_node.is_some_and(|name| view.is_exported(name))
        }
        // What a library makes of a cache begins empty.
        Keeper::Instance(_) => {
            candidate.named && candidate.is_bounded && !view.text(candidate.place).starts_with("private")
        }
        _ => false,
    }
}
