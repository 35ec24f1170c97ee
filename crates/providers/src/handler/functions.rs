//! The functions of a file, and what each does.

use std::collections::BTreeSet;
use std::sync::Arc;

use auditlint_names::{ExportPath, Target};
use auditlint_source::LineIndex;
use auditlint_syntax::NodeId;

use super::does::Does;
use super::fact::{CalledName, Facts, Function, HandlerFact};
use super::{packages, words};
use crate::view::View;

/// At most this many names that a function calls are kept.
const MOST_CALLS: usize = 200;

/// So many nodes around a name are asked what becomes of it.
const MOST_AROUND: usize = 12;

/// A function while its inside is looked at.
struct OpenFunction {
    node: NodeId,
    end: u32,
    name: String,
    does: Does,
    calls: BTreeSet<CalledName>,
    is_async: bool,
    /// The names that it is handed.
    parameters: Vec<String>,
}

/// Says what the functions of a file do, and which names lead to them.
pub(super) fn extract(code: View<'_>, lines: &LineIndex, out: &mut Facts) {
    let mut open: Vec<OpenFunction> = Vec::new();
    // Where each `try` that catches ends, by the function around it.
    let mut guarded: Vec<(usize, u32)> = Vec::new();
    let mut found: Vec<(NodeId, Function)> = Vec::new();
    for node in (0..code.tree.main_end()).map(NodeId) {
        while let Some(done) = open.pop_if(|open| open.end <= node.0) {
            close(code, lines, done, open.last_mut(), &mut found);
        }
        while guarded.pop_if(|(depth, end)| *end <= node.0 || *depth > open.len()).is_some() {}
        let kind = code.kind(node);
        if is_function(kind) || is_class(kind) || is_made(code, node, kind) {
            open.push(opened(code, node));
            continue;
        }
        if kind == "try_statement" && code.field(node, "handler").is_some() {
            let end = code.field(node, "body").map_or(node.0, |body| code.tree.subtree_end(body));
            guarded.push((open.len(), end));
            if let Some(inner) = open.last_mut() {
                inner.does.add(Does::CATCHES);
            }
            continue;
        }
        let is_guarded = guarded.last().is_some_and(|(depth, _)| *depth == open.len());
        let Some(inner) = open.last_mut() else { continue };
        look(code, node, kind, is_guarded, inner);
    }
    while let Some(done) = open.pop() {
        close(code, lines, done, open.last_mut(), &mut found);
    }
    found.sort_by_key(|(node, _)| *node);
    for (node, function) in found {
        out.say(code.tree.span(node), HandlerFact::Function(function));
    }
    exports(code, out);
}

fn is_function(kind: &str) -> bool {
    matches!(
        kind,
        "function_declaration"
            | "function_expression"
            | "arrow_function"
            | "method_definition"
            | "generator_function"
            | "generator_function_declaration"
    )
}

fn is_class(kind: &str) -> bool {
    matches!(kind, "class_declaration" | "class" | "abstract_class_declaration")
}

/// Whether a node is a constant of the module that a call makes, which may be middleware: `const limit = rateLimit({ … })`.
fn is_made(code: View<'_>, node: NodeId, kind: &str) -> bool {
    let value = (kind == "variable_declarator").then(|| code.field(node, "value")).flatten();
    let is_call =
        value.is_some_and(|value| matches!(code.kind(code.unwrapped(value)), "call_expression" | "new_expression"));
    let statement = code.tree.parent(node).and_then(|list| code.tree.parent(list));
    is_call && statement.is_some_and(|around| matches!(code.kind(around), "program" | "export_statement"))
}

