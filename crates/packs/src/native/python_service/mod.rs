//! What goes wrong in services written in Python.

mod bare_except;
mod cache_rule_matches_excluded_path;
mod env_set_not_restored;
mod log_event_fields;
mod mutable_default_argument;
mod print_call;
mod program;

use auditlint_rules::NativeRule;

/// The rules of the pack that are written in Rust.
pub(super) static RULES: &[&dyn NativeRule] = &[
    &bare_except::BareExcept,
    &cache_rule_matches_excluded_path::CacheRuleMatchesExcludedPath,
    &env_set_not_restored::EnvSetNotRestored,
    &log_event_fields::LogEventFields,
    &mutable_default_argument::MutableDefaultArgument,
    &print_call::PrintCall,
];
