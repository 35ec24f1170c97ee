//! The exports of a module as one list at its end. The first of them carries the edits for all: the list is written once.

use std::collections::BTreeMap;

use auditlint_matcher::{Analysis, Edit};
use auditlint_source::Span;
use auditlint_syntax::{Language, NodeId};

use super::super::view::RuleView;
use super::{MAX_NODES, edit, introduced};

pub(super) fn edits(analysis: &Analysis<'_>, node: NodeId) -> Vec<Edit> {
    edits_of(RuleView::new(analysis), analysis, node).unwrap_or_default()
}

fn edits_of(view: RuleView<'_>, analysis: &Analysis<'_>, first: NodeId) -> Option<Vec<Edit>> {
    let root = view.root();
    // Whoever comes later has its edit from the first.
    let is_inline = |statement: &NodeId| declaration(view, *statement).is_some();
    if view.parent(first) != Some(root) || view.named(root).find(is_inline) != Some(first) {
        return None;
    }
    let mut edits = Vec::new();
    // By name, in the order of the file: whether it is a type alone.
    let mut order: Vec<&str> = Vec::new();
    let mut is_type: BTreeMap<&str, bool> = BTreeMap::new();
    let (mut list, mut last) = (None, None);
    for (count, statement) in view.named(root).enumerate() {
        if count > MAX_NODES {
            return None;
        }
        last = Some(statement);
        let Some(declared) = declaration(view, statement) else {
            if let Some(clause) = own_list(view, statement) {
                list = Some(clause);
            }
            continue;
        };
        for (name, of_type) in names(view, analysis, declared)? {
            is_type.entry(name).and_modify(|all| *all &= of_type).or_insert_with(|| {
                order.push(name);
                of_type
            });
        }
        let keyword = view.children(statement).find(|child| view.kind(*child) == "export")?;
        edits.push(edit(Span::new(view.span(keyword).start, view.span(declared).start), ""));
    }
    let is_typescript = !matches!(view.language(), Language::JavaScript);
    let written =
        |name: &&str| if is_typescript && is_type[*name] { format!("type {name}") } else { (*name).to_owned() };
    let names = order.iter().map(written).collect::<Vec<_>>().join(", ");
    edits.push(match list {
        Some(clause) => into_list(view, clause, &names)?,
        None => {
            let end = view.span(last?).end;
            let line_end = if view.source().contains("\r\n") { "\r\n" } else { "\n" };
            let has_semicolons = view.named(root).any(|statement| view.text(statement).ends_with(';'));
            let semicolon = if has_semicolons { ";" } else { "" };
            edit(Span::new(end, end), format!("{line_end}{line_end}export {{ {names} }}{semicolon}"))
        }
    });
    Some(edits)
}

/// What `export const …` and its like declare; `None` for what has no name that a list could hold.
fn declaration(view: RuleView<'_>, statement: NodeId) -> Option<NodeId> {
    if view.kind(statement) != "export_statement" || view.children(statement).any(|child| view.kind(child) == "default")
    {
        return None;
    }
    view.field(statement, "declaration")
}

/// The names that a declaration gives to the module, and whether each is a type.
fn names<'a>(view: RuleView<'a>, analysis: &Analysis<'_>, declared: NodeId) -> Option<Vec<(&'a str, bool)>> {
    let one = |of_type| Some(vec![(view.text(view.field(declared, "name")?), of_type)]);
    match view.kind(declared) {
        "lexical_declaration" | "variable_declaration" => {
            let mut all = Vec::new();
            for declarator in view.named(declared).filter(|child| view.kind(*child) == "variable_declarator") {
                let introduced = introduced(view, analysis, view.field(declarator, "name")?)?;
                all.extend(introduced.into_iter().map(|name| (view.text(name), false)));
            }
            Some(all)
        }
        "interface_declaration" | "type_alias_declaration" => one(true),
        "function_declaration"
        | "generator_function_declaration"
        | "class_declaration"
        | "abstract_class_declaration"
        | "enum_declaration"
        | "function_signature" => one(false),
        // `declare`, namespaces and `import a = b` have rules of their own.
        _ => None,
    }
}

/// The list of an `export { … }` that takes nothing from another module.
fn own_list(view: RuleView<'_>, statement: NodeId) -> Option<NodeId> {
    let is_own = view.kind(statement) == "export_statement"
        && view.field(statement, "source").is_none()
        && !view.children(statement).any(|child| view.kind(child) == "type");
    view.named(statement).find(|child| is_own && view.kind(*child) == "export_clause")
}

/// Names behind the last one of a list.
fn into_list(view: RuleView<'_>, clause: NodeId, names: &str) -> Option<Edit> {
    let Some(last) = view.named(clause).last() else {
        return Some(edit(view.span(clause), format!("{{ {names} }}")));
    };
    let end = view.span(last).end;
    Some(edit(Span::new(end, end), format!(", {names}")))
}