fn opened(code: View<'_>, node: NodeId) -> OpenFunction {
    let parameters = match (code.field(node, "parameters"), code.field(node, "parameter")) {
        (Some(list), _) => code
            .named(list)
            .map(|one| code.field(one, "pattern").unwrap_or(one))
            .map(|one| code.words(one).to_owned())
            .collect(),
        (None, Some(only)) => vec![code.words(only).to_owned()],
        (None, None) => Vec::new(),
    };
    let mut does = Does::default();
    // What is handed in as `@Body()` or taken out of the request at once.
    let heads = code.field(node, "parameters").map(|list| code.words(list)).unwrap_or_default();
    if heads.contains("@Body(") || heads.contains("{ body }") || heads.contains("{ body,") {
        does.add(Does::READS_BODY);
    }
    OpenFunction {
        node,
        end: code.tree.subtree_end(node),
        name: name_of(code, node),
        does,
        calls: BTreeSet::new(),
        is_async: is_function(code.kind(node)) && code.tree.children(node).any(|child| code.kind(child) == "async"),
        parameters,
    }
}

/// The name of a function with that of the class or object around it.
fn name_of(code: View<'_>, node: NodeId) -> String {
    let own = code.field(node, "name").map(|name| code.key(name).to_owned());
    let Some(around) = code.tree.parent(node) else { return own.unwrap_or_default() };
    match code.kind(around) {
        "class_body" => {
            let class = code.tree.parent(around).and_then(|class| code.field(class, "name"));
            let class = class.map(|class| code.words(class)).unwrap_or_default();
            format!("{class}.{}", own.unwrap_or_default())
        }
        "public_field_definition" | "field_definition" => {
            let name = code.field(around, "name").or_else(|| code.field(around, "property"));
            let class = code
                .tree
                .parent(around)
                .and_then(|body| code.tree.parent(body))
                .and_then(|class| code.field(class, "name"));
            let class = class.map(|class| code.words(class)).unwrap_or_default();
            format!("{class}.{}", name.map(|name| code.words(name)).unwrap_or_default())
        }
        "object" => in_object(code, around, own.unwrap_or_default()),
        "pair" => {
            let key = code.field(around, "key").map(|key| code.key(key)).unwrap_or_default();
            code.tree.parent(around).map_or_else(String::new, |object| in_object(code, object, key.to_owned()))
        }
        "variable_declarator" => code.field(around, "name").map(|name| code.words(name).to_owned()).unwrap_or_default(),
        "assignment_expression" => {
            let left = code.field(around, "left").map(|left| code.words(left)).unwrap_or_default();
            left.trim_start_matches("module.").trim_start_matches("exports.").to_owned()
        }
        // Handed to a wrapper that gives the function its name: `const list = asyncHandler(async () => …)`.
        "arguments" => {
            let declared = code
                .tree
                .parent(around)
                .and_then(|call| code.tree.parent(call))
                .filter(|at| code.kind(*at) == "variable_declarator");
            let name = declared.and_then(|at| code.field(at, "name")).map(|name| code.words(name).to_owned());
            own.or(name).unwrap_or_default()
        }
        "export_statement" => own.unwrap_or_else(|| "default".to_owned()),
        _ => own.unwrap_or_default(),
    }
}

fn in_object(code: View<'_>, object: NodeId, name: String) -> String {
    let holder = code
        .tree
        .parent(object)
        .filter(|at| code.kind(*at) == "variable_declarator")
        .and_then(|at| code.field(at, "name"));
    match holder {
        Some(holder) => format!("{}.{name}", code.words(holder)),
        None => name,
    }
}

fn close(
    code: View<'_>,
    lines: &LineIndex,
    done: OpenFunction,
    outer: Option<&mut OpenFunction>,
    found: &mut Vec<(NodeId, Function)>,
) {
    let line = |node: NodeId| lines.position(code.text, code.tree.span(node).start).line;
    let around = code
        .tree
        .parent(done.node)
        .filter(|at| matches!(code.kind(*at), "variable_declarator" | "pair" | "assignment_expression"));
    let mut does = done.does;
    if !done.is_async {
        does = does.for_outer();
    }
    if let Some(outer) = outer {
        outer.does.add(done.does.for_outer());
        if is_function(code.kind(done.node)) {
            outer.does.add(Does::HOLDS_FUNCTION);
        }
        let room = MOST_CALLS.saturating_sub(outer.calls.len());
        outer.calls.extend(done.calls.iter().take(room).cloned());
        if outer.parameters.iter().any(|handed| done.calls.contains(&CalledName::Own(handed.as_str().into()))) {
            outer.does.add(Does::CALLS_A_PARAMETER);
        }
    }
    let function = Function {
        name: done.name.into(),
        lines: (line(done.node), around.map_or(line(done.node), line)),
        does,
        calls: done.calls.into_iter().collect(),
    };
    found.push((done.node, function));
}

