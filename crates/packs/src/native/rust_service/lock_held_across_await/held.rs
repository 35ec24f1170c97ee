//! Where a guard lives, and what is awaited there.

use std::collections::HashSet;

use auditlint_syntax::NodeId;

use super::super::super::view::RuleView;
use super::super::asynchronous::{called, is_apart, receiver};
use super::guard::{GuardExpression, LockKind, guard};

/// What is awaited while a guard lives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waits {
    pub(super) first: NodeId,
    /// Whether something has nothing to do with what the lock guards.
    pub(super) unrelated: bool,
    /// The first such place, else the first of all.
    pub(super) first_unrelated: NodeId,
}

impl Waits {
    pub(super) fn at(node: NodeId) -> Self {
        Self { first: node, unrelated: true, first_unrelated: node }
    }
}

/// So many nodes behind a guard are looked at: a function that takes many locks costs no more than this for each.
const MOST_NODES: u32 = 8_000;

/// Macros that wait for futures.
const WAITING: &[&str] = &["select", "select_biased", "join", "try_join"];

/// What is awaited behind a `let` that keeps a guard, until the guard is gone or the block ends.
pub(super) fn after_let(view: RuleView<'_>, declaration: NodeId, name: &str, kind: LockKind) -> Option<Waits> {
    let block = view.parent(declaration)?;
    let rest = Region::new(view.end(declaration), view.end(block));
    let names = GuardNames::from(view, rest, &[name]);
    if kind == LockKind::Task && !names.is_used {
        return None;
    }
    let releases = releases(view, rest, name, block);
    first_waits(view, rest, kind, &names, &|wait| {
        releases.iter().any(|(at, within)| *at < wait && view.is_within(wait, *within))
    })
}

/// What is awaited in a body while the values of the expression before it live.
pub(super) fn below(view: RuleView<'_>, body: NodeId, pattern: Option<NodeId>, kind: LockKind) -> Option<Waits> {
    let region = Region::new(body.0, view.end(body));
    let mut bound: Vec<&str> = Vec::new();
    let patterns = view.nodes_in(body, &["match_arm"]).filter_map(|arm| view.field(arm, "pattern"));
    for pattern in pattern.into_iter().chain(patterns.filter(|_| pattern.is_none())) {
        bound.extend(view.nodes_in(pattern, &["identifier"]).map(|name| view.text(name)));
    }
    // What a queue hands out belongs to whoever takes it.
    let names = GuardNames::from(
        view,
        region,
        if pattern.is_some_and(|pattern| takes_out(view, pattern)) { &[] } else { &bound },
    );
    first_waits(view, region, kind, &names, &|_| false)
}

/// Whether the value beside a pattern is taken out of what the lock guards: `rx.lock().await.recv().await`.
fn takes_out(view: RuleView<'_>, pattern: NodeId) -> bool {
    let value = view.parent(pattern).and_then(|around| view.field(around, "value"));
    value.is_some_and(|value| {
        let outer = if view.is(value, &["await_expression", "try_expression"]) {
            view.named(value).next()
        } else {
            Some(value)
        };
        let method = outer.and_then(|call| called(view, call).filter(|_| view.kind(call) == "call_expression"));
        matches!(method, Some("recv" | "pop" | "pop_front" | "pop_back" | "take" | "remove" | "next" | "cloned"))
    })
}

/// The guards that live as long as the statement of an expression.
pub(super) fn temporaries_in(view: RuleView<'_>, value: NodeId) -> Vec<GuardExpression> {
    let mut found: Vec<GuardExpression> = Vec::new();
    let mut at = value.0;
    let end = view.end(value);
    while at < end {
        let node = NodeId(at);
        // What a block or a closure makes is gone when it ends.
        if is_apart(view, node) || view.is(node, &["block", "macro_invocation"]) {
            at = view.end(node);
            continue;
        }
        // A guard that is awaited is seen with its `await` first.
        if view.is(node, &["call_expression", "await_expression", "try_expression"])
            && let Some(guard) = guard(view, node)
        {
            found.push(guard);
            at = view.end(node);
            continue;
        }
        at += 1;
    }
    found
}

/// Nodes that follow each other.
#[derive(Clone, Copy)]
struct Region {
    first: u32,
    end: u32,
}

impl Region {
    fn new(first: u32, end: u32) -> Self {
        Self { first, end: end.min(first.saturating_add(MOST_NODES)) }
    }
}

/// The names of values that come from a guard.
struct GuardNames<'a> {
    names: HashSet<&'a str>,
    /// Whether the guard itself is named.
    is_used: bool,
}

impl<'a> GuardNames<'a> {
    fn from(view: RuleView<'a>, region: Region, of: &[&'a str]) -> Self {
        let mut names: HashSet<&str> = of.iter().copied().collect();
        let mut is_used = false;
        for node in (region.first..region.end).map(NodeId) {
            match view.kind(node) {
                "identifier" | "shorthand_field_identifier" => is_used |= of.contains(&view.text(node)),
                "let_declaration" | "let_condition" | "for_expression" | "match_expression" => {
                    let Some(value) = view.field(node, "value") else { continue };
                    let comes = view.nodes_in(value, &["identifier"]).any(|name| names.contains(view.text(name)));
                    if comes {
                        let pattern = view.field(node, "pattern").into_iter();
                        let arms =
                            view.field(node, "body").into_iter().filter(|_| view.kind(node) == "match_expression");
                        let arms = arms.flat_map(|body| view.named(body)).filter_map(|arm| view.field(arm, "pattern"));
                        for pattern in pattern.chain(arms) {
                            names.extend(view.nodes_in(pattern, &["identifier"]).map(|name| view.text(name)));
                        }
                    }
                }
                _ => {}
            }
        }
        Self { names, is_used }
    }

    fn stand_in(&self, view: RuleView<'_>, node: NodeId) -> bool {
        let mut words = view.text(node).split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.any(|word| self.names.contains(word))
    }
}

