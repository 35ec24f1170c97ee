//! Requests that stand for themselves: a file of the own bundle, and the request of a page that a service worker passes on.

use auditlint_names::ExportPath;
use auditlint_syntax::{ECMASCRIPT_FUNCTIONS as FUNCTIONS, NodeId};

use super::wrapper::{declaration, origins};
use crate::view::View;

/// How many names, calls and functions are followed.
const STEPS: usize = 8;

/// Whether an address is that of a file which the bundler puts beside the code.
pub(super) fn is_bundled(code: &View<'_>, address: NodeId) -> bool {
    let is_file = |value: NodeId| match code.kind(value) {
        "new_expression" => is_beside_module(code, value),
        "identifier" => is_imported_file(code, value),
        _ => false,
    };
    let values = |node| origins(code, node).into_iter().take(STEPS).map(|origin| code.unwrapped(origin));
    values(address).any(|value| is_file(value) || spelled(code, value).is_some_and(|made| values(made).any(is_file)))
}

/// What `new URL(…).href` or `.toString()` is asked of.
fn spelled(code: &View<'_>, value: NodeId) -> Option<NodeId> {
    let called = code.field(value, "function").filter(|called| code.last_name(*called) == Some("toString"));
    let member = called.or_else(|| (code.last_name(value) == Some("href")).then_some(value))?;
    code.field(member, "object").map(|object| code.unwrapped(object))
}

/// `new URL("./font.ttf", import.meta.url)`: bundlers replace it. A path from the root and an address with a host are not a file of theirs.
fn is_beside_module(code: &View<'_>, made: NodeId) -> bool {
    let class = code.field(made, "constructor").map(|class| code.words(class));
    let mut parts = code.arguments(made);
    let (Some("URL"), Some(file), Some(base)) = (class, parts.next(), parts.next()) else { return false };
    let is_module = origins(code, base).into_iter().take(STEPS).any(|base| code.words(base) == "import.meta.url");
    is_module
        && matches!(code.kind(file), "string" | "template_string")
        && code.words(file).get(1..).is_some_and(|path| {
            let name = path.trim_end_matches(['"', '\'', '`']).rsplit('/').next().unwrap_or_default();
            path.starts_with("./")
                || path.starts_with("../")
                || (!path.starts_with('/') && !path.contains(':') && name.contains('.'))
        })
}

/// `import wasm from "./parser.wasm?url"`
fn is_imported_file(code: &View<'_>, name: NodeId) -> bool {
    let Some(ExportPath { module, .. }) = code.exported(name) else { return false };
    module.ends_with("?url") || FILES.iter().any(|ending| module.ends_with(ending))
}

/// Endings of files that no module is made of, and that a bundler gives as an address.
const FILES: &[&str] = &[".gltf", ".glb", ".otf", ".png", ".jpg", ".svg", ".ttf", ".wasm", ".woff", ".woff2"];

/// Whether what is requested is the request that a service worker is asked to answer, as it came.
pub(super) fn is_passed_on(code: &View<'_>, address: NodeId) -> bool {
    let mut at = address;
    for _ in 0..STEPS {
        at = code.unwrapped(at);
        at = match code.kind(at) {
            // A request that is used twice is copied first.
            "call_expression" => {
                let called = code.field(at, "function").filter(|called| code.last_name(*called) == Some("clone"));
                let Some(copied) = called.and_then(|called| code.field(called, "object")) else { return false };
                copied
            }
            "new_expression" => {
                let class = code.field(at, "constructor").map(|class| code.words(class));
                let Some(first) = code.arguments(at).next().filter(|_| class == Some("Request")) else { return false };
                first
            }
            "member_expression" => {
                let event = code.field(at, "object").filter(|_| code.last_name(at) == Some("request"));
                return event.is_some_and(|event| is_fetch_event(code, event));
            }
            "identifier" => {
                if let Some(event) = taken_from(code, at) {
                    return is_fetch_event(code, event);
                }
                if let Some(given) = given_to(code, at) {
                    at = given;
                    continue;
                }
                let origin = origins(code, at).into_iter().find(|origin| *origin != at);
                let Some(origin) = origin else { return false };
                origin
            }
            _ => return false,
        };
    }
    false
}

