//! What happens to routers in a file of Rust.

use auditlint_syntax::NodeId;

use super::super::fact::{Framework, Kind, Made, Part, RouteFact, RouteValue, RouterStage, Step, method};
use super::reader::RustRouteReader;

/// So many calls lie in the chain of what answers one path.
const LONGEST: usize = 64;

/// Methods of a router that put nothing before its handlers.
const PLAIN: &[&str] = &[
    "with_state",
    "fallback",
    "fallback_service",
    "method_not_allowed_fallback",
    "reset_fallback",
    "route_service",
    "into_make_service",
    "into_make_service_with_connect_info",
    "into_service",
    "as_service",
    "without_v07_checks",
    "has_routes",
    "split_for_parts",
    "to_openapi",
    "into_openapi",
    "get_openapi",
    "finish_api",
    "finish_api_with",
    "into",
    "clone",
    "to_owned",
    "boxed",
    "as_ref",
    "unwrap",
    "expect",
    "oneshot",
    "ready",
    "call",
    "poll_ready",
    "map_err",
    "into_future",
];

impl RustRouteReader<'_> {
    pub(super) fn node(&mut self, node: NodeId) {
        let code = self.code;
        match code.kind(node) {
            "function_item" => {
                let name = code.field(node, "name").map_or("", |name| code.words(name));
                let value = RouteValue::Body(self.body(node));
                self.exports.push(RouteFact::Export { name: name.into(), value });
            }
            "use_declaration" => self.reexport(node),
            "call_expression" if self.method_call(node).is_none() => self.handing(node),
            _ => {}
        }
    }

    /// `pub use self::users::router;`
    fn reexport(&mut self, node: NodeId) {
        let code = self.code;
        if !code.words(node).starts_with("pub") {
            return;
        }
        for (given, path) in self.given_by(node) {
            if let Some((module, name)) = path.rsplit_once("::") {
                let value = RouteValue::Import { module: module.into(), name: name.into() };
                self.exports.push(RouteFact::Export { name: given.as_str().into(), value });
            }
        }
    }

    /// A call that is handed a router: `users::config(cfg)`.
    fn handing(&mut self, call: NodeId) {
        let code = self.code;
        let Some(callee) = code.field(call, "function") else { return };
        if !matches!(code.kind(callee), "identifier" | "scoped_identifier") {
            return;
        }
        let handed: Vec<NodeId> =
            code.arguments(call)
                .map(|part| {
                    if code.kind(part) == "reference_expression" {
                        code.named(part).last().unwrap_or(part)
                    } else {
                        part
                    }
                })
                .filter(|part| code.kind(*part) == "identifier")
                .collect();
        let is_router = handed.into_iter().any(|part| match self.value(part) {
            RouteValue::Site(site) => matches!(self.sites[site as usize].made, Made::Router { .. }),
            RouteValue::Parameter { body, at } => {
                let body = &self.bodies[body as usize].1;
                body.typed.iter().any(|(place, _)| *place == at) || body.name.is_empty()
            }
            _ => false,
        });
        if is_router && let RouteValue::Site(site) = self.value(call) {
            self.say(code.tree.span(callee).start, call, Step::Call(site));
        }
    }

    fn method_call(&mut self, call: NodeId) -> Option<()> {
        let code = self.code;
        let callee = code.field(call, "function").filter(|callee| code.kind(*callee) == "field_expression")?;
        let name_node = code.field(callee, "field")?;
        let name = code.words(name_node);
        let known = matches!(
            name,
            "route"
                | "nest"
                | "merge"
                | "layer"
                | "route_layer"
                | "service"
                | "configure"
                | "wrap"
                | "mount"
                | "nest_service"
                | "attach"
                | "to"
                | "routes"
                | "api_route"
        ) || method(name).is_some();
        (known || !PLAIN.contains(&name)).then_some(())?;
        let base = self.base(call);
        let on = self.value(base);
        matches!(on, RouteValue::Site(_) | RouteValue::Parameter { .. }).then_some(())?;
        let at = code.tree.span(name_node).start;
        if !known {
            return self.extension(call, name_node, on);
        }
        let arguments: Vec<NodeId> = code.arguments(call).collect();
        let first = *arguments.first()?;
        match name {
            "routes" => {
                let child = self.part(first);
                self.say(at, call, Step::Mount { on, at: RouteValue::Unknown, child, parts: Vec::new() });
            }
            "route" | "api_route" => {
                let (path, answers) = match arguments.get(1) {
                    Some(second) => (Some(self.part(first)), *second),
                    // `web::resource("/a").route(web::get().to(list))`
                    None => (None, first),
                };
                self.answers(call, at, &on, path, answers);
            }
            "nest" | "nest_service" | "merge" | "service" | "configure" | "mount" => {
                let (prefix, child) = match arguments.get(1) {
                    // A prefix that is computed is one all the same.
                    Some(second) => match self.value(first) {
                        RouteValue::Unknown => {
                            (RouteValue::Joined(vec![(RouteValue::Unknown, "computed".into())]), *second)
                        }
                        prefix => (prefix, *second),
                    },
                    None => (RouteValue::Unknown, first),
                };
                if name == "mount" && matches!(self.value(child), RouteValue::Unknown) {
                    // What is no list of routes answers by itself.
                    return None;
                }
                let children: Vec<NodeId> =
                    if code.kind(child) == "tuple_expression" { code.named(child).collect() } else { vec![child] };
                for child in children {
                    let child = self.part(child);
                    self.say(at, call, Step::Mount { on: on.clone(), at: prefix.clone(), child, parts: Vec::new() });
                }
            }
            "layer" | "route_layer" => {
                let parts = self.layers(first);
                self.say(at, call, Step::Use { on, parts, stage: RouterStage::Around });
            }
            "wrap" => {
                let parts = self.layers(first);
                self.say(at, call, Step::Use { on, parts, stage: RouterStage::Outer });
            }
            // `web::resource("/a").to(all)`
            "to" => {
                let handler = self.part(first);
                self.say(at, call, Step::Route { on, method: RouteValue::text("ANY"), parts: vec![handler] });
            }
            _ => {}
        }
        Some(())
    }

    /// A method that a router of axum has from elsewhere may put a layer around what it has so far.
    fn extension(&mut self, call: NodeId, name: NodeId, on: RouteValue) -> Option<()> {
        let code = self.code;
        let RouteValue::Site(site) = on else { return None };
        let is_axum = matches!(self.sites[site as usize].made, Made::Router { framework: Framework::Axum, .. });
        is_axum.then_some(())?;
        let at = code.tree.span(name);
        let part =
            Part { name: code.words(name).into(), is_call: true, kind: Kind::Layer, span: at, ..Part::default() };
        self.say(at.start, call, Step::Use { on, parts: vec![part], stage: RouterStage::Around });
        Some(())
    }

    /// Says a route for each method that a chain answers: `get(list).post(create).layer(auth)`, `web::get().to(list)`.
    fn answers(&mut self, call: NodeId, at: u32, on: &RouteValue, path: Option<Part>, answers: NodeId) {
        let code = self.code;
        let (mut node, mut layers): (NodeId, Vec<Part>) = (answers, Vec::new());
        // The method, what answers, and how many layers lie around it.
        let mut found: Vec<(&str, Part, usize)> = Vec::new();
        let mut waiting: Option<Part> = None;
        for _ in 0..LONGEST {
            if code.kind(node) == "identifier" {
                // What a constant of the function holds.
                let names = code.analysis.names();
                let declared = names.binding_of(node).map(|binding| names.binding(binding).node);
                let above = declared.and_then(|declared| code.tree.parent(declared));
                match above.and_then(|above| code.field(above, "value")) {
                    Some(value) => node = value,
                    None => break,
                }
                continue;
            }
            if code.kind(node) != "call_expression" {
                break;
            }
            let Some(callee) = code.field(node, "function") else { break };
            let first = code.arguments(node).next();
            let is_method = code.kind(callee) == "field_expression";
            let name = match code.kind(callee) {
                "field_expression" => code.field(callee, "field").map_or("", |name| code.words(name)),
                _ => code.words(callee).split("::<").next().unwrap_or_default().rsplit("::").next().unwrap_or_default(),
            };
            match (name, first) {
                ("layer" | "route_layer" | "wrap", Some(first)) => {
                    let added = self.layers(first);
                    // Those that are put on later lie around those before.
                    layers.extend(added);
                }
                ("to", Some(first)) => waiting = Some(self.part(first)),
                _ => {
                    let verb = name.trim_end_matches("_service").trim_end_matches("_with");
                    if let Some(verb) = method(verb) {
                        let handler = first.map(|first| self.part(first)).or_else(|| waiting.take());
                        if let Some(handler) = handler {
                            found.push((verb, handler, layers.len()));
                        }
                    }
                }
            }
            if !is_method {
                break;
            }
            match code.field(callee, "value") {
                Some(value) => node = value,
                None => break,
            }
        }
        if found.is_empty() {
            let gap = path.clone().unwrap_or_default();
            let mut parts: Vec<Part> = path.into_iter().collect();
            parts.push(Part { span: gap.span, ..self.part(answers) });
            return self.say(at, call, Step::Route { on: on.clone(), method: RouteValue::text("ANY"), parts });
        }
        for (verb, handler, around) in found.into_iter().rev() {
            let mut parts: Vec<Part> = path.clone().into_iter().collect();
            parts.extend(layers[..around].iter().cloned());
            parts.push(handler);
            self.say(at, call, Step::Route { on: on.clone(), method: RouteValue::text(verb), parts });
        }
    }

    /// The layers that an argument puts on: one, those of a `ServiceBuilder`, those of a tuple.
    fn layers(&mut self, node: NodeId) -> Vec<Part> {
        let code = self.code;
        if code.kind(node) == "tuple_expression" {
            return code.named(node).map(|part| self.layer(part)).collect();
        }
        let base = self.base(node);
        let is_builder = code.kind(base) == "call_expression"
            && code.field(base, "function").is_some_and(|callee| code.words(callee).ends_with("ServiceBuilder::new"));
        if !is_builder {
            return vec![self.layer(node)];
        }
        let (mut found, mut at) = (Vec::new(), node);
        while at != base {
            let callee = code.field(at, "function").filter(|callee| code.kind(*callee) == "field_expression");
            let Some(callee) = callee else { break };
            let name = code.field(callee, "field").map_or("", |name| code.words(name));
            if let Some(first) = code.arguments(at).next().filter(|_| name == "layer") {
                found.push(self.layer(first));
            }
            let Some(value) = code.field(callee, "value") else { break };
            at = value;
        }
        found.reverse();
        found
    }

    /// A layer by its name: the function of `from_fn`, else the type that is made.
    fn layer(&mut self, node: NodeId) -> Part {
        let code = self.code;
        let base = self.base(node);
        let span = code.tree.span(node);
        if code.kind(base) == "call_expression"
            && let Some(callee) = code.field(base, "function")
        {
            let path = code.words(callee);
            let name = path.split("::<").next().unwrap_or_default();
            if matches!(
                name.rsplit("::").next(),
                Some("from_fn" | "from_fn_with_state" | "map_request" | "from_extractor")
            ) && let Some(function) = code.arguments(base).last()
            {
                return Part { kind: Kind::Layer, ..self.part(function) };
            }
            let mut named: Vec<&str> = name.split("::").collect();
            // `TraceLayer::new_for_http()` is a `TraceLayer`; `cors()` is `cors`.
            if named.len() > 1 && named[named.len() - 2].starts_with(char::is_uppercase) {
                named.pop();
                let name = named.join("::");
                let value = RouteValue::Import {
                    module: self.path(callee).rsplit_once("::").map_or("", |(module, _)| module).into(),
                    name: "*".into(),
                };
                return Part { value, name: name.as_str().into(), is_call: true, kind: Kind::Layer, span };
            }
            return Part { value: self.value(callee), name: name.into(), is_call: true, kind: Kind::Layer, span };
        }
        Part { kind: Kind::Layer, ..self.part(node) }
    }

    pub(super) fn part(&mut self, node: NodeId) -> Part {
        let code = self.code;
        let span = code.tree.span(node);
        let named = self.base(node);
        let name = match code.kind(named) {
            "identifier" | "scoped_identifier" => code.words(named),
            "call_expression" => code.field(named, "function").map_or("", |callee| code.words(callee)),
            _ => "",
        };
        let is_call = code.kind(named) == "call_expression";
        Part { value: self.value(node), name: name.into(), is_call, span, ..Part::default() }
    }
}
