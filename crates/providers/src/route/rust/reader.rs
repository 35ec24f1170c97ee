//! What expressions of Rust are, as far as one file tells.

use std::sync::Arc;

use auditlint_names::{BindingId, Target};
use auditlint_source::{LineIndex, Span};
use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::super::fact::{Body, Facts, Framework, Kind, Made, Part, RouteFact, RouteValue, Site, Step, method};
use crate::view::View;

/// So many expressions lead from one to what it is.
const DEEPEST: usize = 12;
/// So many calls lie in one chain.
const LONGEST: usize = 512;

pub(super) struct RustRouteReader<'a> {
    pub(super) code: View<'a>,
    lines: &'a LineIndex,
    pub(super) bodies: Vec<(NodeId, Body)>,
    body_of: FxHashMap<NodeId, u32>,
    pub(super) sites: Vec<Site>,
    site_of: FxHashMap<NodeId, u32>,
    pub(super) steps: Vec<(u32, u32, Span, Step)>,
    pub(super) exports: Vec<RouteFact>,
}

impl<'a> RustRouteReader<'a> {
    pub(super) fn new(code: View<'a>, lines: &'a LineIndex) -> Self {
        let root = code.tree.root();
        Self {
            code,
            lines,
            bodies: vec![(root, Body::default())],
            body_of: FxHashMap::from_iter([(root, 0)]),
            sites: Vec::new(),
            site_of: FxHashMap::default(),
            steps: Vec::new(),
            exports: Vec::new(),
        }
    }

    /// Says what was read.
    pub(super) fn finish(mut self, out: &mut Facts) {
        let code = self.code;
        let mut at = 1;
        while at < self.bodies.len() {
            let node = self.bodies[at].0;
            at += 1;
            let Some(block) = code.field(node, "body") else { continue };
            // The last expression of a block is its value.
            let last = code.named(block).last();
            let last = match last {
                // `match` and `if` are statements where they stand last, too.
                Some(last) if code.kind(last) == "expression_statement" => code
                    .named(last)
                    .next()
                    .filter(|inner| code.kind(*inner) == "return_expression" || !code.words(last).ends_with(';')),
                last => last,
            };
            if let Some(last) = last {
                let value = self.value(last);
                if !value.is_unknown() {
                    self.bodies[at - 1].1.returns.push(value);
                }
            }
        }
        let mut steps = std::mem::take(&mut self.steps);
        steps.sort_by_key(|(at, ..)| *at);
        for (node, body) in self.bodies {
            out.say(code.tree.span(node), RouteFact::Body(body));
        }
        for site in self.sites {
            out.say(site.span, RouteFact::Site(site));
        }
        for (_, body, span, step) in steps {
            out.say(span, RouteFact::Step { body, step });
        }
        for export in self.exports {
            out.say(Span::default(), export);
        }
    }

    fn body_around(&mut self, node: NodeId) -> u32 {
        let code = self.code;
        let is_body = |above: &NodeId| code.kind(*above) == "function_item" || is_configuring(code, *above);
        match code.tree.ancestors(node).find(is_body) {
            Some(body) => self.body(body),
            None => 0,
        }
    }

    pub(super) fn body(&mut self, node: NodeId) -> u32 {
        if let Some(known) = self.body_of.get(&node) {
            return *known;
        }
        let id = self.bodies.len() as u32;
        self.body_of.insert(node, id);
        let code = self.code;
        let name = code.field(node, "name").map_or("", |name| code.words(name));
        let parameters = code.field(node, "parameters").into_iter().flat_map(|list| code.named(list));
        let is_closure = code.kind(node) == "closure_expression";
        let parameters: Vec<NodeId> = parameters.filter(|part| is_closure || code.kind(*part) == "parameter").collect();
        let mut body = Body {
            name: name.into(),
            line: self.lines.line(code.tree.span(node).start),
            is_async: code
                .named(node)
                .any(|part| code.kind(part) == "function_modifiers" && code.words(part).contains("async")),
            arity: parameters.len() as u32,
            ..Body::default()
        };
        for (at, parameter) in parameters.iter().enumerate() {
            let of = code.field(*parameter, "type").map_or("", |of| code.words(of));
            let of = of.trim_start_matches(['&', ' ']).trim_start_matches("mut ").split('<').next().unwrap_or_default();
            match of.rsplit("::").next() {
                Some("ServiceConfig") => body.typed.push((at as u32, Framework::Actix)),
                Some("Router" | "OpenApiRouter" | "ApiRouter") => body.typed.push((at as u32, Framework::Axum)),
                Some("Rocket") => body.typed.push((at as u32, Framework::Rocket)),
                _ => {}
            }
        }
        self.attributes(node, &parameters, &mut body);
        self.bodies.push((node, body));
        id
    }

