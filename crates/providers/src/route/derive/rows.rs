//! Endpoints as rows.

use std::rc::Rc;

use auditlint_facts::{Row, Value};
use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashMap;

use super::super::fact::{Framework, RouterStage};
use super::machine::Machine;
use super::thing::{Link, What};
use super::walk::{Endpoint, is_application};

/// So many parts of a path stand for themselves.
const MOST_PARTS: usize = 12;

/// The rows of the relations.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) endpoints: Vec<Row>,
    pub(super) endings: Vec<Row>,
    pub(super) middleware: Vec<Row>,
    pub(super) registrations: Vec<Row>,
    /// How many routes have one name.
    known: FxHashMap<String, u32>,
}

impl Rows {
    /// Adds an endpoint of a file; `paths` tells the files by number.
    pub(super) fn add(&mut self, path: &FilePath, endpoint: &Endpoint, paths: &dyn Fn(usize) -> FilePath) {
        let spelled =
            if endpoint.framework == Framework::Trpc { endpoint.path.clone() } else { spelled(&endpoint.path) };
        let shown = if spelled.is_empty() { "/" } else { &spelled };
        let method = &*endpoint.method;
        let mut route = format!("{path} {method} {shown}");
        let count = self.known.entry(route.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            route += &format!(" #{count}");
        }
        // A function that is wrapped is the one that answers.
        let mut handler = &endpoint.handler;
        let (mut wrapper, mut wrapper_resolves_to) = (None, None);
        while let Some(wrapped) = &handler.wrapped {
            if wrapper.is_none() {
                (wrapper, wrapper_resolves_to) = (handler.wrapper.clone(), handler.resolves_to.as_ref());
            }
            handler = wrapped;
        }
        let names: Vec<&str> = endpoint.chain.iter().map(shown_name).collect();
        let text = |text: Option<&Rc<str>>| text.map_or(Value::Absent, |text| Value::from(&**text));
        let values = vec![
            method.into(),
            shown.into(),
            endpoint.framework.name().into(),
            route.as_str().into(),
            if handler.name.is_empty() { Value::Absent } else { (&*handler.name).into() },
            text(handler.resolves_to.as_ref()),
            file_of(handler),
            line_of(handler),
            handler.function.as_ref().and_then(|(_, _, is_async)| *is_async).map_or(Value::Absent, Value::from),
            text(wrapper.as_ref()),
            text(wrapper_resolves_to),
            names.join(", ").as_str().into(),
            endpoint.is_complete.into(),
            path.as_str().into(),
        ];
        self.endpoints.push(Row { path: path.clone(), span: endpoint.span, values });
        for ending in written(&spelled) {
            let row = vec![format!("{method} {ending}").as_str().into(), shown.into()];
            self.endings.push(Row { path: path.clone(), span: endpoint.span, values: row });
        }
        let known = format!("{method} {shown}");
        for (at, link) in endpoint.chain.iter().enumerate() {
            let values = vec![
                known.as_str().into(),
                (&*link.name).into(),
                Value::Number(at as i64 + 1),
                route.as_str().into(),
                text(link.resolves_to.as_ref()),
                file_of(link),
                line_of(link),
                link.kind.name().into(),
                link.is_call.into(),
                endpoint.framework.name().into(),
            ];
            self.middleware.push(Row { path: paths(link.file), span: link.span, values });
        }
    }

    /// Adds what routers were given, in order.
    pub(super) fn registrations(&mut self, machine: &Machine<'_>) {
        for (number, router) in machine.routers.iter().enumerate() {
            let is_ordered =
                matches!(router.framework, Framework::Express | Framework::Fastify | Framework::Koa | Framework::Hono);
            if !is_ordered || router.is_route || machine.is_extra(router) {
                continue;
            }
            let path = machine.programs.all[router.file].path;
            let known = match &*router.name {
                "" => format!("{path}#{}", router.span.start),
                name => format!("{path}#{name}"),
            };
            let is_root = is_application(machine, number) && !router.is_mounted;
            let mut position = 0;
            let mut say = |file: usize, span: Span, name: &str, kind: &str, at: &str, link: Option<&Link>| {
                position += 1;
                let resolves_to = link.and_then(|link| link.resolves_to.as_ref());
                let values = vec![
                    known.as_str().into(),
                    name.into(),
                    Value::Number(position),
                    kind.into(),
                    at.into(),
                    resolves_to.map_or(Value::Absent, |text| Value::from(&**text)),
                    link.is_some_and(|link| link.is_call).into(),
                    is_root.into(),
                    router.framework.name().into(),
                ];
                self.registrations.push(Row { path: machine.programs.all[file].path.clone(), span, values });
            };
            for op in &router.ops {
                match &op.what {
                    What::Use { at, links, stage } => {
                        for link in links.iter() {
                            let is_error = *stage == RouterStage::Error
                                || (router.framework == Framework::Express && link.arity == 4 && !link.is_call);
                            let kind = match stage {
                                _ if is_error => "error-handler",
                                RouterStage::NotFound => "not-found-handler",
                                _ => "middleware",
                            };
                            say(link.file, link.span, &link.name, kind, at.first().map_or("", |at| at), Some(link));
                        }
                    }
                    What::Route { methods, paths, handler, .. } => {
                        for method in methods {
                            let at = paths.first().map_or("", |at| &**at);
                            let name = format!("{method} {}", if at.is_empty() { "/" } else { at });
                            say(op.file, op.span, &name, "route", at, Some(handler));
                        }
                    }
                    // It is called for a parameter, wherever in the router it was given.
                    What::Param { .. } => {}
                    What::Mount { at, child, name, .. } => {
                        let is_route = machine.routers[*child].is_route;
                        let kind = if is_route { "route" } else { "router" };
                        say(op.file, op.span, name, kind, at.first().map_or("", |at| at), None);
                    }
                }
            }
        }
    }
}

