//! Endpoints of routers on which methods are called (`router.get("/a", …)`), and of controllers of NestJS.

use std::sync::Arc;

use auditlint_syntax::NodeId;

use super::effect::text;
use super::fact::{Facts, Framework, RouteFact, joined, method};
use crate::view::View;

/// Modules whose applications and routers are known.
pub(super) const FRAMEWORKS: &[&str] = &[
    "express",
    "hono",
    "fastify",
    "koa-router",
    "@koa/router",
    "elysia",
    "polka",
    "restify",
    "itty-router",
    "find-my-way",
    "@hono/zod-openapi",
    "@effect/platform",
    "express-promise-router",
    "@tinyhttp/app",
    "@feathersjs/express",
    "@nestjs/common",
];

/// The facts of a file.
pub(super) fn extract(code: View<'_>, out: &mut Facts) {
    let knows_framework = imports_framework(code);
    for node in (0..code.tree.main_end()).map(NodeId) {
        match code.kind(node) {
            "call_expression" if knows_framework => {
                call(code, node, out);
            }
            "class_declaration" => controller(code, node, out),
            _ => {}
        }
    }
}

fn imports_framework(code: View<'_>) -> bool {
    let is_import = |node: &NodeId| matches!(code.kind(*node), "import_statement" | "call_expression");
    (0..code.tree.main_end()).map(NodeId).filter(is_import).any(|node| {
        let module = match code.kind(node) {
            "import_statement" => code.field(node, "source"),
            _ => code
                .field(node, "function")
                .filter(|name| code.words(*name) == "require")
                .and_then(|_| code.arguments(node).next()),
        };
        module.and_then(|module| code.string(module)).is_some_and(is_framework)
    })
}

fn is_framework(module: &str) -> bool {
    FRAMEWORKS
        .iter()
        .any(|known| module == *known || module.strip_prefix(*known).is_some_and(|rest| rest.starts_with('/')))
}

/// What a chain of calls is made on.
fn receiver(code: View<'_>, callee: NodeId) -> Option<NodeId> {
    let mut at = code.field(callee, "object")?;
    loop {
        at = code.unwrapped(at);
        match code.kind(at) {
            "call_expression" => {
                let callee = code.field(at, "function")?;
                match code.field(callee, "object") {
                    Some(object) if code.kind(callee) == "member_expression" => at = object,
                    _ => return Some(at),
                }
            }
            _ => return Some(at),
        }
    }
}

/// The router that an expression is, by its name; nothing where it is something else: a client, a map.
fn router(code: View<'_>, node: NodeId, out: &mut Facts) -> Option<Arc<str>> {
    let node = code.unwrapped(node);
    match code.kind(node) {
        // `new Hono().get(…)`, `express().use(…)`
        "new_expression" | "call_expression" => {
            makes_router(code, node)?;
            let declarator = code.tree.ancestors(node).find(|above| code.kind(*above) == "variable_declarator");
            let name =
                declarator.and_then(|declarator| code.field(declarator, "name")).map_or("", |name| code.words(name));
            Some(declare(code, node, name, out))
        }
        "identifier" => {
            let name = code.words(node);
            let names = code.analysis.names();
            let Some(binding) = names.binding_of(node) else { return None };
            let declared = names.binding(binding).node;
            let above = code.tree.parent(declared)?;
            if code.kind(above) == "variable_declarator" {
                let value = code.unwrapped(code.field(above, "value")?);
                let made = match code.kind(value) {
                    "await_expression" => code.named(value).next()?,
                    _ => value,
                };
                let made = base_of(code, made);
                makes_router(code, made)?;
                return Some(declare(code, made, name, out));
            }
            // A parameter: whoever calls hands the router in.
            let is_parameter =
                matches!(code.kind(above), "required_parameter" | "formal_parameters" | "arrow_function");
            is_parameter.then(|| name.into())
        }
        _ => {
            let path = code.path(node)?;
            is_framework(path.split('#').next().unwrap_or_default()).then(|| code.words(node).into())
        }
    }
}

/// The call that a chain begins with.
fn base_of(code: View<'_>, node: NodeId) -> NodeId {
    let mut at = code.unwrapped(node);
    while code.kind(at) == "call_expression"
        && let Some(callee) = code.field(at, "function").filter(|callee| code.kind(*callee) == "member_expression")
        && let Some(object) = code.field(callee, "object").map(|object| code.unwrapped(object))
        && matches!(code.kind(object), "call_expression" | "new_expression")
    {
        at = object;
    }
    at
}

