//! Stores in memory in Rust.

use std::collections::{HashMap, HashSet};

use auditlint_providers::is_bound_name;
use auditlint_rules::ModuleKind;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::view::{RuleView, Tests};
use super::names::{is_cache, is_store};
use super::rust_limiters::limiters;

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
    "HashIndex",
    "HashCache",
    "TreeIndex",
    "Vec",
    "VecDeque",
];

/// Crates whose maps and sets are written to through a shared reference.
const CONCURRENT: &[&str] = &["scc", "papaya", "flurry", "whirlwind", "moka", "quick_cache", "dashmap", "cht"];

/// Crates of those that answer requests; a cache counts where one is in sight.
const SERVER: &[&str] = &[
    "axum",
    "actix_web",
    "rocket",
    "tonic",
    "warp",
    "poem",
    "salvo",
    "hyper",
    "tide",
    "tower",
    "lambda_http",
    "lambda_runtime",
    "async_graphql",
    "sqlx",
    "diesel",
    "sea_orm",
    "tokio_postgres",
    "redis",
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

/// Methods that add an entry.
pub(super) const WRITES: &[&str] = &[
    "insert",
    "entry",
    "try_insert",
    "get_or_insert_with",
    "get_with",
    "try_get_with",
    "optionally_get_with",
    "put",
    "extend",
    "push",
    "push_back",
    "push_front",
    "replace",
    "insert_async",
    "insert_sync",
    "upsert",
    "upsert_async",
    "upsert_sync",
    "entry_async",
    "entry_sync",
    "put_async",
    "put_sync",
    "get_or_insert",
    "get_or_insert_async",
    "get_or_insert_with_async",
    "insert_with_ttl",
    "update_or_insert",
];

/// A static, or a field, with its type.
pub(super) struct Static<'a> {
    pub(super) place: NodeId,
    pub(super) span: Span,
    pub(super) name: NodeId,
    /// The names of its type, those that a `use` renames under their own.
    pub(super) types: Vec<&'a str>,
    pub(super) type_text: &'a str,
    pub(super) is_mutable: bool,
    /// Whether a type of the file that its entries have holds what is open or runs.
    pub(super) is_of_handles: bool,
    /// Whether its collection comes from a crate that lets it be written to through a shared reference.
    pub(super) is_concurrent: bool,
}

/// Reports the stores of one file.
pub(super) fn find(view: RuleView<'_>, emit: &mut dyn FnMut(NodeId, Span, &'static [ModuleKind])) {
    let mut found: Vec<Static<'_>> = Vec::new();
    let handles = Handles::of(view);
    for item in view.nodes(&["static_item"]) {
        if let (Some(name), Some(kind)) = (view.field(item, "name"), view.field(item, "type"))
            && is_store(view.text(name))
        {
            let is_mutable = view.children(item).any(|child| view.kind(child) == "mutable_specifier");
            let types = view.nodes_in(kind, &["type_identifier"]).filter_map(|part| view.type_name(part)).collect();
            let type_text = view.text(kind);
            let is_concurrent = view
                .nodes_in(kind, &["type_identifier"])
                .any(|part| view.text(part) != view.text(name) && is_of_concurrent(view, part))
                || names_concurrent(type_text);
            // A cache with room for one entry holds the one thing that the process needs.
            if view.text(item).contains("max_capacity(1)") {
                continue;
            }
            found.push(Static {
                place: item,
                span: view.span(item),
                name,
                types,
                type_text,
                is_mutable,
                is_of_handles: handles.are_held(type_text),
                is_concurrent,
            });
        }
    }
    for invocation in view.nodes(&["macro_invocation"]) {
        let name = view.field(invocation, "macro").map(|name| view.text(name)).unwrap_or_default();
        // What `thread_local!` keeps is of one thread, so nobody relies on it across requests.
        if name.rsplit("::").next() == Some("lazy_static") {
            statics_of_macro(view, invocation, &handles, &mut found);
        }
    }
    let tests = Tests::new(view);
    found.retain(|known| known.is_collection() && !tests.hold(known.place) && !known.holds_live(view));
    for limiter in limiters(view).filter(|limiter| !tests.hold(*limiter)) {
        emit(limiter, view.span(limiter), &[]);
    }
    if found.is_empty() {
        return;
    }
    let is_server = answers_requests(view);
    let functions = RustFunctions::of(view, &tests);
    for known in found.iter().filter(|known| functions.write(view, known)) {
        let asks_server = !is_server && is_cache(view.text(known.name));
        emit(known.place, known.span, if asks_server { &[ModuleKind::Server] } else { &[] });
    }
}

