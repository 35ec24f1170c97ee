//! Values of Rust.

use std::sync::Arc;

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnValue, Facts, Passed, Sealed, ValueFlow};
use super::super::names::TokenNames;
use super::super::seal::{says_opened, says_sealed};
use super::super::view::ColumnView;
use super::fold::{Is, ValueLeaf, fold, is_digest_text};
use super::names;

/// At most this many expressions are looked at for one value. One with more origins has none that is sure.
const MOST: usize = 64;

/// Names of functions and variants that hand everything to anyone: they say nothing about one function of the project.
const COMMON: &[&str] =
    &["Err", "Ok", "Some", "bind", "new", "from", "into", "push", "insert", "get", "set", "eq", "with"];

/// The value of an expression, or of a token in the arguments of a macro; `None` where it is not one.
pub(in super::super) fn value(view: ColumnView<'_>, node: NodeId) -> Option<ColumnValue> {
    let mut walk = RustValueWalk { open: vec![(node, None)], seen: Vec::new(), leaves: Vec::new() };
    let mut next = 0;
    while let Some((node, says)) = walk.open.get(next).copied() {
        next += 1;
        if next > MOST {
            walk.end(says, Sealed::Unknown, view.shown(node));
            break;
        }
        if !walk.seen.contains(&node) {
            walk.seen.push(node);
            step(view, node, says, &mut walk);
        }
    }
    fold(walk.leaves)
}

/// What is still to be looked at, each with a name on the way that says that it is sealed.
struct RustValueWalk<'a> {
    open: Vec<(NodeId, Option<&'a str>)>,
    seen: Vec<NodeId>,
    leaves: Vec<ValueLeaf<'a>>,
}

impl<'a> RustValueWalk<'a> {
    fn go(&mut self, node: Option<NodeId>, says: Option<&'a str>) {
        self.open.extend(node.map(|node| (node, says)));
    }

    fn end(&mut self, says: Option<&'a str>, sealed: Sealed, how: &'a str) {
        let (sealed, how) = match says {
            Some(says) if sealed == Sealed::Unknown => (Sealed::Yes, says),
            _ => (sealed, how),
        };
        self.leaves.push(ValueLeaf { is: Is::Sealed(sealed), how, is_part: false, is_named: false });
    }

    /// A value of which only its name is known.
    fn end_by_name(&mut self, says: Option<&'a str>, sealed: Sealed, how: &'a str) {
        self.end(says, sealed, how);
        if let Some(leaf) = self.leaves.last_mut() {
            leaf.is_named = true;
        }
    }

    fn elsewhere(&mut self, says: Option<&'a str>, function: &str, argument: Option<u32>, taken: Sealed, how: &'a str) {
        if says.is_some() {
            return self.end(says, Sealed::Unknown, how);
        }
        let flow = ValueFlow { function: function.into(), module: None, argument, key: None, taken };
        // What a function gives it may have sealed.
        let is_named = flow.argument.is_some();
        self.leaves.push(ValueLeaf { is: Is::Elsewhere(flow), how, is_part: false, is_named });
    }
}

fn step<'a>(view: ColumnView<'a>, node: NodeId, says: Option<&'a str>, walk: &mut RustValueWalk<'a>) {
    let shown = view.shown(node);
    match view.kind(node) {
        "string_literal" | "raw_string_literal" => {
            if shown.chars().skip(1).any(char::is_alphanumeric) {
                let text = shown.trim_start_matches(['r', 'b', '#', '"']);
                walk.end(says, if is_digest_text(text) { Sealed::Yes } else { Sealed::No }, shown);
            }
        }
        "integer_literal" | "float_literal" | "boolean_literal" | "unit_expression" | "closure_expression" => {}
        "reference_expression"
        | "try_expression"
        | "await_expression"
        | "parenthesized_expression"
        | "unary_expression"
        | "type_cast_expression"
        | "expression_statement"
        | "return_expression" => {
            walk.go(view.field(node, "value").or_else(|| view.named(node).last()), says);
        }
        "block" => walk.go(view.named(node).last(), says),
        "if_expression" => {
            walk.go(view.field(node, "consequence"), says);
            walk.go(view.field(node, "alternative"), says);
        }
        "else_clause" => walk.go(view.named(node).last(), says),
        "match_expression" => {
            let arms = view.field(node, "body").into_iter().flat_map(|body| view.named(body));
            arms.for_each(|arm| walk.go(view.field(arm, "value"), says));
        }
        "identifier" | "shorthand_field_identifier" => identifier(view, node, says, walk),
        "field_expression" => {
            let name = view.field(node, "field").map(|field| view.words(field)).unwrap_or_default();
            let says = says.or_else(|| says_sealed(name).then_some(name));
            let made = view.field(node, "value").and_then(|object| made_by(view, object));
            match made {
                Some(call) if says_sealed(view.shown(call)) && !names::says_plain(name) => {
                    walk.end(says, Sealed::Yes, view.shown(call));
                }
                // What was in a database before says nothing about what goes in.
                Some(call) if is_row(view, call) => {}
                None if says.is_none() && handed_type(view, node).is_some() => {
                    // By what people log in with is hashed where the struct is made, if its places are not known.
                    let is_open = names::says_plain(name) && !TokenNames.is_login_password(None, name);
                    let flow = ValueFlow {
                        function: handed_type(view, node).unwrap_or_default().into(),
                        module: None,
                        argument: None,
                        key: Some(name.into()),
                        taken: if is_open { Sealed::No } else { Sealed::Unknown },
                    };
                    walk.leaves.push(ValueLeaf { is: Is::Elsewhere(flow), how: shown, is_part: false, is_named: true });
                }
                _ => walk.end_by_name(says, if names::says_plain(name) { Sealed::No } else { Sealed::Unknown }, shown),
            }
        }
        "call_expression" => call(view, node, says, walk),
        "macro_invocation" => macro_call(view, node, says, walk),
        "struct_expression" | "tuple_expression" | "array_expression" => walk.end(says, Sealed::Unknown, shown),
        _ => walk.end(says, Sealed::Unknown, shown),
    }
}

