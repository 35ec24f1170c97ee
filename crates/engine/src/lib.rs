//! Configuration and a run: sources, rules and tasks to a report.
#![forbid(unsafe_code)]
