//! What functions of TypeScript and JavaScript write to after the module was loaded.

use std::collections::{HashMap, HashSet};

use auditlint_providers::{fills, identifier_words as words, is_of_somebody};
use auditlint_syntax::NodeId;

use super::super::view::{FUNCTIONS, RuleView};
use super::candidates::{Candidate, Keeper, StoreShape};
use super::drained::drained_from;
use super::filling::Filling;
use super::live::{closed_entry_of, closes_what_leaves};
use super::names::{draws, is_for_tests, is_generic, is_limiter, keeps_store};
use super::spared::{decides_on_log, forgets_at_once};
use super::values::{BoundTypes, Instances, is_bound};

const CLASSES: &[&str] = &["class_declaration", "abstract_class_declaration", "class"];

const WRITERS: &[&str] =
    &["call_expression", "assignment_expression", "augmented_assignment_expression", "unary_expression"];

/// Where a write goes.
#[derive(PartialEq, Eq, Hash)]
enum WriteTarget<'a> {
    /// The expression that made the collection.
    Value(NodeId),
    /// The class and the name of a field.
    Field(&'a str, &'a str),
    /// An object and the name of a member.
    Member(NodeId, &'a str),
    Global(String),
}

/// What is written to by functions that run after the module was loaded. Of each candidate it is known whether a function that
/// looks after a store by its name is among them: where the name of the place does not tell, the function must.
#[derive(Default)]
pub(super) struct StoreWrites {
    /// By the expression that made the collection.
    reached: HashMap<NodeId, bool>,
    touched: HashSet<NodeId>,
    /// In which functions it is written to, and in which an entry is taken away.
    written: HashSet<(NodeId, NodeId)>,
    deleted: HashSet<(NodeId, NodeId)>,
    /// Those whose entries the file closes, ends or disposes of.
    live: HashSet<NodeId>,
    /// In which functions a list loses entries.
    drained: HashSet<(NodeId, NodeId)>,
}

