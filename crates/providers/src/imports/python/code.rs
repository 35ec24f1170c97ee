//! The facts of a source of Python: what it imports, and which names it gives to others.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_names::{Binding, BindingKind};
use auditlint_source::Span;
use auditlint_source::document::DocumentNode;
use auditlint_syntax::{NodeId, Tree};

use super::super::fact::{Facts, ImportKind, ModuleFact};
use super::fact::PythonFact;
use super::manifest::name_of;
use crate::kinds::Kinds;
use crate::read::python::{called, positional, string};
use crate::read::toml;
use crate::words::Words;

static SEEN: Kinds = Kinds::new(&[
    "import_statement",
    "import_from_statement",
    "call",
    "try_statement",
    "with_statement",
    "if_statement",
]);

/// What gives a module names that no statement binds.
const OPENING: [&str; 8] =
    ["globals()", "modules[__name__]", "exec(", "vars()[", "locals()[", "lazy.attach", "lazy_loader", "LazyModule"];

/// What changes where modules are looked up.
const PATH_CHANGES: [&str; 8] = [
    "sys.path.insert",
    "sys.path.append",
    "sys.path.extend",
    "sys.path =",
    "sys.path=",
    "sys.path +",
    "sys.path[",
    "addsitedir(",
];

/// What catches an import that fails.
static CATCHES: Words = Words::new(&["ImportError", "ModuleNotFoundError", "Exception", "BaseException"]);

/// A stretch of code in which imports are not what they are elsewhere.
struct CodeStretch {
    end: u32,
    is_optional: bool,
    /// Its imports are for those who check types.
    is_of_types: bool,
}

/// Says what a source imports and gives.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let Ok(text) = str::from_utf8(analysis.text()) else { return };
    let kinds = SEEN.of(tree.language());
    let mut open: Vec<CodeStretch> = Vec::new();
    for node in (0..tree.main_end()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        while open.last().is_some_and(|stretch| node.0 >= stretch.end) {
            open.pop();
        }
        let kind = tree.kind_name(node);
        let end = tree.subtree_end(node);
        let (is_optional, is_of_types) =
            open.last().map_or((false, false), |stretch| (stretch.is_optional, stretch.is_of_types));
        let how = if is_of_types { ImportKind::Type } else { ImportKind::Import };
        let mut say = |span, fact| out.say(span, ModuleFact::Python(fact));
        match kind {
            "import_statement" => {
                for part in tree.named_children(node) {
                    if let Some(name) = dotted(tree, part) {
                        let module = compact(analysis.words(name));
                        say(tree.span(name), PythonFact::Import { module, how, is_optional });
                    }
                }
            }
            "import_from_statement" => from(analysis, node, how, is_optional, &mut say),
            "call" => {
                let Some(module) = imported_by_call(analysis, node) else { continue };
                if let Some(name) = string(analysis, module).filter(|name| is_module(name)) {
                    let module = name.into();
                    say(tree.span(node), PythonFact::Import { module, how: ImportKind::Dynamic, is_optional });
                }
            }
            "try_statement" if catches_imports(analysis, node) => {
                open.push(CodeStretch { end, is_optional: true, is_of_types });
            }
            "with_statement" if suppresses_imports(analysis, node) => {
                open.push(CodeStretch { end, is_optional: true, is_of_types });
            }
            "if_statement" => {
                let Some(condition) = tree.child_by_field_name(node, "condition") else { continue };
                let words = analysis.words(condition);
                if words.contains("find_spec(") || words.contains("version_info") || words.contains("PY2") {
                    open.push(CodeStretch { end, is_optional: true, is_of_types });
                } else if words.ends_with("TYPE_CHECKING")
                    && !words.starts_with("not")
                    && let Some(body) = tree.child_by_field_name(node, "consequence")
                {
                    let end = tree.subtree_end(body);
                    open.push(CodeStretch { end, is_optional, is_of_types: true });
                }
            }
            _ => {}
        }
    }
    gives(analysis, text, out);
    needs(text, out);
}

/// Says what a script needs that says so in a comment at its head (PEP 723).
fn needs(text: &str, out: &mut Facts) {
    const START: &str = "# /// script\n";
    let Some(start) = text.find(START).filter(|start| *start == 0 || text.as_bytes()[start - 1] == b'\n') else {
        return;
    };
    let lines = text[start + START.len()..].lines().take_while(|line| line.starts_with('#') && line.trim() != "# ///");
    let table: String = lines.flat_map(|line| [line[1..].strip_prefix(' ').unwrap_or(&line[1..]), "\n"]).collect();
    let Ok(table) = toml::document(&table) else { return };
    let span = Span::new(start as u32, (start + START.len()) as u32);
    for item in table.get("dependencies").and_then(DocumentNode::as_list).unwrap_or_default() {
        if let Some(name) = item.as_text().and_then(name_of) {
            out.say(span, ModuleFact::Python(PythonFact::Distribution(name.into())));
        }
    }
}

