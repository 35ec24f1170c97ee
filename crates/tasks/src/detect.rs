//! Where a repository seems to keep its tasks, for `init`.

use auditlint_source::{FilePath, Files};

use crate::Format;

/// A place that seems to hold tasks, and what to write into the configuration for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The glob for `files`.
    pub glob: String,
    /// The format, `auto` where the names of the files say it.
    pub format: Format,
    /// How many files it matches.
    pub files: usize,
    /// How many tasks stand there (for checklists and markers: how many tasks they speak of).
    pub tasks: usize,
    /// What was found, for the comment above the table: "63 YAML files, one task each".
    pub what: String,
}

/// Finds the places where tasks live among `paths`, best first. Reads only files that can hold tasks.
#[must_use]
pub fn detect(_paths: &[FilePath], _files: &dyn Files) -> Vec<Detected> {
    Vec::new()
}