impl StoreWrites {
    pub(super) fn of<'a>(view: RuleView<'a>, types: &BoundTypes<'a>, candidates: &[Candidate<'a>]) -> Self {
        let mut by_place: HashMap<(WriteTarget<'a>, StoreShape), Vec<&Candidate<'a>>> = HashMap::new();
        for candidate in candidates {
            let place = match &candidate.keeper {
                _ if candidate.within.is_some() => {
                    WriteTarget::Field(candidate.within.unwrap_or_default(), candidate.name)
                }
                Keeper::Module | Keeper::Closure(_) => WriteTarget::Value(candidate.value),
                Keeper::Class(class) | Keeper::Instance(class) => WriteTarget::Field(class, candidate.name),
                Keeper::Global(path) => WriteTarget::Global(path.clone()),
                Keeper::Object(object) => WriteTarget::Member(*object, candidate.name),
            };
            by_place.entry((place, candidate.shape.written())).or_default().push(candidate);
        }
        let mut writes = Self::default();
        let closing = candidates.iter().filter(|candidate| closes_what_leaves(view, candidate.value));
        writes.live.extend(closing.map(|candidate| candidate.value));
        let mut functions = Functions { view, open: Vec::new(), classes: Vec::new(), filling: None };
        for node in view.nodes(&[FUNCTIONS, CLASSES, WRITERS].concat()) {
            if functions.enter(node) {
                continue;
            }
            if let Some((target, shape)) = deleted_from(view, node) {
                for place in places(view, &functions, target) {
                    let at = by_place.get(&(place, shape)).into_iter().flatten();
                    writes.deleted.extend(at.filter_map(|candidate| Some((candidate.value, functions.nearest()?))));
                }
                continue;
            }
            if let Some(target) = closed_entry_of(view, node) {
                for shape in [StoreShape::Collection, StoreShape::Object, StoreShape::Array] {
                    let places = places(view, &functions, target).into_iter();
                    let at = places.filter_map(|place| by_place.get(&(place, shape))).flatten();
                    writes.live.extend(at.map(|candidate| candidate.value));
                }
                continue;
            }
            if let Some(target) = drained_from(view, node) {
                for place in places(view, &functions, target) {
                    let at = by_place.get(&(place, StoreShape::Array)).into_iter().flatten();
                    writes.drained.extend(at.filter_map(|candidate| Some((candidate.value, functions.nearest()?))));
                }
                continue;
            }
            let Some(StoreWrite { target, key, value, shape }) = write_target(view, node) else { continue };
            let found = places(view, &functions, target)
                .into_iter()
                .filter_map(|place| by_place.get(&(place, shape)))
                .flatten();
            for candidate in found {
                writes.touched.insert(candidate.value);
                if matches!(candidate.keeper, Keeper::Closure(function) if functions.nearest() == Some(function)) {
                    continue;
                }
                if functions.are_for_tests() {
                    continue;
                }
                let Some(keeps_store) = functions.at_run_time(candidate.name) else { continue };
                // A function that looks after a store says what a name leaves open.
                let neutral = candidate.neutral && !(keeps_store && is_generic(candidate.name));
                let is_in_process =
                    value.is_some_and(|value| is_in_process(view, types, &functions, (candidate, neutral), key, value));
                let is_answer = || match candidate.of_store {
                    true => !functions.fills(view, candidate, key),
                    false => functions.answers(view, candidate, key, value),
                };
                if is_in_process || (neutral && !is_answer()) {
                    continue;
                }
                *writes.reached.entry(candidate.value).or_default() |= keeps_store;
                writes.written.extend(functions.nearest().map(|function| (candidate.value, function)));
            }
        }
        writes
    }

    /// Whether a request may write to a candidate what a store could hold.
    pub(super) fn reach(&self, candidate: &Candidate<'_>) -> bool {
        // What a function takes away again is only under way.
        let is_passing = || self.written.intersection(&self.deleted).any(|(value, _)| *value == candidate.value);
        // A list that only grows is one of what the program knows, and one that shrinks where it grows is a working paper.
        let is_list = || {
            candidate.shape != StoreShape::Array
                || self.drained.difference(&self.written).any(|(value, _)| *value == candidate.value)
        };
        self.reached.get(&candidate.value).is_some_and(|keeps_store| {
            *keeps_store || candidate.named || (candidate.neutral && is_list() && !is_passing())
        })
    }

    /// Whether a function that looks after a store writes to a candidate whose name leaves open what it is.
    pub(super) fn tell(&self, candidate: &Candidate<'_>) -> bool {
        is_generic(candidate.name) && self.reached.get(&candidate.value).is_some_and(|keeps_store| *keeps_store)
    }

    /// Whether its entries are open or run, so that no store could hold them.
    pub(super) fn are_live(&self, candidate: &Candidate<'_>) -> bool {
        self.live.contains(&candidate.value)
    }

    /// Whether anything in the file writes to it.
    pub(super) fn touch(&self, candidate: &Candidate<'_>) -> bool {
        self.touched.contains(&candidate.value)
    }
}