    /// What attributes say of the route of a function: `#[get("/a/<id>", data = "<form>")]`.
    fn attributes(&mut self, function: NodeId, parameters: &[NodeId], body: &mut Body) {
        let code = self.code;
        let mut documented = None;
        let mut at = code.tree.prev_sibling(function);
        while let Some(item) =
            at.filter(|item| matches!(code.kind(*item), "attribute_item" | "line_comment" | "block_comment"))
        {
            at = code.tree.prev_sibling(item);
            let words = code.words(item).trim_start_matches("#[").trim_end_matches(']');
            let Some((name, rest)) = words.split_once('(') else { continue };
            let name = name.trim().rsplit("::").next().unwrap_or_default();
            let mut texts = rest.split('"').skip(1).step_by(2);
            match name {
                "get" | "post" | "put" | "patch" | "delete" | "head" | "options" => {
                    let Some(path) = texts.next() else { continue };
                    body.methods.push(name.to_uppercase().into());
                    body.path = Some(path.split('?').next().unwrap_or_default().into());
                }
                "route" => {
                    // Of actix: `#[route("/a", method = "GET", method = "POST")]`; of rocket: `#[route(GET, uri = "/a")]`.
                    let texts: Vec<&str> = texts.collect();
                    let Some(path) = texts.iter().find(|text| text.starts_with('/')) else { continue };
                    body.path = Some((*path).into());
                    let methods = texts.iter().filter(|text| text.chars().all(char::is_uppercase) && !text.is_empty());
                    body.methods.extend(methods.map(|method| (*method).into()));
                    if body.methods.is_empty() {
                        body.methods.extend(rest.split(',').next().map(|method| method.trim().into()));
                    }
                }
                "path" => {
                    documented = documented_route(rest);
                    continue;
                }
                _ => continue,
            }
            // `wrap = "Guard"` of actix
            for wrap in rest.split("wrap").skip(1).filter_map(|rest| rest.split('"').nth(1)) {
                let name = wrap.split(['(', '<']).next().unwrap_or_default();
                let span = code.tree.span(item);
                body.around.push(Part { name: name.into(), kind: Kind::Layer, span, ..Part::default() });
            }
            // What rocket makes from a request for a parameter that no path, query or data names.
            if has(code, b"rocket") {
                for parameter in parameters {
                    let name = code.field(*parameter, "pattern").map_or("", |name| code.words(name));
                    let of = code.field(*parameter, "type");
                    let named = format!("<{name}>");
                    let is_named = rest.contains(&named) || rest.contains(&format!("<{name}..>"));
                    let shown = of
                        .map_or("", |of| code.words(of))
                        .trim_start_matches('&')
                        .split('<')
                        .next()
                        .unwrap_or_default();
                    let shown = shown.split_whitespace().last().unwrap_or_default();
                    if !is_named && !matches!(shown.rsplit("::").next(), Some("State" | "Connection")) {
                        let span = code.tree.span(*parameter);
                        body.around.push(Part { name: shown.into(), kind: Kind::Guard, span, ..Part::default() });
                    }
                }
            }
        }
        // What an attribute documents counts where no other declares the route.
        if let Some((methods, path)) = documented.filter(|_| body.methods.is_empty()) {
            body.methods = methods;
            body.path = Some(path);
        }
    }

    pub(super) fn site(&mut self, node: NodeId, make: impl FnOnce(&mut Self) -> Made) -> RouteValue {
        if let Some(known) = self.site_of.get(&node) {
            return RouteValue::Site(*known);
        }
        let id = self.sites.len() as u32;
        self.site_of.insert(node, id);
        let span = self.code.tree.span(node);
        let unknown = Made::Call { name: "".into(), callee: RouteValue::Unknown, arguments: Vec::new() };
        self.sites.push(Site { body: 0, span, made: unknown });
        let body = self.body_around(node);
        let made = make(self);
        self.sites[id as usize] = Site { body, span, made };
        RouteValue::Site(id)
    }

