//! The text of a string, as far as it is spelled out.

use auditlint_source::Span;
use auditlint_syntax::{NodeId, Tree};

use super::kinds::{PythonKinds, PythonMeaning};

/// Where the text of a string stands that holds neither escapes nor code; `None` for an empty one.
pub(super) fn plain_string(tree: &Tree, node: NodeId) -> Option<Span> {
    let kinds = PythonKinds::get();
    if kinds.meaning(tree.kind(node)) != PythonMeaning::String {
        return None;
    }
    let mut inner = tree.named_children(node).skip(1);
    let content = inner.next().filter(|part| Some(tree.kind(*part)) == kinds.string_content)?;
    let ends = inner.next().is_some_and(|end| tree.kind_name(end) == "string_end");
    (ends && tree.first_child(content).is_none()).then(|| tree.span(content))
}
