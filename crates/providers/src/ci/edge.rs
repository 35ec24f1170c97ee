//! Who runs whom.

use auditlint_source::{FilePath, Span};

use super::node::Node;

/// One runs another.
pub(super) struct Edge {
    pub(super) from: Node,
    pub(super) to: Node,
    pub(super) kind: &'static str,
    pub(super) path: FilePath,
    pub(super) span: Span,
}