    pub(super) fn say(&mut self, at: u32, node: NodeId, step: Step) {
        let code = self.code;
        if code.tree.ancestors(node).any(|above| is_test(code, above)) {
            return;
        }
        let body = self.body_around(node);
        self.steps.push((at, body, code.tree.span(node), step));
    }

    /// The path that a name stands for, through `use`.
    pub(super) fn path(&self, node: NodeId) -> String {
        let code = self.code;
        let target = code.analysis.target(node);
        match target.path(code.text, "::") {
            Some(path) => path.to_string().replace('#', "::"),
            None if matches!(target, Target::Local(_)) => String::new(),
            None => code.words(node).to_owned(),
        }
    }

    pub(super) fn value(&mut self, node: NodeId) -> RouteValue {
        self.value_within(node, 0)
    }

    fn value_within(&mut self, node: NodeId, depth: usize) -> RouteValue {
        if depth > DEEPEST {
            return RouteValue::Unknown;
        }
        let code = self.code;
        match code.kind(node) {
            "parenthesized_expression"
            | "reference_expression"
            | "try_expression"
            | "await_expression"
            | "return_expression" => {
                code.named(node).last().map_or(RouteValue::Unknown, |inner| self.value_within(inner, depth + 1))
            }
            "string_literal" | "raw_string_literal" => {
                let text = code.words(node).trim_start_matches(['r', '#']).trim_end_matches('#');
                RouteValue::text(text.trim_matches('"'))
            }
            "if_expression" | "match_expression" => self.chosen(node, depth + 1),
            "else_clause" | "match_arm" => {
                code.named(node).last().map_or(RouteValue::Unknown, |last| self.value_within(last, depth + 1))
            }
            "block" => code.named(node).last().map_or(RouteValue::Unknown, |last| self.value_within(last, depth + 1)),
            "macro_invocation" => self.macros(node),
            "closure_expression" if is_configuring(code, node) => RouteValue::Body(self.body(node)),
            "identifier" => self.named(node, depth + 1),
            "scoped_identifier" | "generic_function" => self.item(node),
            "call_expression" => self.call(node, depth + 1),
            "array_expression" => {
                let parts = code.named(node).map(|part| Part {
                    value: self.value_within(part, depth + 1),
                    span: code.tree.span(part),
                    ..Part::default()
                });
                RouteValue::List(parts.collect())
            }
            _ => RouteValue::Unknown,
        }
    }

    /// What a condition chooses: the first router, since what is put on it later runs for its routes wherever another takes it in.
    fn chosen(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let ways: Vec<NodeId> = match code.kind(node) {
            "if_expression" => ["consequence", "alternative"].iter().filter_map(|way| code.field(node, way)).collect(),
            _ => code.field(node, "body").into_iter().flat_map(|body| code.named(body)).take(LONGEST).collect(),
        };
        let ways: Vec<RouteValue> = ways.into_iter().map(|way| self.value_within(way, depth)).collect();
        let is_router = |way: &&RouteValue| match way {
            RouteValue::Site(site) => !matches!(self.sites[*site as usize].made, Made::Call { .. }),
            way => matches!(way, RouteValue::Parameter { .. }),
        };
        match ways.iter().find(is_router) {
            Some(router) => router.clone(),
            None => RouteValue::Either(ways),
        }
    }

    /// `routes![a, users::b]` of rocket, `format!("/a")`, `vec![…]`
    fn macros(&mut self, node: NodeId) -> RouteValue {
        let code = self.code;
        let name = code.field(node, "macro").map_or("", |name| code.words(name));
        if !matches!(name, "routes" | "rocket::routes" | "utoipa_axum::routes" | "openapi_get_routes" | "services") {
            return RouteValue::Unknown;
        }
        let Some(tokens) = code.named(node).find(|part| code.kind(*part) == "token_tree") else {
            return RouteValue::Unknown;
        };
        let words = code.words(tokens).trim_matches(['[', ']', '(', ')', '{', '}']);
        let words: String = words.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
        let mut parts = Vec::new();
        for written in words.split(',').map(str::trim).filter(|written| !written.is_empty()) {
            let written: String = written.split_whitespace().collect();
            let value = match written.rsplit_once("::") {
                Some((module, name)) => RouteValue::Import { module: self.module(module).into(), name: name.into() },
                None => self.function(&written).unwrap_or_else(|| self.used(&written)),
            };
            parts.push(Part { value, name: written.as_str().into(), span: code.tree.span(tokens), ..Part::default() });
        }
        RouteValue::List(parts)
    }

