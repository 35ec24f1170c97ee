//! Stores in memory in Python: collections of a module or a class that functions write to.

use std::collections::BTreeSet;

use auditlint_providers::identifier_words as words;
use auditlint_rules::Severity;
use auditlint_syntax::NodeId;

use super::super::view::RuleView;
use super::names::{SPELLINGS, is_cache, is_neutral, is_store};

/// How a collection is made; one of these stands in every declaration of one.
const MADE: &[&str] = &["{}", "[]", "dict(", "Dict(", "list(", "set(", "deque(", "Counter(", "Cache(", "Dictionary("];

/// Packages of those that answer requests.
const SERVER: &[&str] = &[
    "fastapi",
    "flask",
    "django",
    "starlette",
    "rest_framework",
    "sanic",
    "aiohttp",
    "tornado",
    "quart",
    "litestar",
    "bottle",
    "falcon",
];

/// What makes an empty collection.
const MAKERS: &[&str] = &[
    "dict",
    "list",
    "set",
    "collections.OrderedDict",
    "collections.defaultdict",
    "collections.deque",
    "collections.Counter",
    "cachetools.TTLCache",
    "cachetools.LRUCache",
    "cachetools.LFUCache",
    "cachetools.Cache",
];

/// Words in the names of what ends something open or running.
const ENDS: &[&str] = &["close", "aclose", "stop", "kill", "terminate", "cancel", "disconnect", "shutdown", "quit"];

/// So many uses of a collection are looked at for what is done with its entries.
const MOST_USES: usize = 64;

/// Methods that add an entry.
const ADDS: &[&str] = &["setdefault", "update", "add", "append", "appendleft", "insert", "extend"];

/// Decorators by which a function answers requests, by their last name.
const ROUTES: &[&str] = &[
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "route",
    "api_route",
    "websocket",
    "middleware",
    "before_request",
    "after_request",
    "api_view",
    "action",
    "require_POST",
    "require_GET",
    "require_http_methods",
    "csrf_exempt",
    "login_required",
];

/// Methods of classes that answer requests.
const METHODS: &[&str] =
    &["get", "post", "put", "patch", "delete", "dispatch", "create", "update", "list", "retrieve", "__call__"];

/// Whether a store may be declared in a text.
pub(super) fn may_declare(text: &[u8]) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some());
    has(MADE) && (has(SERVER) || has(SPELLINGS))
}

/// Finds the stores of a module.
pub(super) fn find(view: RuleView<'_>, emit: &mut dyn FnMut(NodeId, Option<Severity>)) {
    let answers = view.nodes(&["import_statement", "import_from_statement"]).any(|import| {
        let words = view.text(import);
        SERVER
            .iter()
            .any(|package| words.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == *package))
    });
    for declared in view.nodes(&["assignment"]) {
        let Some(kept) = Kept::of(view, declared) else { continue };
        let name = view.text(kept.name);
        let (is_store, is_cache, is_neutral) = (is_store(name), is_cache(name), is_neutral(name));
        let is_certain = is_store && !is_cache && !kept.is_list;
        if !(is_store || is_cache || is_neutral) || (!is_certain && !answers) {
            continue;
        }
        let writers = kept.writers(view);
        if writers.is_empty() || kept.closes_entries(view) {
            continue;
        }
        let by_handler =
            writers.iter().any(|(function, write)| is_handler(view, *function) && !is_memo(view, *function, *write));
        if is_certain || (is_store && answers) {
            emit(declared, None);
        } else if by_handler {
            emit(declared, (!is_cache).then_some(Severity::Warning));
        }
    }
}

/// A collection that outlives a request.
struct Kept {
    name: NodeId,
    is_list: bool,
    /// The class that it belongs to.
    class: Option<NodeId>,
}