/// Takes what a node says into the function around it.
fn look(code: View<'_>, node: NodeId, kind: &str, is_guarded: bool, inner: &mut OpenFunction) {
    match kind {
        "identifier"
        | "property_identifier"
        | "shorthand_property_identifier"
        | "shorthand_property_identifier_pattern"
        | "type_identifier" => {
            let name = code.words(node);
            if name.len() <= 40 {
                let says = words::of_name(&name.to_ascii_lowercase().replace('_', ""));
                if says != Does::LOOKS_AT_ROLES || decides(code, node) {
                    inner.does.add(says);
                }
            }
            if name == "user" && is_of_request(code, node) {
                inner.does.add(Does::READS_CREDENTIALS);
            }
            if name == "body" && (is_of_request(code, node) || is_taken_out(code, node)) {
                inner.does.add(Does::READS_BODY);
            }
            if name == "catch" && code.tree.parent(node).is_some_and(|at| code.kind(at) == "member_expression") {
                inner.does.add(Does::CATCHES);
            }
        }
        "string_fragment" => {
            let says = words::of_text(code.words(node));
            if says != Does::LOOKS_AT_ROLES || decides(code, node) {
                inner.does.add(says);
            }
        }
        "number" => inner.does.add(words::of_number(code.words(node))),
        "throw_statement" => {
            inner.does.add(Does::ENDS);
            if !is_guarded {
                inner.does.add(Does::MAY_REJECT);
            }
        }
        "await_expression" => {
            let caught = code.named(node).next().is_some_and(|value| code.words(value).contains(".catch("));
            if !is_guarded && !caught {
                inner.does.add(Does::MAY_REJECT);
            }
        }
        // A guard of Nest lets nobody in for whom it gives back something false.
        "return_statement" if inner.name.ends_with(".canActivate") => {
            let given = code.named(node).next().map(|given| code.words(given));
            if given.is_some_and(|given| given != "true") {
                inner.does.add(Does::ENDS);
            }
        }
        "call_expression" => called(code, node, inner),
        _ => {}
    }
}

/// Whether what a name stands for decides something: it is compared, negated, asked by a condition or handed to a call. What only takes it on
/// (`req.user = { role: token.role }`) lets everybody through.
fn decides(code: View<'_>, name: NodeId) -> bool {
    let (mut at, mut is_in_object) = (name, false);
    for above in code.tree.ancestors(name).take(MOST_AROUND) {
        match code.kind(above) {
            "if_statement" | "ternary_expression" | "while_statement" => {
                return code.field(above, "condition") == Some(at);
            }
            "switch_statement" | "switch_case" => return code.field(above, "value") == Some(at),
            "unary_expression" | "return_statement" | "throw_statement" => return true,
            "binary_expression" => {
                let operator = code.field(above, "operator").map_or("", |operator| code.words(operator));
                if !matches!(operator, "||" | "??" | "+") {
                    return true;
                }
            }
            "call_expression" | "new_expression" => {
                let callee = code.field(above, "function").or_else(|| code.field(above, "constructor"));
                let called = callee.and_then(|callee| code.last_name(callee)).unwrap_or_default();
                // `issue({ role })` hands it on, `allow({ role })` asks for it.
                if is_in_object {
                    return is_about_access(called);
                }
                // `user.role.includes("a")` asks; `role.toString()` and what is made of it go on to be looked at.
                return callee.is_none_or(|callee| {
                    callee != at || code.kind(callee) != "member_expression" || asks(code, callee, name)
                });
            }
            // What a query is asked for by role is found by it.
            "pair" if code.field(above, "key").is_some_and(|key| code.words(key) == "where") => return true,
            "object" => is_in_object = true,
            "assignment_expression"
            | "variable_declarator"
            | "object_pattern"
            | "formal_parameters"
            | "type_annotation"
            | "statement_block"
            | "class_body" => return false,
            _ => {}
        }
        at = above;
    }
    false
}

