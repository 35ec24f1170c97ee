//! Rust.
use crate::{Names, Target};
use auditlint_syntax::{NodeId, Tree};
pub(crate) fn bind(tree: &Tree, text: &[u8]) -> Names {
    crate::builder::Builder::new(tree, text).finish()
}
pub(crate) fn target(_: &Names, _: &Tree, _: &[u8], _: NodeId, _: &mut dyn FnMut(NodeId, &str)) -> Target {
    Target::Opaque
}