/// Says which names the module gives.
fn gives(analysis: &Analysis<'_>, text: &str, out: &mut Facts) {
    let names = analysis.names();
    let bound = names.bindings().filter(|(id, _)| names.is_of_module(*id));
    let bound: Vec<_> = bound.collect();
    let is_taken =
        |binding: &&Binding| binding.kind == BindingKind::Import && !binding.redeclared && binding.writes == 0;
    let taken = bound.iter().map(|(_, binding)| *binding).filter(is_taken);
    let taken: Vec<Arc<str>> = taken.map(|binding| analysis.words(binding.node).into()).collect();
    let bound: Vec<Arc<str>> = bound.into_iter().map(|(_, binding)| analysis.words(binding.node).into()).collect();
    let is_dynamic = bound.iter().any(|name| &**name == "__getattr__" || &**name == "__path__");
    let is_open = is_dynamic || OPENING.iter().any(|opening| text.contains(opening));
    let mut say = |fact| out.say(Span::default(), ModuleFact::Python(fact));
    say(PythonFact::Bound(bound));
    if !taken.is_empty() {
        say(PythonFact::Taken(taken));
    }
    if is_open || !analysis.tree().not_understood().is_empty() {
        say(PythonFact::Open);
    }
    if PATH_CHANGES.iter().any(|change| text.contains(change)) {
        say(PythonFact::PathChange);
    }
}

fn from(
    analysis: &Analysis<'_>,
    node: NodeId,
    how: ImportKind,
    is_optional: bool,
    say: &mut dyn FnMut(Span, PythonFact),
) {
    let tree = analysis.tree();
    let Some(place) = tree.child_by_field_name(node, "module_name") else { return };
    let module = compact(analysis.words(place));
    let import = PythonFact::Import { module: Arc::clone(&module), how, is_optional };
    say(tree.span(place), import);
    for part in tree.named_children(node).filter(|part| *part != place) {
        let (span, name) = match tree.kind_name(part) {
            "wildcard_import" => (tree.span(part), "*".into()),
            _ => match dotted(tree, part) {
                Some(name) => (tree.span(name), compact(analysis.words(name))),
                None => continue,
            },
        };
        say(span, PythonFact::Name { module: Arc::clone(&module), name, how, is_optional });
    }
}

/// The name that a part of an import begins with: `a.b` of `a.b as c`.
fn dotted(tree: &Tree, part: NodeId) -> Option<NodeId> {
    match tree.kind_name(part) {
        "dotted_name" => Some(part),
        "aliased_import" => tree.child_by_field_name(part, "name"),
        _ => None,
    }
}

/// A name without the spaces that may stand around its dots.
fn compact(words: &str) -> Arc<str> {
    if words.contains(char::is_whitespace) { words.split_whitespace().collect::<String>().into() } else { words.into() }
}

/// The argument that says which module a call imports.
fn imported_by_call(analysis: &Analysis<'_>, call: NodeId) -> Option<NodeId> {
    let tree = analysis.tree();
    let function = tree.child_by_field_name(call, "function")?;
    let is_candidate = ["import_module", "__import__"].iter().any(|end| analysis.words(function).ends_with(end));
    if !is_candidate || !matches!(&*called(analysis, call)?, "importlib.import_module" | "__import__") {
        return None;
    }
    positional(analysis, call).next()
}

fn is_module(name: &str) -> bool {
    !name.is_empty()
        && name.split('.').all(|part| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
}

/// Whether an import that fails in a `try` is caught.
fn catches_imports(analysis: &Analysis<'_>, node: NodeId) -> bool {
    let tree = analysis.tree();
    let mut clauses = tree
        .named_children(node)
        .filter(|part| matches!(tree.kind_name(*part), "except_clause" | "except_group_clause"));
    clauses.any(|clause| {
        let mut caught = tree.named_children(clause).take_while(|part| tree.kind_name(*part) != "block").peekable();
        caught.peek().is_none() || caught.any(|part| CATCHES.any_in(analysis.words(part).as_bytes()))
    })
}

/// Whether it is `with suppress(ImportError)`.
fn suppresses_imports(analysis: &Analysis<'_>, node: NodeId) -> bool {
    let tree = analysis.tree();
    let head = tree.named_children(node).find(|part| tree.kind_name(*part) == "with_clause");
    head.is_some_and(|head| {
        let words = analysis.words(head);
        words.contains("suppress(") && CATCHES.any_in(words.as_bytes())
    })
}
