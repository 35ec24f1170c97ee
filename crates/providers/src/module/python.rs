//! The parts of a module of Python that read the environment for the rest.

use auditlint_facts::Source;
use auditlint_matcher::Analysis;
use auditlint_syntax::{NodeId, Tree};

use super::configuration::{is_named_after_settings, is_of_settings, say};
use super::fact::Facts;
use crate::kinds::Kinds;
use crate::words::Words;

static READS: Words = Words::new(&["environ", "getenv", "environb", "getenvb"]);
static DEFINITIONS: Kinds = Kinds::new(&["class_definition", "function_definition"]);

/// Whether a text can hold such a part.
pub(super) fn may_hold(text: &[u8]) -> bool {
    READS.any_in(text)
}

/// Says which parts are configuration: all of a module that is named after settings; else classes that are named so or that pydantic
/// fills, functions that are named so or build such a class, and functions that read the variable that they are told to.
pub(super) fn extract(source: &Source<'_, '_>, analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let kinds = DEFINITIONS.of(tree.language());
    if is_named_after_settings(source.path) {
        say(source, None, tree.span(tree.root()), "its module is named after settings, and reads them", out);
        return;
    }
    let mut end = 0;
    for node in (0..tree.len()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        // What stands in such a part belongs to it.
        if node.0 < end {
            continue;
        }
        let found = match tree.kind_name(node) {
            "class_definition" => of_class(analysis, node),
            _ => of_function(analysis, node),
        };
        if let Some(evidence) = found {
            end = tree.subtree_end(node);
            say(source, Some(tree.span(node)), tree.span(node), evidence, out);
        }
    }
}

fn of_class(analysis: &Analysis<'_>, class: NodeId) -> Option<&'static str> {
    let tree = analysis.tree();
    let name = tree.child_by_field_name(class, "name").map(|name| analysis.words(name)).unwrap_or_default();
    let bases = tree.child_by_field_name(class, "superclasses");
    let is_filled = bases.is_some_and(|bases| {
        tree.named_children(bases).any(|base| analysis.words(base).rsplit('.').next() == Some("BaseSettings"))
    });
    if is_filled {
        Some("a class that pydantic fills with the environment")
    } else if names_settings(name) {
        Some("a class is named after settings")
    } else {
        None
    }
}

fn of_function(analysis: &Analysis<'_>, function: NodeId) -> Option<&'static str> {
    let tree = analysis.tree();
    let child = |field| tree.child_by_field_name(function, field);
    let name = child("name").map(|name| analysis.words(name)).unwrap_or_default();
    let body = child("body")?;
    if !tree.subtree(body).any(|node| is_read(analysis, tree, node)) {
        return None;
    }
    let (verb, rest) = name.trim_start_matches('_').split_once('_').unwrap_or((name, ""));
    let gives = matches!(verb, "get" | "load" | "read" | "build" | "make" | "create" | "parse" | "init" | "resolve");
    if is_of_settings(name) && (gives || rest.is_empty()) {
        return Some("a function is named after the settings that it gives");
    }
    let builds = tree.subtree(body).filter(|node| tree.kind_name(*node) == "call").any(|call| {
        let made = tree.child_by_field_name(call, "function").map(|made| analysis.words(made)).unwrap_or_default();
        names_settings(made.rsplit('.').next().unwrap_or_default())
    });
    if builds {
        return Some("a function builds the settings");
    }
    reads_what_it_is_told(analysis, function, body).then_some("it reads the variables that it is told to")
}

/// Whether every variable that a function reads is one whose name it is given.
fn reads_what_it_is_told(analysis: &Analysis<'_>, function: NodeId, body: NodeId) -> bool {
    let tree = analysis.tree();
    let Some(parameters) = tree.child_by_field_name(function, "parameters") else { return false };
    let given: Vec<&str> = tree
        .subtree(parameters)
        .filter(|node| tree.kind_name(*node) == "identifier")
        .map(|node| analysis.words(node))
        .collect();
    let mut keys = tree.subtree(body).filter(|node| is_read(analysis, tree, *node)).map(|node| {
        let parent = tree.parent(node)?;
        match tree.kind_name(parent) {
            "subscript" => tree.child_by_field_name(parent, "subscript"),
            "call" => tree.named_children(tree.child_by_field_name(parent, "arguments")?).next(),
            _ => None,
        }
    });
    keys.all(|key| key.is_some_and(|key| given.contains(&analysis.words(key))))
}

/// Whether a node reads the environment: `os.environ` with what is taken from it, `os.getenv`.
fn is_read(analysis: &Analysis<'_>, tree: &Tree, node: NodeId) -> bool {
    if !matches!(tree.kind_name(node), "attribute" | "identifier") {
        return false;
    }
    let path = analysis.target(node).path(analysis.text(), ".").map(|path| path.to_string()).unwrap_or_default();
    match path.as_str() {
        "os.getenv" | "os.getenvb" | "os.environ.get" | "os.environb.get" => true,
        "os.environ" | "os.environb" => tree.parent(node).is_some_and(|parent| tree.kind_name(parent) != "attribute"),
        _ => false,
    }
}

/// Whether the name of a class says that it holds settings.
fn names_settings(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && (is_of_settings(name) || ["Options", "Opts", "Credentials"].iter().any(|end| name.ends_with(end)))
}
