//! The relations that every project has: one folder for each provider, what several of them read, and what they take for granted of names
//! and folders.
//!
//! A provider reads sources and gives relations ([`auditlint_facts::Provider`]); [`providers`] lists them. What task files say is a
//! relation too, though its rows come from the task set that the configuration names ([`relations_of_tasks`]).
#![forbid(unsafe_code)]

mod cargo;
mod ci;
mod clone;
mod column;
mod conventions;
mod coverage;
mod env;
mod fact_place;
mod handler;
mod http;
mod identifier;
mod imports;
mod indent;
mod kinds;
mod lifetime;
pub mod limits;
mod log;
mod module;
mod naming;
mod npm;
mod orm;
mod package_folders;
mod prisma;
mod read;
mod registry;
mod repo;
mod resilience;
mod route;
mod sample;
mod schema;
mod seal;
mod secret;
mod sql;
mod tasks;
#[cfg(test)]
mod testing;
mod unseen;
mod view;
mod words;

pub use column::is_secret_name;
pub use conventions::PACKAGE_MANIFESTS;
pub use http::{DirectRequest, HTTP_PACKAGES, direct_requests};
pub use identifier::words as identifier_words;
pub use imports::{ImportLead, ReachedFiles, ReadSpecifiers, import_settings, reached_from, specifiers_in};
pub use lifetime::{fills, is_bound_name, is_of_somebody};
pub use log::{LogEvent, log_events, may_log};
pub use module::{AskedKinds, KEEPING_DECORATORS, kind_of_import};
pub use registry::{known_relations, providers};
pub use sample::facts_of;
pub use tasks::{
    CLAIMS, RULES as TASK_RULES, STATUSES, TASKS, UNCOVERED, claims_of_tasks, relations_of as relations_of_tasks,
    rules_of_tasks, uncovered_findings,
};
pub use unseen::{describes_its_folder, missed_by};
