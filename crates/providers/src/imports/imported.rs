//! The names that an import takes from a module. `*` is all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::fact::{Facts, ImportKind, ModuleFact};
use super::reader::ImportReader;
use crate::kinds::Kinds;

static MEMBERS: Kinds = Kinds::new(&["property_identifier", "shorthand_property_identifier_pattern"]);

/// The names that the import at `node` takes, and the exports that it makes of them.
pub(super) fn names(reader: &ImportReader<'_>, node: NodeId, specifier: &Arc<str>, how: ImportKind, out: &mut Facts) {
    let tree = reader.tree;
    let mut name = |at: NodeId, name: &str, how: ImportKind| {
        out.say(tree.span(at), ModuleFact::Name { specifier: Arc::clone(specifier), name: name.into(), how });
    };
    match tree.kind_name(node) {
        // `with { type: "text" }` makes something else of the file.
        "import_statement" | "export_statement" if reader.child(node, "import_attribute").is_some() => {
            name(node, "*", how);
        }
        "import_statement" => {
            if let Some(clause) = reader.child(node, "import_require_clause") {
                name(clause, "*", how);
            }
            let Some(clause) = reader.child(node, "import_clause") else { return };
            for part in tree.named_children(clause) {
                match tree.kind_name(part) {
                    "identifier" => name(part, "default", how),
                    "namespace_import" => name(part, "*", how),
                    "named_imports" => specifiers(reader, part, how).for_each(|(at, text, how)| name(at, text, how)),
                    _ => {}
                }
            }
        }
        "export_statement" => {
            if let Some(clause) = reader.child(node, "export_clause") {
                specifiers(reader, clause, how).for_each(|(at, text, how)| name(at, text, how));
            } else if let Some(namespace) = reader.child(node, "namespace_export") {
                name(namespace, "*", how);
            } else {
                out.say(tree.span(node), ModuleFact::Star(Arc::clone(specifier)));
            }
        }
        _ => match taken(reader, node) {
            Some(taken) => taken.into_iter().for_each(|(at, text)| name(at, text, how)),
            None => name(node, "*", how),
        },
    }
}

/// The members that a source names: one that loads modules by computed paths may take any of them from any module.
pub(super) fn members(reader: &ImportReader<'_>, out: &mut Facts) {
    let tree = reader.tree;
    let kinds = MEMBERS.of(tree.language());
    let members = (0..tree.len()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node)));
    let names: BTreeSet<&str> = members.map(|node| reader.analysis.words(node)).collect();
    names.into_iter().for_each(|name| out.say(Span::new(0, 0), ModuleFact::Loose(name.into())));
}

/// The folder of which a computed import may take everything: that of the file for a path from there, that of the package where all that
/// a module gives is taken.
pub(super) fn folder_of_all(reader: &ImportReader<'_>, call: NodeId) -> Option<&'static str> {
    let tree = reader.tree;
    if let Some(arguments) = reader.tree.child_by_field_name(call, "arguments") {
        let names_own =
            ["__dirname", "import.meta.dirname"].iter().any(|own| reader.analysis.words(arguments).contains(own));
        if names_own {
            return Some(".");
        }
    }
    let is_around = |above: &NodeId| matches!(tree.kind_name(*above), "await_expression" | "parenthesized_expression");
    let user = tree.ancestors(call).find(|above| !is_around(above))?;
    let takes_all = match tree.kind_name(user) {
        "spread_element" => true,
        "arguments" => {
            let function = tree.parent(user).and_then(|call| reader.tree.child_by_field_name(call, "function"));
            function.is_some_and(|function| reader.analysis.words(function).starts_with("Object."))
        }
        "variable_declarator" => reader.tree.child_by_field_name(user, "name").is_some_and(|name| {
            let text = reader.analysis.text();
            let taken = |method: &str| format!("Object.{method}({})", reader.analysis.words(name));
            ["values", "entries", "keys"]
                .iter()
                .any(|method| memchr::memmem::find(text, taken(method).as_bytes()).is_some())
        }),
        _ => false,
    };
    takes_all.then_some("/")
}

/// The names in braces; a single one may be a type.
fn specifiers<'a>(
    reader: &'a ImportReader<'_>,
    list: NodeId,
    how: ImportKind,
) -> impl Iterator<Item = (NodeId, &'a str, ImportKind)> {
    reader.tree.named_children(list).filter_map(move |specifier| {
        let name = reader.tree.child_by_field_name(specifier, "name")?;
        let is_type = reader.child(specifier, "type").is_some();
        let how = if is_type { ImportKind::Type } else { how };
        Some((name, reader.analysis.words(name).trim_matches(['"', '\'']), how))
    })
}

/// `const { a, b: c } = await import("x")`, `require("x").a`; `None` where it may be anything.
fn taken<'a>(reader: &ImportReader<'a>, call: NodeId) -> Option<Vec<(NodeId, &'a str)>> {
    let tree = reader.tree;
    let is_around = |above: &NodeId| matches!(tree.kind_name(*above), "await_expression" | "parenthesized_expression");
    let user = tree.ancestors(call).find(|above| !is_around(above))?;
    let mut between = tree.ancestors(call).take_while(is_around);
    let is_awaited = between.any(|above| tree.kind_name(above) == "await_expression");
    match tree.kind_name(user) {
        // Of a promise it is a method.
        "member_expression" if is_awaited || reader.analysis.words(call).starts_with("require") => {
            let property = reader.tree.child_by_field_name(user, "property")?;
            Some(vec![(property, reader.analysis.words(property))])
        }
        "variable_declarator" => {
            let pattern = reader
                .tree
                .child_by_field_name(user, "name")
                .filter(|name| tree.kind_name(*name) == "object_pattern")?;
            let part = |part: NodeId| match tree.kind_name(part) {
                "shorthand_property_identifier_pattern" => Some(part),
                "object_assignment_pattern" => reader.tree.child_by_field_name(part, "left"),
                "pair_pattern" => reader
                    .tree
                    .child_by_field_name(part, "key")
                    .filter(|key| tree.kind_name(*key) == "property_identifier"),
                _ => None,
            };
            let parts = tree.named_children(pattern).filter(|child| !tree.node(*child).is_extra());
            parts.map(|child| part(child).map(|name| (name, reader.analysis.words(name)))).collect()
        }
        _ => None,
    }
}
