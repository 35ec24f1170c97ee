//! Where something stands in a task file.

use auditlint_source::{FilePath, Span};

/// A place in a task file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskPlace {
    /// The file.
    pub path: FilePath,
    /// The bytes in it.
    pub span: Span,
    /// The 1-based line on which `span` starts.
    pub line: u32,
}
