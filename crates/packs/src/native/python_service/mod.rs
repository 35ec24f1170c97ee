//! What goes wrong in services written in Python.

mod env_set_not_restored;
mod mutable_default_argument;

use auditlint_rules::NativeRule;

/// The rules of the pack that are written in Rust.
pub(super) static RULES: &[&dyn NativeRule] =
    &[&env_set_not_restored::EnvSetNotRestored, &mutable_default_argument::MutableDefaultArgument];