/// Whether a call makes an application or a router of a framework that is known; `Some(true)` an application.
fn makes_router(code: View<'_>, node: NodeId) -> Option<bool> {
    let callee = code.field(node, if code.kind(node) == "new_expression" { "constructor" } else { "function" })?;
    let path = code.path(callee)?;
    let (module, name) = path.split_once('#').unwrap_or((&path, ""));
    is_framework(module).then(|| !name.contains("Router"))
}

fn declare(code: View<'_>, made: NodeId, name: &str, out: &mut Facts) -> Arc<str> {
    let name: Arc<str> = name.into();
    let mut options = code.arguments(made).flat_map(|argument| code.pairs(code.unwrapped(argument)));
    // `new Router({ prefix: "/a" })` of Koa, `new Elysia({ prefix: "/a" })`
    let prefix = options.find(|(key, _)| code.key(*key) == "prefix").and_then(|(_, value)| text(code, value));
    let is_root = makes_router(code, made) == Some(true);
    let fact = RouteFact::Router {
        name: Arc::clone(&name),
        framework: Framework::Router,
        prefix: prefix.unwrap_or_default().into(),
        is_root,
    };
    if !out.facts.iter().any(|said| said.fact == fact) {
        out.say(code.tree.span(made), fact);
    }
    name
}

fn call(code: View<'_>, call: NodeId, out: &mut Facts) -> Option<()> {
    let callee = code.field(call, "function").filter(|callee| code.kind(*callee) == "member_expression")?;
    let name = code.last_name(callee)?;
    let verb = method(name);
    let mounts = matches!(name, "use" | "route" | "mount" | "register" | "group" | "basePath" | "prefix");
    (verb.is_some() || mounts).then_some(())?;
    let arguments: Vec<NodeId> = code.arguments(call).take(8).collect();
    let first = *arguments.first()?;
    let span = code.tree.span(first);
    if let Some(verb) = verb {
        // `router.route("/a").get(…).post(…)`
        let routed = routed(code, callee);
        let path = match routed {
            Some(path) => text(code, path)?,
            None => match text(code, first) {
                Some(path) if path.is_empty() || path.starts_with(['/', '*', ':']) => path,
                Some(_) => return None,
                None => {
                    let router = receiver(code, callee).and_then(|at| router(code, at, out));
                    let is_path = arguments.len() > 1 && router.is_some_and(|router| !router.is_empty());
                    if is_path && matches!(code.kind(first), "identifier" | "binary_expression" | "member_expression") {
                        out.gap(span, "the path of an endpoint is computed");
                    }
                    return None;
                }
            },
        };
        // A client asks for a path alone, `app.get("env")` for a setting.
        (routed.is_some() || arguments.len() > 1 || is_chained(code, callee)).then_some(())?;
        let of = router(code, receiver(code, callee)?, out)?;
        let fact = RouteFact::Endpoint { of, framework: Framework::Router, method: verb.into(), path: path.into() };
        out.say(span, fact);
        return Some(());
    }
    let parent = router(code, receiver(code, callee)?, out)?;
    if matches!(name, "basePath" | "prefix") {
        let prefix = text(code, first)?;
        let fact =
            RouteFact::Router { name: parent, framework: Framework::Router, prefix: prefix.into(), is_root: false };
        out.say(span, fact);
        return Some(());
    }
    // Fastify: `app.register(routes, { prefix: "/a" })`
    let options = arguments.iter().flat_map(|argument| code.pairs(code.unwrapped(*argument)));
    let option =
        options.into_iter().find(|(key, _)| code.key(*key) == "prefix").and_then(|(_, value)| text(code, value));
    let prefix = option.or_else(|| text(code, first)).unwrap_or_default();
    for argument in &arguments {
        child(code, *argument, &parent, &prefix, out);
    }
    Some(())
}

