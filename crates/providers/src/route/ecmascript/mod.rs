//! Routes in TypeScript and JavaScript.

mod effect;
mod exports;
mod nest;
mod next;
mod packages;
mod reader;
mod steps;

use auditlint_facts::Source;
use auditlint_source::FilePath;
use auditlint_syntax::NodeId;

use self::reader::EcmascriptRouteReader;
pub(super) use self::steps::HOOKS;
use super::fact::{Facts, Made, RouteFact, RouteValue, Step};
use crate::kinds::Kinds;
use crate::view::View;
use crate::words::Words;

/// Words of which a file that declares an endpoint holds one.
static WORDS: Words = Words::new(&[
    "outer",
    ".get(",
    ".post(",
    ".put(",
    ".patch(",
    ".use(",
    ".route(",
    ".register(",
    "query(",
    "mutation(",
]);

/// How a module is imported that makes applications; whoever makes one may leave it to others to fill it.
static MAKERS: Words =
    Words::new(&["'express'", "\"express\"", "'fastify'", "\"fastify\"", "'koa'", "\"koa\"", "'hono'", "\"hono\""]);

/// What stands in a file that says something of the endpoints of Nest.
static NEST: Words = Words::new(&[
    "Controller(",
    "@Controller",
    "useGlobal",
    "APP_GUARD",
    "APP_PIPE",
    "APP_INTERCEPTOR",
    "setGlobalPrefix",
    "enableVersioning",
    "forRoutes",
    "applyDecorators",
    "@Get(",
    "@Post(",
    "@Put(",
    "@Patch(",
    "@Delete(",
    "@All(",
    "@Sse(",
]);

/// How calls look that give a path to what may be a router.
static ROUTED: Words = Words::new(&[
    ".get('/",
    ".get(\"/",
    ".get(`/",
    ".post('/",
    ".post(\"/",
    ".post(`/",
    ".put('/",
    ".put(\"/",
    ".patch('/",
    ".patch(\"/",
    ".delete('/",
    ".delete(\"/",
    ".use('/",
    ".use(\"/",
    ".openapi(",
    ".use(`/",
    ".route('/",
    ".route(\"/",
    ".use(",
    ".register(",
    // The path on the next line.
    ".get(\n",
    ".post(\n",
    ".put(\n",
    ".patch(\n",
    ".delete(\n",
    // What hands an application on to those that fill it.
    "Routes(",
    "outer(",
]);

/// What stands in a file that only gives on what others give.
static BARRELS: Words = Words::new(&["export * ", "export {", "export { "]);

/// What stands in functions that run before handlers, and in handlers.
static HANDLERS: Words = Words::new(&["next(", "(req", "(ctx", "(c)", "(c,", "(request", "(_req", "FastifyRequest"]);

static NODES: Kinds =
    Kinds::new(&["call_expression", "new_expression", "for_in_statement", "export_statement", "assignment_expression"]);

/// Whether a file can declare routes, by its text.
pub(super) fn may_hold(path: &FilePath, text: &[u8]) -> bool {
    let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    next::place_of(path).is_some()
        || has("HttpApi")
        || (has("@nestjs/") && NEST.any_in(text))
        || (packages::FRAMEWORKS.iter().any(|name| has(name)) && (WORDS.any_in(text) || MAKERS.any_in(text)))
}

/// Whether a file can be a part of a project with routes: it fills a router that it is handed, gives on what others give, or holds what runs for
/// a route.
pub(super) fn may_hold_more(text: &[u8]) -> bool {
    let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    let exports = has("export") && !is_packed(text);
    let gives_values = || has("export const") || has("export default {") || has("exports = {");
    let holds_paths = || gives_values() && (has("'/") || has("\"/"));
    let names_framework = || packages::FRAMEWORKS.iter().any(|name| has(name));
    exports
        && (holds_paths()
            || names_framework()
            || ROUTED.any_in(text)
            || HANDLERS.any_in(text)
            || (BARRELS.any_in(text) && has(" from "))
            || has("exports = require("))
}

/// Whether lines are as long as a bundler writes them.
fn is_packed(text: &[u8]) -> bool {
    const LONG: usize = 300;
    text.len() > 16_384 && memchr::memchr_iter(b'\n', text).count() * LONG < text.len()
}

/// The facts of a file.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let Some(analysis) = source.analysis() else { return };
    let code = View::of(analysis);
    if source.text().contains("HttpApi") {
        effect::extract(code, out);
    }
    let mut reader = EcmascriptRouteReader::new(code, source.lines());
    let mut exports = Vec::new();
    let kinds = NODES.of(code.tree.language());
    for node in (0..code.tree.main_end()).map(NodeId).filter(|node| kinds.contains(code.tree.kind(*node))) {
        match code.kind(node) {
            "call_expression" | "new_expression" => reader.step(node),
            "for_in_statement" => reader.each(node),
            _ => reader.exports(node, &mut exports),
        }
    }
    if let Some(place) = next::place_of(source.path) {
        let imports_next = memchr::memmem::find(code.text, b"next").is_some();
        next::extract(&mut reader, source.path, place, &exports, imports_next, out);
    }
    if NEST.any_in(code.text) && memchr::memmem::find(code.text, b"@nestjs/").is_some() {
        nest::extract(&mut reader, out);
    }
    say(reader, exports, out);
}

