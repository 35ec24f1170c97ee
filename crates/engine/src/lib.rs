//! A run: configuration, sources, rules and tasks go in, a [`Report`] comes out.
//!
//! An [`Engine`] holds configuration and rules, a [`Snapshot`] one state of the files; [`Snapshot::check`] analyses the sources in
//! parallel and joins what came of them. A run is a pure function of what [`auditlint_source::Files`] shows, of its options and of a date; the file
//! system is reached only through [`Worktree`].
#![forbid(unsafe_code)]

mod add_ignore;
mod analyse;
mod apart;
mod baseline;
mod builtin;
mod catalogue;
mod changed_lines;
mod checks;
mod clock;
mod collected;
mod comment_sites;
mod comments;
mod compiled_rules;
mod config;
mod content;
mod contents;
mod data_language;
mod data_scan;
mod data_text;
mod date;
mod directives;
mod discovery;
mod enclosing;
mod engine;
mod entries;
mod fact_matches;
mod facts;
mod file_matches;
mod finding;
mod fingerprint;
mod fix;
mod fixing;
mod follow_exports;
mod formatted;
mod git_attributes;
mod ignore_patterns;
mod init;
mod init_seen;
mod join;
mod kept;
mod kept_matches;
mod kept_relations;
mod known;
pub mod limits;
mod links;
mod match_store;
mod module_kinds;
mod narrow;
mod narrow_links;
mod options;
mod outcome;
mod own_output;
mod project_imports;
mod projects;
mod remaining;
mod role_markers;
mod role_modules;
mod role_neighbours;
mod roles;
mod rule_tests;
mod run;
mod scope;
mod shown_texts;
mod snapshot;
mod sources;
mod store;
mod stretches;
mod suppress;
mod suppression_findings;
mod survey;
mod task_facts;
mod task_problems;
mod timeline;
mod totals;
mod touched;
mod tracked;
mod turns;
mod unknown_rules;
mod unmatched;
mod verdict;
mod verdicts;
mod ways;
mod worktree;

pub use auditlint_packs::PLAN_PACK;
pub use auditlint_providers::UNCOVERED as UNCOVERED_FINDINGS;

pub use add_ignore::{AddedIgnores, Silenced, proposed_ignore};
pub use analyse::{AnalysisWorker, analyse};
pub use baseline::{
    BASELINE_NAME, Baseline, BaselineLine, BaselineMistake, GrowthNote, Held, KnownFindings, Revision, RevisionCounts,
    merged,
};
pub use builtin::{is_regression, is_reserved};
pub use catalogue::{Catalogue, RuleOrigin, SGCONFIG_NAME};
pub use config::{
    Attestation, Config, ConfiguredIgnore, FactsSettings, OptionSettings, OverriddenRule, Override, PackName, Reason,
    RoleGlobs, RuleSettings, Settings, Statement, config_schema, inline_toml,
};
pub use content::ContentHash;
pub use date::Date;
pub use discovery::Discovered;
pub use engine::Engine;
pub use entries::CONFIG_NAME;
pub use file_matches::FileMatches;
pub use finding::{FileEdit, Finding, FindingState, FindingTask, Related, RuleInfo};
pub use fingerprint::Fingerprint;
pub use fix::{FixLevel, FixedText, apply};
pub use fixing::FixedSource;
pub use ignore_patterns::IgnorePatterns;
pub use init::propose;
pub use kept::{Kept, KeptCounts, Refusal};
pub use known::{RevisionPlan, StaleReason};
pub use limits::{MAX_BASELINE, MAX_FILE_SIZE};
pub use options::RunOptions;
pub use outcome::{NameCounts, Report, Summary, Timings};
pub use projects::Projects;
pub use remaining::{RemainingStep, remaining_steps};
pub use rule_tests::RuleTests;
pub use scope::ScopedSource;
pub use snapshot::Snapshot;
pub use task_problems::{ambiguous_task, unknown_task, write_in_full};
pub use timeline::{CommitState, Forecast, TaskCourse, TaskStanding, TaskTitles, Turn, TurnKind, courses, forecast};
pub use touched::leave_touched;
pub use verdict::{JudgedCriterion, LinkOrigin, LinkedRule, TaskAttestation, TaskVerdict};
pub use worktree::{
    CacheFolder, CacheKey, CheckedOut, CommitId, CommitLine, CommitNote, Commits, GitFiles, HookEntry, HooksFolder,
    HooksOrigin, LineStart, Overlay, RemoteOrigin, Repository, Staged, Worktree, WriteError, cache_fault,
};
