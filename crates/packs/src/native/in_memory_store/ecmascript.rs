//! Stores in memory in TypeScript and JavaScript.

use std::collections::HashMap;

use auditlint_syntax::{NodeId, Skim};

use super::super::view::View;
use super::declared::{MADE, may_hold};
use super::names::{is_generic, is_store, keeps_store, may_be_store};

const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "function_expression",
    "arrow_function",
    "method_definition",
    "generator_function",
    "generator_function_declaration",
];

/// Functions, and what may write.
const INTERESTING: &[&str] = &[
    "function_declaration",
    "function_expression",
    "arrow_function",
    "method_definition",
    "generator_function",
    "generator_function_declaration",
    "call_expression",
    "assignment_expression",
    "augmented_assignment_expression",
];

/// A binding of the module, or a static field, that holds a collection.
struct StoreCandidate<'a> {
    place: NodeId,
    /// The expression that makes the collection.
    value: NodeId,
    name: &'a str,
    /// The class, where it is a static field.
    class: Option<&'a str>,
    shape: StoreShape,
    /// Whether its name tells that it is a store; otherwise the function that writes to it must.
    named: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StoreShape {
    /// `new Map()`, `new Set()`
    Collection,
    /// `new WeakMap()`: what it holds goes with its keys, so a cache of that kind is no store.
    Weak,
    /// `{}`
    Object,
}

/// Reports the stores of one file.
pub(super) fn find(view: View<'_>, emit: &mut dyn FnMut(NodeId)) {
    let mut candidates = Vec::new();
    for statement in view.named(view.root()) {
        let statement = match view.kind(statement) {
            "export_statement" => match view.field(statement, "declaration") {
                Some(declaration) => declaration,
                None => continue,
            },
            _ => statement,
        };
        match view.kind(statement) {
            "lexical_declaration" | "variable_declaration" => {
                for declarator in view.named(statement) {
                    let (Some(name), Some(value)) = (view.field(declarator, "name"), view.field(declarator, "value"))
                    else {
                        continue;
                    };
                    if view.kind(name) == "identifier"
                        && let Some(shape) = shape_of(view, value)
                    {
                        candidates.push(StoreCandidate {
                            place: declarator,
                            value,
                            name: view.text(name),
                            class: None,
                            shape,
                            named: false,
                        });
                    }
                }
            }
            "class_declaration" | "abstract_class_declaration" => static_fields(view, statement, &mut candidates),
            _ => {}
        }
    }
    for candidate in &mut candidates {
        candidate.named = is_store(candidate.name)
            || candidate.class.is_some_and(|class| is_store(class) && may_be_store(candidate.name));
    }
    candidates.retain(|candidate| {
        let weak_cache = candidate.shape == StoreShape::Weak && candidate.name.to_ascii_lowercase().contains("cache");
        (candidate.named || is_generic(candidate.name)) && !weak_cache
    });
    if candidates.is_empty() {
        return;
    }
    // Where the parser was led astray by what it does not understand, a local may look like a binding of the module.
    let skim = Skim::of(view.language(), view.source().as_bytes());
    candidates.retain(|candidate| {
        let span = view.span(candidate.place);
        let text = view.source().as_bytes();
        let declaration = span.of(text);
        let made = MADE.iter().flat_map(|made| memchr::memmem::find_iter(declaration, *made));
        made.map(|at| span.start as usize + at).any(|at| may_hold(text, &skim, at, candidate.class.is_some()))
    });
    let writes = Writes::of(view);
    for candidate in candidates.iter().filter(|candidate| writes.reach(candidate)) {
        emit(candidate.place);
    }
}

/// What is written to by functions that run after the module was loaded. Of each place it is known whether a function that
/// looks after a store by its name is among them: where the name of the place does not tell, the function must.
#[derive(Default)]
struct Writes<'a> {
    /// By the expression that made the collection, and whether it is an object.
    values: HashMap<(NodeId, bool), bool>,
    /// By class (`None` for `this`) and name of the field, and whether it is an object.
    fields: HashMap<(Option<&'a str>, &'a str, bool), bool>,
}

impl<'a> Writes<'a> {
    fn of(view: View<'a>) -> Self {
        let mut writes = Self::default();
        let mut functions = WritingFunctions { view, open: Vec::new() };
        for node in view.nodes(INTERESTING) {
            if functions.enter(node) {
                continue;
            }
            let Some(keeps_store) = functions.at_run_time() else { continue };
            let Some((target, shape)) = write_target(view, node) else { continue };
            let is_object = shape == StoreShape::Object;
            match view.kind(target) {
                "identifier" => {
                    for value in view.origins(target) {
                        *writes.values.entry((value, is_object)).or_default() |= keeps_store;
                    }
                }
                "member_expression" => {
                    let (Some(object), Some(property)) = (view.field(target, "object"), view.field(target, "property"))
                    else {
                        continue;
                    };
                    let class = (view.kind(object) != "this").then(|| view.text(object));
                    *writes.fields.entry((class, view.text(property), is_object)).or_default() |= keeps_store;
                }
                _ => {}
            }
        }
        writes
    }