/// The first things that are awaited in a region, those left out for which the guard is gone.
fn first_waits(
    view: RuleView<'_>,
    region: Region,
    kind: LockKind,
    values: &GuardNames<'_>,
    is_gone: &dyn Fn(NodeId) -> bool,
) -> Option<Waits> {
    let mut waits: Option<Waits> = None;
    let mut at = region.first;
    while at < region.end {
        let node = NodeId(at);
        at += 1;
        if is_apart(view, node) {
            at = view.end(node);
            continue;
        }
        if !is_wait(view, node) || is_gone(node) {
            continue;
        }
        let found = waits.get_or_insert(Waits { first: node, unrelated: false, first_unrelated: node });
        if kind == LockKind::Thread {
            found.unrelated = true;
            break;
        }
        let is_lock = guard(view, node).is_some();
        if !is_lock && !values.stand_in(view, node) {
            (found.unrelated, found.first_unrelated) = (true, node);
            break;
        }
    }
    waits
}

fn is_wait(view: RuleView<'_>, node: NodeId) -> bool {
    match view.kind(node) {
        "await_expression" => true,
        "macro_invocation" => {
            let name = view.field(node, "macro").map(|name| view.text(name)).unwrap_or_default();
            let name = name.rsplit("::").next().unwrap_or_default();
            let text = view.text(node);
            WAITING.contains(&name) || (text.contains(".await") && !text.contains("async"))
        }
        _ => false,
    }
}

/// Where a guard is dropped or handed on: the place, and what it is gone for from then on.
fn releases(view: RuleView<'_>, region: Region, name: &str, block: NodeId) -> Vec<(NodeId, NodeId)> {
    let mut found: Vec<(NodeId, NodeId)> = Vec::new();
    for node in (region.first..region.end).map(NodeId) {
        if view.kind(node) != "identifier" || view.text(node) != name {
            continue;
        }
        let Some(around) = view.parent(node) else { continue };
        let is_given = match view.kind(around) {
            "arguments" | "return_expression" | "field_initializer" | "tuple_expression" => true,
            "let_declaration" | "assignment_expression" => {
                view.field(around, "value").or_else(|| view.field(around, "right")) == Some(node)
            }
            _ => false,
        };
        if is_given {
            found.push((node, branch_of(view, node, block)));
        }
    }
    // Where every branch lets it go, it is gone behind them.
    let mut more = Vec::new();
    for (at, within) in &found {
        if let Some(statement) = branches_of(view, *within, block)
            && lets_go_in_all(view, statement, &found)
        {
            more.push((*at, branch_of(view, statement, block)));
        }
    }
    found.extend(more);
    found
}

/// The innermost part of the code around a place that may be passed over.
fn branch_of(view: RuleView<'_>, place: NodeId, block: NodeId) -> NodeId {
    let mut at = place;
    while let Some(around) = view.parent(at) {
        if around == block {
            return block;
        }
        let is_branch = match view.kind(around) {
            "if_expression" => view.field(around, "condition") != Some(at),
            "match_arm" | "loop_expression" | "while_expression" | "for_expression" | "closure_expression" => true,
            "let_declaration" => view.field(around, "alternative") == Some(at),
            _ => false,
        };
        if is_branch {
            return at;
        }
        at = around;
    }
    block
}

/// The `if` or `match` of which a node is a branch.
fn branches_of(view: RuleView<'_>, branch: NodeId, block: NodeId) -> Option<NodeId> {
    if branch == block {
        return None;
    }
    let around = view.parent(branch)?;
    match view.kind(around) {
        "if_expression" => Some(around),
        "match_arm" => view.parent(around).and_then(|body| view.parent(body)),
        _ => None,
    }
}

fn lets_go_in_all(view: RuleView<'_>, statement: NodeId, releases: &[(NodeId, NodeId)]) -> bool {
    let branches: Vec<NodeId> = match view.kind(statement) {
        "if_expression" => {
            let (Some(one), Some(other)) = (view.field(statement, "consequence"), view.field(statement, "alternative"))
            else {
                return false;
            };
            vec![one, other]
        }
        _ => {
            let body = view.field(statement, "body").into_iter();
            body.flat_map(|body| view.named(body)).filter_map(|arm| view.field(arm, "value")).collect()
        }
    };
    branches.into_iter().all(|branch| releases.iter().any(|(_, within)| *within == branch) || leaves(view, branch))
}

/// Whether a branch ends by leaving the function or the loop.
fn leaves(view: RuleView<'_>, branch: NodeId) -> bool {
    let block = if view.kind(branch) == "else_clause" { view.named(branch).last() } else { Some(branch) };
    let last = block.and_then(|block| if view.kind(block) == "block" { view.named(block).last() } else { Some(block) });
    let last = last.map(|last| {
        if view.kind(last) == "expression_statement" { view.named(last).next().unwrap_or(last) } else { last }
    });
    last.is_some_and(|last| {
        view.is(last, &["return_expression", "break_expression", "continue_expression"])
            || (view.kind(last) == "call_expression"
                && receiver(view, last).is_none()
                && called(view, last) == Some("panic"))
    })
}