/// `static ref NAME: Type =` among the tokens of a macro.
fn statics_of_macro<'a>(view: RuleView<'a>, invocation: NodeId, handles: &Handles<'a>, found: &mut Vec<Static<'a>>) {
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
        let is_concurrent = names_concurrent(type_text);
        let is_of_handles = handles.are_held(type_text);
        found.push(Static {
            place: *name,
            span,
            name: *name,
            types,
            type_text,
            is_mutable: false,
            is_of_handles,
            is_concurrent,
        });
        at += 2 + length;
    }
}

impl Static<'_> {
    /// Whether its type keeps entries that can be added through it.
    pub(super) fn is_collection(&self) -> bool {
        let has = |known: &[&str]| self.types.iter().any(|name| known.contains(name));
        // A set of references that live for ever is a pool of interned values: it decides nothing about a request.
        let interns = self.type_text.contains("Set<&'static");
        has(COLLECTIONS) && (self.is_mutable || self.is_concurrent || has(WRITABLE)) && !interns && !self.holds_bound()
    }

    /// Whether an entry is a struct or an enum of the file of which a part lives in this process alone: the sender of a channel, what
    /// stops a task.
    pub(super) fn holds_live(&self, view: RuleView<'_>) -> bool {
        let Some(entry) = words_of_type(held(self.type_text)).last() else { return false };
        let named = |name: &str| {
            let name = name.to_owned();
            let items = view.nodes(&["struct_item", "enum_item"]);
            items.filter(move |item| view.field(*item, "name").is_some_and(|own| view.text(own) == name))
        };
        let is_own = |name: &str| named(name).next().is_some();
        named(entry).any(|item| {
            let Some(body) = view.field(item, "body") else { return false };
            let lists = view.nodes_in(body, &["ordered_field_declaration_list"]).chain([body]);
            let declared = view.nodes_in(body, &["field_declaration"]).filter_map(|field| view.field(field, "type"));
            let unnamed = lists
                .filter(|list| view.kind(*list) == "ordered_field_declaration_list")
                .flat_map(|list| view.named(list))
                .filter(|part| view.kind(*part).ends_with("type") || view.kind(*part) == "scoped_type_identifier");
            declared.chain(unnamed).any(|kind| {
                let kind = view.text(kind).trim_end_matches(['>', ' ']);
                // What the file declares itself, such as the data of a server, is what it says there.
                let is_said = words_of_type(kind).last().is_some_and(is_own);
                let around = if is_said { kind.rsplit_once('<').map(|(around, _)| around) } else { Some(kind) };
                around.is_some_and(is_bound_type)
            })
        })
    }

    /// Whether what it holds lives in this process alone: what calls, what is open, what runs.
    fn holds_bound(&self) -> bool {
        let held = held(self.type_text);
        // Entries of several parts are bound if one of them is.
        let parts = held.strip_prefix('(').map(|parts| parts.trim_end_matches([')', ' ']).split(','));
        self.is_of_handles
            || is_bound_type(held)
            || parts.is_some_and(|mut parts| parts.any(|part| is_bound_type(part.trim())))
    }
}

/// Last words of the names of types whose values are open or run: no store could hold what has one.
const HANDLES: &[&str] =
    &["Sender", "Receiver", "Stream", "Socket", "JoinHandle", "AbortHandle", "Sink", "Notify", "Child"];