fn identifier<'a>(view: ColumnView<'a>, node: NodeId, says: Option<&'a str>, walk: &mut RustValueWalk<'a>) {
    let name = view.words(node);
    if name == "None" {
        return;
    }
    let says = says.or_else(|| says_sealed(name).then_some(name));
    let plain = if names::says_plain(name) { Sealed::No } else { Sealed::Unknown };
    let names = view.analysis.names();
    let Some(binding) = names.binding_of(node) else {
        // The arguments of a macro that was not understood: what people log in with was hashed before, as nearly everywhere.
        let is_login = TokenNames.is_login_password(None, name);
        return walk.end_by_name(says, if is_login { Sealed::Unknown } else { plain }, name);
    };
    let declared = names.binding(binding).node;
    let holder = view.ancestors(declared).find(|above| {
        view.is(
            *above,
            &[
                "let_declaration",
                "const_item",
                "static_item",
                "parameter",
                "let_condition",
                "closure_parameters",
                "match_arm",
                "for_expression",
                "function_item",
            ],
        )
    });
    match holder.map(|holder| (view.kind(holder), holder)) {
        Some(("let_declaration" | "const_item" | "static_item" | "let_condition", holder)) => {
            match view.field(holder, "value") {
                // `if let Flow::Start { secret, .. } = flow.get()?`: the field says what it is, what gives the struct does not.
                Some(value) if is_field_of_pattern(view, declared, holder) && !says_sealed(view.shown(value)) => {
                    walk.end_by_name(says, plain, name);
                }
                Some(value) => walk.go(Some(value), says),
                None => walk.end(says, Sealed::Unknown, name),
            }
        }
        Some(("parameter", holder)) => {
            let function =
                view.ancestors(holder).find(|above| view.is(*above, &["function_item", "closure_expression"]));
            let named = function.and_then(|function| view.field(function, "name"));
            let parameters = view.parent(holder);
            let place = parameters.into_iter().flat_map(|all| {
                view.named(all).filter(|one| view.kind(*one) != "self_parameter").position(|one| one == holder)
            });
            match (named, place.last()) {
                (Some(named), Some(place)) => {
                    walk.elsewhere(says, view.words(named), Some(place as u32), plain, name);
                }
                _ => walk.end_by_name(says, plain, name),
            }
        }
        _ => walk.end_by_name(says, plain, name),
    }
    for used in names.references(binding) {
        let assigned = view.parent(used.node).filter(|above| view.kind(*above) == "assignment_expression");
        if let Some(assigned) = assigned.filter(|above| view.field(*above, "left") == Some(used.node)) {
            walk.go(view.field(assigned, "right"), says);
        }
    }
}

