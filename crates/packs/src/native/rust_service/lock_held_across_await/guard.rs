//! What takes a lock, and what keeps the guard.

use auditlint_syntax::NodeId;

use super::super::super::view::RuleView;
use super::super::asynchronous::{beginning, called, is_awaited, receiver};
use super::super::blocking_in_async::holds_word;

/// What others do who want the lock meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LockKind {
    /// They block their thread: locks of `std` and `parking_lot`.
    Thread,
    /// They wait as tasks: locks of `tokio` and the like.
    Task,
}

/// An expression that gives a guard.
#[derive(Clone, Copy, Debug)]
pub(super) struct GuardExpression {
    pub(super) node: NodeId,
    pub(super) kind: LockKind,
}

const LOCKS: &[&str] = &["lock", "lock_owned", "lock_arc"];
const READS: &[&str] = &["read", "write", "read_owned", "write_owned", "read_arc", "write_arc", "upgradable_read"];
const TRIES: &[&str] = &["try_lock", "try_read", "try_write"];

/// What makes a guard of the result of a lock of `std`, which is poisoned where a holder has panicked.
const HEALS: &[&str] = &["unwrap", "expect", "unwrap_or_else"];

/// The guard that an expression gives, with all that is called on the lock to get at it.
pub(super) fn guard(view: RuleView<'_>, value: NodeId) -> Option<GuardExpression> {
    let (mut at, mut awaited, mut healed, mut asked) = (value, false, false, false);
    // Seen without its `await`, an async lock looks like one of `parking_lot`.
    if is_awaited(view, value) {
        return None;
    }
    loop {
        match view.kind(at) {
            "await_expression" => awaited = true,
            "try_expression" => asked = true,
            "parenthesized_expression" => {}
            "call_expression" => {
                let method = called(view, at)?;
                let Some(on) = receiver(view, at) else { return mapped(view, at) };
                if HEALS.contains(&method) {
                    healed = true;
                    at = on;
                    continue;
                }
                let has_arguments = view.field(at, "arguments").is_some_and(|list| view.named(list).next().is_some());
                if has_arguments {
                    return None;
                }
                let kind = kind(view, TakenLock { method, on, awaited, healed, asked })?;
                return Some(GuardExpression { node: value, kind });
            }
            _ => return None,
        }
        at = view.named(at).next()?;
    }
}

/// Where a file says which locks it uses: its beginning, so that a file of many locks costs no more than its size.
fn head(view: RuleView<'_>) -> &[u8] {
    const LENGTH: usize = 64 << 10;
    let source = view.source().as_bytes();
    &source[..source.len().min(LENGTH)]
}

/// A call that takes a lock, and what is done with its result.
struct TakenLock<'a> {
    method: &'a str,
    on: NodeId,
    awaited: bool,
    healed: bool,
    asked: bool,
}

fn kind(view: RuleView<'_>, taken: TakenLock<'_>) -> Option<LockKind> {
    let source = head(view);
    let names = |word: &str| holds_word(source, word);
    let names_rw = names("RwLock");
    let TakenLock { method, on, awaited, healed, asked } = taken;
    if awaited {
        let is_lock = LOCKS.contains(&method) || (READS.contains(&method) && names_rw);
        return is_lock.then_some(LockKind::Task);
    }
    if TRIES.contains(&method) {
        let is_other = names("tokio") || names("async_lock") || names("futures");
        return ((healed || asked) && !is_other && (names("Mutex") || names_rw)).then_some(LockKind::Thread);
    }
    if !LOCKS.contains(&method) && !READS.contains(&method) {
        return None;
    }
    let is_stream = || beginning(view, on).is_some_and(|path| path.starts_with("std::io::"));
    let is_thread = match (healed, asked) {
        (true, _) => true,
        // A lock of the project may fail as well.
        (false, true) => names("std") && (names("Mutex") || names_rw) && !names("tokio"),
        (false, false) => names("parking_lot") && (LOCKS.contains(&method) || names_rw),
    };
    (is_thread && !is_stream()).then_some(LockKind::Thread)
}

