//! A run: configuration, sources, rules and tasks go in, a [`Report`] comes out.
//!
//! [`Project::load`] reads what comes before the sources, [`Project::check`] analyses them in parallel and joins what came
//! of them. A run is a pure function of what [`auditlint_source::Files`] shows, of its options and of a date; the file
//! system is reached only through [`Worktree`].
#![forbid(unsafe_code)]

mod add_ignore;
mod add_places;
mod analyse;
mod attributes;
mod builtin;
mod catalogue;
mod comments;
mod config;
mod content;
mod data_scan;
mod data_text;
mod date;
mod discovery;
mod enclosing;
mod facts;
mod finding;
mod fingerprint;
mod fix;
mod fixing;
mod init;
mod kept;
pub mod limits;
mod links;
mod outcome;
mod patterns;
mod roles;
mod run;
mod scope;
mod suppress;
mod turns;
mod unmatched;
mod worktree;

pub use add_ignore::{AddedIgnores, Silenced, proposed_ignore};
pub use builtin::is_reserved;
pub use catalogue::{Catalogue, Origin, SGCONFIG_NAME};
pub use config::{
    Config, ConfiguredIgnore, FactsSettings, OverriddenRule, Override, PackName, Reason, RoleGlobs, RuleSettings,
    Settings, config_schema, inline_toml,
};
pub use content::ContentHash;
pub use date::Date;
pub use discovery::{CONFIG_NAME, Discovered};
pub use finding::{Edit, Finding, FindingTask, Related, RuleInfo, State};
pub use fingerprint::Fingerprint;
pub use fix::{Fixed, apply};
pub use fixing::FixedSource;
pub use init::propose;
pub use limits::MAX_FILE_SIZE;
pub use outcome::{Report, Summary, Timings};
pub use patterns::Patterns;
pub use run::{Project, RunOptions};
pub use worktree::{Overlay, Repository, Worktree, WriteError};
