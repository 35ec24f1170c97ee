//! Controllers of NestJS, and what applications put before all of them.

use std::sync::Arc;

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::fact::{
    Declared, Extends, Facts, Framework, Global, Kind, Made, Part, RouteFact, RouteValue, Shared, method,
};
use super::reader::EcmascriptRouteReader;

/// Decorators that put something before a handler, in the order in which Nest runs it.
const RUNNING: &[(&str, Kind)] =
    &[("UseGuards", Kind::Guard), ("UseInterceptors", Kind::Interceptor), ("UsePipes", Kind::Pipe)];

/// Decorators of parameters that are given pipes.
const PIPED: &[&str] = &["Body", "Param", "Query", "Headers", "UploadedFile", "UploadedFiles", "RawBody"];

/// The same for all of an application, by the methods and the tokens that provide them.
const GLOBAL: &[(&str, &str, Kind)] = &[
    ("useGlobalGuards", "APP_GUARD", Kind::Guard),
    ("useGlobalInterceptors", "APP_INTERCEPTOR", Kind::Interceptor),
    ("useGlobalPipes", "APP_PIPE", Kind::Pipe),
];

/// The facts of a file.
pub(super) fn extract(reader: &mut EcmascriptRouteReader<'_>, out: &mut Facts) {
    let code = reader.code;
    for node in (0..code.tree.main_end()).map(NodeId) {
        match code.kind(node) {
            "class_declaration" | "abstract_class_declaration" => controller(reader, node, out),
            "call_expression" => application(reader, node, out),
            "object" => provided(reader, node, out),
            _ => {}
        }
    }
}

/// The decorators of a class: inside of it, or before `export`.
fn decorators_of(reader: &EcmascriptRouteReader<'_>, class: NodeId) -> Vec<NodeId> {
    let code = reader.code;
    let around = code.tree.parent(class).filter(|above| code.kind(*above) == "export_statement");
    let found = around.into_iter().flat_map(|above| code.named(above)).chain(code.named(class));
    found.filter(|node| code.kind(*node) == "decorator").collect()
}

/// The name and the call of a decorator.
fn called<'a>(reader: &EcmascriptRouteReader<'a>, decorator: NodeId) -> Option<(&'a str, NodeId)> {
    let code = reader.code;
    let call = code.named(decorator).next()?;
    let name = match code.kind(call) {
        "call_expression" => code.last_name(code.field(call, "function")?)?,
        _ => code.last_name(call)?,
    };
    Some((name, call))
}

/// What a controller says of all its endpoints: its paths, versions, and what runs before them.
#[derive(Default)]
struct Around {
    prefixes: Vec<RouteValue>,
    versions: Vec<Arc<str>>,
    is_neutral: bool,
    parts: Vec<Part>,
}

/// `@Controller("users") class { @Get(":id") one() {} }`
fn controller(reader: &mut EcmascriptRouteReader<'_>, class: NodeId, out: &mut Facts) {
    let code = reader.code;
    let decorators = decorators_of(reader, class);
    let base = code.named(class).find(|part| code.kind(*part) == "class_heritage");
    let base = base.and_then(|heritage| code.named(heritage).find(|part| code.kind(*part) == "extends_clause"));
    let base = base.and_then(|clause| code.field(clause, "value")).map(|base| reader.value(base));
    let Some(call) = decorators.iter().find_map(|at| called(reader, *at).filter(|(name, _)| *name == "Controller"))
    else {
        let other =
            decorators.iter().find(|at| called(reader, **at).is_some_and(|(name, _)| name.ends_with("Controller")));
        if let Some(other) = other {
            let message = "a decorator of the project makes this a controller, so its paths are not known";
            out.gap(code.tree.span(*other), message);
            return;
        }
        let endpoints = endpoints(reader, class, &Around::default());
        if (!endpoints.is_empty() || base.is_some())
            && let RouteValue::Class(class) = reader.value(class)
        {
            out.say(Span::default(), RouteFact::Shared(Shared { class, base: base.unwrap_or_default(), endpoints }));
        }
        return;
    };
    let first = code.arguments(call.1).next().map(|first| reader.value(first));
    let (prefixes, versions) = paths_of(first);
    let mut around = Around { prefixes, versions, ..Around::default() };
    for decorator in &decorators {
        runs(reader, *decorator, &mut around.parts);
        if let Some(found) = version(reader, *decorator) {
            (around.versions, around.is_neutral) = found;
        }
    }
    for (span, _, declared) in endpoints(reader, class, &around) {
        out.say(span, RouteFact::Declared(declared));
    }
    if let Some(base) = base
        && let RouteValue::Class(number) = reader.value(class)
    {
        let Around { prefixes, versions, is_neutral, parts } = around;
        let extends = Extends { class: number, base, prefixes, versions, is_neutral, parts };
        out.say(code.tree.span(class), RouteFact::Extends(extends));
    }
}

