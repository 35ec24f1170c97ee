//! A run: configuration, sources, rules and tasks go in, a [`Report`] comes out.
//!
//! One run is a pure function of what [`auditlint_source::Files`] shows. The file system is reached only through
//! [`Worktree`].
#![forbid(unsafe_code)]

mod finding;
mod outcome;

pub use finding::{Edit, Finding, FindingTask, Related, RuleInfo, State};
pub use outcome::{Report, Summary, Timings};
