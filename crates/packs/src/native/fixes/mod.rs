//! Fixes of shipped rules that no template writes, since they depend on how names are used or change several places of a file.
//!
//! Each gives the edits for one match, or none where it is not certain that the code does the same afterwards. What one match
//! costs is bounded by the uses of the names in it and by [`MAX_NODES`].

mod import_alias;
mod inline_export;
mod object_freeze;
#[cfg(test)]
mod tests;
mod var_declaration;

use auditlint_matcher::{Analysis, Edit};
use auditlint_rules::NativeFix;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::view::RuleView;

/// How many nodes a fix looks at besides uses of names, for one match. Where more would be needed there is no fix.
const MAX_NODES: usize = 20_000;

/// The fix of a rule.
pub(crate) fn of(rule: &str) -> Option<NativeFix> {
    match rule {
        "import-alias" => Some(import_alias::edits),
        "inline-export" => Some(inline_export::edits),
        "object-freeze" => Some(object_freeze::edits),
        "var-declaration" => Some(var_declaration::edits),
        _ => None,
    }
}

fn edit(span: Span, text: impl Into<Vec<u8>>) -> Edit {
    Edit { span, text: text.into() }
}

/// Whether a file is a module for certain, so that nothing at its top is seen by other files under its own name.
fn is_module(view: RuleView<'_>) -> bool {
    view.named(view.root()).any(|statement| view.is(statement, &["import_statement", "export_statement"]))
}

/// The identifiers that a pattern introduces; `None` where it holds more nodes than are looked at.
fn introduced(view: RuleView<'_>, analysis: &Analysis<'_>, pattern: NodeId) -> Option<Vec<NodeId>> {
    if (view.end(pattern) - pattern.0) as usize > MAX_NODES {
        return None;
    }
    let names = analysis.names();
    let places = view.nodes_in(pattern, &["identifier", "shorthand_property_identifier_pattern"]);
    Some(places.filter(|place| names.reference_at(*place).is_none() && names.binding_of(*place).is_some()).collect())
}