    /// The path of a module that a macro names, whose first name a `use` may bring: `ui::list` after `use web::ui`.
    fn module(&self, module: &str) -> String {
        let code = self.code;
        let (first, rest) = module.split_once("::").unwrap_or((module, ""));
        let uses = (0..code.tree.main_end()).map(NodeId).filter(|node| code.kind(*node) == "use_declaration");
        let found = uses.flat_map(|node| self.given_by(node)).find(|(given, _)| given == first);
        match found {
            Some((_, path)) if rest.is_empty() => path,
            Some((_, path)) => format!("{path}::{rest}"),
            None => module.to_owned(),
        }
    }

    /// The names that a `use` gives, each with its path.
    pub(super) fn given_by(&self, declaration: NodeId) -> Vec<(String, String)> {
        let code = self.code;
        let mut found = Vec::new();
        let mut open: Vec<(NodeId, String)> = code.named(declaration).map(|part| (part, String::new())).collect();
        while let Some((part, before)) = open.pop() {
            let behind = |words: &str| if before.is_empty() { words.to_owned() } else { format!("{before}::{words}") };
            match code.kind(part) {
                "scoped_use_list" => {
                    let path = code.field(part, "path").map_or_else(|| before.clone(), |path| behind(code.words(path)));
                    open.extend(code.field(part, "list").map(|list| (list, path)));
                }
                "use_list" => open.extend(code.named(part).map(|part| (part, before.clone()))),
                "use_as_clause" | "scoped_identifier" | "identifier" => {
                    let path = behind(code.words(
                        code.field(part, "path").filter(|_| code.kind(part) == "use_as_clause").unwrap_or(part),
                    ));
                    let last = path.rsplit("::").next().unwrap_or_default();
                    let given = code.field(part, "alias").map_or(last, |alias| code.words(alias)).to_owned();
                    found.push((given, path));
                }
                _ => {}
            }
        }
        found
    }

    /// A function of this file.
    fn function(&mut self, name: &str) -> Option<RouteValue> {
        let code = self.code;
        let found = (0..code.tree.main_end()).map(NodeId).find(|node| {
            code.kind(*node) == "function_item" && code.field(*node, "name").is_some_and(|of| code.words(of) == name)
        });
        found.map(|found| RouteValue::Body(self.body(found)))
    }

    /// What a name is that a `use` brings.
    fn used(&mut self, name: &str) -> RouteValue {
        let code = self.code;
        let names = code.analysis.names();
        let found = names.bindings().find(|(_, binding)| code.words(binding.node) == name);
        found.map_or(RouteValue::Unknown, |(_, binding)| self.item(binding.node))
    }

    /// What a path stands for: a function of this file, or something of another module.
    pub(super) fn item(&mut self, node: NodeId) -> RouteValue {
        let code = self.code;
        let node =
            if code.kind(node) == "generic_function" { code.field(node, "function").unwrap_or(node) } else { node };
        if let Target::Local(binding) = code.analysis.target(node) {
            let declared = code.analysis.names().binding(binding).node;
            let above = code.tree.parent(declared);
            if let Some(function) = above.filter(|above| code.kind(*above) == "function_item") {
                return RouteValue::Body(self.body(function));
            }
        }
        let path = self.path(node);
        // `Self::router`, or a method of a type of this file.
        let words = code.words(node);
        let name = words.rsplit("::").next().unwrap_or_default();
        let of_type = words.rsplit("::").nth(1).unwrap_or_default();
        if of_type == "Self" {
            return self.function(name).unwrap_or_default();
        }
        match path.rsplit_once("::") {
            Some((module, name)) => RouteValue::Import { module: module.into(), name: name.into() },
            None if words.contains("::") => self.function(name).unwrap_or_default(),
            // `use super::limited;`
            None => match self.module(words).rsplit_once("::") {
                Some((module, name)) => RouteValue::Import { module: module.into(), name: name.into() },
                None => RouteValue::Unknown,
            },
        }
    }

