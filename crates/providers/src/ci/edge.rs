//! Who runs whom.

use auditlint_source::{FilePath, Span};

/// One runs another.
pub(super) struct Edge {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: &'static str,
    pub(super) path: FilePath,
    pub(super) span: Span,
}
