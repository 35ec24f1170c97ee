//! Stores in Rust that are fields of a struct. Whether the process keeps an instance of it, other files say.

use std::collections::HashMap;

use auditlint_providers::fills;
use auditlint_rules::{ModuleKind, Severity};
use auditlint_syntax::NodeId;

use super::super::view::{RuleView, Tests};
use super::candidates::lowered;
use super::declared::may_be_locked;
use super::names::{is_generic, is_neutral, is_of_requests, is_queue, is_store, says_container, says_memory};
use super::rust::{Handles, RustFunctions, Static, WRITES, is_of_concurrent, names_concurrent};

/// How often the type of a field is followed to what it is an alias of.
const MOST_ALIASES: usize = 4;

/// So many uses of a name behind its declaration are looked at.
const MOST_USES: usize = 256;

/// What keeps entries by key; a list says little by a name that tells nothing.
const KEYED: &[&str] = &["HashMap", "BTreeMap", "HashSet", "BTreeSet", "DashMap", "DashSet", "IndexMap", "LruCache"];

/// Methods that take an entry away.
const REMOVES: &[&str] = &["remove", "remove_async", "remove_sync", "invalidate", "take"];

/// What lets entries be added through a shared reference, by how it is written.
const LOCKED: &[&str] = &["Mutex", "RwLock", "RefCell", "DashMap", "DashSet", "SkipMap", "Cache", "scc::", "papaya::"];

/// Functions that make a value, and fill it with what it begins with.
const MAKING: &[&str] = &["new", "default", "build", "create", "init", "load", "open"];

/// Those of them that a store has too, for what it keeps.
const OPENING: &[&str] = &["build", "create", "open"];

/// Expressions through which a value goes as it is.
const AROUND: &[&str] =
    &["await_expression", "try_expression", "reference_expression", "parenthesized_expression", "unary_expression"];

/// A field that may be a store.
struct StoreField<'a> {
    stands: Static<'a>,
    /// Whether a name tells that it is a store; otherwise it tells nothing.
    named: bool,
    /// Whether other files can write to it, and its name says that requests do.
    is_left_to_others: bool,
    /// Whether it, or its struct, is named after what waits in it: what is added there is taken away again.
    is_queue: bool,
    /// The struct of which it is the only field, without a name.
    newtype: Option<&'a str>,
}

/// Reports the fields of structs that are stores if the process keeps an instance.
pub(super) fn find(view: RuleView<'_>, emit: &mut dyn FnMut(NodeId, Option<Severity>, &'static [ModuleKind])) {
    let tests = Tests::new(view);
    let fields = fields(view, &tests);
    let aliases = aliases(view, &tests);
    if fields.is_empty() && aliases.is_empty() {
        return;
    }
    let functions = RustFunctions::of(view, &tests);
    for field in fields {
        let writes = FieldWrites::of(view, &functions, &tests, &field);
        let is_filled_elsewhere = field.is_left_to_others && (!writes.touched || (field.is_queue && !writes.adds));
        let severity = (!field.named).then_some(Severity::Warning);
        if is_filled_elsewhere || (writes.adds && (field.named || !writes.takes_away)) {
            emit(field.stands.place, severity, &[ModuleKind::Singleton]);
        } else if !writes.adds && field.newtype.is_none() {
            // It must be seen that another file adds to it.
            emit(field.stands.place, severity, &[ModuleKind::Filled, ModuleKind::Singleton]);
        }
    }
    for alias in aliases.iter().filter(|alias| functions.write_through(view, alias)) {
        let named = is_store(view.text(alias.name));
        emit(alias.place, (!named).then_some(Severity::Warning), &[ModuleKind::Singleton]);
    }
}

/// Types of the module that are a collection behind a lock, which handlers may ask for: `type Db = Arc<RwLock<HashMap<…>>>;`.
fn aliases<'a>(view: RuleView<'a>, tests: &Tests<'a>) -> Vec<Static<'a>> {
    let handles = Handles::of(view);
    let declared = view.nodes(&["type_item"]).filter(|item| !tests.hold(*item));
    let aliases = declared.filter_map(|item| {
        let (name, kind) = (view.field(item, "name")?, view.field(item, "type")?);
        let own = lowered(view.text(name));
        let type_text = view.text(kind);
        let is_shared = type_text.starts_with("Arc<") || type_text.contains("::Arc<");
        if !is_shared || !(is_store(&own) || is_neutral(&own) || is_generic(&own)) {
            return None;
        }
        let stands = of_field(view, &HashMap::new(), &handles, item, name, kind);
        let keyed = KEYED.iter().any(|known| stands.types.contains(known)) || stands.is_concurrent;
        (stands.is_collection() && keyed).then_some(stands)
    });
    aliases.collect()
}