impl Kept {
    fn of(view: RuleView<'_>, declared: NodeId) -> Option<Self> {
        let name = view.field(declared, "left").filter(|name| view.kind(*name) == "identifier")?;
        let value = view.field(declared, "right")?;
        let is_list = match view.kind(value) {
            // One with entries is a table that somebody wrote down.
            "dictionary" | "list" if view.named(value).next().is_none() => view.kind(value) == "list",
            "call" => {
                let path = view.global(view.field(value, "function")?)?;
                if !MAKERS.contains(&path.as_str()) {
                    return None;
                }
                // `dict(a=1)` and `set(["a"])` are tables too.
                let is_filled = matches!(path.as_str(), "dict" | "list" | "set")
                    && view.field(value, "arguments").is_some_and(|arguments| view.named(arguments).next().is_some());
                if is_filled {
                    return None;
                }
                matches!(path.as_str(), "list" | "collections.deque")
            }
            _ => return None,
        };
        let block = view.parent(view.parent(declared)?)?;
        let class = match view.kind(block) {
            "module" => None,
            "block" => Some(view.parent(block).filter(|class| view.kind(*class) == "class_definition")?),
            _ => return None,
        };
        Some(Self { name, is_list, class })
    }

    /// Whether a function closes or stops what an entry is: something open or running, which no store could hold.
    fn closes_entries(&self, view: RuleView<'_>) -> bool {
        self.uses(view).into_iter().take(MOST_USES).any(|used| {
            let around = |kinds| enclosing(view, used, kinds);
            let Some(function) = around(&["function_definition"]) else { return false };
            let bound = around(&["assignment", "for_statement", "named_expression"])
                .and_then(|by| view.field(by, "left").or_else(|| view.field(by, "name")))
                .map(|names| view.nodes_in(names, &["identifier"]).map(|name| view.text(name)).collect::<BTreeSet<_>>())
                .unwrap_or_default();
            view.nodes_in(function, &["call"]).any(|call| {
                let Some(callee) = view.field(call, "function") else { return false };
                let last = view.field(callee, "attribute").unwrap_or(callee);
                let ends = words(view.text(last)).iter().any(|word| ENDS.contains(&word.as_str()));
                // `entry.close()`, `store[key].close()`, `close(entry)`
                let on = view.field(callee, "object").or_else(|| view.field(call, "arguments"));
                ends && on.is_some_and(|on| {
                    view.is_within(used, on)
                        || view.nodes_in(on, &["identifier"]).any(|name| bound.contains(view.text(name)))
                })
            })
        })
    }

    /// The functions that add entries, each with the place.
    fn writers(&self, view: RuleView<'_>) -> Vec<(NodeId, NodeId)> {
        let writes = self.uses(view).into_iter().filter(|used| adds(view, *used));
        writes.filter_map(|used| Some((enclosing(view, used, &["function_definition", "lambda"])?, used))).collect()
    }

    /// Where it is used.
    fn uses(&self, view: RuleView<'_>) -> Vec<NodeId> {
        match self.class {
            None => view.bound_uses(self.name).unwrap_or_default(),
            Some(class) => {
                let owner = view.field(class, "name").map(|name| view.text(name)).unwrap_or_default();
                let is_own = |member: &NodeId| {
                    let object = view.field(*member, "object").map(|object| view.text(object)).unwrap_or_default();
                    let attribute = view.field(*member, "attribute").map(|name| view.text(name));
                    attribute == Some(view.text(self.name)) && (matches!(object, "self" | "cls") || object == owner)
                };
                // What an instance makes for itself is its own.
                let members: Vec<NodeId> = view.nodes_in(class, &["attribute"]).filter(is_own).collect();
                let is_replaced = members.iter().any(|member| {
                    view.parent(*member).is_some_and(|around| {
                        view.kind(around) == "assignment" && view.field(around, "left") == Some(*member)
                    })
                });
                if is_replaced { Vec::new() } else { members }
            }
        }
    }
}