/// What the types of a file are made of, by their names: the types of the fields of a struct, and what a name stands for.
pub(super) struct Handles<'a> {
    types: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Handles<'a> {
    pub(super) fn of(view: RuleView<'a>) -> Self {
        let mut types: HashMap<&str, Vec<&str>> = HashMap::new();
        for item in view.nodes(&["type_item", "struct_item"]) {
            let Some(name) = view.field(item, "name") else { continue };
            let made: Vec<&str> = match view.kind(item) {
                "type_item" => view.field(item, "type").map(|of| view.text(of)).into_iter().collect(),
                _ => view.nodes_in(item, &["type_identifier"]).map(|of| view.text(of)).collect(),
            };
            types.insert(view.text(name), made);
        }
        Self { types }
    }

    /// Whether the entries of a collection are of such a type.
    pub(super) fn are_held(&self, type_text: &str) -> bool {
        let is_handle = |text: &&str| words_of_type(text).any(|word| HANDLES.iter().any(|end| word.ends_with(end)));
        words_of_type(held(type_text)).filter_map(|word| self.types.get(word)).flatten().any(is_handle)
    }
}

/// The names in the text of a type.
fn words_of_type(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

fn is_bound_type(held: &str) -> bool {
    // What is known by what it does alone is not data: `Box<dyn Source>`, and `BoxedSource` as such types are called.
    let has_dyn = held.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "dyn");
    let is_closure = ["fn(", "impl Fn"].iter().any(|part| held.contains(part));
    let last = held.split(|c: char| !c.is_alphanumeric() && c != '_').rfind(|word| !word.is_empty());
    let is_boxed = |name: &str| {
        ["Boxed", "Dyn"].iter().any(|first| {
            name.strip_prefix(first).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        })
    };
    has_dyn
        || is_closure
        || last.is_some_and(|last| is_bound_name(last) || is_boxed(last))
        // What is behind a lock can be data.
        || held.split('<').rev().skip(1).map(str::trim).any(|part| {
            is_bound_name(part) && !part.ends_with("Mutex") && !part.ends_with("Lock")
        })
}

/// The type of the entries of a collection: what stands behind the last comma that belongs to it.
fn held(type_text: &str) -> &str {
    let mut depth = 0_i32;
    let mut deepest = (0, type_text);
    for (at, letter) in type_text.char_indices() {
        match letter {
            '<' => {
                depth += 1;
                // A list has no keys.
                let name = type_text[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                if COLLECTIONS.contains(&name) && deepest.0 == 0 {
                    deepest = (depth, &type_text[at + 1..]);
                }
            }
            '(' => depth += 1,
            '>' | ')' => depth -= 1,
            ',' if depth == deepest.0 => deepest.1 = &type_text[at + 1..],
            _ => {}
        }
    }
    if deepest.0 == 0 {
        // A collection under another name: what stands innermost.
        let inner = type_text.rsplit('<').next().unwrap_or_default();
        deepest.1 = inner.rsplit(',').next().unwrap_or_default();
    }
    deepest.1.trim().trim_end_matches(['>', ';', ' '])
}

/// Whether a path in the text of a type leads into a crate of concurrent collections.
pub(super) fn names_concurrent(type_text: &str) -> bool {
    CONCURRENT.iter().any(|known| {
        type_text.match_indices(known).any(|(at, _)| {
            type_text[at + known.len()..].starts_with("::")
                && !type_text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
        })
    })
}

/// Whether a `use` brings a type from a crate of concurrent collections.
pub(super) fn is_of_concurrent(view: RuleView<'_>, part: NodeId) -> bool {
    view.path(part).is_some_and(|path| path.split_once("::").is_some_and(|(first, _)| CONCURRENT.contains(&first)))
}

/// Whether a crate that answers requests, or waits for what it keeps, is named in the file.
fn answers_requests(view: RuleView<'_>) -> bool {
    let text = view.source();
    SERVER.iter().any(|known| {
        text.match_indices(known).any(|(at, _)| {
            text[at + known.len()..].starts_with("::")
                && !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
        })
    })
}

/// The outermost functions of a file, tests left out.
pub(super) struct RustFunctions<'a> {
    /// For each node the outermost function around it or it itself.
    outermost: Vec<Option<NodeId>>,
    /// Those that add an entry to something, or that a function calls which does: a function that names one of them reaches it.
    writing: HashSet<NodeId>,
    /// The identifiers of the file by their text.
    spelled: HashMap<&'a str, Vec<NodeId>>,
}

