//! Rule documents to rules, and a set of rules to matches.
//!
//! A [`RuleFile`] gives [`Rule`]s, with every mistake at its place, and [`MatchedRelation`]s that they may name. A [`CompiledRule`] is a
//! rule with one program for each of its languages; a [`RuleSet`] holds everything that a run needs to find out, without
//! building anything per file, which rules may match in a source ([`RuleSet::select`]) and where they do
//! ([`RuleSet::run`]). [`run_examples`] tries a rule on the examples that it carries. Rules written in Rust implement
//! [`NativeRule`].
#![forbid(unsafe_code)]

mod automaton;
mod compiled;
mod confidence;
mod dialect;
mod dispatch;
mod example;
mod example_imports;
mod export_questions;
mod following;
mod glob;
mod globs;
mod id;
mod keys;
mod language;
mod level;
pub mod limits;
mod link;
mod modules;
mod native;
mod native_document;
mod option;
mod read;
mod relation;
mod role;
mod room;
mod rule;
mod rule_match;
pub mod schema;
mod set;
mod sg_config;
mod source_exports;
mod source_imports;
mod territory;
mod trial;

pub use auditlint_facts::Severity;
pub use auditlint_source::{ModuleKind, Role};
pub use compiled::CompiledRule;
pub use confidence::Confidence;
pub use dialect::{RuleDialect, SkippedDocuments};
pub use example::{Example, Examples};
pub use following::{Followed, ImportEdge, ReadExports};
pub use glob::FileGlob;
pub use globs::FileGlobs;
pub use id::RuleId;
pub use level::RuleLevel;
pub use link::TaskLink;
pub use modules::{KindOfModule, MODULE_KINDS, ModuleConditions, ModuleKinds, ModuleTest};
pub use native::{
    NativeDefault, NativeExample, NativeFix, NativeMatch, NativeMeta, NativeOption, NativeRule, RuleMeta,
};
pub use native_document::assert_example;
pub use option::{OptionValue, RuleOption, RuleOptions, TextForm};
pub use read::{DEFAULT_ROLES, RuleFile, SharedUtil, read_rules, read_utils, read_utils_as};
pub use relation::MatchedRelation;
pub use role::RoleSet;
pub use room::{Exceeded, Room};
pub use rule::{Count, Rule, RuleBody};
pub use rule_match::RuleMatch;
pub use set::{Counters, RuleCost, RuleCoverage, RuleIdentity, RuleSet, Selection, SourceInfo, Worker};
pub use sg_config::SgConfig;
pub use source_exports::{ExportPosition, SourceExport, SourceExports};
pub use source_imports::{ExportPlace, SourceImports};
pub use territory::{ProjectFolders, Territory};
pub use trial::{ExampleFailure, FactsOf, run_examples};
// The derive macro names it through this crate.
pub use auditlint_syntax::Language;
