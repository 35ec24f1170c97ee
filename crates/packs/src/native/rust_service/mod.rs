//! What goes wrong in services written in Rust.

mod asynchronous;
mod blocking_in_async;

use auditlint_rules::NativeRule;

/// The rules of the pack that are written in Rust.
pub(super) static RULES: &[&dyn NativeRule] = &[
    &blocking_in_async::BlockingInAsync,
];