impl<'a> RustFunctions<'a> {
    pub(super) fn of(view: RuleView<'a>, tests: &Tests<'a>) -> Self {
        let outermost = view.outermost(&["function_item", "closure_expression"]);
        let mut spelled: HashMap<&str, Vec<NodeId>> = HashMap::new();
        let mut words: HashMap<NodeId, Vec<&str>> = HashMap::new();
        for id in view.all_nodes(&["identifier", "field_identifier"]) {
            let word = view.text(id);
            spelled.entry(word).or_default().push(id);
            if let Some(function) = outermost[id.0 as usize] {
                words.entry(function).or_default().push(word);
            }
        }
        // By name, those of which it is not known yet that they write.
        let mut named: HashMap<&str, Vec<NodeId>> = HashMap::new();
        for function in words.keys().copied().filter(|function| !tests.hold(*function)) {
            if let Some(name) = view.field(function, "name") {
                named.entry(view.text(name)).or_default().push(function);
            }
        }
        let written = WRITES.iter().filter_map(|write| spelled.get(write)).flatten();
        let mut writing: HashSet<NodeId> = written
            .filter(|id| view.prev(**id).is_some_and(|dot| view.text(dot) == "."))
            .filter_map(|id| outermost[id.0 as usize])
            .filter(|function| !tests.hold(*function))
            .collect();
        let mut open: Vec<NodeId> = writing.iter().copied().collect();
        while let Some(function) = open.pop() {
            for word in words.get(&function).into_iter().flatten() {
                // A function whose name stands here is one that calls lead up to.
                for reaching in named.remove(word).into_iter().flatten() {
                    if writing.insert(reaching) {
                        open.push(reaching);
                    }
                }
            }
        }
        Self { outermost, writing, spelled }
    }

    /// The outermost function around a node.
    pub(super) fn around(&self, node: NodeId) -> Option<NodeId> {
        self.outermost[node.0 as usize]
    }

    /// The identifiers of that name, in their order.
    pub(super) fn spelled(&self, name: &str) -> &[NodeId] {
        self.spelled.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a function that is given what an alias stands for adds an entry to something.
    pub(super) fn write_through(&self, view: RuleView<'_>, alias: &Static<'_>) -> bool {
        let named = view
            .nodes(&["type_identifier"])
            .filter(|used| *used != alias.name && view.text(*used) == view.text(alias.name));
        named.filter_map(|used| self.outermost[used.0 as usize]).any(|function| self.writing.contains(&function))
    }

    /// Whether a function that reaches the static adds an entry to something: one that names it, or one that calls a
    /// function which does.
    fn write(&self, view: RuleView<'_>, known: &Static<'_>) -> bool {
        // What `lazy_static!` declares is bound to nothing.
        let places = view.bound_uses(known.name);
        let places = places.as_deref().or_else(|| self.spelled.get(view.text(known.name)).map(Vec::as_slice));
        places
            .into_iter()
            .flatten()
            .filter_map(|place| self.outermost[place.0 as usize])
            .any(|function| self.writing.contains(&function))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_collection_holds() {
        for (type_text, expected) in [
            ("LazyLock<Mutex<HashMap<String, Session>>>", "Session"),
            ("LazyLock<moka::sync::Cache<(String, u8), Arc<Client>>>", "Arc<Client"),
            ("Mutex<Vec<Session>>", "Session"),
            ("OnceLock<Lock<Map<String, Session>>>", "Session"),
            ("Arc<DashMap<String, (BoxedSource, Config)>>", "(BoxedSource, Config)"),
            ("OnceLock<DashMap<Id, Box<dyn Fn(u8) -> u8>>>", "Box<dyn Fn(u8) -> u8"),
        ] {
            assert_eq!(held(type_text), expected, "{type_text}");
        }
        assert!(
            names_concurrent("LazyLock<scc::HashMap<A, B>>") && !names_concurrent("LazyLock<my_scc::HashMap<A, B>>")
        );
    }
}