/// Whether a function says by its name that it is about who may do something.
fn is_about_access(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["auth", "role", "permission", "require", "check", "can", "allow", "guard", "protect", "ensure", "access", "find"]
        .iter()
        .any(|word| name.contains(word))
}

/// Whether a method is one of its own name (`user.isAdmin()`, `ability.can(…)`), or one that says whether something is among others.
fn asks(code: View<'_>, callee: NodeId, name: NodeId) -> bool {
    let method = code.field(callee, "property");
    method == Some(name)
        || method.is_some_and(|method| {
            matches!(
                code.words(method),
                "includes"
                    | "has"
                    | "some"
                    | "every"
                    | "find"
                    | "indexOf"
                    | "can"
                    | "cannot"
                    | "check"
                    | "test"
                    | "match"
            )
        })
}

/// Whether a name is a member of what a request is called: `req.body`, `ctx.request.body`.
fn is_of_request(code: View<'_>, name: NodeId) -> bool {
    let Some(member) = code.tree.parent(name).filter(|at| code.kind(*at) == "member_expression") else { return false };
    let object = code.field(member, "object").map(|object| code.words(object)).unwrap_or_default();
    let last = object.rsplit('.').next().unwrap_or_default().trim_end_matches(['!', '?', ')']);
    matches!(
        last,
        "req"
            | "request"
            | "_req"
            | "_request"
            | "ctx"
            | "context"
            | "c"
            | "state"
            | "locals"
            | "session"
            | "auth"
            | "r"
    )
}

/// Whether a name is taken out of a request: `const { body } = req`.
fn is_taken_out(code: View<'_>, name: NodeId) -> bool {
    let around = std::iter::successors(code.tree.parent(name), |at| code.tree.parent(*at)).take(3);
    let declared = around.into_iter().find(|at| code.kind(*at) == "variable_declarator");
    let value = declared.and_then(|at| code.field(at, "value"));
    value.is_some_and(|value| matches!(code.words(value), "req" | "request" | "ctx.request" | "context.request"))
}

fn called(code: View<'_>, call: NodeId, inner: &mut OpenFunction) {
    let Some(callee) = code.field(call, "function") else { return };
    let has_arguments = code.arguments(call).next().is_some();
    if code.kind(callee) == "member_expression" {
        let method = code.field(callee, "property").map(|name| code.words(name)).unwrap_or_default();
        let object = code.field(callee, "object").map(|object| code.words(object)).unwrap_or_default();
        if has_arguments && words::is_check(object, method) {
            inner.does.add(Does::VALIDATES);
        }
        let last = object.rsplit('.').next().unwrap_or_default();
        if matches!(method, "json" | "formData" | "parseBody")
            && matches!(last, "req" | "request" | "_req" | "_request")
        {
            inner.does.add(Does::READS_BODY);
        }
        match method {
            "redirect" => inner.does.add(Does::ENDS),
            "sign" | "compare" | "compareSync" => inner.does.add(Does::LOGS_IN),
            _ => {}
        }
    } else {
        let name = code.words(callee);
        match name {
            "next" | "done" | "cb" | "reject" if has_arguments => inner.does.add(Does::ENDS),
            "redirect" => inner.does.add(Does::ENDS),
            "validate" | "validateOrReject" | "validateBody" | "validateRequest" | "plainToInstance"
            | "plainToClass" | "checkSchema" => {
                inner.does.add(Does::VALIDATES);
            }
            _ => {}
        }
    }
    if inner.calls.len() >= MOST_CALLS {
        return;
    }
    match code.exported(callee) {
        Some(ExportPath { module, name }) => match packages::of(&module, &name) {
            Some(does) => inner.does.add(does.for_callers()),
            None => {
                let name = name.strip_prefix("default.").unwrap_or(&name);
                inner.calls.insert(CalledName::Imported(name.into()));
            }
        },
        _ if code.kind(callee) == "identifier" => {
            inner.calls.insert(CalledName::Own(code.words(callee).into()));
        }
        _ => {
            if let Some(name) = code.last_name(callee) {
                inner.calls.insert(CalledName::Method(name.into()));
            }
        }
    }
    // A function that is handed on is called somewhere: `validate(schema)`, `[requireUser]`.
    for argument in code.arguments(call).filter(|argument| code.kind(*argument) == "identifier") {
        if let Some(path) = code.exported(argument) {
            inner.calls.insert(CalledName::Imported(path.name.into()));
        }
    }
}

