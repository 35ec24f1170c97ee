//! What is noted so that a log says a thing once: each process has a log of its own.

use auditlint_providers::identifier_words as words;
use auditlint_syntax::NodeId;

use super::super::view::{FUNCTIONS, RuleView};

/// How many nodes of a function are looked at for the window that it keeps.
const MOST_NODES: usize = 2_000;

/// A window after which nobody asks what another process has said, in milliseconds.
const SHORT: u64 = 1_000;

/// Words of what is said to whoever runs the program.
const SAID: &[&str] = &["log", "logs", "logged", "warn", "warning", "warned"];

/// Whether a function of that name decides if a log says something: `shouldLog`, `maybeWarn`, `logOnce`.
pub(super) fn decides_on_log(function: &str) -> bool {
    let words = words(function);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    has(SAID) && has(&["should", "maybe", "once", "throttled"]) && !has(&["in", "out", "audit"])
}

/// Whether a function forgets what it noted in `name` within a second, in a file that logs by the names of its functions.
pub(super) fn forgets_at_once(view: RuleView<'_>, function: NodeId, name: &str) -> bool {
    let (cleared, anew) = (format!("{name}.clear()"), format!("{name} = new "));
    let is_window = |node: NodeId| {
        let (Some(condition), Some(then)) = (view.field(node, "condition"), view.field(node, "consequence")) else {
            return false;
        };
        let asked = view.text(condition);
        let then = view.text(then);
        asked.contains('-')
            && view.nodes_in(condition, &["number"]).filter_map(|number| view.text(number).parse().ok()).any(short)
            && (then.contains(&cleared) || then.contains(&anew))
    };
    let branches = view.nodes_in(function, &["if_statement"]).take(MOST_NODES);
    branches.into_iter().any(is_window) && logs(view)
}

fn short(window: u64) -> bool {
    (1..=SHORT).contains(&window)
}

fn logs(view: RuleView<'_>) -> bool {
    let names = view.nodes(FUNCTIONS).filter_map(|function| view.field(function, "name"));
    names.into_iter().any(|name| words(view.text(name)).iter().any(|word| SAID.contains(&word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_decide_on_a_log() {
        for name in ["shouldLog", "maybeLogSlowQuery", "warnOnce", "logThrottled"] {
            assert!(decides_on_log(name), "{name}");
        }
        for name in ["log", "shouldLogIn", "maybeWriteAuditLog", "shouldSend", "login", "onceOnly"] {
            assert!(!decides_on_log(name), "{name}");
        }
    }
}