    fn reach(&self, candidate: &StoreCandidate<'a>) -> bool {
        let is_object = candidate.shape == StoreShape::Object;
        let written = |keeps_store: Option<&bool>| keeps_store.is_some_and(|keeps| *keeps || candidate.named);
        match candidate.class {
            None => written(self.values.get(&(candidate.value, is_object))),
            Some(class) => [Some(class), None]
                .into_iter()
                .any(|class| written(self.fields.get(&(class, candidate.name, is_object)))),
        }
    }
}

/// The functions around a node, while the nodes of a file are gone through in order.
struct WritingFunctions<'a> {
    view: View<'a>,
    open: Vec<Function>,
}

struct Function {
    node: NodeId,
    /// Whether the outermost function around runs while the module is loaded.
    while_loading: bool,
    /// Whether this one or one around looks after a store by its name.
    keeps_store: bool,
}

impl WritingFunctions<'_> {
    /// Notes a function; `false` where the node is none.
    fn enter(&mut self, node: NodeId) -> bool {
        let view = self.view;
        while self.open.last().is_some_and(|open| !view.is_within(node, open.node)) {
            self.open.pop();
        }
        if !view.is(node, FUNCTIONS) {
            return false;
        }
        let around = self.open.last();
        let function = Function {
            node,
            while_loading: around.map_or_else(|| runs_while_loading(view, node), |around| around.while_loading),
            keeps_store: around.is_some_and(|around| around.keeps_store)
                || name_of(view, node).is_some_and(keeps_store),
        };
        self.open.push(function);
        true
    }

    /// Whether a function around the last node looks after a store; `None` where it runs while the module is loaded.
    fn at_run_time(&self) -> Option<bool> {
        self.open.last().filter(|around| !around.while_loading).map(|around| around.keeps_store)
    }
}

fn static_fields<'a>(view: View<'a>, class: NodeId, candidates: &mut Vec<StoreCandidate<'a>>) {
    let (Some(name), Some(body)) = (view.field(class, "name"), view.field(class, "body")) else { return };
    for member in view.named(body).filter(|member| view.is(*member, &["public_field_definition", "field_definition"])) {
        let field = view.field(member, "name").or_else(|| view.field(member, "property"));
        let (Some(field), Some(value)) = (field, view.field(member, "value")) else { continue };
        let is_static = view.children(member).any(|child| view.kind(child) == "static");
        if is_static && let Some(shape) = shape_of(view, value) {
            candidates.push(StoreCandidate {
                place: member,
                value,
                name: view.text(field),
                class: Some(view.text(name)),
                shape,
                named: false,
            });
        }
    }
}

fn shape_of(view: View<'_>, value: NodeId) -> Option<StoreShape> {
    let value = view.unwrapped(value);
    match view.kind(value) {
        "new_expression" => match view.global(view.field(value, "constructor")?)?.as_str() {
            "Map" | "Set" => Some(StoreShape::Collection),
            "WeakMap" | "WeakSet" => Some(StoreShape::Weak),
            _ => None,
        },
        "object" => view.named(value).next().is_none().then_some(StoreShape::Object),
        "call_expression" => {
            let null = view.named(view.field(value, "arguments")?).next()?;
            (view.text(null) == "null" && view.global(view.field(value, "function")?)? == "Object.create")
                .then_some(StoreShape::Object)
        }
        _ => None,
    }
}

/// What a node adds an entry to, and by which kind of write.
fn write_target(view: View<'_>, node: NodeId) -> Option<(NodeId, StoreShape)> {
    if view.kind(node) == "call_expression" {
        let callee = view.field(node, "function").filter(|callee| view.kind(*callee) == "member_expression")?;
        let method = view.text(view.field(callee, "property")?);
        return matches!(method, "set" | "add").then_some((view.field(callee, "object")?, StoreShape::Collection));
    }
    let left = view.field(node, "left").filter(|left| view.kind(*left) == "subscript_expression")?;
    let index = view.field(left, "index")?;
    let constant = view.is(index, &["string", "number"]);
    (!constant).then_some((view.field(left, "object")?, StoreShape::Object))
}

/// The name of a function: its own, or that of the constant or property that it is the value of.
fn name_of<'a>(view: View<'a>, function: NodeId) -> Option<&'a str> {
    if let Some(name) = view.field(function, "name") {
        return Some(view.text(name));
    }
    let parent = view.parent(function)?;
    let name = match view.kind(parent) {
        "variable_declarator" | "public_field_definition" => view.field(parent, "name")?,
        "pair" => view.field(parent, "key")?,
        _ => return None,
    };
    Some(view.text(name))
}

/// A function that is called where it stands, or handed to a method that goes through a list.
fn runs_while_loading(view: View<'_>, function: NodeId) -> bool {
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
