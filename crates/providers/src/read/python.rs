//! What is read of Python by several providers: strings, calls and their arguments.

use auditlint_matcher::Analysis;
use auditlint_syntax::NodeId;

/// The text of a string without code in it; `None` for anything else.
pub(crate) fn string<'s>(analysis: &Analysis<'s>, node: NodeId) -> Option<&'s str> {
    let tree = analysis.tree();
    if tree.kind_name(node) != "string" {
        return None;
    }
    let mut content = None;
    for part in tree.named_children(node) {
        match tree.kind_name(part) {
            "string_start" | "string_end" => {}
            "string_content" if content.is_none() => content = Some(part),
            _ => return None,
        }
    }
    Some(content.map_or("", |content| analysis.words(content)))
}

/// The path of what is called, whatever its spelling: `os.environ.get`.
pub(crate) fn called(analysis: &Analysis<'_>, call: NodeId) -> Option<String> {
    path(analysis, analysis.tree().child_by_field_name(call, "function")?)
}

/// The path that an expression is, from the name of a module on.
pub(crate) fn path(analysis: &Analysis<'_>, node: NodeId) -> Option<String> {
    Some(analysis.target(node).path(analysis.text(), ".")?.to_string())
}

/// The arguments of a call without a name, those behind `*` left out.
pub(crate) fn positional<'a>(analysis: &'a Analysis<'_>, call: NodeId) -> impl Iterator<Item = NodeId> + 'a {
    let tree = analysis.tree();
    let all = tree.child_by_field_name(call, "arguments").into_iter().flat_map(move |all| tree.named_children(all));
    all.filter(move |part| {
        let is_comment = tree.node(*part).is_extra();
        !is_comment && !matches!(tree.kind_name(*part), "keyword_argument" | "list_splat" | "dictionary_splat")
    })
}

/// The arguments of a call with their names.
pub(crate) fn keywords<'a, 's>(
    analysis: &'a Analysis<'s>,
    call: NodeId,
) -> impl Iterator<Item = (&'s str, NodeId)> + use<'a, 's> {
    let tree = analysis.tree();
    let all = tree.child_by_field_name(call, "arguments").into_iter().flat_map(move |all| tree.named_children(all));
    all.filter(move |part| tree.kind_name(*part) == "keyword_argument").filter_map(move |part| {
        let name = tree.child_by_field_name(part, "name")?;
        Some((analysis.words(name), tree.child_by_field_name(part, "value")?))
    })
}

/// The argument of a call with a name.
pub(crate) fn keyword(analysis: &Analysis<'_>, call: NodeId, name: &str) -> Option<NodeId> {
    keywords(analysis, call).find(|(found, _)| *found == name).map(|(_, value)| value)
}
