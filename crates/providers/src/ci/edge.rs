//! Who runs whom.

use auditlint_source::{FilePath, Span};

use super::node::RunNode;

/// One runs another.
pub(super) struct RunEdge {
    pub(super) from: RunNode,
    pub(super) to: RunNode,
    pub(super) kind: &'static str,
    pub(super) path: FilePath,
    pub(super) span: Span,
}