fn call<'a>(view: ColumnView<'a>, node: NodeId, says: Option<&'a str>, walk: &mut RustValueWalk<'a>) {
    let shown = view.shown(node);
    let Some((receiver, name, path)) = callee(view, node) else { return walk.end(says, Sealed::Unknown, shown) };
    let first = view.arguments(node).next();
    if says_opened(name) {
        return walk.end(says, Sealed::No, shown);
    }
    let seals = says_sealed(name) || says_sealed(path) || receiver.is_some_and(|object| is_sealer(view, object));
    if seals {
        return walk.end(says, Sealed::Yes, shown);
    }
    if names::generates(name) || path.starts_with("Uuid::") || path.contains("Alphanumeric") {
        return walk.end(says, Sealed::No, shown);
    }
    if shown.contains("Alphanumeric") {
        return walk.end(says, Sealed::No, shown);
    }
    if let Some(receiver) = receiver {
        if names::reads_rows(name) {
            return;
        }
        if name == "map" || name == "and_then" {
            // `token.map(hash)`, `token.map(|token| hash(&token))`
            let by = first.filter(|by| seals_each(view, *by));
            return match by {
                Some(by) => walk.end(says, Sealed::Yes, view.shown(by)),
                None => walk.go(Some(receiver), says),
            };
        }
        if names::passes_object(name) {
            return walk.go(Some(receiver), says);
        }
        // `engine.encode(bytes)`, `hex::encode(bytes)`
        if name == "encode" {
            return walk.go(first.or(Some(receiver)), says);
        }
    } else if names::passes_argument(name) || matches!(name, "encode" | "new") {
        return walk.go(first, says);
    }
    match local(view, node).map(|function| returned(view, function)) {
        Some(values) if !values.is_empty() => values.into_iter().for_each(|value| walk.go(Some(value), says)),
        // So many types have a function of that name that none of them is the one.
        _ if COMMON.contains(&name) => walk.end(says, Sealed::Unknown, shown),
        _ => {
            let taken = if names::says_generates(name) { Sealed::No } else { Sealed::Unknown };
            walk.elsewhere(says, name, None, taken, shown);
        }
    }
}

fn macro_call<'a>(view: ColumnView<'a>, node: NodeId, says: Option<&'a str>, walk: &mut RustValueWalk<'a>) {
    let shown = view.shown(node);
    let mut tokens = view.nodes_in(node, &["identifier"]).skip(1).peekable();
    if says_sealed(shown) {
        return walk.end(says, Sealed::Yes, shown);
    }
    if tokens.peek().is_none() {
        return walk.end(says, Sealed::Unknown, shown);
    }
    tokens.for_each(|token| walk.go(Some(token), says));
}

/// Whether a name is a field that a pattern takes out of a struct.
fn is_field_of_pattern(view: ColumnView<'_>, name: NodeId, holder: NodeId) -> bool {
    view.ancestors(name).take_while(|above| *above != holder).any(|above| view.kind(above) == "struct_pattern")
}

/// The struct that a parameter is, of which a field is taken: `user.token` in `fn keep(user: &NewUser)`.
fn handed_type<'a>(view: ColumnView<'a>, field: NodeId) -> Option<&'a str> {
    let object = view.field(field, "value")?;
    if view.kind(object) == "self" {
        return own_type(view, field);
    }
    let object = Some(object).filter(|object| view.kind(*object) == "identifier")?;
    let names = view.analysis.names();
    let declared = names.binding(names.binding_of(object)?).node;
    let parameter = view.parent(declared).filter(|above| view.kind(*above) == "parameter")?;
    let written = view.words(view.field(parameter, "type")?).trim_start_matches('&').trim_start_matches("mut ");
    let name = written.rsplit("::").next()?;
    let is_name = name.starts_with(char::is_uppercase) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then_some(name)
}

/// The type that the implementation around a place is about.
fn own_type(view: ColumnView<'_>, place: NodeId) -> Option<&str> {
    let item = view.ancestors(place).find(|above| view.kind(*above) == "impl_item")?;
    let of = view.words(view.field(item, "type")?).split('<').next()?;
    of.rsplit("::").next()
}

/// What a call is made on, the last name of what is called, and the path of that.
fn callee<'a>(view: ColumnView<'a>, call: NodeId) -> Option<(Option<NodeId>, &'a str, &'a str)> {
    let mut function = view.field(call, "function")?;
    if view.kind(function) == "generic_function" {
        function = view.field(function, "function")?;
    }
    if view.kind(function) == "field_expression" {
        let name = view.words(view.field(function, "field")?);
        return Some((view.field(function, "value"), name, name));
    }
    let path = view.words(function);
    Some((None, path.rsplit("::").next()?, path))
}

/// Whether methods of a value seal: `hasher`, `cipher`, `Sha256::new()`.
fn is_sealer(view: ColumnView<'_>, object: NodeId) -> bool {
    let shown = view.shown(object);
    says_sealed(shown.rsplit(['.', ':']).next().unwrap_or(shown))
        || made_by(view, object).is_some_and(|call| callee(view, call).is_some_and(|(_, _, path)| says_sealed(path)))
}

/// Whether a function that each value is handed to seals it: by its name, or by what its code gives.
fn seals_each(view: ColumnView<'_>, by: NodeId) -> bool {
    if view.kind(by) != "closure_expression" {
        return says_sealed(view.shown(by));
    }
    let Some(body) = view.field(by, "body") else { return false };
    // A row that is made of many values says nothing about one of them.
    !view.is(body, &["struct_expression"]) && says_sealed(view.shown(body))
}

