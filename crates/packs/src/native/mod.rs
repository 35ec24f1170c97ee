//! Rules written in Rust, for what the matcher language does not say.

pub(crate) mod fixes;
mod in_memory_store;
mod node_service;
mod python_service;
mod raw_fetch;
mod rust_service;
mod strict_effect;
mod view;

use auditlint_rules::NativeRule;

/// The rules written in Rust of a pack.
pub(crate) fn rules(pack: &str) -> &'static [&'static dyn NativeRule] {
    match pack {
        "recommended" => &[&in_memory_store::InMemoryStore, &raw_fetch::RawFetch],
        "node-service" => node_service::RULES,
        "python-service" => python_service::RULES,
        "rust-service" => rust_service::RULES,
        "strict-effect" => strict_effect::RULES,
        _ => &[],
    }
}