/// The endpoints that the methods of a class declare, each with the name of its method.
fn endpoints(
    reader: &mut EcmascriptRouteReader<'_>,
    class: NodeId,
    around: &Around,
) -> Vec<(Span, Arc<str>, Declared)> {
    let code = reader.code;
    let class_name = code.field(class, "name").map_or("", |name| code.words(name));
    let Some(body) = code.field(class, "body") else { return Vec::new() };
    let (mut waiting, mut found): (Vec<NodeId>, Vec<_>) = (Vec::new(), Vec::new());
    for member in code.named(body) {
        match code.kind(member) {
            "decorator" => waiting.push(member),
            "method_definition" => {
                let own = code.named(member).filter(|node| code.kind(*node) == "decorator");
                waiting.extend(own);
                let decorators = std::mem::take(&mut waiting);
                let declaring = |decorator: &NodeId| {
                    let (verb, call) = called(reader, *decorator)?;
                    let is_verb = verb.starts_with(char::is_uppercase);
                    let verb = if verb == "Sse" { "GET" } else { method(verb).unwrap_or_default() };
                    (is_verb && !verb.is_empty()).then_some((code.tree.span(*decorator), verb, call))
                };
                let declaring: Vec<_> = decorators.iter().filter_map(declaring).collect();
                if declaring.is_empty() {
                    continue;
                }
                let mut parts = around.parts.clone();
                let mut own_versions = None;
                for decorator in &decorators {
                    runs(reader, *decorator, &mut parts);
                    own_versions = version(reader, *decorator).or(own_versions);
                }
                pipes(reader, member, &mut parts);
                let name = code.field(member, "name").map_or("", |name| code.words(name));
                for (span, verb, call) in declaring {
                    let first = code.arguments(call).next().map(|first| reader.value(first));
                    let (ends, _) = paths_of(first);
                    let (versions, is_neutral) =
                        own_versions.clone().unwrap_or((around.versions.clone(), around.is_neutral));
                    let handler = Part {
                        value: reader.value(member),
                        name: format!("{class_name}.{name}").into(),
                        span: code.tree.span(member),
                        ..Part::default()
                    };
                    let both = |prefix| ends.iter().map(move |end| both(prefix, end));
                    let paths = match around.prefixes.as_slice() {
                        [] => ends.clone(),
                        prefixes => prefixes.iter().flat_map(both).collect(),
                    };
                    let declared = Declared {
                        framework: Framework::Nest,
                        method: verb.into(),
                        paths,
                        versions,
                        is_neutral,
                        parts: parts.clone(),
                        handler,
                    };
                    found.push((span, name.into(), declared));
                }
            }
            _ => waiting.clear(),
        }
    }
    found
}

/// Two paths behind each other.
fn both(before: &RouteValue, after: &RouteValue) -> RouteValue {
    RouteValue::Joined(vec![
        (before.clone(), "computed".into()),
        (RouteValue::text("/"), "".into()),
        (after.clone(), "computed".into()),
    ])
}

