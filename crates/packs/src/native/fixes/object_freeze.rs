//! `Object.freeze({…})` as `{…} as const`: where all that it holds is written there, and nobody has said of what type it is.

use auditlint_matcher::{Analysis, Edit};
use auditlint_source::Span;
use auditlint_syntax::{Language, NodeId};

use super::super::view::RuleView;
use super::{MAX_NODES, edit};

/// What the values of such a constant are made of.
const PARTS: &[&str] = &[
    "object",
    "array",
    "pair",
    "property_identifier",
    "string",
    "string_fragment",
    "escape_sequence",
    "number",
    "true",
    "false",
    "null",
    "undefined",
    "unary_expression",
    "computed_property_name",
    "comment",
];

pub(super) fn edits(analysis: &Analysis<'_>, node: NodeId) -> Vec<Edit> {
    edits_of(RuleView::new(analysis), analysis, node).unwrap_or_default()
}

fn edits_of(view: RuleView<'_>, analysis: &Analysis<'_>, call: NodeId) -> Option<Vec<Edit>> {
    if !matches!(view.language(), Language::TypeScript | Language::Tsx) || view.kind(call) != "call_expression" {
        return None;
    }
    if view.named(call).any(|child| view.kind(child) == "type_arguments") {
        return None;
    }
    let mut arguments = view.named(view.field(call, "arguments")?);
    let (value, None) = (arguments.next()?, arguments.next()) else { return None };
    if !view.is(value, &["object", "array"]) || (view.end(value) - value.0) as usize > MAX_NODES {
        return None;
    }
    let is_written_there = |part: NodeId| !analysis.tree().node(part).is_named() || view.is(part, PARTS);
    if !analysis.tree().subtree(value).all(is_written_there) {
        return None;
    }
    // Elsewhere it may have to be what can be changed.
    let declarator = view.parent(call).filter(|parent| view.kind(*parent) == "variable_declarator")?;
    if view.field(declarator, "type").is_some() || view.field(declarator, "value") != Some(call) {
        return None;
    }
    let (all, kept) = (view.span(call), view.span(value));
    Some(vec![edit(Span::new(all.start, kept.start), ""), edit(Span::new(kept.end, all.end), " as const")])
}