fn fields<'a>(view: RuleView<'a>, tests: &Tests<'a>) -> Vec<StoreField<'a>> {
    let aliases: HashMap<&str, NodeId> = view
        .nodes(&["type_item"])
        .filter_map(|item| Some((view.text(view.field(item, "name")?), view.field(item, "type")?)))
        .collect();
    let handles = Handles::of(view);
    let mut found = Vec::new();
    let may_be_locked = may_be_locked(view.source().as_bytes());
    for item in view.nodes(&["struct_item"]) {
        let (Some(owner_name), Some(body)) = (view.field(item, "name"), view.field(item, "body")) else { continue };
        let owner = view.text(owner_name);
        // Where nothing in a struct has a lock, one around the whole lets entries be added.
        let is_plain = may_be_locked && !lets_add(view.text(body));
        let is_newtype = view.kind(body) == "ordered_field_declaration_list";
        // What a type holds that has parameters, those say who use it.
        if is_newtype && view.field(item, "type_parameters").is_some() {
            continue;
        }
        for field in view.named(body) {
            let (name, kind) = match view.kind(field) {
                "field_declaration" => (view.field(field, "name"), view.field(field, "type")),
                "generic_type" | "scoped_type_identifier" if is_newtype => (Some(owner_name), Some(field)),
                _ => continue,
            };
            let (Some(name), Some(kind)) = (name, kind) else { continue };
            let own = if is_newtype { lowered(owner) } else { view.text(name).to_owned() };
            let own = own.as_str();
            let is_blank = is_generic(own) || own == "inner" || (is_store(owner) && says_container(own));
            let named = is_store(own) || (is_blank && is_store(owner)) || (says_memory(owner) && own != "clients");
            // What is named by its struct alone is what that is named after.
            let neutral = !named && if is_blank { is_neutral(&lowered(owner)) } else { is_neutral(own) };
            if !named && !neutral {
                continue;
            }
            let mut stands = of_field(view, &aliases, &handles, field, name, kind);
            let keyed = KEYED.iter().any(|known| stands.types.contains(known)) || stands.is_concurrent;
            stands.is_mutable = is_plain && keyed;
            // A type of the project may be called so.
            let is_cache_of_others = stands.types.contains(&"Cache") && !keyed;
            let may_be_kept = stands.is_collection() && !stands.holds_live(view);
            if may_be_kept && !is_cache_of_others && (named || keyed) && !tests.hold(item) {
                let is_public = view.named(field).any(|child| view.kind(child) == "visibility_modifier");
                let is_queue = is_queue(own) || is_queue(owner);
                let is_of_requests = is_of_requests(own) || (is_blank && is_of_requests(owner));
                let is_left_to_others = is_public && (is_of_requests || is_queue);
                let newtype = is_newtype.then_some(owner);
                found.push(StoreField { stands, named, is_left_to_others, is_queue, newtype });
            }
        }
    }
    found
}

/// Whether a field of a struct lets entries be added through a shared reference: a lock stands around a collection, not in it.
fn lets_add(body: &str) -> bool {
    body.lines().any(|line| {
        let collection = KEYED.iter().filter_map(|known| line.find(known)).min();
        let opens = |at: usize| LOCKED.iter().any(|lock| line.find(lock).is_some_and(|lock| lock <= at));
        collection.is_some_and(opens)
    })
}

/// A field with its type, through the aliases of the file.
fn of_field<'a>(
    view: RuleView<'a>,
    aliases: &HashMap<&str, NodeId>,
    handles: &Handles<'a>,
    field: NodeId,
    name: NodeId,
    kind: NodeId,
) -> Static<'a> {
    let (mut types, mut is_concurrent, mut type_text) = (Vec::new(), false, view.text(kind));
    let mut open = Some(kind);
    let mut is_of_handles = false;
    for _ in 0..MOST_ALIASES {
        let Some(kind) = open.take() else { break };
        for part in view.nodes_in(kind, &["type_identifier"]) {
            is_concurrent |= is_of_concurrent(view, part);
            types.push(view.type_name(part).unwrap_or_else(|| view.text(part)));
            open = open.or_else(|| aliases.get(view.text(part)).copied());
        }
        is_concurrent |= names_concurrent(view.text(kind));
        type_text = view.text(kind);
        is_of_handles |= handles.are_held(type_text);
    }
    Static {
        place: field,
        span: view.span(field),
        name,
        types,
        type_text,
        is_mutable: false,
        is_of_handles,
        is_concurrent,
    }
}

/// What functions do with a field.
#[derive(Default)]
struct FieldWrites {
    /// A function of the file does something with it.
    touched: bool,
    adds: bool,
    /// A function that adds an entry takes one away: it is only under way.
    takes_away: bool,
}

