//! What goes wrong in services written in Rust.

mod asynchronous;
mod blocking_in_async;
mod http_client_without_timeout;
mod lock_held_across_await;
mod secret_in_debug;
mod sql_string_concat;

use auditlint_rules::NativeRule;

/// The rules of the pack that are written in Rust.
pub(super) static RULES: &[&dyn NativeRule] = &[
    &blocking_in_async::BlockingInAsync,
    &http_client_without_timeout::HttpClientWithoutTimeout,
    &lock_held_across_await::LockHeldAcrossAwait,
    &secret_in_debug::SecretInDebug,
    &sql_string_concat::SqlStringConcat,
];