/// The paths and versions that `@Controller(…)` and `@Get(…)` are given.
fn paths_of(first: Option<RouteValue>) -> (Vec<RouteValue>, Vec<Arc<str>>) {
    let Some(first) = first else { return (vec![RouteValue::text("")], Vec::new()) };
    let list = |value: &RouteValue| match value {
        RouteValue::List(parts) => parts.iter().map(|part| part.value.clone()).collect(),
        value => vec![value.clone()],
    };
    if let RouteValue::Object(_) = &first {
        let paths = first.option("path").map_or_else(|| vec![RouteValue::text("")], list);
        return (paths, first.option("version").map(texts).unwrap_or_default());
    }
    (list(&first), Vec::new())
}

fn texts(value: &RouteValue) -> Vec<Arc<str>> {
    match value {
        RouteValue::Text(text) => vec![Arc::clone(text)],
        RouteValue::List(parts) => parts.iter().flat_map(|part| texts(&part.value)).collect(),
        _ => Vec::new(),
    }
}

/// `@Version("2")`, `@Version(VERSION_NEUTRAL)`
fn version(reader: &mut EcmascriptRouteReader<'_>, decorator: NodeId) -> Option<(Vec<Arc<str>>, bool)> {
    let code = reader.code;
    let (_, call) = called(reader, decorator).filter(|(name, _)| *name == "Version")?;
    let first = code.arguments(call).next()?;
    let is_neutral = code.words(first).ends_with("VERSION_NEUTRAL");
    Some((texts(&reader.value(first)), is_neutral))
}

/// Adds what a decorator puts before handlers.
fn runs(reader: &mut EcmascriptRouteReader<'_>, decorator: NodeId, out: &mut Vec<Part>) {
    let code = reader.code;
    let Some((name, call)) = called(reader, decorator) else { return };
    if let Some((_, kind)) = RUNNING.iter().find(|(known, _)| *known == name) {
        for argument in code.arguments(call) {
            let part = reader.part(argument, 0);
            out.push(Part { kind: *kind, ..part });
        }
    } else if !matches!(name, "Controller" | "Version") && method(name).is_none() {
        // One of the project may be made of others: what it applies is found where it is declared.
        let value = reader.value(call);
        let span = code.tree.span(decorator);
        let is_own = match &value {
            RouteValue::Site(site) => {
                matches!(
                    &reader.sites[*site as usize].made,
                    Made::Call { callee: RouteValue::Import { module, .. }, .. }
                        if !module.starts_with("@nestjs/") && !module.starts_with("class-")
                ) || matches!(&reader.sites[*site as usize].made, Made::Call { callee: RouteValue::Body(_), .. })
            }
            _ => false,
        };
        if is_own {
            out.push(Part { value, name: name.into(), is_call: true, kind: Kind::Decorator, span });
        }
    }
}

/// Adds the pipes of single parameters, which run behind all others: `@Param("id", ParseIntPipe)`.
fn pipes(reader: &mut EcmascriptRouteReader<'_>, method: NodeId, out: &mut Vec<Part>) {
    let code = reader.code;
    let parameters = code.field(method, "parameters").into_iter().flat_map(|list| code.named(list));
    let decorators =
        parameters.flat_map(|parameter| code.named(parameter)).filter(|node| code.kind(*node) == "decorator");
    for decorator in decorators {
        let Some((_, call)) = called(reader, decorator).filter(|(name, _)| PIPED.contains(name)) else { continue };
        for argument in code.arguments(call).filter(|part| matches!(code.kind(*part), "identifier" | "new_expression"))
        {
            out.push(Part { kind: Kind::Pipe, ..reader.part(argument, 0) });
        }
    }
}