    fn named(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let names = code.analysis.names();
        let Some(binding) = names.binding_of(node) else { return self.item(node) };
        let declared = names.binding(binding).node;
        let mut at = declared;
        for _ in 0..4 {
            let Some(above) = code.tree.parent(at) else { break };
            match code.kind(above) {
                "let_declaration" => {
                    let value =
                        code.field(above, "value").map_or(RouteValue::Unknown, |value| self.value_within(value, depth));
                    return self.filled(binding, value, depth);
                }
                "closure_parameters" => {
                    let Some(closure) = code.tree.parent(above).filter(|closure| is_configuring(code, *closure)) else {
                        break;
                    };
                    let place = code.named(above).position(|part| part == at).unwrap_or(0);
                    return RouteValue::Parameter { body: self.body(closure), at: place as u32 };
                }
                "const_item" | "static_item" => {
                    return code
                        .field(above, "value")
                        .map_or(RouteValue::Unknown, |value| self.value_within(value, depth));
                }
                "function_item" if code.field(above, "name") == Some(at) => return RouteValue::Body(self.body(above)),
                "parameter" => {
                    let list = code.tree.parent(above);
                    let function = list.and_then(|list| code.tree.parent(list));
                    let (Some(list), Some(function)) = (list, function) else { break };
                    let place =
                        code.named(list).filter(|part| code.kind(*part) == "parameter").position(|part| part == above);
                    return RouteValue::Parameter { body: self.body(function), at: place.unwrap_or(0) as u32 };
                }
                "mut_pattern" | "ref_pattern" | "reference_pattern" => at = above,
                // `let (router, api) = documented.split_for_parts()`
                "tuple_pattern" if code.named(above).next() == Some(at) => at = above,
                _ => break,
            }
        }
        self.item(node)
    }

    /// A list with what is appended to it later.
    fn filled(&mut self, list: BindingId, value: RouteValue, depth: usize) -> RouteValue {
        let code = self.code;
        let is_list = match &value {
            RouteValue::List(_) => true,
            RouteValue::Site(site) => {
                matches!(&self.sites[*site as usize].made, Made::Call { name, .. } if name.starts_with("Vec::"))
            }
            _ => false,
        };
        if !is_list {
            return value;
        }
        let mut parts = match value {
            RouteValue::List(parts) => parts,
            _ => Vec::new(),
        };
        let used: Vec<NodeId> = code.analysis.names().references(list).map(|reference| reference.node).collect();
        for used in used.into_iter().take(LONGEST) {
            let callee = code.tree.parent(used).filter(|above| code.kind(*above) == "field_expression");
            let Some(callee) = callee else { continue };
            let name = code.field(callee, "field").map_or("", |name| code.words(name));
            let call = code.tree.parent(callee).filter(|call| code.kind(*call) == "call_expression");
            if let Some(call) = call.filter(|_| matches!(name, "append" | "extend"))
                && let Some(given) = code.arguments(call).next()
            {
                let value = self.value_within(given, depth);
                parts.push(Part { value, span: code.tree.span(given), ..Part::default() });
            }
        }
        RouteValue::List(parts)
    }

    /// The call that a chain of methods begins with.
    pub(super) fn base(&self, node: NodeId) -> NodeId {
        let code = self.code;
        let mut at = node;
        for _ in 0..LONGEST {
            at = match code.kind(at) {
                "await_expression" | "try_expression" | "parenthesized_expression" | "reference_expression" => {
                    match code.named(at).last() {
                        Some(inner) => inner,
                        None => return at,
                    }
                }
                "call_expression" => {
                    match code.field(at, "function").filter(|callee| code.kind(*callee) == "field_expression") {
                        Some(callee) => match code.field(callee, "value") {
                            Some(value) => value,
                            None => return at,
                        },
                        None => return at,
                    }
                }
                _ => return at,
            };
        }
        at
    }