/// Whether the use of a collection adds an entry.
fn adds(view: RuleView<'_>, used: NodeId) -> bool {
    let Some(around) = view.parent(used) else { return false };
    match view.kind(around) {
        "subscript" if view.field(around, "value") == Some(used) => {
            // `hits[key] = 1`, `hits[key] += 1`, `hits[key].append(1)`
            let Some(outer) = view.parent(around) else { return false };
            match view.kind(outer) {
                "assignment" | "augmented_assignment" => view.field(outer, "left") == Some(around),
                "attribute" => is_added_to(view, outer),
                _ => false,
            }
        }
        "attribute" if view.field(around, "object") == Some(used) => is_added_to(view, around),
        "augmented_assignment" => view.field(around, "left") == Some(used),
        _ => false,
    }
}

/// Whether a member is a method that adds an entry, and is called.
fn is_added_to(view: RuleView<'_>, member: NodeId) -> bool {
    let name = view.field(member, "attribute").map(|name| view.text(name)).unwrap_or_default();
    ADDS.contains(&name)
        && view
            .parent(member)
            .is_some_and(|call| view.kind(call) == "call" && view.field(call, "function") == Some(member))
}

/// The nearest node of some kinds around a place.
fn enclosing(view: RuleView<'_>, node: NodeId, kinds: &[&str]) -> Option<NodeId> {
    std::iter::successors(view.parent(node), |at| view.parent(*at)).find(|at| view.is(*at, kinds))
}

/// Whether a function, or one around it, answers requests: by a decorator, by its class, by a `request` that it is given first.
fn is_handler(view: RuleView<'_>, function: NodeId) -> bool {
    let around = std::iter::successors(Some(function), |at| view.parent(*at));
    around.filter(|at| view.kind(*at) == "function_definition").any(|function| {
        let name = view.field(function, "name").map(|name| view.text(name)).unwrap_or_default();
        let decorated = view.parent(function).filter(|around| view.kind(*around) == "decorated_definition");
        let routed = decorated.is_some_and(|decorated| {
            view.children(decorated).filter(|part| view.kind(*part) == "decorator").any(|decorator| {
                let words = view.text(decorator).trim_start_matches('@');
                let path = words.split('(').next().unwrap_or_default().trim();
                let last = path.rsplit('.').next().unwrap_or_default();
                // A method of an application or router, or one of Django's own decorators.
                ROUTES.contains(&last) && (path.contains('.') || last.contains('_') || last == "action")
            })
        });
        let first = view.field(function, "parameters").and_then(|list| view.named(list).next());
        let takes_request = first.is_some_and(|first| {
            let name = view.nodes_in(first, &["identifier"]).next().map(|name| view.text(name));
            name == Some("request")
        });
        let in_view = METHODS.contains(&name)
            && enclosing(view, function, &["class_definition"]).is_some_and(|class| {
                view.field(class, "superclasses").is_some_and(|bases| {
                    let words = view.text(bases);
                    ["View", "Resource", "Handler", "Endpoint", "Middleware"].iter().any(|base| words.contains(base))
                })
            });
        routed || takes_request || in_view
    })
}

/// Whether a function keeps what follows from the key alone: it looks first whether the key is there, and does nothing with the
/// request but find the key.
fn is_memo(view: RuleView<'_>, function: NodeId, write: NodeId) -> bool {
    let name = view.text(write);
    let keys: BTreeSet<&str> = view
        .nodes_in(function, &["comparison_operator"])
        .filter(|test| {
            let mut parts = view.named(*test);
            let (key, of) = (parts.next(), parts.next());
            key.is_some() && of.is_some_and(|of| view.text(of) == name) && view.text(*test).contains("not in")
        })
        .filter_map(|test| view.named(test).next().map(|key| view.text(key)))
        .collect();
    let key = view.parent(write).and_then(|entry| view.field(entry, "subscript")).map(|key| view.text(key));
    let value =
        view.parent(write).and_then(|entry| view.parent(entry)).and_then(|assigned| view.field(assigned, "right"));
    key.is_some_and(|key| {
        keys.contains(key)
            && value.is_some_and(|value| {
                view.kind(value) == "call"
                    && view
                        .field(value, "arguments")
                        .is_some_and(|arguments| view.text(arguments) == format!("({key})"))
            })
    })
}