/// What is said of an application: `setGlobalPrefix`, `enableVersioning`, `useGlobalGuards`, `consumer.apply(…).forRoutes(…)`.
fn application(reader: &mut EcmascriptRouteReader<'_>, call: NodeId, out: &mut Facts) {
    let code = reader.code;
    let Some(callee) = code.field(call, "function").filter(|callee| code.kind(*callee) == "member_expression") else {
        return;
    };
    let Some(name) = code.last_name(callee) else { return };
    let span = code.tree.span(call);
    let mut arguments = code.arguments(call);
    match name {
        "setGlobalPrefix" => {
            let Some(at) = arguments.next().map(|first| reader.value(first)) else { return };
            let options = arguments.next().map(|options| reader.value(options)).unwrap_or_default();
            let except = match options.option("exclude") {
                Some(RouteValue::List(parts)) => parts.iter().filter_map(|part| match &part.value {
                    RouteValue::Text(path) => Some(Arc::clone(path)),
                    object => object.option("path").and_then(|path| texts(path).into_iter().next()),
                }),
                _ => return out.say(span, RouteFact::Global(Global::Prefix { at, except: Vec::new() })),
            };
            let except = except.collect();
            out.say(span, RouteFact::Global(Global::Prefix { at, except }));
        }
        "enableVersioning" => {
            let options = arguments.next();
            let is_uri = options.is_none_or(|options| {
                code.pairs(options).all(|(key, value)| code.key(key) != "type" || code.words(value).ends_with("URI"))
            });
            if !is_uri {
                return;
            }
            let options = options.map(|options| reader.value(options)).unwrap_or_default();
            let prefix = match options.option("prefix") {
                Some(RouteValue::Text(prefix)) if &**prefix == "false" => "".into(),
                Some(RouteValue::Text(prefix)) => Arc::clone(prefix),
                _ => "v".into(),
            };
            let default = options.option("defaultVersion").map(texts).unwrap_or_default();
            out.say(span, RouteFact::Global(Global::Versions { prefix, default }));
        }
        "forRoutes" => {
            let (mut parts, mut except) = (Vec::new(), Vec::new());
            let mut at = code.field(callee, "object");
            while let Some(call) = at.filter(|at| code.kind(*at) == "call_expression") {
                let Some(callee) = code.field(call, "function") else { break };
                match code.last_name(callee) {
                    Some("apply") => {
                        let listed = code.arguments(call);
                        parts = listed.map(|part| Part { kind: Kind::Use, ..reader.part(part, 0) }).collect();
                    }
                    Some("exclude") => except.extend(code.arguments(call).map(|part| reader.part(part, 0).value)),
                    _ => {}
                }
                at = code.field(callee, "object");
            }
            let patterns = arguments.map(|argument| reader.part(argument, 0).value).collect();
            if !parts.is_empty() {
                out.say(span, RouteFact::Global(Global::Matches { patterns, except, parts }));
            }
        }
        _ => {
            let Some((_, _, kind)) = GLOBAL.iter().find(|(method, ..)| *method == name) else { return };
            for argument in arguments {
                let part = Part { kind: *kind, ..reader.part(argument, 0) };
                out.say(span, RouteFact::Global(Global::Runs(part)));
            }
        }
    }
}

/// `{ provide: APP_GUARD, useClass: AuthGuard }`
fn provided(reader: &mut EcmascriptRouteReader<'_>, object: NodeId, out: &mut Facts) {
    let code = reader.code;
    let find =
        |key: &[&str]| code.pairs(object).find(|(name, _)| key.contains(&code.key(*name))).map(|(_, value)| value);
    let Some(token) = find(&["provide"]) else { return };
    let Some((.., kind)) = GLOBAL.iter().find(|(_, known, _)| code.words(token) == *known) else { return };
    if let Some(given) = find(&["useClass", "useExisting", "useValue", "useFactory"]) {
        let part = Part { kind: *kind, ..reader.part(given, 0) };
        out.say(code.tree.span(object), RouteFact::Global(Global::Runs(part)));
    }
}