/// Whether what is written lives in one process alone, or is worked out alike by each.
fn is_in_process(
    view: RuleView<'_>,
    types: &BoundTypes<'_>,
    functions: &Functions<'_>,
    (candidate, neutral): (&Candidate<'_>, bool),
    key: Option<NodeId>,
    value: NodeId,
) -> bool {
    // What a class that is a store adds under a name that tells nothing is what it stores.
    let follows = candidate.is_cache || (neutral && !candidate.of_store);
    let of_limiter = || matches!(candidate.keeper, Keeper::Class(class) | Keeper::Instance(class) if is_limiter(class));
    let instances = match () {
        () if follows => Instances::None,
        () if is_limiter(candidate.name) || of_limiter() => Instances::Foreign,
        () => Instances::Data,
    };
    // A collection that is empty yet is filled by whoever comes next.
    let is_begun = |it: NodeId| neutral && is_empty(view, it);
    // What is worked out from the entry before it follows from more than the key: a count, a list that grows.
    let reads_itself = || [".get(", "["].iter().any(|read| view.text(value).contains(&[candidate.name, read].concat()));
    let holds_more =
        |it: NodeId| holds_more(view, key, it) || is_begun(it) || is_filled_by_caller(view, it) || reads_itself();
    // A mark says no more than that something was there, or when.
    let is_mark = candidate.shape == StoreShape::Collection
        && (key.is_none()
            || view.is(value, &["true", "number"])
            || view.origins(value).iter().any(|it| is_time(view, *it)));
    if is_mark && functions.spare_log(candidate.name) {
        return true;
    }
    // Where a stream stands is asked of the stream.
    if neutral && last_word(view, value).is_some_and(|last| matches!(last.as_str(), "offset" | "offsets" | "lsn")) {
        return true;
    }
    // An entry of a list has no key that it could follow from.
    let has_key = candidate.shape != StoreShape::Array;
    is_bound(view, types, value, if is_begun(value) { Instances::Data } else { instances })
        || (follows && has_key && !functions.is_async() && !view.origins(value).into_iter().any(holds_more))
}

/// Whether a value holds something that was handed in and is not the key: itself, or as a part of an object.
fn holds_more(view: RuleView<'_>, key: Option<NodeId>, value: NodeId) -> bool {
    let is_key = |part: NodeId| key.is_some_and(|key| view.text(key) == view.text(part));
    let is_more = |part: NodeId| !is_key(part) && is_handed_in(view, part);
    if view.kind(value) == "member_expression" {
        return is_more(base(view, value)) && key.is_none_or(|key| view.text(key) != view.text(base(view, value)));
    }
    if view.kind(value) == "array" {
        return view.named(value).any(|part| is_more(part) || view.is(part, &["object", "spread_element"]));
    }
    if view.kind(value) != "object" {
        return is_more(value) || is_clock(view, value);
    }
    view.named(value).any(|part| match view.kind(part) {
        "pair" => view.field(part, "value").is_some_and(|part| {
            let is_spread =
                view.kind(part) == "object" && view.nodes_in(part, &["identifier"]).take(MAX_NAMES).any(is_more);
            is_spread || is_more(part) || is_empty(view, part) || is_clock(view, part)
        }),
        "shorthand_property_identifier" => is_more(part),
        "spread_element" => view.named(part).next().is_some_and(is_more),
        _ => false,
    })
}

/// The name at the head of `a.b.c`.
fn base(view: RuleView<'_>, member: NodeId) -> NodeId {
    let mut at = member;
    while let Some(object) = view.field(at, "object") {
        at = object;
    }
    at
}

/// `new Date()`, `Date.now()`: each process has another.
fn is_clock(view: RuleView<'_>, value: NodeId) -> bool {
    matches!(view.text(value), "new Date()" | "Date.now()")
}

/// A clock, or what is handed in as the time.
fn is_time(view: RuleView<'_>, value: NodeId) -> bool {
    is_clock(view, value) || matches!(view.text(value), "now" | "timestamp")
}

/// The last word of the name behind the last dot of an expression.
fn last_word(view: RuleView<'_>, value: NodeId) -> Option<String> {
    let name = match view.kind(value) {
        "member_expression" => view.field(value, "property")?,
        "identifier" => value,
        _ => return None,
    };
    words(view.text(name)).pop()
}

/// Whether entries are added to a value that were handed in: `const own = all[user] ?? {}; own[key] = entry; all[user] = own;`.
fn is_filled_by_caller(view: RuleView<'_>, value: NodeId) -> bool {
    if view.kind(value) != "identifier" {
        return false;
    }
    let uses = view.declaration(value).and_then(|declared| view.bound_uses(declared)).unwrap_or_default();
    uses.into_iter().take(MAX_NAMES).any(|used| {
        let Some(member) = view.parent(used).filter(|member| view.field(*member, "object") == Some(used)) else {
            return false;
        };
        let Some(writer) = view.parent(member) else { return false };
        let added = write_target(view, writer).filter(|write| write.target == used).and_then(|write| write.value);
        added.is_some_and(|added| {
            is_handed_in(view, added) || view.origins(added).into_iter().any(|origin| is_clock(view, origin))
        })
    })
}

/// A collection to which entries are added later.
fn is_empty(view: RuleView<'_>, value: NodeId) -> bool {
    match view.kind(value) {
        "array" => view.named(value).next().is_none(),
        "new_expression" => {
            view.field(value, "constructor").is_some_and(|class| matches!(view.text(class), "Map" | "Set"))
        }
        // `let set = of.get(key); if (!set) { set = new Set(); of.set(key, set); }`
        "identifier" => {
            let uses = view.declaration(value).and_then(|declared| view.bound_uses(declared)).unwrap_or_default();
            uses.into_iter().take(MAX_NAMES).filter_map(|used| view.parent(used)).any(|set| {
                view.kind(set) == "assignment_expression"
                    && view.field(set, "left").is_some_and(|left| view.text(left) == view.text(value))
                    && view
                        .field(set, "right")
                        .is_some_and(|right| view.is(right, &["array", "new_expression"]) && is_empty(view, right))
            })
        }
        _ => false,
    }
}

/// Whether a name is a parameter, so that what it stands for is not worked out here.
fn is_handed_in(view: RuleView<'_>, name: NodeId) -> bool {
    view.is(name, &["identifier", "shorthand_property_identifier"])
        && declared_in(view, name).is_some_and(|around| {
            // What a loop goes through is not worked out here either.
            view.is(
                around,
                &[
                    "required_parameter",
                    "optional_parameter",
                    "formal_parameters",
                    "arrow_function",
                    "for_in_statement",
                ],
            )
        })
}

/// What declares a name, patterns left out: a parameter, a declarator, a loop.
fn declared_in(view: RuleView<'_>, name: NodeId) -> Option<NodeId> {
    let mut at = view.parent(view.declaration(name)?)?;
    for _ in 0..6 {
        if !view.kind(at).ends_with("_pattern") {
            return Some(at);
        }
        at = view.parent(at)?;
    }
    None
}

/// The list that a loop goes through whose variable a name is: `for (const a of list)`, `list.map((a) => …)`.
fn list_of(view: RuleView<'_>, name: NodeId) -> Option<NodeId> {
    let mut at = view.declaration(name)?;
    // Pattern, parameter, parameters, function.
    for _ in 0..5 {
        at = view.parent(at)?;
        if view.kind(at) == "for_in_statement" {
            return view.field(at, "right");
        }
        if view.is(at, FUNCTIONS) {
            let call = view.parent(view.parent(at).filter(|_| runs_while_loading(view, at))?)?;
            return view.field(view.field(call, "function")?, "object");
        }
    }
    None
}

/// Whether a key is drawn at random, and so is handed to somebody who comes back with it: `states.set(randomState(), …)`.
fn is_ticket(view: RuleView<'_>, key: NodeId) -> bool {
    view.origins(key).into_iter().any(|origin| {
        let callee = view.field(origin, "function").map(|callee| view.field(callee, "property").unwrap_or(callee));
        callee.is_some_and(|callee| draws(view.text(callee)))
    })
}

/// What a name is a part of: `const { name } = whole`.
fn taken_apart(view: RuleView<'_>, name: NodeId) -> Option<NodeId> {
    declared_in(view, name)
        .filter(|around| view.kind(*around) == "variable_declarator")
        .and_then(|around| view.field(around, "value"))
}

/// How many names of an expression are followed to where they come from.
const MAX_NAMES: usize = 16;

/// Whether a name in an expression, or in what it was made of, is a parameter.
fn comes_from_caller(view: RuleView<'_>, expression: NodeId) -> bool {
    let names = |top: NodeId| view.nodes_in(top, &["identifier", "shorthand_property_identifier"]).take(MAX_NAMES);
    let is_from_caller = |name: NodeId| {
        is_handed_in(view, name)
            && match list_of(view, name) {
                // What a loop goes through comes from the caller if the list does.
                Some(list) => names(list).any(|name| is_handed_in(view, name) && list_of(view, name).is_none()),
                None => true,
            }
    };
    names(expression).any(|name| {
        is_from_caller(name)
            || taken_apart(view, name).is_some_and(|whole| names(whole).any(is_from_caller))
            || view.origins(name).into_iter().skip(1).any(|origin| names(origin).any(is_from_caller))
    })
}

/// What a written expression may be.
fn places<'a>(view: RuleView<'a>, functions: &Functions<'a>, target: NodeId) -> Vec<WriteTarget<'a>> {
    match view.kind(target) {
        "identifier" => {
            let mut places: Vec<WriteTarget<'a>> = view.origins(target).into_iter().map(WriteTarget::Value).collect();
            // What is reassigned as a whole is still what its declaration made: `list = [...list, entry]`.
            let declarator = view.declaration(target).and_then(|name| view.parent(name));
            let value = declarator.filter(|it| view.kind(*it) == "variable_declarator");
            let value = value.and_then(|it| view.field(it, "value")).map(WriteTarget::Value);
            places.extend(value.filter(|value| !places.contains(value)));
            places.extend(view.global(target).map(WriteTarget::Global));
            places
        }
        "member_expression" | "subscript_expression" => {
            let mut places: Vec<WriteTarget<'a>> = view.global(target).map(WriteTarget::Global).into_iter().collect();
            if let (Some(object), Some(property)) = (view.field(target, "object"), view.field(target, "property")) {
                let is_own = view.kind(object) == "this";
                let class = if is_own { functions.class() } else { Some(view.text(object)) };
                let field = view.text(property).trim_start_matches('#');
                places.extend(class.map(|class| WriteTarget::Field(class, field)));
                let around = if is_own && class.is_none() { object_around(view, target) } else { None };
                places.extend(around.map(|object| WriteTarget::Member(object, field)));
            }
            places
        }
        _ => Vec::new(),
    }
}

/// So many nodes above a place lead to the object whose method it stands in.
const MOST_ABOVE: usize = 48;

/// The object whose method a place stands in.
fn object_around(view: RuleView<'_>, place: NodeId) -> Option<NodeId> {
    let mut at = view.parent(place)?;
    for _ in 0..MOST_ABOVE {
        let above = view.parent(at)?;
        let is_body = view.is(at, &["method_definition", "function_expression", "function"]);
        match view.kind(above) {
            "object" if is_body => return Some(above),
            "pair" if is_body => return view.parent(above),
            _ => at = above,
        }
    }
    None
}

/// `cache.delete(key)`, `delete cache[key]`
fn deleted_from(view: RuleView<'_>, node: NodeId) -> Option<(NodeId, StoreShape)> {
    if view.kind(node) == "unary_expression" {
        let argument = view.field(node, "argument").filter(|part| view.kind(*part) == "subscript_expression")?;
        let is_delete = view.field(node, "operator").is_some_and(|operator| view.text(operator) == "delete");
        return is_delete.then_some((view.unwrapped(view.field(argument, "object")?), StoreShape::Object));
    }
    let callee = view.field(node, "function").filter(|callee| view.kind(*callee) == "member_expression")?;
    (view.text(view.field(callee, "property")?) == "delete")
        .then_some((view.unwrapped(view.field(callee, "object")?), StoreShape::Collection))
}

/// What adds an entry.
struct StoreWrite {
    target: NodeId,
    key: Option<NodeId>,
    value: Option<NodeId>,
    /// By which kind of write.
    shape: StoreShape,
}

/// What a node adds an entry to, and what it adds.
fn write_target(view: RuleView<'_>, node: NodeId) -> Option<StoreWrite> {
    if view.kind(node) == "call_expression" {
        let callee = view.field(node, "function").filter(|callee| view.kind(*callee) == "member_expression")?;
        let shape = match view.text(view.field(callee, "property")?) {
            "set" | "add" | "put" => StoreShape::Collection,
            "push" | "unshift" => StoreShape::Array,
            // With a third argument it adds.
            "splice" if view.named(view.field(node, "arguments")?).nth(2).is_some() => StoreShape::Array,
            _ => return None,
        };
        let mut arguments = view.named(view.field(node, "arguments")?);
        let first = arguments.next();
        let second = arguments.next();
        let value = match shape {
            StoreShape::Collection => second.or(first),
            _ => arguments.next().or(first),
        };
        let key = first.filter(|first| value != Some(*first));
        return Some(StoreWrite { target: view.unwrapped(view.field(callee, "object")?), key, value, shape });
    }
    if let Some(write) = grown(view, node) {
        return Some(write);
    }
    let left = view.field(node, "left").filter(|left| view.kind(*left) == "subscript_expression")?;
    let index = view.field(left, "index")?;
    let constant = view.is(index, &["string", "number"]);
    let target = view.unwrapped(view.field(left, "object")?);
    (!constant).then_some(StoreWrite {
        target,
        key: Some(index),
        value: view.field(node, "right"),
        shape: StoreShape::Object,
    })
}

/// `this.sessions = [...this.sessions, session]`, `sessions = { ...sessions, [id]: session }`
fn grown(view: RuleView<'_>, node: NodeId) -> Option<StoreWrite> {
    let (left, right) = (view.field(node, "left")?, view.field(node, "right")?);
    let value = view.unwrapped(right);
    let shape = match view.kind(value) {
        "array" => StoreShape::Array,
        "object" => StoreShape::Object,
        _ => return None,
    };
    let is_kept = |part: NodeId| {
        view.kind(part) == "spread_element"
            && view.named(part).next().is_some_and(|of| view.text(of) == view.text(left))
    };
    let added = view.named(value).find(|part| view.kind(*part) != "spread_element");
    let added = view.named(value).any(is_kept).then_some(added)??;
    let value = view.field(added, "value").unwrap_or(added);
    Some(StoreWrite { target: view.unwrapped(left), key: None, value: Some(value), shape })
}

/// The functions and classes around a node, while the nodes of a file are gone through in order.
struct Functions<'a> {
    view: RuleView<'a>,
    open: Vec<WritingFunction>,
    classes: Vec<(NodeId, &'a str)>,
    /// What the outermost function fills once, worked out at its first write: a function with many writes is walked one time.
    filling: Option<(NodeId, Filling<'a>)>,
}

struct WritingFunction {
    node: NodeId,
    /// Whether it runs where it stands, as do those around it.
    at_once: bool,
    /// Whether the outermost function around runs while the module is loaded.
    while_loading: bool,
    /// Whether this one or one around looks after a store by its name.
    keeps_store: bool,
    is_async: bool,
}

impl<'a> Functions<'a> {
    /// Notes a function or a class; `false` where the node is not one.
    fn enter(&mut self, node: NodeId) -> bool {
        let view = self.view;
        while self.open.last().is_some_and(|open| !view.is_within(node, open.node)) {
            self.open.pop();
        }
        while self.classes.last().is_some_and(|(class, _)| !view.is_within(node, *class)) {
            self.classes.pop();
        }
        if view.is(node, CLASSES) {
            let name = view.field(node, "name").map(|name| view.text(name)).unwrap_or_default();
            self.classes.push((node, name));
            return true;
        }
        if !view.is(node, FUNCTIONS) {
            return false;
        }
        let around = self.open.last();
        let at_once = runs_while_loading(view, node);
        let function = WritingFunction {
            node,
            at_once: around.is_none_or(|around| around.at_once && at_once),
            while_loading: around.map_or(at_once, |around| around.while_loading),
            keeps_store: around.is_some_and(|around| around.keeps_store)
                || name_of(view, node).is_some_and(keeps_store),
            is_async: around.is_some_and(|around| around.is_async) || view.is_async(node),
        };
        self.open.push(function);
        // What is a method of a function that `new` is for has its instance as `this`.
        if let Some(class) = constructor_of(view, node) {
            self.classes.push((node, class));
        }
        true
    }

    fn class(&self) -> Option<&'a str> {
        self.classes.last().map(|(_, name)| *name)
    }

    fn nearest(&self) -> Option<NodeId> {
        self.open.last().map(|around| around.node)
    }

    /// Whether what is written comes from whoever calls, and no function around is one that fills what a program knows.
    fn answers(
        &self,
        view: RuleView<'_>,
        candidate: &Candidate<'_>,
        key: Option<NodeId>,
        value: Option<NodeId>,
    ) -> bool {
        let of_caller = [key, value].into_iter().flatten().any(|part| comes_from_caller(view, part));
        // Nothing else tells that what has no type is more than a register of the program's parts.
        let is_untyped = candidate.shape == StoreShape::Object && candidate.type_text.is_empty();
        let is_of_somebody = || key.is_some_and(|key| is_of_somebody(view.text(key)));
        (of_caller && (!is_untyped || is_of_somebody()) || key.is_some_and(|key| is_ticket(view, key)))
            && !self.fills(view, candidate, key)
    }

    /// Whether a function around is one that fills what a program knows.
    fn fills(&self, view: RuleView<'_>, candidate: &Candidate<'_>, key: Option<NodeId>) -> bool {
        let is_of_somebody = key.is_some_and(|key| is_of_somebody(view.text(key)));
        // A list counts where entries are taken away again, which nobody does with what a program knows.
        let may_add = is_of_somebody || candidate.shape == StoreShape::Array;
        let is_filling = |name: &str| fills(name) && !(may_add && name.starts_with("add"));
        self.open.iter().any(|around| name_of(view, around.node).is_some_and(is_filling))
    }

    /// Whether a function around notes what a log has said, and nothing else asks for it.
    fn spare_log(&self, collection: &str) -> bool {
        let view = self.view;
        self.open.iter().any(|around| {
            name_of(view, around.node).is_some_and(decides_on_log) || forgets_at_once(view, around.node, collection)
        })
    }

    /// Whether only tests call the outermost function: its name says so, and nothing in the file calls it.
    fn are_for_tests(&self) -> bool {
        let view = self.view;
        let Some(outermost) = self.open.first().map(|outermost| outermost.node) else { return false };
        let own = view.field(outermost, "name");
        let declared = own.or_else(|| view.field(view.parent(outermost)?, "name"));
        name_of(view, outermost).is_some_and(is_for_tests)
            && declared.is_some_and(|name| {
                let mut uses = view.bound_uses(name).unwrap_or_default().into_iter();
                uses.all(|used| view.parent(used).is_some_and(|above| view.kind(above) == "export_specifier"))
            })
    }

    /// Whether one of the functions around waits for something.
    fn is_async(&self) -> bool {
        self.open.last().is_some_and(|around| around.is_async)
    }

    /// Whether a function around the last node looks after a store; `None` where what it writes to `name` it writes once.
    fn at_run_time(&mut self, name: &str) -> Option<bool> {
        let around = self.open.last().filter(|around| !around.while_loading)?;
        let (at_once, keeps_store) = (around.at_once, around.keeps_store);
        let outermost = self.open.first().map(|outermost| outermost.node);
        let once = at_once && outermost.is_some_and(|outermost| self.fills_once(outermost, name));
        (!once).then_some(keeps_store)
    }

    /// Whether a function fills `name` once.
    fn fills_once(&mut self, function: NodeId, name: &str) -> bool {
        if self.filling.as_ref().is_none_or(|(known, _)| *known != function) {
            self.filling = Some((function, Filling::of(self.view, function)));
        }
        self.filling.as_ref().is_some_and(|(_, filling)| filling.is_once(name))
    }
}

/// The function that `new` is for whose method a function is, or that it is itself: `Store.prototype.keep = function () { … }`.
fn constructor_of<'a>(view: RuleView<'a>, function: NodeId) -> Option<&'a str> {
    if view.kind(function) == "arrow_function" {
        return None;
    }
    let above = view.parent(function)?;
    if view.kind(above) == "assignment_expression" {
        let of = view.field(view.field(above, "left")?, "object")?;
        return view.text(of).strip_suffix(".prototype");
    }
    let name = view.field(function, "name").or_else(|| view.field(above, "name"))?;
    let is_one = view.is(function, &["function_declaration", "function_expression", "function"])
        && view.text(name).starts_with(char::is_uppercase);
    is_one.then(|| view.text(name))
}