/// The names under which a file exports its functions, where they differ from those inside.
fn exports(code: View<'_>, out: &mut Facts) {
    for node in (0..code.tree.main_end()).map(NodeId) {
        match code.kind(node) {
            "export_specifier" => {
                let (Some(local), alias) = (code.field(node, "name"), code.field(node, "alias")) else { continue };
                if let Some(alias) = alias {
                    say_export(code, node, code.words(alias), code.words(local), out);
                }
            }
            "export_statement" => {
                let is_default = code.tree.children(node).any(|child| code.kind(child) == "default");
                let value = code.field(node, "value").or_else(|| code.field(node, "declaration"));
                if let (true, Some(value)) = (is_default, value) {
                    let local = match code.kind(value) {
                        "identifier" => code.words(value),
                        _ => code.field(value, "name").map(|name| code.words(name)).unwrap_or_default(),
                    };
                    say_export(code, node, "default", local, out);
                }
            }
            "assignment_expression" => {
                let left = code.field(node, "left").map(|left| code.words(left)).unwrap_or_default();
                let Some(right) = code.field(node, "right").filter(|_| left == "module.exports") else { continue };
                if code.kind(right) == "identifier" {
                    say_export(code, node, "default", code.words(right), out);
                }
                for (key, value) in code.pairs(right) {
                    say_export(code, node, code.key(key), code.words(value), out);
                }
            }
            _ => {}
        }
    }
}

fn say_export(code: View<'_>, node: NodeId, name: &str, local: &str, out: &mut Facts) {
    if !local.is_empty() && name != local && local.len() <= 80 {
        let (name, local): (Arc<str>, Arc<str>) = (name.into(), local.into());
        out.say(code.tree.span(node), HandlerFact::Exports { name, local });
    }
}

/// Says which names a file takes from packages and uses, each once.
pub(super) fn taken(code: View<'_>, out: &mut Facts) {
    let mut seen = BTreeSet::new();
    for node in (0..code.tree.main_end()).map(NodeId) {
        let kind = code.kind(node);
        let is_name = kind == "identifier" || kind == "member_expression";
        let above = code.tree.parent(node).map(|above| code.kind(above)).unwrap_or_default();
        if !is_name || matches!(above, "member_expression" | "import_clause" | "import_specifier" | "namespace_import")
        {
            continue;
        }
        let Some(path) = taken_from(code, node) else { continue };
        let fact = HandlerFact::Takes { package: path.module.as_str().into(), name: path.name.as_str().into() };
        if seen.insert(path) {
            out.say(code.tree.span(node), fact);
        }
    }
}

/// The package from which an expression is taken, with its name there; a global that is known by the name of its package too.
fn taken_from(code: View<'_>, node: NodeId) -> Option<ExportPath> {
    let target = code.analysis.target(node);
    if let Some(path) = target.exported(code.text) {
        let is_scoped = path.module.starts_with('@') && path.module.contains('/');
        return (is_scoped || !path.module.starts_with(['.', '/', '@', '~'])).then_some(path);
    }
    let Target::Global(_) = target else { return None };
    let module = target.path(code.text, ".")?.to_string();
    packages::of(&module, "").is_some().then(|| ExportPath { module, name: String::new() })
}
