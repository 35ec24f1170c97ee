//! End to end: the real binary on fixtures and on projects in temporary folders. One binary, so that it is linked once.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

mod audits;
mod bad_facts;
mod bad_history;
mod bad_input;
mod baseline;
mod cases;
mod change;
mod ci;
mod explain;
mod facts;
mod fixtures;
mod flags;
mod growth;
mod history;
mod hook;
mod hostile_text;
mod import;
mod kept;
mod limits;
mod links;
mod monorepo;
mod outputs;
mod pages;
mod peers;
mod plan;
mod project;
mod report;
mod scope;
mod streams;
mod suppressing;
mod trust;
mod verdicts;
mod writing;
