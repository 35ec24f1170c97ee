//! Where a fact stands in a project.

use auditlint_source::{FilePath, Span};

/// A file and the bytes in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FactPlace<'r> {
    pub(crate) path: &'r FilePath,
    pub(crate) span: Span,
}
