//! Stores in memory in Rust.

use std::collections::{HashMap, HashSet};

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

/// A static of the file.
struct Static<'a> {
    place: NodeId,
    span: Span,
    name: NodeId,
    /// The names of its type, those that a `use` renames under their own.
    types: Vec<&'a str>,
    type_text: &'a str,
    is_mutable: bool,
}

/// Reports the stores of one file.
pub(super) fn find(view: View<'_>, emit: &mut dyn FnMut(NodeId, Span)) {
    let mut found: Vec<Static<'_>> = Vec::new();
    for item in view.nodes(&["static_item"]) {
        if let (Some(name), Some(kind)) = (view.field(item, "name"), view.field(item, "type"))
            && is_store(view.text(name))
        {
            let is_mutable = view.children(item).any(|child| view.kind(child) == "mutable_specifier");
            let types = view.nodes_in(kind, &["type_identifier"]).filter_map(|part| view.type_name(part)).collect();
            let type_text = view.text(kind);
            found.push(Static { place: item, span: view.span(item), name, types, type_text, is_mutable });
        }
    }
    for invocation in view.nodes(&["macro_invocation"]) {
        let name = view.field(invocation, "macro").map(|name| view.text(name)).unwrap_or_default();
        // What `thread_local!` keeps is of one thread, so nobody relies on it across requests.
        if name.rsplit("::").next() == Some("lazy_static") {
            statics_of_macro(view, invocation, &mut found);
        }
    }
    found.retain(|known| known.is_collection() && !view.in_rust_test(known.place));
    if found.is_empty() {
        return;
    }
    let mut spelled: HashMap<&str, Vec<NodeId>> = HashMap::new();
    for id in view.all_nodes(&["identifier", "field_identifier"]) {
        spelled.entry(view.text(id)).or_default().push(id);
    }
    for known in found {
        if is_written(view, &known, &spelled) {
            emit(known.place, known.span);
        }
    }
}

/// `static ref NAME: Type =` among the tokens of a macro.
fn statics_of_macro<'a>(view: View<'a>, invocation: NodeId, found: &mut Vec<Static<'a>>) {
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
        if view.text(*colon) != ":" || !is_store(view.text(*name)) {
            continue;
        }
        let Some(length) = tokens[at + 2..].iter().position(|token| matches!(view.text(*token), "=" | ";")) else {
            return;
        };
        let first = view.span(*colon).end;
        let last = view.span(tokens[at + 1 + length]).end;
        let type_text = view.source().get(first as usize..last as usize).unwrap_or_default();
        let types = type_text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let span = Span::new(view.span(tokens[start]).start, last);
        found.push(Static { place: *name, span, name: *name, types, type_text, is_mutable: false });
        at += 2 + length;
    }
}

impl Static<'_> {
    /// Whether its type keeps entries that can be added through it.
    fn is_collection(&self) -> bool {
        let has = |known: &[&str]| self.types.iter().any(|name| known.contains(name));
        // A set of references that live for ever is a pool of interned values: it decides nothing about a request.
        let interns = self.type_text.contains("Set<&'static");
        has(COLLECTIONS) && (self.is_mutable || has(WRITABLE)) && !interns
    }
}

/// Whether a function of the file, tests left out, that reaches the static adds an entry to something: one that names it, or
/// one that calls a function which does. `spelled` are the identifiers of the file by their text.
fn is_written(view: View<'_>, known: &Static<'_>, spelled: &HashMap<&str, Vec<NodeId>>) -> bool {
    const FUNCTIONS: &[&str] = &["function_item", "closure_expression"];
    let of_name = |name: &str| spelled.get(name).cloned().unwrap_or_default();
    // What `lazy_static!` declares is bound to nothing.
    let mut places = view.bound_uses(known.name).unwrap_or_else(|| of_name(view.text(known.name)));
    let mut reached: HashSet<NodeId> = HashSet::new();
    while let Some(place) = places.pop() {
        let function = view.ancestors(place).filter(|above| view.is(*above, FUNCTIONS)).last();
        let Some(function) = function.filter(|function| !view.in_rust_test(*function)) else { continue };
        if reached.insert(function)
            && let Some(name) = view.field(function, "name")
        {
            places.extend(of_name(view.text(name)));
        }
    }
    WRITES.iter().flat_map(|write| of_name(write)).any(|id| {
        view.prev(id).is_some_and(|dot| view.text(dot) == ".")
            && view.ancestors(id).any(|above| reached.contains(&above))
    })
}