/// How many calls around a function are gone up for its name, each with its arguments.
const MOST_WRAPPED: usize = 4;

/// The name of a function: its own, or that of the constant or property that it is the value of.
fn name_of<'a>(view: RuleView<'a>, function: NodeId) -> Option<&'a str> {
    if let Some(name) = view.field(function, "name") {
        return Some(view.text(name));
    }
    let mut parent = view.parent(function)?;
    // `const limit = createMiddleware(async (context, next) => …)`; what goes through a list is not a function of that name.
    for _ in 0..MOST_WRAPPED {
        let is_wrapper = match view.kind(parent) {
            "arguments" => true,
            "call_expression" => view.field(parent, "function").is_some_and(|of| view.kind(of) == "identifier"),
            _ => false,
        };
        if !is_wrapper {
            break;
        }
        parent = view.parent(parent)?;
    }
    let name = match view.kind(parent) {
        "variable_declarator" | "public_field_definition" => view.field(parent, "name")?,
        "pair" => view.field(parent, "key")?,
        // `exports.login = function () { … }`
        "assignment_expression" => {
            let left = view.field(parent, "left")?;
            view.field(left, "property").unwrap_or(left)
        }
        _ => return None,
    };
    Some(view.text(name))
}

/// A function that is called where it stands, or handed to a method that goes through a list.
fn runs_while_loading(view: RuleView<'_>, function: NodeId) -> bool {
    let Some(parent) = view.parent(function) else { return false };
    match view.kind(parent) {
        "parenthesized_expression" => view.parent(parent).is_some_and(|call| view.kind(call) == "call_expression"),
        "arguments" => view
            .parent(parent)
            .and_then(|call| view.field(call, "function"))
            .and_then(|callee| view.field(callee, "property"))
            .is_some_and(|method| {
                matches!(view.text(method), "forEach" | "map" | "flatMap" | "reduce" | "filter" | "entries")
            }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use auditlint_matcher::Analysis;
    use auditlint_syntax::{Language, Parser};

    use super::super::candidates::candidates;
    use super::*;

    /// Whether a request may write to each store of a text.
    fn reached(text: &str) -> Vec<bool> {
        let tree = Parser::default().parse(Language::TypeScript, text.as_bytes()).unwrap();
        let analysis = Analysis::new(tree, text.as_bytes());
        let view = RuleView::new(&analysis);
        let types = BoundTypes::of(view);
        let candidates = candidates(view, &types);
        let writes = StoreWrites::of(view, &types, &candidates);
        candidates.iter().map(|candidate| writes.reach(candidate)).collect()
    }

    #[test]
    fn what_is_filled_once_is_told_by_name() {
        let fill = |guard: &str| {
            format!(
                "const tokens = new Map(); const sessions = new Map(); let done = false;
                export function remember(id, of) {{ {guard} tokens.set(id, of); sessions.set(id, of); }}"
            )
        };
        for (guard, expected) in [
            ("", [true, true]),
            ("if (tokens.size) return;", [false, true]),
            ("if (tokens.size > 0) { return; }", [false, true]),
            ("if (tokens.size > 9) return;", [true, true]),
            ("if (done) return; done = true;", [false, false]),
            ("if (done) return;", [true, true]),
        ] {
            assert_eq!(reached(&fill(guard)), expected, "{guard}");
        }
    }

    #[test]
    fn many_guards_before_many_writes_cost_one_walk() {
        // Walking the body for each guard of each write would visit fifty billion nodes.
        let guards: String = (0..2_000).map(|at| format!("if (flag{at}) return;\n")).collect();
        let writes = "sessions.set(id, of);\n".repeat(2_000);
        let text = format!("const sessions = new Map();\nexport function remember(id, of) {{\n{guards}{writes}}}\n");
        assert_eq!(reached(&text), [true]);
    }
}
