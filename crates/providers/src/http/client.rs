//! Whether a wrapper of requests is a client: one that any caller can make any request with.

use auditlint_syntax::{ECMASCRIPT_FUNCTIONS as FUNCTIONS, NodeId};
use serde::{Deserialize, Serialize};

use super::address::AddressBase;
use super::wrapper::{Wrappers, arguments_of, is_exported, origins};
use crate::view::View;

/// How many expressions are looked at behind what a function returns.
const MOST_EXPRESSIONS: usize = 32;
/// How many nodes around a function are looked at.
const LEVELS: usize = 12;

/// What a client can reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reach {
    /// Any address.
    Any,
    /// What lies below one base.
    Below(AddressBase),
}

impl Reach {
    /// Whether a request to such an address could be made through the client, as far as anybody can know.
    pub(crate) fn covers(&self, request: &AddressBase) -> bool {
        match self {
            Self::Any => true,
            Self::Below(base) => base == request && *base != AddressBase::Unknown,
        }
    }
}

/// Methods that give the body of a response, or the response later.
const PASSING: &[&str] = &["json", "text", "blob", "arrayBuffer", "formData", "clone", "then", "catch", "finally"];

/// What the client that makes a request reaches, where it is one: its function takes the address and the options of the request,
/// hands on the answer and nothing made of a part of it, and other modules can call it.
pub(super) fn reach(code: &View<'_>, wrappers: &Wrappers<'_>, request: NodeId) -> Option<Reach> {
    let mut arguments = arguments_of(code, request);
    let (address, options) = (arguments.next()?, arguments.next()?);
    let open = wrappers.open();
    let function =
        open.iter().rev().copied().take(LEVELS).find(|function| {
            wrappers.is_open_address(address, *function) && wrappers.hands_on_given(options, *function)
        })?;
    let outermost = *open.first()?;
    let is_client = gives_answer(code, function, request)
        && is_callable(code, wrappers, function)
        && (function == outermost || hands_out(code, outermost, function))
        && is_declared(code, function, outermost)
        && !is_adapter(code, outermost);
    is_client.then(|| {
        if wrappers.is_whole(address, function) { Reach::Any } else { Reach::Below(AddressBase::of(code, address)) }
    })
}

/// Whether a function gives its caller the response or its body.
fn gives_answer(code: &View<'_>, function: NodeId, request: NodeId) -> bool {
    let Some(body) = code.field(function, "body") else { return false };
    let names = code.analysis.names();
    // The variable that holds the response.
    let holder = code
        .tree
        .ancestors(request)
        .take_while(|above| *above != body && !FUNCTIONS.contains(&code.kind(*above)))
        .find_map(|above| match code.kind(above) {
            "variable_declarator" => code.field(above, "name"),
            "assignment_expression" => code.field(above, "left"),
            _ => None,
        })
        .and_then(|name| names.binding_of(name));
    let mut given: Vec<NodeId> = if code.kind(body) == "statement_block" {
        let mut inner_end = 0;
        let nodes = code.tree.subtree(body).filter(|node| {
            let is_inner = node.0 < inner_end;
            if !is_inner && FUNCTIONS.contains(&code.kind(*node)) {
                inner_end = code.tree.subtree_end(*node);
            }
            !is_inner && code.kind(*node) == "return_statement"
        });
        nodes.filter_map(|node| code.named(node).next()).take(MOST_EXPRESSIONS).collect()
    } else {
        vec![body]
    };
    for _ in 0..MOST_EXPRESSIONS * 2 {
        let Some(at) = given.pop() else { return false };
        let at = code.unwrapped(at);
        if at == request {
            return true;
        }
        match code.kind(at) {
            "await_expression" | "spread_element" => given.extend(code.named(at)),
            "call_expression" => {
                let called = code.field(at, "function").map(|called| code.unwrapped(called));
                if let Some(called) = called.filter(|called| code.kind(*called) == "member_expression")
                    && code.last_name(called).is_some_and(|name| PASSING.contains(&name))
                {
                    given.extend(code.field(called, "object"));
                } else {
                    given.extend(code.arguments(at));
                }
            }
            "identifier" | "shorthand_property_identifier" => {
                if holder.is_some() && names.binding_of(at) == holder {
                    return true;
                }
                given.extend(origins(code, at).into_iter().skip(1));
            }
            // What axios and its like call the body.
            "member_expression" if matches!(code.last_name(at), Some("data" | "body")) => {
                let object = code.field(at, "object").map(|object| code.unwrapped(object));
                if holder.is_some() && object.and_then(|object| names.binding_of(object)) == holder {
                    return true;
                }
            }
            "object" => {
                given.extend(code.pairs(at).map(|(_, value)| value));
                given.extend(code.named(at).filter(|part| code.kind(*part) == "shorthand_property_identifier"));
            }
            "ternary_expression" => {
                given.extend(["consequence", "alternative"].iter().filter_map(|branch| code.field(at, branch)));
            }
            "binary_expression" => given.extend(["left", "right"].iter().filter_map(|side| code.field(at, side))),
            kind if FUNCTIONS.contains(&kind) && code.tree.is_within(request, at) => return true,
            _ => {}
        }
    }
    false
}

