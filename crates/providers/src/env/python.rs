//! Reads in Python: `os.environ`, `os.getenv`, django-environ and environs, decouple, Starlette's `Config`, and the fields of classes that
//! pydantic fills with the environment.

use auditlint_matcher::Analysis;
use auditlint_syntax::NodeId;
use rustc_hash::FxHashSet;

use super::fact::{Facts, Setter};
use super::note::{read, set};
use crate::kinds::Kinds;
use crate::read::python::{keyword, path, positional, string};

static SEEN: Kinds = Kinds::new(&["subscript", "call", "comparison_operator", "class_definition"]);

/// What makes an object that is asked for variables.
const READERS: [&str; 7] = [
    "environ.Env",
    "environ.FileAwareEnv",
    "environs.Env",
    "starlette.config.Config",
    "starlette.config.environ",
    "decouple.Config",
    "decouple.AutoConfig",
];

pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let kinds = SEEN.of(tree.language());
    let mut settings: FxHashSet<&str> = FxHashSet::default();
    for node in (0..tree.main_end()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        match tree.kind_name(node) {
            "subscript" => subscript(analysis, node, out),
            "call" => call(analysis, node, out),
            "comparison_operator" => comparison(analysis, node, out),
            _ => class(analysis, node, &mut settings, out),
        }
    }
}

/// The text that an expression is: a string, or a name for one.
fn text<'s>(analysis: &Analysis<'s>, node: NodeId) -> Option<&'s str> {
    let origins = analysis.names().origins(analysis.tree(), analysis.text(), node);
    origins.into_iter().find_map(|origin| string(analysis, origin))
}

fn is_environment(analysis: &Analysis<'_>, node: NodeId) -> bool {
    analysis.words(node).ends_with("environ")
        && path(analysis, node).is_some_and(|path| matches!(path.as_str(), "os.environ" | "os.environb"))
}

/// `os.environ["NAME"]`, read or written.
fn subscript(analysis: &Analysis<'_>, node: NodeId, out: &mut Facts) {
    let tree = analysis.tree();
    let field = |name: &str| tree.child_by_field_name(node, name);
    let Some(name) = field("value")
        .filter(|value| is_environment(analysis, *value))
        .and_then(|_| text(analysis, field("subscript")?))
    else {
        return;
    };
    let parent = tree.parent(node);
    let kind = parent.map(|parent| tree.kind_name(parent)).unwrap_or_default();
    let is_target =
        kind == "assignment" && parent.and_then(|parent| tree.child_by_field_name(parent, "left")) == Some(node);
    if is_target {
        set(name, tree.span(node), Setter::Code, out);
    } else if kind != "delete_statement" {
        read(name, tree.span(node), out);
    }
}

/// `"NAME" in os.environ`
fn comparison(analysis: &Analysis<'_>, node: NodeId, out: &mut Facts) {
    let tree = analysis.tree();
    let mut parts = tree.named_children(node);
    let (Some(name), Some(of), None) = (parts.next(), parts.next(), parts.next()) else { return };
    if let Some(name) = string(analysis, name).filter(|_| is_environment(analysis, of)) {
        read(name, tree.span(node), out);
    }
}

fn call(analysis: &Analysis<'_>, node: NodeId, out: &mut Facts) {
    let tree = analysis.tree();
    let Some(function) = tree.child_by_field_name(node, "function") else { return };
    let words = analysis.words(function);
    let method = words.rsplit('.').next().unwrap_or_default();
    let is_known = match path(analysis, function).as_deref() {
        Some("os.getenv" | "os.getenvb" | "os.environ.get" | "decouple.config" | "os.environ.__getitem__") => {
            Some(false)
        }
        Some("os.environ.setdefault" | "os.putenv") => Some(true),
        _ => None,
    };
    let is_set = match is_known {
        Some(is_set) => is_set,
        // `env("NAME")`, `env.str("NAME")`
        None if reads_by_object(analysis, function) && method != "read_env" && method != "prefixed" => false,
        None => return,
    };
    let argument = positional(analysis, node).next().or_else(|| keyword(analysis, node, "key"));
    let Some(name) = argument.and_then(|argument| text(analysis, argument)) else { return };
    match is_set {
        true => set(name, tree.span(node), Setter::Code, out),
        false => read(name, tree.span(node), out),
    }
}

