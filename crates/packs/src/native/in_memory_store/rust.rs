//! Stores in memory in Rust.

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::view::View;
use super::names::is_store;

/// Types that keep entries by key.
const COLLECTIONS: &[&str] = &[
    "HashMap",
    "BTreeMap",
    "IndexMap",
    "AHashMap",
    "FxHashMap",
    "HashSet",
    "BTreeSet",
    "IndexSet",
    "DashMap",
    "DashSet",
    "SkipMap",
    "SkipSet",
    "LruCache",
    "Cache",
];

/// Types through which a static can be written to.
const WRITABLE: &[&str] = &[
    "Mutex",
    "RwLock",
    "ReentrantMutex",
    "FairMutex",
    "RefCell",
    "DashMap",
    "DashSet",
    "SkipMap",
    "SkipSet",
    "ArcSwap",
    "Cache",
];

const WRITES: &[&str] = &[
    "insert",
    "entry",
    "try_insert",
    "get_or_insert_with",
    "get_with",
    "try_get_with",
    "put",
    "extend",
    "push",
    "replace",
];

/// Reports the stores of one file.
pub(super) fn find(view: View<'_>, emit: &mut dyn FnMut(NodeId, Span)) {
    let mut found: Vec<(NodeId, Span)> = Vec::new();
    let mut consider = |place: NodeId, span: Span, name: &str, writable: bool, type_text: &str| {
        if is_store(name) && is_store_type(type_text, writable) && !view.in_rust_test(place) {
            found.push((place, span));
        }
    };
    for item in view.nodes(&["static_item"]) {
        if let (Some(name), Some(kind)) = (view.field(item, "name"), view.field(item, "type")) {
            let writable = view.children(item).any(|child| view.kind(child) == "mutable_specifier");
            consider(item, view.span(item), view.text(name), writable, view.text(kind));
        }
    }
    for invocation in view.nodes(&["macro_invocation"]) {
        let name = view.field(invocation, "macro").map(|name| view.text(name)).unwrap_or_default();
        // What `thread_local!` keeps is of one thread, so nobody relies on it across requests.
        if name.rsplit("::").next() == Some("lazy_static") {
            statics_of_macro(view, invocation, &mut consider);
        }
    }
    if !found.is_empty() && is_written(view) {
        for (place, span) in found {
            emit(place, span);
        }
    }
}

/// `static ref NAME: Type =` among the tokens of a macro.
fn statics_of_macro(view: View<'_>, invocation: NodeId, consider: &mut impl FnMut(NodeId, Span, &str, bool, &str)) {
    let Some(tokens) = view.named(invocation).find(|child| view.kind(*child) == "token_tree") else { return };
    let tokens: Vec<NodeId> = view.children(tokens).collect();
    let mut at = 0;
    while at < tokens.len() {
        let start = at;
        at += 1;
        if view.text(tokens[start]) != "static" {
            continue;
        }
        if tokens.get(at).is_some_and(|token| view.text(*token) == "ref") {
            at += 1;
        }
        let (Some(name), Some(colon)) = (tokens.get(at), tokens.get(at + 1)) else { return };
        if view.text(*colon) != ":" {
            continue;
        }
        let Some(length) = tokens[at + 2..].iter().position(|token| matches!(view.text(*token), "=" | ";")) else {
            return;
        };
        let first = view.span(*colon).end;
        let last = view.span(tokens[at + 1 + length]).end;
        let type_text = view.source().get(first as usize..last as usize).unwrap_or_default();
        consider(*name, Span::new(view.span(tokens[start]).start, last), view.text(*name), false, type_text);
        at += 2 + length;
    }
}

fn is_store_type(type_text: &str, writable: bool) -> bool {
    let mut collection = false;
    let mut writable = writable;
    for word in type_text.split(|c: char| !c.is_alphanumeric() && c != '_') {
        collection |= COLLECTIONS.contains(&word);
        writable |= WRITABLE.contains(&word);
    }
    // A set of references that live for ever is a pool of interned values: it decides nothing about a request.
    let interns = type_text.contains("Set<&'static");
    collection && writable && !interns
}

/// Whether some function of the file, tests left out, adds an entry to something.
fn is_written(view: View<'_>) -> bool {
    view.nodes(&["field_identifier", "identifier"]).any(|id| {
        WRITES.contains(&view.text(id))
            && view.prev(id).is_some_and(|dot| view.text(dot) == ".")
            && view.ancestors(id).any(|above| view.is(above, &["function_item", "closure_expression"]))
            && !view.in_rust_test(id)
    })
}
