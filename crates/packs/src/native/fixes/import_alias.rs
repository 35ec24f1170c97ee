//! `import { Function as F }` as `import { Function }`, with every use.

use auditlint_matcher::{Analysis, Edit};
use auditlint_names::Access;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::view::RuleView;
use super::edit;

pub(super) fn edits(analysis: &Analysis<'_>, node: NodeId) -> Vec<Edit> {
    edits_of(RuleView::new(analysis), analysis, node).unwrap_or_default()
}

fn edits_of(view: RuleView<'_>, analysis: &Analysis<'_>, specifier: NodeId) -> Option<Vec<Edit>> {
    let names = analysis.names();
    let (name, alias) = (view.field(specifier, "name")?, view.field(specifier, "alias")?);
    let own = view.text(name);
    let id = names.binding_of(alias)?;
    let is_import = names.binding(id).node == alias && !names.binding(id).redeclared;
    // Another thing of that name, be it the global one, would be hidden by the import or hide it.
    let is_taken = names.bindings().any(|(other, binding)| other != id && view.text(binding.node) == own)
        || view
            .nodes(&["identifier", "type_identifier", "shorthand_property_identifier"])
            .any(|place| place != name && view.text(place) == own && names.binding_of(place) != Some(id));
    if !is_import || is_taken {
        return None;
    }
    let mut edits = vec![edit(Span::new(view.span(name).end, view.span(alias).end), "")];
    for used in names.references(id) {
        if used.access == Access::Mention {
            return None;
        }
        let span = view.span(used.node);
        edits.push(match view.kind(used.node) {
            "identifier" | "type_identifier" | "jsx_identifier" => {
                // `export { F }` keeps the name that others know.
                let is_exported = view.parent(used.node).is_some_and(|parent| view.kind(parent) == "export_specifier");
                if is_exported {
                    return None;
                }
                edit(span, own)
            }
            "shorthand_property_identifier" => edit(span, format!("{}: {own}", view.text(used.node))),
            _ => return None,
        });
    }
    Some(edits)
}