/// Whether a function is one of an object that is asked for variables.
fn reads_by_object(analysis: &Analysis<'_>, function: NodeId) -> bool {
    let tree = analysis.tree();
    let object = match tree.kind_name(function) {
        "identifier" => function,
        "attribute" => match tree.child_by_field_name(function, "object") {
            Some(object) if tree.kind_name(object) == "identifier" => object,
            _ => return false,
        },
        _ => return false,
    };
    let origins = analysis.names().origins(tree, analysis.text(), object);
    origins.into_iter().filter(|origin| tree.kind_name(*origin) == "call").any(|call| {
        let made = tree.child_by_field_name(call, "function").and_then(|made| path(analysis, made));
        made.is_some_and(|made| READERS.contains(&made.as_str()))
    })
}

/// The fields of a class that pydantic fills with the environment.
fn class<'s>(analysis: &Analysis<'s>, node: NodeId, settings: &mut FxHashSet<&'s str>, out: &mut Facts) {
    let tree = analysis.tree();
    let field = |name: &str| tree.child_by_field_name(node, name);
    let (Some(name), Some(body)) = (field("name"), field("body")) else { return };
    let bases = field("superclasses").into_iter().flat_map(|bases| tree.named_children(bases));
    let is_filled = bases.map(|base| analysis.words(base)).any(|base| {
        let last = base.rsplit('.').next().unwrap_or_default();
        last == "BaseSettings" || settings.contains(base)
    });
    if !is_filled {
        return;
    }
    settings.insert(analysis.words(name));
    let prefix = prefix(analysis, body);
    for statement in tree.named_children(body) {
        let assignment = tree.named_children(statement).next();
        let Some(assignment) = assignment.filter(|assignment| tree.kind_name(*assignment) == "assignment") else {
            continue;
        };
        let part = |name: &str| tree.child_by_field_name(assignment, name);
        let (Some(left), Some(kind)) = (part("left"), part("type")) else { continue };
        let words = analysis.words(left);
        let is_field = !words.starts_with('_') && words != "model_config" && !analysis.words(kind).contains("ClassVar");
        if !is_field {
            continue;
        }
        let described = part("right").filter(|value| tree.kind_name(*value) == "call");
        let names = described.map(|call| aliases(analysis, call)).unwrap_or_default();
        if names.is_empty() {
            read(&format!("{prefix}{words}").to_ascii_uppercase(), tree.span(left), out);
        } else if let [name] = names[..] {
            read(name, tree.span(left), out);
        }
        // Of several names any may be set.
    }
}

/// The names that `Field(…)` gives a variable.
fn aliases<'s>(analysis: &Analysis<'s>, call: NodeId) -> Vec<&'s str> {
    let tree = analysis.tree();
    let named = ["validation_alias", "alias", "env"].into_iter().find_map(|key| keyword(analysis, call, key));
    let strings = named.into_iter().flat_map(|value| tree.subtree(value));
    strings.filter_map(|part| string(analysis, part)).collect()
}

/// What the names of all variables of a class begin with.
fn prefix<'s>(analysis: &Analysis<'s>, body: NodeId) -> &'s str {
    let tree = analysis.tree();
    let mut found = tree.subtree(body).filter_map(|node| {
        let (name, value) = match tree.kind_name(node) {
            "keyword_argument" => ("name", "value"),
            "assignment" => ("left", "right"),
            _ => return None,
        };
        let name = tree.child_by_field_name(node, name)?;
        (analysis.words(name) == "env_prefix").then(|| text(analysis, tree.child_by_field_name(node, value)?))?
    });
    found.next().unwrap_or_default()
}