    fn call(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let base = self.base(node);
        // `[base, "/a"].concat()`
        if code.kind(base) == "array_expression" && code.words(node).ends_with(".concat()") {
            let parts = code.named(base).map(|part| {
                let name = if code.kind(part) == "identifier" { code.words(part) } else { "computed" };
                (self.value_within(part, depth + 1), name.into())
            });
            return RouteValue::Joined(parts.collect());
        }
        if base != node {
            return self.value_within(base, depth);
        }
        let Some(callee) = code.field(node, "function") else { return RouteValue::Unknown };
        let path = self.path(if code.kind(callee) == "generic_function" {
            code.field(callee, "function").unwrap_or(callee)
        } else {
            callee
        });
        let parts: Vec<&str> = path.split("::").collect();
        let (crate_name, end) =
            (parts.first().copied().unwrap_or_default(), parts.get(parts.len().saturating_sub(2)..));
        let first = code.arguments(node).next();
        let made = match (crate_name, end.unwrap_or_default()) {
            ("axum", ["Router", "new" | "default"])
            | ("utoipa_axum", ["OpenApiRouter", "new" | "default" | "with_openapi"])
            | ("aide", ["ApiRouter", "new" | "default"]) => Some((Framework::Axum, true)),
            ("actix_web", ["App", "new"]) => Some((Framework::Actix, true)),
            ("actix_web", [_, "scope" | "resource"]) => Some((Framework::Actix, false)),
            // `use actix_web::web::*`
            ("scope" | "resource", ["scope" | "resource"]) if has(code, b"web::*") => Some((Framework::Actix, false)),
            ("rocket", ["rocket", "build" | "custom" | "ignite"]) => Some((Framework::Rocket, true)),
            _ => None,
        };
        if let Some((framework, is_root)) = made {
            return self.site(node, |reader| {
                let prefix = if is_root {
                    RouteValue::Unknown
                } else {
                    first.map_or(RouteValue::Unknown, |first| reader.value(first))
                };
                Made::Router { framework, name: name_of(code, node).into(), is_root, prefix }
            });
        }
        self.site(node, |reader| {
            let called = reader.value_within(callee, depth + 1);
            let arguments = code.arguments(node).map(|part| Part {
                value: reader.value_within(part, depth + 1),
                span: code.tree.span(part),
                ..Part::default()
            });
            let arguments = arguments.take(64).collect();
            Made::Call { name: code.words(callee).into(), callee: called, arguments }
        })
    }
}

/// The methods and the path that `#[utoipa::path(get, path = "/a", …)]` says; `method(get, head)` says several.
fn documented_route(arguments: &str) -> Option<(Vec<Arc<str>>, Arc<str>)> {
    let (before, after) = arguments.split_once("path")?;
    let written = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
    let path = written.split('"').next()?;
    let words = before.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let methods: Vec<Arc<str>> = words.filter_map(|word| method(word).map(Into::into)).collect();
    (!methods.is_empty()).then(|| (methods, path.into()))
}

/// Whether an item is compiled for tests alone.
fn is_test(code: View<'_>, item: NodeId) -> bool {
    if !matches!(code.kind(item), "mod_item" | "function_item") {
        return false;
    }
    let is_named = code.kind(item) == "mod_item"
        && code.field(item, "name").is_some_and(|name| matches!(code.words(name), "tests" | "test"));
    let before = std::iter::successors(code.tree.prev_sibling(item), |at| code.tree.prev_sibling(*at));
    let mut before = before.take_while(|at| matches!(code.kind(*at), "attribute_item" | "line_comment"));
    is_named || before.any(|at| matches!(code.words(at), "#[cfg(test)]" | "#[test]" | "#[tokio::test]"))
}

/// Whether a closure is handed to `configure`.
fn is_configuring(code: View<'_>, node: NodeId) -> bool {
    code.kind(node) == "closure_expression"
        && code
            .tree
            .parent(node)
            .and_then(|list| code.tree.parent(list))
            .and_then(|call| code.field(call, "function"))
            .and_then(|callee| code.field(callee, "field"))
            .is_some_and(|name| code.words(name) == "configure")
}

fn has(code: View<'_>, word: &[u8]) -> bool {
    memchr::memmem::find(code.text, word).is_some()
}

/// The name that `let` gives to what a chain makes, or the function that gives it back.
fn name_of<'a>(code: View<'a>, node: NodeId) -> &'a str {
    for above in code.tree.ancestors(node) {
        let name = match code.kind(above) {
            "let_declaration" => code.field(above, "pattern"),
            "function_item" => code.field(above, "name"),
            _ => continue,
        };
        return name.map_or("", |name| code.words(name));
    }
    ""
}