/// The call that made the value of a name, or that a value is.
fn made_by(view: ColumnView<'_>, object: NodeId) -> Option<NodeId> {
    let mut at = object;
    for _ in 0..8 {
        at = match view.kind(at) {
            "call_expression" => return Some(at),
            "try_expression" | "await_expression" | "reference_expression" | "parenthesized_expression" => {
                view.named(at).last()?
            }
            "field_expression" => view.field(at, "value")?,
            "identifier" => {
                let names = view.analysis.names();
                let declared = names.binding(names.binding_of(at)?).node;
                let holder =
                    view.ancestors(declared).find(|above| view.is(*above, &["let_declaration", "function_item"]))?;
                view.field(holder, "value")?
            }
            _ => return None,
        };
    }
    None
}

/// Whether a call takes rows out of a database.
fn is_row(view: ColumnView<'_>, call: NodeId) -> bool {
    let mut at = Some(call);
    for _ in 0..8 {
        let Some((receiver, name, _)) = at.and_then(|call| callee(view, call)) else { return false };
        if names::reads_rows(name) {
            return true;
        }
        at = receiver.map(|receiver| {
            if view.is(receiver, &["await_expression", "try_expression"]) {
                view.named(receiver).last().unwrap_or(receiver)
            } else {
                receiver
            }
        });
    }
    false
}

/// The function of this file that is called by its name.
fn local(view: ColumnView<'_>, call: NodeId) -> Option<NodeId> {
    let function = view.field(call, "function")?;
    let names = view.analysis.names();
    let declared = names.binding(names.binding_of(function)?).node;
    view.parent(declared).filter(|item| view.kind(*item) == "function_item")
}

/// What a function gives: its last expression, and what it returns before.
fn returned(view: ColumnView<'_>, function: NodeId) -> Vec<NodeId> {
    let Some(body) = view.field(function, "body") else { return Vec::new() };
    let last = view.named(body).last().filter(|last| !view.is(*last, &["let_declaration", "function_item"]));
    last.into_iter().chain(view.nodes_in(body, &["return_expression"]).take(8)).collect()
}

/// What functions of a source are given and give.
pub(in super::super) fn functions(view: ColumnView<'_>, out: &mut Facts) {
    for function in view.nodes(&["function_item"]) {
        let Some(named) = view.field(function, "name") else { continue };
        for given in returned(view, function) {
            let value = value(view, given).filter(|value| matches!(value.own, Some(Sealed::Yes | Sealed::No)));
            if let Some(value) = value {
                let passed = Passed { function: view.words(named).into(), argument: None, key: None, value };
                out.say(view.span(named), ColumnFact::Passed(Box::new(passed)));
            }
        }
    }
    for literal in view.nodes(&["struct_expression"]) {
        fields(view, literal, out);
    }
    for call in view.nodes(&["call_expression"]) {
        let Some((_, name, _)) = callee(view, call) else { continue };
        if COMMON.contains(&name) || says_sealed(name) || names::passes_object(name) || names::passes_argument(name) {
            continue;
        }
        for (at, argument) in view.arguments(call).enumerate() {
            let shown = view.shown(argument);
            if !says_sealed(shown) && !names::says_plain(shown)
                || view.is(argument, &["closure_expression", "string_literal"])
            {
                continue;
            }
            if let Some(value) = value(view, argument) {
                let (function, argument): (Arc<str>, _) = (name.into(), Some(at as u32));
                let passed = Passed { function, argument, key: None, value };
                out.say(view.span(call), ColumnFact::Passed(Box::new(passed)));
            }
        }
    }
}

/// What the fields of a struct are given that may hold tokens.
fn fields(view: ColumnView<'_>, literal: NodeId, out: &mut Facts) -> Option<()> {
    let name = view.words(view.field(literal, "name")?).rsplit("::").next()?;
    let name = if name == "Self" { own_type(view, literal)? } else { name };
    for field in view.named(view.field(literal, "body")?) {
        let (key, given) = match view.kind(field) {
            "field_initializer" => {
                (view.field(field, "field").or_else(|| view.field(field, "name")), view.field(field, "value"))
            }
            "shorthand_field_initializer" => (view.named(field).next(), view.named(field).next()),
            _ => continue,
        };
        let (Some(key), Some(given)) = (key, given) else { continue };
        if view.names.may_be_token(view.words(key))
            && let Some(value) = value(view, given).filter(|value| matches!(value.own, Some(Sealed::Yes | Sealed::No)))
        {
            let key = Some(view.words(key).into());
            let passed = Passed { function: name.into(), argument: None, key, value };
            out.say(view.span(literal), ColumnFact::Passed(Box::new(passed)));
        }
    }
    Some(())
}