/// Says what was read.
fn say(mut reader: EcmascriptRouteReader<'_>, exports: Vec<RouteFact>, out: &mut Facts) {
    let code = reader.code;
    returns(&mut reader);
    let mut steps = std::mem::take(&mut reader.steps);
    steps.sort_by_key(|(at, ..)| *at);
    let is_live = live(&reader, &steps);
    steps.retain(|(_, _, _, step)| match step {
        Step::Call(site) => fills(&reader, *site, &is_live),
        Step::Each { body, .. } => is_live[*body as usize],
        _ => true,
    });
    if steps.is_empty() && exports.is_empty() && reader.sites.is_empty() {
        return;
    }
    for (node, body) in reader.bodies {
        out.say(code.tree.span(node), RouteFact::Body(body));
    }
    for site in reader.sites {
        out.say(site.span, RouteFact::Site(site));
    }
    for class in reader.classes {
        out.say(code.tree.span(code.tree.root()), RouteFact::Class(class));
    }
    for (_, body, span, step) in steps {
        out.say(span, RouteFact::Step { body, step });
    }
    for export in exports {
        out.say(code.tree.span(code.tree.root()), export);
    }
}

/// What functions give back. Those that are found meanwhile are looked at as well.
fn returns(reader: &mut EcmascriptRouteReader<'_>) {
    let code = reader.code;
    let mut at = 1;
    while at < reader.bodies.len() {
        let (node, body) = &reader.bodies[at];
        let (node, is_loop) = (*node, body.is_loop);
        at += 1;
        if is_loop {
            continue;
        }
        let Some(inner) = code.field(node, "body") else { continue };
        let given: Vec<NodeId> = if code.kind(inner) == "statement_block" {
            let is_return = |found: &NodeId| code.kind(*found) == "return_statement";
            // Those of functions inside are not its own.
            let is_own = |found: &NodeId| {
                let mut above = code.tree.ancestors(*found);
                above.find(|above| auditlint_syntax::ECMASCRIPT_FUNCTIONS.contains(&code.kind(*above))) == Some(node)
            };
            let found = code.tree.subtree(inner).filter(is_return).filter(is_own).take(4);
            found.filter_map(|found| code.named(found).next()).collect()
        } else {
            vec![inner]
        };
        for given in given {
            let value = reader.value(given);
            if !value.is_unknown() {
                reader.bodies[at - 1].1.returns.push(value);
            }
        }
    }
}

/// By body: whether something happens to routers when it runs.
fn live(reader: &EcmascriptRouteReader<'_>, steps: &[(u32, u32, auditlint_source::Span, Step)]) -> Vec<bool> {
    const ROUNDS: usize = 8;
    let mut is_live = vec![false; reader.bodies.len()];
    for (id, (_, body)) in reader.bodies.iter().enumerate() {
        let makes =
            |value: &RouteValue| matches!(value, RouteValue::Site(_) | RouteValue::Object(_) | RouteValue::Member(..));
        is_live[id] = body.returns.iter().any(makes);
    }
    for _ in 0..ROUNDS {
        let mut changed = false;
        for (_, body, _, step) in steps {
            let acts = match step {
                Step::Call(site) => fills(reader, *site, &is_live),
                Step::Each { body, .. } => is_live[*body as usize],
                _ => true,
            };
            changed |= acts && !std::mem::replace(&mut is_live[*body as usize], true);
        }
        if !changed {
            break;
        }
    }
    is_live
}

/// Whether a key is one under which applications hand themselves on.
fn may_be_called_router(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["app", "server", "router", "fastify", "express", "instance"].iter().any(|end| key.ends_with(end))
}

/// Whether a call may do something to routers.
fn fills(reader: &EcmascriptRouteReader<'_>, site: u32, is_live: &[bool]) -> bool {
    let Made::Call { name, callee, arguments } = &reader.sites[site as usize].made else { return true };
    let is_live_body = |value: &RouteValue| matches!(value, RouteValue::Body(body) if is_live[*body as usize]);
    let may_be_router = |value: &RouteValue| match value {
        RouteValue::Site(site) => !matches!(reader.sites[*site as usize].made, Made::Call { .. }),
        RouteValue::Parameter { .. } | RouteValue::Member(..) | RouteValue::Import { .. } => true,
        RouteValue::List(parts) => {
            parts.iter().any(|part| matches!(part.value, RouteValue::Site(_) | RouteValue::Import { .. }))
        }
        RouteValue::Object(members) => {
            let is_router = name.ends_with("outer") || name.ends_with("outers");
            members.iter().any(|(key, value)| match value {
                RouteValue::Site(site) => is_router || !matches!(reader.sites[*site as usize].made, Made::Call { .. }),
                RouteValue::Import { .. } => is_router,
                // `load({ app: expressApp })` hands on what it was handed.
                value => may_be_called_router(key) && value.is_of_parameter(),
            })
        }
        _ => false,
    };
    is_live_body(callee)
        || matches!(callee, RouteValue::Class(_))
        || arguments.iter().any(|part| is_live_body(&part.value))
        || (!callee.is_unknown() && arguments.iter().any(|part| may_be_router(&part.value)))
}