/// `MutexGuard::map(rows.lock(), |rows| &mut rows.first)`
fn mapped(view: RuleView<'_>, call: NodeId) -> Option<GuardExpression> {
    let function = view.field(call, "function")?;
    let text = view.text(function);
    let maps = ["map", "try_map", "filter_map"].iter().any(|name| text.ends_with(&format!("Guard::{name}")));
    let first = view.field(call, "arguments").and_then(|list| view.named(list).next()).filter(|_| maps)?;
    // Read from the inside once: a guard of a guard is named by the inner one.
    let inner =
        if view.kind(first) == "call_expression" && receiver(view, first).is_none() { return None } else { first };
    guard(view, inner).map(|inner| GuardExpression { node: call, kind: inner.kind })
}

/// The guard that a `let` keeps, and the name by which it does.
pub(super) fn kept_by<'a>(view: RuleView<'a>, declaration: NodeId) -> Option<(GuardExpression, &'a str)> {
    let (pattern, mut value) = (view.field(declaration, "pattern")?, view.field(declaration, "value")?);
    let name = match view.kind(pattern) {
        "identifier" => pattern,
        // `let Ok(rows) = rows.lock() else { … };`
        "tuple_struct_pattern" => view.named(pattern).nth(1).filter(|inner| view.kind(*inner) == "identifier")?,
        _ => return None,
    };
    let taken_apart = view.kind(pattern) == "tuple_struct_pattern";
    // `&mut *rows.lock().unwrap()` keeps the guard as well.
    while view.is(value, &["reference_expression", "unary_expression"]) {
        value = view.field(value, "value").or_else(|| view.named(value).last())?;
    }
    let healed = if view.kind(value) == "match_expression" { matched(view, value)? } else { value };
    let found = guard(view, healed).or_else(|| unhealed(view, healed).filter(|_| taken_apart || healed != value))?;
    Some((found, view.text(name)))
}

/// `match rows.lock() { Ok(rows) => rows, Err(poisoned) => poisoned.into_inner() }`: its value.
fn matched(view: RuleView<'_>, expression: NodeId) -> Option<NodeId> {
    let first = view.nodes_in(expression, &["match_arm"]).next()?;
    let (pattern, value) = (view.field(first, "pattern")?, view.field(first, "value")?);
    let inner = view.nodes_in(pattern, &["identifier"]).last()?;
    (view.kind(value) == "identifier" && view.text(inner) == view.text(value))
        .then(|| view.field(expression, "value"))
        .flatten()
}

/// A lock of `std` whose result somebody else takes apart.
pub(super) fn unhealed(view: RuleView<'_>, value: NodeId) -> Option<GuardExpression> {
    let method = called(view, value).filter(|_| view.kind(value) == "call_expression")?;
    receiver(view, value)?;
    let source = head(view);
    let is_lock = LOCKS.contains(&method) || READS.contains(&method) || TRIES.contains(&method);
    let is_known = holds_word(source, "Mutex") || holds_word(source, "RwLock");
    let has_arguments = view.field(value, "arguments").is_some_and(|list| view.named(list).next().is_some());
    let is_of_task = holds_word(source, "tokio") && TRIES.contains(&method);
    (is_lock && is_known && !has_arguments && !is_of_task)
        .then_some(GuardExpression { node: value, kind: LockKind::Thread })
}

/// Of what keeps the temporary values of an expression while a body runs: expression, pattern and body.
pub(super) fn surroundings(view: RuleView<'_>, node: NodeId) -> Option<(NodeId, Option<NodeId>, NodeId)> {
    let value = view.field(node, "value")?;
    match view.kind(node) {
        "match_expression" => Some((value, None, view.field(node, "body")?)),
        "for_expression" => Some((value, view.field(node, "pattern"), view.field(node, "body")?)),
        _ => {
            // `if let`, `while let`, or one of several conditions of either.
            let mut around = view.parent(node)?;
            while view.is(around, &["let_chain", "parenthesized_expression"]) {
                around = view.parent(around)?;
            }
            let body = view.field(around, "consequence").or_else(|| view.field(around, "body"))?;
            Some((value, view.field(node, "pattern"), body))
        }
    }
}