impl FieldWrites {
    fn of(view: RuleView<'_>, functions: &RustFunctions<'_>, tests: &Tests<'_>, field: &StoreField<'_>) -> Self {
        let mut writes = Self::default();
        let name = view.text(field.stands.name);
        let places: Vec<NodeId> = match field.newtype {
            Some(owner) => places_of_newtype(view, owner),
            None => {
                let spelled = functions.spelled(name).iter().copied();
                let is_field = |place: &NodeId| view.kind(*place) == "field_identifier" && !is_method(view, *place);
                spelled.filter(is_field).collect()
            }
        };
        for place in places.into_iter().filter(|place| !tests.hold(*place)) {
            let Some(function) = functions.around(place) else { continue };
            let of = view.field(function, "name").map(|name| view.text(name)).unwrap_or_default();
            let first = of.split('_').next().unwrap_or_default();
            let is_filling = fills(of) && !(field.is_queue && first == "add");
            // Who owns the whole makes it.
            let owns = view.field(function, "parameters").is_some_and(|it| view.text(it).starts_with("(mut self"));
            // `open(&self, …)` makes no store, but puts something into one.
            let parameters = view.field(function, "parameters").map(|it| view.text(it)).unwrap_or_default();
            let takes_self = parameters.trim_start_matches('(').trim_start().starts_with('&');
            let makes = MAKING.contains(&first) && !(takes_self && OPENING.contains(&first));
            if owns || makes || (!field.named && is_filling) {
                continue;
            }
            let Some(member) = view.parent(place).filter(|it| view.kind(*it) == "field_expression") else { continue };
            let mut does = ValueCall::default();
            let end = does.follow(view, member);
            for bound in bound_by(view, end) {
                let uses = functions.spelled(view.text(bound));
                let behind = &uses[uses.partition_point(|used| used.0 <= bound.0)..];
                for used in behind.iter().take(MOST_USES) {
                    if functions.around(*used) == Some(function) {
                        does.follow(view, *used);
                    }
                }
            }
            writes.touched = true;
            writes.adds |= does.adds;
            writes.takes_away |= does.adds && does.takes_away;
        }
        writes
    }
}

/// The `0` of each `self.0` in the implementations of a struct.
fn places_of_newtype(view: RuleView<'_>, owner: &str) -> Vec<NodeId> {
    let implementations = view.nodes(&["impl_item"]).filter(|item| {
        view.field(*item, "type").is_some_and(|of| view.text(of).split('<').next().unwrap_or_default() == owner)
    });
    implementations
        .flat_map(|item| view.nodes_in(item, &["field_expression"]))
        .filter(|member| view.field(*member, "value").is_some_and(|of| view.text(of) == "self"))
        .filter_map(|member| view.field(member, "field").filter(|field| view.text(*field) == "0"))
        .collect()
}

/// Whether the name of a field is that of a method that is called: `entries.map(…)`.
fn is_method(view: RuleView<'_>, name: NodeId) -> bool {
    let Some(member) = view.parent(name) else { return false };
    view.parent(member).is_some_and(|call| view.field(call, "function") == Some(member))
}

/// What is called on a value.
#[derive(Default)]
struct ValueCall {
    adds: bool,
    takes_away: bool,
}

impl ValueCall {
    /// Goes up a chain of calls, and gives the expression at its end.
    fn follow(&mut self, view: RuleView<'_>, value: NodeId) -> NodeId {
        let mut at = value;
        let (mut modifies, mut adds) = (false, false);
        while let Some(parent) = view.parent(at) {
            match view.kind(parent) {
                "field_expression" if view.field(parent, "value") == Some(at) => {
                    let method = view.field(parent, "field").map(|method| view.text(method)).unwrap_or_default();
                    let Some(call) = view.parent(parent).filter(|call| view.kind(*call) == "call_expression") else {
                        break;
                    };
                    // `entry(key).and_modify(…)` adds nothing unless something follows that does.
                    modifies |= method == "and_modify";
                    adds = (adds && method != "and_modify")
                        || WRITES.contains(&method)
                        || (modifies && method.starts_with("or_"));
                    self.takes_away |= REMOVES.contains(&method);
                    at = call;
                }
                kind if AROUND.contains(&kind) => at = parent,
                _ => break,
            }
        }
        self.adds |= adds;
        at
    }
}

/// The names that a pattern gives to an expression: `let map = …`, `if let Some(cache) = …`, `match … { Some(cache) => … }`.
fn bound_by(view: RuleView<'_>, expression: NodeId) -> Vec<NodeId> {
    let Some(around) = view.parent(expression) else { return Vec::new() };
    let names = |pattern: NodeId| view.nodes_in(pattern, &["identifier"]).filter(|name| is_variable(view.text(*name)));
    match view.kind(around) {
        "let_declaration" | "let_condition" => view.field(around, "pattern").into_iter().flat_map(names).collect(),
        "match_expression" => {
            let arms = view.field(around, "body").into_iter().flat_map(|body| view.named(body));
            arms.filter_map(|arm| view.field(arm, "pattern")).flat_map(names).collect()
        }
        _ => Vec::new(),
    }
}

fn is_variable(name: &str) -> bool {
    name.starts_with(char::is_lowercase)
}