fn shown_name(link: &Link) -> &str {
    if link.name.is_empty() { link.resolves_to.as_deref().unwrap_or("?") } else { &link.name }
}

fn file_of(link: &Link) -> Value {
    link.function.as_ref().map_or(Value::Absent, |(path, ..)| path.as_str().into())
}

fn line_of(link: &Link) -> Value {
    let line = link.function.as_ref().map(|(_, line, _)| *line).filter(|line| *line > 0);
    line.map_or(Value::Absent, |line| Value::Number(i64::from(line)))
}

/// A path with its parameters as `:name`, whatever the framework writes: `{id}`, `<id>`, `<int:id>`, `:id(\\d+)`, `:id?`, `{id:int}`. A part may
/// have several: `<name>.<ending>`.
pub(super) fn spelled(path: &str) -> String {
    let mut out = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        out.push('/');
        let mut rest = part;
        while let Some(at) = rest.find(['<', '{', ':']) {
            let (before, from) = rest.split_at(at);
            let opening = from.chars().next().unwrap_or_default();
            let (name, behind) = match opening {
                ':' => {
                    let end = end_of_name(&from[1..]) + 1;
                    (&from[1..end], behind_pattern(&from[end..]))
                }
                _ => {
                    let Some(end) = from.find(if opening == '<' { '>' } else { '}' }) else { break };
                    let inner = &from[1..end];
                    let inner = if opening == '<' { inner.rsplit(':').next().unwrap_or(inner) } else { inner };
                    let inner = inner.trim_start_matches('*');
                    (&inner[..end_of_name(inner)], &from[end + 1..])
                }
            };
            if name.is_empty() {
                break;
            }
            out += before;
            out.push(':');
            out += name;
            rest = behind;
        }
        out += rest;
    }
    out
}

fn end_of_name(text: &str) -> usize {
    text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len())
}

/// What stands behind the pattern of a parameter and what says how often it may stand there: `(\\d+)`, `{[a-z]+}`, `?`.
fn behind_pattern(text: &str) -> &str {
    let closing = match text.chars().next() {
        Some('(') => ')',
        Some('{') => '}',
        _ => return text.trim_start_matches(['?', '*', '+']),
    };
    let end = text.rfind(closing).map_or(text.len(), |end| end + 1);
    text[end..].trim_start_matches(['?', '*', '+'])
}

/// How a list may write a path: the whole of it or its end, with parameters by name or as `*`.
fn written(path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return vec!["/".to_owned()];
    }
    let starred = |part: &&str| if part.starts_with(':') { "*".to_owned() } else { (*part).to_owned() };
    let plain: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
    let stars: Vec<String> = parts.iter().map(starred).collect();
    let has_parameters = plain != stars;
    let spellings = std::iter::once(&plain).chain(has_parameters.then_some(&stars));
    let ends = spellings
        .flat_map(|parts| (0..parts.len().min(MOST_PARTS)).map(move |from| format!("/{}", parts[from..].join("/"))));
    ends.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_paths() {
        for (path, expected) in [
            ("/users/{id}", "/users/:id"),
            ("/users/<int:id>/", "/users/:id"),
            ("/users/:id(\\d+)", "/users/:id"),
            ("/users/:id{[0-9]+}", "/users/:id"),
            ("/users/:id?", "/users/:id"),
            ("/files/{*path}", "/files/:path"),
            ("/files/{path:path}", "/files/:path"),
            ("/b/<slug:states>/<uuid:key>.<slug:fmt>", "/b/:states/:key.:fmt"),
            ("/from/:from-:to", "/from/:from-:to"),
            ("/v{version}/x", "/v:version/x"),
            ("/a/{", "/a/{"),
            ("/all/*", "/all/*"),
        ] {
            assert_eq!(spelled(path), expected, "{path}");
        }
    }
}