/// What a router takes in: one of the file, or one that an import brings.
fn child(code: View<'_>, argument: NodeId, parent: &Arc<str>, prefix: &str, out: &mut Facts) -> Option<()> {
    let mut argument = code.unwrapped(argument);
    // `router.routes()` of Koa, `require("./users")`
    if code.kind(argument) == "call_expression" {
        let callee = code.field(argument, "function")?;
        if code.words(callee) == "require" {
            let specifier = code.arguments(argument).next().and_then(|text| code.string(text))?;
            let (parent, prefix) = (Arc::clone(parent), prefix.into());
            let mount = RouteFact::Mount { parent, child: "".into(), specifier: Some(specifier.into()), prefix };
            out.say(code.tree.span(argument), mount);
            return Some(());
        }
        argument = code.field(callee, "object").unwrap_or(callee);
    }
    if code.kind(argument) == "member_expression" {
        argument = code.field(argument, "object")?;
    }
    (code.kind(argument) == "identifier").then_some(())?;
    let names = code.analysis.names();
    let declared = names.binding(names.binding_of(argument)?).node;
    let import = code.tree.ancestors(declared).take(5).find(|above| code.kind(*above) == "import_statement");
    let required = || {
        let declarator = code.tree.parent(declared).filter(|above| code.kind(*above) == "variable_declarator")?;
        let value = code.field(declarator, "value")?;
        let is_require = code.field(value, "function").is_some_and(|name| code.words(name) == "require");
        is_require.then(|| code.arguments(value).next()).flatten()
    };
    let module = match import {
        Some(import) => code.field(import, "source"),
        None => required(),
    };
    let specifier = module.and_then(|module| code.string(module));
    let mount = RouteFact::Mount {
        parent: Arc::clone(parent),
        child: code.words(argument).into(),
        specifier: specifier.map(Into::into),
        prefix: prefix.into(),
    };
    out.say(code.tree.span(argument), mount);
    Some(())
}

/// The path of `router.route("/a")` in a chain.
fn routed(code: View<'_>, callee: NodeId) -> Option<NodeId> {
    let mut at = code.field(callee, "object")?;
    loop {
        (code.kind(at) == "call_expression").then_some(())?;
        let callee = code.field(at, "function").filter(|callee| code.kind(*callee) == "member_expression")?;
        match code.last_name(callee)? {
            "route" => return code.arguments(at).next().filter(|_| code.arguments(at).nth(1).is_none()),
            name => method(name)?,
        };
        at = code.field(callee, "object")?;
    }
}

/// Whether a method is called on what another call gave: `HttpRouter.empty.pipe(…)` aside.
fn is_chained(code: View<'_>, callee: NodeId) -> bool {
    code.field(callee, "object").is_some_and(|object| code.kind(object) == "call_expression")
}

/// `@Controller("users") class { @Get(":id") one() {} }`
fn controller(code: View<'_>, class: NodeId, out: &mut Facts) {
    let around = code.tree.parent(class).filter(|above| code.kind(*above) == "export_statement");
    let decorators = code.named(class).chain(around.into_iter().flat_map(|above| code.named(above)));
    let controller =
        decorators.filter(|node| code.kind(*node) == "decorator").find_map(|node| decorated(code, node, "Controller"));
    let Some(prefix) = controller else { return };
    let Some(body) = code.field(class, "body") else { return };
    let name: Arc<str> = code.field(class, "name").map_or("", |name| code.words(name)).into();
    for decorator in code.named(body).filter(|node| code.kind(*node) == "decorator") {
        let Some(call) = code.named(decorator).next().filter(|call| code.kind(*call) == "call_expression") else {
            continue;
        };
        let Some(verb) = code.field(call, "function").and_then(|name| method(code.words(name))) else { continue };
        match code.arguments(call).next().map(|path| text(code, path)) {
            Some(None) => out.gap(code.tree.span(decorator), "the path of an endpoint is computed"),
            path => {
                let path = joined(&prefix, &path.flatten().unwrap_or_default());
                let (of, framework) = (Arc::clone(&name), Framework::Nest);
                out.say(
                    code.tree.span(decorator),
                    RouteFact::Endpoint { of, framework, method: verb.into(), path: path.into() },
                );
            }
        }
    }
}

/// The text that a decorator of that name is given: `@Controller("a")`, `@Controller({ path: "a" })`, `@Controller()`.
fn decorated(code: View<'_>, decorator: NodeId, name: &str) -> Option<String> {
    let call = code.named(decorator).next()?;
    (code.field(call, "function").is_some_and(|callee| code.words(callee) == name)).then_some(())?;
    let Some(first) = code.arguments(call).next() else { return Some(String::new()) };
    let path = code.pairs(first).find(|(key, _)| code.key(*key) == "path").map(|(_, value)| value);
    text(code, path.unwrap_or(first)).or_else(|| Some(String::new()))
}