/// The object of which `const { request } = event` takes a name, or the pattern of `({ request }) => …` itself.
fn taken_from(code: &View<'_>, name: NodeId) -> Option<NodeId> {
    let declared = declaration(code, name)?;
    let pattern = code.tree.ancestors(declared).take(2).find(|above| code.kind(*above) == "object_pattern")?;
    (code.words(declared) == "request").then_some(())?;
    let above = code.tree.parent(pattern)?;
    if code.kind(above) == "variable_declarator" { code.field(above, "value") } else { Some(pattern) }
}

/// Whether a name or a pattern is the event of a handler of `fetch`, itself or as it is handed on.
fn is_fetch_event(code: &View<'_>, event: NodeId) -> bool {
    let mut at = event;
    for _ in 0..STEPS {
        let declared = if code.kind(at) == "object_pattern" { Some(at) } else { declaration(code, at) };
        let Some(function) = declared.and_then(|declared| function_of(code, declared)) else { return false };
        if handles_fetch(code, function) {
            return true;
        }
        match given_to(code, at) {
            Some(given) => at = code.unwrapped(given),
            None => return false,
        }
    }
    false
}

/// The function of which a node is a parameter or a part of one.
fn function_of(code: &View<'_>, declared: NodeId) -> Option<NodeId> {
    let mut below = declared;
    for above in code.tree.ancestors(declared).take(STEPS) {
        if FUNCTIONS.contains(&code.kind(above)) {
            let is_parameter = ["parameters", "parameter"].iter().any(|field| code.field(above, field) == Some(below));
            return is_parameter.then_some(above);
        }
        below = above;
    }
    None
}

/// What the one call of a function in this file gives for its parameter.
fn given_to(code: &View<'_>, parameter: NodeId) -> Option<NodeId> {
    let declared = declaration(code, parameter)?;
    let function = function_of(code, declared)?;
    let parameters = code.field(function, "parameters");
    let at = match parameters {
        Some(list) => code.named(list).position(|one| code.tree.is_within(declared, one))?,
        None => 0,
    };
    let name = name_of(code, function)?;
    let names = code.analysis.names();
    let id = names.binding_of(name).filter(|id| !names.binding(*id).exported)?;
    let mut calls = names.references(id).filter_map(|used| {
        let call = code.tree.parent(used.node)?;
        (code.field(call, "function") == Some(used.node)).then_some(call)
    });
    // Whether other calls give the same is not asked: a handler has its own strategy for each kind of request.
    code.arguments(calls.next()?).nth(at)
}

fn name_of(code: &View<'_>, function: NodeId) -> Option<NodeId> {
    code.field(function, "name").or_else(|| {
        let declarator = code.tree.parent(function).filter(|above| code.kind(*above) == "variable_declarator")?;
        code.field(declarator, "name")
    })
}

/// Whether a function is what `addEventListener("fetch", …)` or `onfetch` is given.
fn handles_fetch(code: &View<'_>, function: NodeId) -> bool {
    let listens = |value: NodeId| {
        let Some(above) = code.tree.parent(value) else { return false };
        match code.kind(above) {
            "arguments" => {
                let call = code.tree.parent(above);
                let called = call.and_then(|call| code.field(call, "function"));
                called.and_then(|called| code.last_name(called)) == Some("addEventListener")
                    && code.named(above).next().and_then(|kind| code.string(kind)) == Some("fetch")
            }
            "assignment_expression" => {
                code.field(above, "left").and_then(|left| code.last_name(left)) == Some("onfetch")
            }
            _ => false,
        }
    };
    if listens(function) {
        return true;
    }
    let names = code.analysis.names();
    let id = name_of(code, function).and_then(|name| names.binding_of(name));
    id.is_some_and(|id| names.references(id).any(|used| listens(used.node)))
}
