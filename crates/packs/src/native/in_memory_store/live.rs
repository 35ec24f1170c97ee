//! Entries that are open or run, told by what a file does with what it takes out of a collection: it closes, ends or disposes of it.

use auditlint_syntax::NodeId;

use super::super::view::{FUNCTIONS, RuleView};

/// Methods of what is open or runs.
pub(super) const LIVE: &[&str] = &[
    "close",
    "send",
    "end",
    "destroy",
    "dispose",
    "abort",
    "kill",
    "terminate",
    "emit",
    "write",
    "disconnect",
    "unsubscribe",
];

/// Methods that give one entry, or all of them.
const ONE: &[&str] = &["get", "pop", "shift", "at", "find", "peek"];
const ALL: &[&str] = &["values", "entries", "keys"];

/// How many nodes between an entry and its collection are gone through.
const MOST_STEPS: usize = 12;

/// The collection from which a node takes the entry on which it calls such a method: `sessions.get(id)?.kernel.dispose()`, also by
/// a variable or by the loop that it stands in.
pub(super) fn closed_entry_of(view: RuleView<'_>, call: NodeId) -> Option<NodeId> {
    collection_of(view, closed(view, call)?)
}

/// What such a method is called on.
fn closed(view: RuleView<'_>, call: NodeId) -> Option<NodeId> {
    let callee = view.field(call, "function").filter(|callee| view.kind(*callee) == "member_expression")?;
    view.field(callee, "property").filter(|method| LIVE.contains(&view.text(*method)))?;
    view.field(callee, "object")
}

/// Whether a function that a collection is given closes what leaves it: `new LRUCache({ dispose: (socket) => socket.close() })`.
pub(super) fn closes_what_leaves(view: RuleView<'_>, made: NodeId) -> bool {
    view.nodes_in(made, &["call_expression"]).any(|call| {
        let head = closed(view, call).and_then(|of| head_of(view, of));
        let declared = head.and_then(|head| view.declaration(head));
        declared.is_some_and(|declared| view.is_within(declared, made))
    })
}

/// The name at the head of a chain of members.
fn head_of(view: RuleView<'_>, of: NodeId) -> Option<NodeId> {
    let mut at = view.unwrapped(of);
    for _ in 0..MOST_STEPS {
        match view.kind(at) {
            "identifier" => return Some(at),
            "member_expression" => at = view.unwrapped(view.field(at, "object")?),
            _ => return None,
        }
    }
    None
}

/// The collection of which an expression is an entry, or a part of one.
fn collection_of(view: RuleView<'_>, entry: NodeId) -> Option<NodeId> {
    let mut at = entry;
    for _ in 0..MOST_STEPS {
        at = view.unwrapped(at);
        match view.kind(at) {
            "await_expression" => at = view.named(at).next()?,
            // A member of the entry, or the collection itself where it is the member of something.
            "member_expression" => at = view.field(at, "object")?,
            "subscript_expression" => return view.field(at, "object").map(|of| view.unwrapped(of)),
            "binary_expression" => at = view.field(at, "left")?,
            "call_expression" => {
                let callee = view.field(at, "function").filter(|callee| view.kind(*callee) == "member_expression")?;
                view.field(callee, "property").filter(|method| ONE.contains(&view.text(*method)))?;
                return view.field(callee, "object").map(|of| all_of(view, of));
            }
            "identifier" => match given(view, at)? {
                Given::Value(value) => at = value,
                Given::OneOf(list) => return Some(all_of(view, list)),
            },
            _ => return None,
        }
    }
    None
}

/// What gives a name its value.
enum Given {
    /// The expression behind `=`.
    Value(NodeId),
    /// The list of a loop whose variable it is, or of a method that calls the function whose parameter it is.
    OneOf(NodeId),
}

fn given(view: RuleView<'_>, name: NodeId) -> Option<Given> {
    let mut at = view.declaration(name)?;
    for _ in 0..MOST_STEPS {
        let above = view.parent(at)?;
        match view.kind(above) {
            "variable_declarator" => return view.field(above, "value").filter(|value| *value != at).map(Given::Value),
            "for_in_statement" => return view.field(above, "right").map(Given::OneOf),
            _ if view.is(above, FUNCTIONS) => {
                // `sockets.forEach((socket) => socket.close())`: an entry of what the method goes through.
                let call = view.parent(view.parent(above)?).filter(|call| view.kind(*call) == "call_expression")?;
                let callee = view.field(call, "function").filter(|callee| view.kind(*callee) == "member_expression")?;
                let method = view.text(view.field(callee, "property")?);
                let list = view.field(callee, "object")?;
                return matches!(method, "forEach" | "map" | "some" | "every").then_some(Given::OneOf(list));
            }
            _ => at = above,
        }
    }
    None
}

/// The collection behind its list of entries: `sessions.values()`, `Object.values(sessions)`, `[...sessions.values()]`.
fn all_of(view: RuleView<'_>, list: NodeId) -> NodeId {
    let mut at = view.unwrapped(list);
    for _ in 0..MOST_STEPS {
        let inner = match view.kind(at) {
            "array" => view.named(at).next().filter(|part| view.kind(*part) == "spread_element"),
            "spread_element" => view.named(at).next(),
            "call_expression" => all_of_call(view, at),
            _ => None,
        };
        let Some(inner) = inner else { break };
        at = view.unwrapped(inner);
    }
    at
}

fn all_of_call(view: RuleView<'_>, call: NodeId) -> Option<NodeId> {
    let callee = view.field(call, "function").filter(|callee| view.kind(*callee) == "member_expression")?;
    let (object, method) = (view.field(callee, "object")?, view.text(view.field(callee, "property")?));
    match (view.text(object), method) {
        ("Object", "values" | "entries") | ("Array", "from") => view.named(view.field(call, "arguments")?).next(),
        (_, method) => ALL.contains(&method).then_some(object),
    }
}
