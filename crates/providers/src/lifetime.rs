//! What names say of how long values last: those that no store can hold, and functions that fill what a program knows from its start.

use crate::identifier::words;

/// Last words of types whose values are bound to their process: what calls, what is open, what runs.
const BOUND: &[&str] = &[
    "client",
    "clients",
    "connection",
    "conn",
    "ws",
    "child",
    "socket",
    "sockets",
    "pool",
    "promise",
    "deferred",
    "callback",
    "listener",
    "handler",
    "function",
    "fn",
    "resolver",
    "exp",
    "regex",
    "timer",
    "timeout",
    "controller",
    "worker",
    "stream",
    "emitter",
    "observer",
    "subscription",
    "element",
    "limiter",
    "redis",
    "prisma",
    "server",
    "process",
    "transport",
    "consumer",
    "producer",
    "mutex",
    "semaphore",
    "lock",
    "logger",
    "sender",
    "receiver",
    "handle",
    "notify",
];

/// Whether a name is that of a thing which is bound to its process.
#[must_use]
pub fn is_bound_name(name: &str) -> bool {
    let words = words(name);
    // A token by which what runs is told to stop is not a token of anybody.
    let cancels = |of: &String| matches!(of.as_str(), "cancel" | "cancellation" | "abort" | "shutdown");
    match words.as_slice() {
        [.., of, last] if matches!(last.as_str(), "token" | "tokens") && cancels(of) => true,
        [.., last] => BOUND.contains(&last.as_str()),
        [] => false,
    }
}

/// First words of functions that fill what a program knows, and are not called for a request.
const FILLING: &[&str] = &[
    "register",
    "on",
    "subscribe",
    "use",
    "define",
    "load",
    "init",
    "initialize",
    "refresh",
    "reload",
    "sync",
    "build",
    "add",
    "connect",
    "attach",
    "setup",
    "start",
    "configure",
    "watch",
    "collect",
    "compile",
    "parse",
    "resolve",
    "make",
];

/// Whether a function of that name fills what a program knows.
#[must_use]
pub fn fills(function: &str) -> bool {
    match words(function).as_slice() {
        // What hears of an event runs whenever it happens, unless that is the start.
        [on, event @ ..] if on == "on" && !event.is_empty() => {
            event.iter().any(|word| STARTING.contains(&word.as_str()))
        }
        [first, ..] => FILLING.contains(&first.as_str()),
        [] => false,
    }
}

/// Words of events with which a program starts, or reads anew what it knows.
const STARTING: &[&str] =
    &["init", "bootstrap", "start", "startup", "started", "load", "loaded", "ready", "mount", "config", "reload"];

/// Whether a key is that of something which only exists once somebody came along.
#[must_use]
pub fn is_of_somebody(key: &str) -> bool {
    words(key).last().is_some_and(|last| matches!(last.as_str(), "id" | "ip" | "email" | "token" | "user"))
}