/// Whether others can call a method: it is not private, or one that is not hands its address on to it.
fn is_callable(code: &View<'_>, wrappers: &Wrappers<'_>, function: NodeId) -> bool {
    if code.kind(function) != "method_definition" || !is_private(code, function) {
        return true;
    }
    let Some(name) = code.field(function, "name").map(|name| code.words(name)) else { return false };
    let Some(class) = code.tree.parent(function) else { return false };
    let others =
        code.named(class).filter(|method| code.kind(*method) == "method_definition" && !is_private(code, *method));
    others.into_iter().any(|method| {
        code.tree.subtree(method).filter(|node| code.kind(*node) == "call_expression").any(|call| {
            let called = code.field(call, "function").filter(|called| code.words(*called).starts_with("this."));
            called.and_then(|called| code.last_name(called)) == Some(name)
                && code.arguments(call).next().is_some_and(|first| wrappers.is_open_address(first, method))
        })
    })
}

fn is_private(code: &View<'_>, method: NodeId) -> bool {
    code.tree.children(method).take_while(|child| code.kind(*child) != "statement_block").any(|child| {
        match code.kind(child) {
            "accessibility_modifier" => matches!(code.words(child), "private" | "protected"),
            "private_property_identifier" => true,
            _ => false,
        }
    })
}

/// Whether a function gives one that it makes to its caller.
fn hands_out(code: &View<'_>, outer: NodeId, inner: NodeId) -> bool {
    let around = || code.tree.ancestors(inner).take_while(|above| *above != outer);
    let is_returned = around().any(|above| code.kind(above) == "return_statement")
        || code.field(outer, "body").is_some_and(|body| code.kind(body) != "statement_block");
    let name = code.field(inner, "name").or_else(|| {
        let declarator = code.tree.parent(inner).filter(|above| code.kind(*above) == "variable_declarator");
        declarator.and_then(|declarator| code.field(declarator, "name"))
    });
    let names = code.analysis.names();
    is_returned
        || name.and_then(|name| names.binding_of(name)).is_some_and(|id| {
            names.references(id).any(|used| {
                code.tree
                    .ancestors(used.node)
                    .take_while(|above| *above != outer && !FUNCTIONS.contains(&code.kind(*above)))
                    .any(|above| code.kind(above) == "return_statement")
            })
        })
}

/// Whether other modules can import the function, which is neither a hook nor a component nor an argument of a call such as the definition
/// of a store.
fn is_declared(code: &View<'_>, function: NodeId, outermost: NodeId) -> bool {
    let is_argument = code
        .tree
        .ancestors(function)
        .take_while(|above| *above != outermost && code.kind(*above) != "statement_block")
        .any(|above| code.kind(above) == "arguments");
    if is_argument {
        return false;
    }
    let is_method = code.kind(outermost) == "method_definition";
    let mut is_exported_so_far = false;
    for around in std::iter::once(outermost).chain(code.tree.ancestors(outermost).take(LEVELS)) {
        match code.kind(around) {
            "arguments" => return false,
            "export_statement" => is_exported_so_far = true,
            "function_declaration"
            | "class_declaration"
            | "abstract_class_declaration"
            | "class"
            | "variable_declarator"
            | "function_expression" => {
                let Some(name) = code.field(around, "name") else { continue };
                let is_class = code.kind(around).ends_with("class_declaration") || code.kind(around) == "class";
                if !is_class && !is_method && is_of_components(code.words(name)) {
                    return false;
                }
                is_exported_so_far |= is_exported(code, name) || is_instance_exported(code, name);
            }
            "assignment_expression" => {
                let left = code.field(around, "left").map(|left| code.words(left)).unwrap_or_default();
                is_exported_so_far |= left.starts_with("module.exports") || left.starts_with("exports.");
            }
            _ => {}
        }
    }
    is_exported_so_far
}

/// Whether the module gives a function to a library as its `fetch`: then it serves the requests of that library.
fn is_adapter(code: &View<'_>, function: NodeId) -> bool {
    let names = code.analysis.names();
    let name = code.field(function, "name").or_else(|| {
        let declarator = code.tree.parent(function).filter(|above| code.kind(*above) == "variable_declarator");
        declarator.and_then(|declarator| code.field(declarator, "name"))
    });
    let Some(id) = name.and_then(|name| names.binding_of(name)) else { return false };
    names.references(id).any(|used| {
        let Some(above) = code.tree.parent(used.node) else { return false };
        let is_value = code.kind(above) == "pair" && code.field(above, "value") == Some(used.node);
        let key = code.field(above, "key").filter(|_| is_value).map(|key| code.key(key));
        key.is_some_and(|key| key.to_ascii_lowercase().ends_with("fetch"))
            && code.tree.ancestors(above).take(LEVELS).any(|around| code.kind(around) == "arguments")
    })
}

/// Whether a name is one of a hook or of a component.
fn is_of_components(name: &str) -> bool {
    let is_upper = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase());
    name.strip_prefix("use").is_some_and(is_upper)
        || (is_upper(name) && name.contains(|c: char| c.is_ascii_lowercase()))
}

/// Whether the module exports an instance of a class, or an object, by another statement.
fn is_instance_exported(code: &View<'_>, name: NodeId) -> bool {
    let names = code.analysis.names();
    names.binding_of(name).is_some_and(|id| {
        names.references(id).any(|used| {
            let above = code.tree.parent(used.node).map(|above| code.kind(above));
            matches!(above, Some("new_expression" | "export_statement" | "export_specifier" | "pair" | "object"))
                && code.tree.ancestors(used.node).take(LEVELS).any(|above| code.kind(above) == "export_statement")
        })
    })
}
