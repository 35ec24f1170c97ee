//! What expressions are, as far as one file tells.

use std::sync::Arc;

use auditlint_names::BindingId;
use auditlint_source::{LineIndex, Span};
use auditlint_syntax::{ECMASCRIPT_FUNCTIONS as FUNCTIONS, NodeId};
use rustc_hash::FxHashMap;

use super::super::fact::{Body, CHAINED, Class, Framework, Made, Part, RouteValue, Site, Step};
use super::packages::{is_plugin, maker, typed};
use crate::view::View;

/// So many expressions lead from one to what it is.
const DEEPEST: usize = 12;
/// So many calls lie in one chain.
const LONGEST: usize = 256;
/// So many elements of a list or an object are told.
const MOST: usize = 256;

/// What is told of a file while it is read.
pub(super) struct EcmascriptRouteReader<'a> {
    pub(super) code: View<'a>,
    lines: &'a LineIndex,
    pub(super) bodies: Vec<(NodeId, Body)>,
    body_of: FxHashMap<NodeId, u32>,
    pub(super) sites: Vec<Site>,
    site_of: FxHashMap<NodeId, u32>,
    pub(super) classes: Vec<Class>,
    class_of: FxHashMap<NodeId, u32>,
    /// What the file assigns to its own `exports`, by name, once somebody asks.
    exported: Option<FxHashMap<&'a str, NodeId>>,
    /// So many calls of one chain are being looked at, the last first.
    chained: usize,
    /// By where each happens: the body, and what it is.
    pub(super) steps: Vec<(u32, u32, Span, Step)>,
}

impl<'a> EcmascriptRouteReader<'a> {
    pub(super) fn new(code: View<'a>, lines: &'a LineIndex) -> Self {
        let root = code.tree.root();
        Self {
            code,
            lines,
            bodies: vec![(root, Body::default())],
            body_of: FxHashMap::from_iter([(root, 0)]),
            sites: Vec::new(),
            site_of: FxHashMap::default(),
            classes: Vec::new(),
            class_of: FxHashMap::default(),
            exported: None,
            chained: 0,
            steps: Vec::new(),
        }
    }

    /// The body that a node stands in.
    pub(super) fn body_around(&mut self, node: NodeId) -> u32 {
        let code = self.code;
        let is_body = |above: &NodeId| FUNCTIONS.contains(&code.kind(*above)) || is_loop(code, *above);
        match code.tree.ancestors(node).find(is_body) {
            Some(body) => self.body(body),
            None => 0,
        }
    }

    /// The number of a function or loop.
    pub(super) fn body(&mut self, node: NodeId) -> u32 {
        if let Some(known) = self.body_of.get(&node) {
            return *known;
        }
        let id = self.bodies.len() as u32;
        self.body_of.insert(node, id);
        self.bodies.push((node, Body::default()));
        let code = self.code;
        let is_async = code.tree.children(node).take(3).any(|child| code.kind(child) == "async");
        let parameters = self.parameters(node);
        let mut body = Body {
            name: self.name_in_class(node).into(),
            line: self.line(node),
            is_async,
            arity: parameters.len() as u32,
            is_loop: is_loop(code, node),
            is_constructor: code.field(node, "name").is_some_and(|name| code.words(name) == "constructor"),
            ..Body::default()
        };
        for (at, parameter) in parameters.iter().enumerate() {
            let declared = code.field(*parameter, "type").and_then(|of| self.typed(of));
            if let Some(framework) = declared.or_else(|| (at == 0).then(|| self.plugin(node)).flatten()) {
                body.typed.push((at as u32, framework));
            }
            let of_type = code.field(*parameter, "type").and_then(|of| code.named(of).next());
            let members = of_type.filter(|of| code.kind(*of) == "object_type");
            for member in members.into_iter().flat_map(|of| code.named(of)).take(MOST) {
                if let (Some(name), Some(of)) = (code.field(member, "name"), code.field(member, "type"))
                    && let Some(framework) = self.typed(of)
                {
                    body.typed_members.push((at as u32, code.key(name).into(), framework));
                }
            }
        }
        self.bodies[id as usize].1 = body;
        id
    }

    pub(super) fn line(&self, node: NodeId) -> u32 {
        self.lines.line(self.code.tree.span(node).start)
    }

    /// The name that a function or class has by itself, or by the constant or the member that holds it.
    fn name_of(&self, node: NodeId) -> &'a str {
        let code = self.code;
        if let Some(name) = code.field(node, "name") {
            return code.words(name);
        }
        let Some(above) = code.tree.parent(node) else { return "" };
        let name = match code.kind(above) {
            "variable_declarator" => code.field(above, "name").filter(|name| code.kind(*name) == "identifier"),
            "pair" => code.field(above, "key"),
            "public_field_definition" | "field_definition" => {
                code.field(above, "name").or_else(|| code.field(above, "property"))
            }
            "assignment_expression" => code.field(above, "left").and_then(|left| code.field(left, "property")),
            _ => None,
        };
        name.map_or("", |name| code.key(name))
    }

    /// The same, of a method with the name of its class.
    fn name_in_class(&self, node: NodeId) -> String {
        let code = self.code;
        let name = self.name_of(node);
        let above = code.tree.parent(node).filter(|above| code.kind(*above) == "class_body");
        let class = above.and_then(|body| code.tree.parent(body)).and_then(|class| code.field(class, "name"));
        class.map_or_else(|| name.to_owned(), |class| format!("{}.{name}", code.words(class)))
    }

    /// The parameters of a function; the variable of a loop.
    fn parameters(&self, node: NodeId) -> Vec<NodeId> {
        let code = self.code;
        if is_loop(code, node) {
            return code.field(node, "left").into_iter().collect();
        }
        match code.field(node, "parameters") {
            Some(list) => code.named(list).collect(),
            None => code.field(node, "parameter").into_iter().collect(),
        }
    }

    /// The framework that a type annotation names.
    fn typed(&mut self, annotation: NodeId) -> Option<Framework> {
        let code = self.code;
        let of = if code.kind(annotation) == "type_annotation" { code.named(annotation).next()? } else { annotation };
        let name = match code.kind(of) {
            "generic_type" => code.field(of, "name").or_else(|| code.named(of).next())?,
            _ => of,
        };
        // `express.Router` is a member of what `express` imports.
        let (first, rest) = match code.kind(name) {
            "nested_type_identifier" => (code.named(name).next()?, code.named(name).nth(1)),
            _ => (name, None),
        };
        let binding = code.analysis.names().binding_of(first);
        let framework = match binding.map(|binding| self.bound(binding, 0)) {
            Some(RouteValue::Import { module, name }) => typed(&module, rest.map_or(&*name, |rest| code.words(rest))),
            _ => None,
        };
        framework.or_else(|| is_plugin(code.words(name)).then_some(Framework::Fastify))
    }

    /// The framework whose plugin a function is, by the type of what holds it.
    fn plugin(&self, function: NodeId) -> Option<Framework> {
        let code = self.code;
        let above = code.tree.parent(function)?;
        let is_said = matches!(code.kind(above), "variable_declarator" | "satisfies_expression" | "as_expression");
        let of = is_said.then(|| code.field(above, "type").or_else(|| code.named(above).nth(1)))??;
        let name = code.words(of).trim_start_matches([':', ' ']);
        is_plugin(name).then_some(Framework::Fastify)
    }

    fn site(&mut self, node: NodeId, make: impl FnOnce(&mut Self) -> Made) -> RouteValue {
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

    /// What an expression is.
    pub(super) fn value(&mut self, node: NodeId) -> RouteValue {
        self.value_within(node, 0)
    }

    fn value_within(&mut self, node: NodeId, depth: usize) -> RouteValue {
        if depth > DEEPEST {
            return RouteValue::Unknown;
        }
        let code = self.code;
        let node = code.unwrapped(node);
        match code.kind(node) {
            "identifier" | "shorthand_property_identifier" => self.named(node, depth + 1),
            "string" => code.string(node).map_or(RouteValue::Unknown, RouteValue::text),
            "number" | "regex" | "true" | "false" => RouteValue::text(code.words(node)),
            "template_string" => self.template(node, depth + 1),
            "binary_expression" => self.binary(node, depth + 1),
            "ternary_expression" => {
                let ways = [code.field(node, "consequence"), code.field(node, "alternative")];
                RouteValue::Either(ways.into_iter().flatten().map(|way| self.value_within(way, depth + 1)).collect())
            }
            "member_expression" | "subscript_expression" => self.member(node, depth + 1),
            "await_expression" => {
                code.named(node).next().map_or(RouteValue::Unknown, |inner| self.value_within(inner, depth + 1))
            }
            "arrow_function"
            | "function_expression"
            | "generator_function"
            | "function_declaration"
            | "generator_function_declaration"
            | "method_definition" => RouteValue::Body(self.body(node)),
            "class" | "class_declaration" | "abstract_class_declaration" => {
                RouteValue::Class(self.class(node, depth + 1))
            }
            "object" => self.object(node, depth + 1),
            "array" => RouteValue::List(code.named(node).take(MOST).map(|part| self.part(part, depth + 1)).collect()),
            "call_expression" | "new_expression" => self.call(node, depth + 1),
            "assignment_expression" => {
                code.field(node, "right").map_or(RouteValue::Unknown, |right| self.value_within(right, depth + 1))
            }
            _ => RouteValue::Unknown,
        }
    }

    fn template(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let mut parts = Vec::new();
        let span = code.tree.span(node);
        let mut from = span.start + 1;
        let said = |from: u32, to: u32| str::from_utf8(Span::new(from, to.max(from)).of(code.text)).unwrap_or_default();
        for hole in code.named(node).filter(|part| code.kind(*part) == "template_substitution").take(MOST) {
            let at = code.tree.span(hole);
            parts.push((RouteValue::text(said(from, at.start)), "".into()));
            let inner = code.named(hole).next();
            let name = inner.and_then(|inner| code.last_name(inner)).unwrap_or("computed");
            parts.push((inner.map_or(RouteValue::Unknown, |inner| self.value_within(inner, depth)), name.into()));
            from = at.end;
        }
        let rest = RouteValue::text(said(from, span.end.saturating_sub(1)));
        if parts.is_empty() {
            return rest;
        }
        parts.push((rest, "".into()));
        RouteValue::Joined(parts)
    }

    fn binary(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let (Some(left), Some(right)) = (code.field(node, "left"), code.field(node, "right")) else {
            return RouteValue::Unknown;
        };
        match code.field(node, "operator").map(|operator| code.words(operator)) {
            Some("+") => {
                let mut part = |side: NodeId| {
                    let name = code.last_name(side).unwrap_or("computed");
                    (self.value_within(side, depth), name.into())
                };
                RouteValue::Joined(vec![part(left), part(right)])
            }
            Some("||" | "??") => {
                RouteValue::Either(vec![self.value_within(left, depth), self.value_within(right, depth)])
            }
            // Where the left says no, it is nothing that anybody can call.
            Some("&&") => RouteValue::Either(vec![self.value_within(right, depth), RouteValue::Unknown]),
            _ => RouteValue::Unknown,
        }
    }

    fn object(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let mut members = Vec::new();
        for part in code.named(node).take(MOST) {
            match code.kind(part) {
                "pair" => {
                    if let (Some(key), Some(value)) = (code.field(part, "key"), code.field(part, "value")) {
                        members.push((code.key(key).into(), self.value_within(value, depth)));
                    }
                }
                "shorthand_property_identifier" => {
                    members.push((code.words(part).into(), self.value_within(part, depth)));
                }
                "method_definition" => members.push((self.name_of(part).into(), RouteValue::Body(self.body(part)))),
                "spread_element" => {
                    let inner =
                        code.named(part).next().map_or(RouteValue::Unknown, |inner| self.value_within(inner, depth));
                    match inner {
                        RouteValue::Object(inner) => members.extend(inner),
                        inner => members.push(("...".into(), inner)),
                    }
                }
                _ => {}
            }
        }
        RouteValue::Object(members)
    }

    fn member(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let (Some(object), Some(name)) = (code.field(node, "object"), code.last_name(node)) else {
            return RouteValue::Unknown;
        };
        let object = code.unwrapped(object);
        match code.kind(object) {
            "this" => return self.own(object, name, depth),
            "identifier" if code.words(object) == "exports" && self.is_global(object) => {
                return self.of_exports(name, depth);
            }
            "member_expression" if code.words(object) == "module.exports" => return self.of_exports(name, depth),
            "meta_property" if name == "dirname" => return RouteValue::Here { is_file: false },
            "meta_property" if matches!(name, "url" | "filename") => return RouteValue::Here { is_file: true },
            _ => {}
        }
        // A chain of calls leads nowhere else, so it may be longer than names lead on.
        let is_chain = code.kind(object) == "call_expression" && self.chained < LONGEST;
        self.chained += usize::from(is_chain);
        let of = self.value_within(object, if is_chain { depth.saturating_sub(2) } else { depth });
        self.chained -= usize::from(is_chain);
        match of {
            RouteValue::Unknown => RouteValue::Unknown,
            RouteValue::Object(members) => {
                let open = members.iter().any(|(key, _)| &**key == "...");
                let found = members.iter().rev().find(|(key, _)| **key == *name).map(|(_, value)| value.clone());
                match found {
                    Some(value) => value,
                    None if open => RouteValue::Member(Box::new(RouteValue::Object(members)), name.into()),
                    None => RouteValue::Unknown,
                }
            }
            of => RouteValue::Member(Box::new(of), name.into()),
        }
    }

    fn is_global(&self, name: NodeId) -> bool {
        self.code.analysis.names().binding_of(name).is_none()
    }

    /// What the file gives to others under a name, where it uses that itself: `exports.open.use(auth)`.
    fn of_exports(&mut self, name: &str, depth: usize) -> RouteValue {
        let code = self.code;
        let exported = self.exported.get_or_insert_with(|| {
            let assigned = (0..code.tree.main_end()).map(NodeId).filter_map(|node| {
                let is_assigned = code.kind(node) == "assignment_expression";
                let left = if is_assigned { code.field(node, "left") } else { None }?;
                let words = code.words(left);
                let name = words.strip_prefix("module.exports.").or_else(|| words.strip_prefix("exports."))?;
                Some((name, code.field(node, "right")?))
            });
            assigned.collect()
        });
        match exported.get(name).copied() {
            // What it is made of may name itself again.
            Some(right) => self.value_within(right, depth + 3),
            None => RouteValue::Unknown,
        }
    }

    /// A member of `this`: what the class around gives it.
    fn own(&mut self, this: NodeId, name: &str, depth: usize) -> RouteValue {
        let code = self.code;
        let class = code
            .tree
            .ancestors(this)
            .find(|above| matches!(code.kind(*above), "class_declaration" | "class" | "abstract_class_declaration"));
        let Some(class) = class else { return RouteValue::Unknown };
        self.member_of(class, name, depth)
    }

    fn member_of(&mut self, class: NodeId, name: &str, depth: usize) -> RouteValue {
        let code = self.code;
        let Some(body) = code.field(class, "body") else { return RouteValue::Unknown };
        for part in code.named(body) {
            let named = code.field(part, "name").or_else(|| code.field(part, "property"));
            let is_it = named.is_some_and(|named| code.words(named) == name);
            match code.kind(part) {
                "method_definition" if is_it => return RouteValue::Body(self.body(part)),
                "public_field_definition" | "field_definition" if is_it => {
                    if let Some(value) = code.field(part, "value") {
                        return self.value_within(value, depth);
                    }
                }
                // `constructor(private app: Express)`
                "method_definition" if self.name_of(part) == "constructor" => {
                    for (at, parameter) in self.parameters(part).into_iter().enumerate() {
                        let is_kept = code
                            .tree
                            .children(parameter)
                            .any(|child| matches!(code.kind(child), "accessibility_modifier" | "readonly"));
                        let pattern = code.field(parameter, "pattern");
                        if is_kept && pattern.is_some_and(|pattern| code.words(pattern) == name) {
                            return RouteValue::Parameter { body: self.body(part), at: at as u32 };
                        }
                    }
                }
                _ => {}
            }
        }
        let assigned = code.tree.subtree(body).find(|node| {
            code.kind(*node) == "assignment_expression"
                && code.field(*node, "left").is_some_and(|left| {
                    code.kind(left) == "member_expression"
                        && code.field(left, "object").is_some_and(|of| code.kind(of) == "this")
                        && code.last_name(left) == Some(name)
                })
        });
        let right = assigned.and_then(|assigned| code.field(assigned, "right"));
        right.map_or(RouteValue::Unknown, |right| self.value_within(right, depth))
    }

    fn class(&mut self, node: NodeId, depth: usize) -> u32 {
        if let Some(known) = self.class_of.get(&node) {
            return *known;
        }
        let id = self.classes.len() as u32;
        self.class_of.insert(node, id);
        self.classes.push(Class::default());
        let code = self.code;
        let mut class = Class { name: self.name_of(node).into(), line: self.line(node), ..Class::default() };
        let body = code.field(node, "body");
        for part in body.into_iter().flat_map(|body| code.named(body)).take(MOST) {
            let Some(name) = code.field(part, "name").or_else(|| code.field(part, "property")) else { continue };
            let name = code.words(name);
            match code.kind(part) {
                "method_definition" => {
                    let body = self.body(part);
                    if name == "constructor" {
                        class.constructor = Some(body);
                        // What it assigns is a member too.
                        for assigned in code.tree.subtree(part) {
                            if code.kind(assigned) == "member_expression"
                                && code.field(assigned, "object").is_some_and(|of| code.kind(of) == "this")
                                && let Some(name) = code.last_name(assigned)
                                && code.tree.parent(assigned).is_some_and(|above| {
                                    code.kind(above) == "assignment_expression"
                                        && code.field(above, "left") == Some(assigned)
                                })
                            {
                                let value = self.member_of(node, name, depth);
                                class.members.push((name.into(), value));
                            }
                        }
                    } else {
                        class.members.push((name.into(), RouteValue::Body(body)));
                    }
                }
                "public_field_definition" | "field_definition" => {
                    let value = self.member_of(node, name, depth);
                    class.members.push((name.into(), value));
                }
                _ => {}
            }
        }
        self.classes[id as usize] = class;
        id
    }

    /// An argument, as it is written.
    pub(super) fn part(&mut self, node: NodeId, depth: usize) -> Part {
        let code = self.code;
        let span = code.tree.span(node);
        let mut inner = code.unwrapped(node);
        if code.kind(inner) == "spread_element" {
            inner = code.named(inner).next().map_or(inner, |inner| code.unwrapped(inner));
        }
        if code.kind(inner) == "await_expression" {
            inner = code.named(inner).next().map_or(inner, |inner| code.unwrapped(inner));
        }
        let value = self.value_within(inner, depth);
        let mut named = inner;
        let is_call = matches!(code.kind(inner), "call_expression" | "new_expression");
        if is_call {
            named = code.field(inner, "function").or_else(|| code.field(inner, "constructor")).unwrap_or(inner);
            // `list.bind(users)`
            if code.last_name(named) == Some("bind")
                && let Some(bound) = code.field(named, "object")
            {
                return Part { span, ..self.part(bound, depth + 1) };
            }
        }
        let name = match code.kind(named) {
            "identifier" | "member_expression" => words_of(code.words(named)),
            "function_expression" => self.name_of(named).to_owned(),
            _ => String::new(),
        };
        Part { value, name: name.into(), is_call, span, ..Part::default() }
    }

    /// What a call gives.
    fn call(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let is_new = code.kind(node) == "new_expression";
        let Some(callee) = code.field(node, if is_new { "constructor" } else { "function" }) else {
            return RouteValue::Unknown;
        };
        let callee = code.unwrapped(callee);
        let first = code.arguments(node).next();
        let is_import = code.kind(callee) == "import" || code.words(callee) == "require";
        if is_import && let Some(module) = first.and_then(|first| code.string(first)) {
            return RouteValue::Import { module: module.into(), name: "*".into() };
        }
        if let Some((framework, is_root)) = code.exported_or_global(callee).and_then(|path| maker(&path)) {
            return self.site(node, |reader| {
                let prefix = first.map_or(RouteValue::Unknown, |options| {
                    let options = reader.value_within(options, depth);
                    options.option("prefix").cloned().unwrap_or_default()
                });
                let name = reader.name_of_made(node).into();
                Made::Router { framework, name, is_root, prefix }
            });
        }
        if code.kind(callee) == "member_expression"
            && let (Some(object), Some(name)) = (code.field(callee, "object"), code.last_name(callee))
        {
            let count = code.arguments(node).take(3).count();
            let is_part = matches!(name, "basePath") || (name == "route" && count == 1);
            if is_part && let Some(at) = first {
                return self.site(node, |reader| Made::Part {
                    of: reader.value_within(object, depth),
                    at: reader.value_within(at, depth),
                    is_route: name == "route",
                });
            }
            if name == "bind" {
                return self.value_within(object, depth);
            }
            if is_chained(name, count)
                && let Some(router) = self.router_of_chain(object, depth)
            {
                return router;
            }
        }
        if matches!(code.last_name(callee), Some("createRoute" | "freeze" | "defineRoute"))
            && let Some(first) = first
        {
            let value = self.value_within(first, depth);
            if matches!(value, RouteValue::Object(_)) {
                return value;
            }
        }
        self.site(node, |reader| {
            let arguments = code.arguments(node).take(MOST).map(|part| reader.part(part, depth)).collect();
            Made::Call {
                name: words_of(code.words(callee)).into(),
                callee: reader.value_within(callee, depth),
                arguments,
            }
        })
    }

    /// The router that a chain of calls begins with, or what may be one. A chain may be as long as a router has routes.
    fn router_of_chain(&mut self, object: NodeId, depth: usize) -> Option<RouteValue> {
        let code = self.code;
        let mut at = object;
        for _ in 0..LONGEST {
            let callee = if code.kind(at) == "call_expression" { code.field(at, "function") } else { None };
            let callee = callee.map(|callee| code.unwrapped(callee));
            let Some(callee) = callee.filter(|callee| code.kind(*callee) == "member_expression") else { break };
            let (Some(inner), Some(name)) = (code.field(callee, "object"), code.last_name(callee)) else { break };
            let count = code.arguments(at).take(3).count();
            if !is_chained(name, count) || (name == "route" && count == 1) {
                break;
            }
            at = code.unwrapped(inner);
        }
        let value = self.value_within(at, depth + 1);
        let may_be = match &value {
            RouteValue::Site(site) => !matches!(self.sites[*site as usize].made, Made::Call { .. }),
            RouteValue::Parameter { .. } => true,
            _ => false,
        };
        may_be.then_some(value)
    }

    fn name_of_made(&self, node: NodeId) -> &'a str {
        let code = self.code;
        let mut at = node;
        for _ in 0..DEEPEST {
            let Some(above) = code.tree.parent(at) else { break };
            if matches!(
                code.kind(above),
                "call_expression" | "member_expression" | "await_expression" | "as_expression"
            ) {
                at = above;
                continue;
            }
            return self.name_of(at);
        }
        ""
    }

    /// What a name stands for.
    fn named(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let names = self.code.analysis.names();
        match names.binding_of(node) {
            Some(binding) => self.bound(binding, depth),
            None => match self.code.words(node) {
                "__dirname" => RouteValue::Here { is_file: false },
                "__filename" => RouteValue::Here { is_file: true },
                _ => RouteValue::Unknown,
            },
        }
    }

    pub(super) fn bound(&mut self, binding: BindingId, depth: usize) -> RouteValue {
        let code = self.code;
        let names = code.analysis.names();
        let declared = names.binding(binding).node;
        let Some(above) = code.tree.parent(declared) else { return RouteValue::Unknown };
        if matches!(
            code.kind(above),
            "import_specifier" | "import_clause" | "namespace_import" | "import_require_clause"
        ) {
            return self.imported(above, declared);
        }
        if code.field(above, "name") == Some(declared) {
            match code.kind(above) {
                "function_declaration" | "generator_function_declaration" | "function_expression" => {
                    return RouteValue::Body(self.body(above));
                }
                "class_declaration" | "abstract_class_declaration" | "class" => {
                    return RouteValue::Class(self.class(above, depth));
                }
                _ => {}
            }
        }
        self.declared(declared, depth).unwrap_or_else(|| self.assigned(binding, depth))
    }

    /// What a name is by its declaration: the value of a constant, a parameter, the variable of a loop, or a part of one of these.
    fn declared(&mut self, declared: NodeId, depth: usize) -> Option<RouteValue> {
        let code = self.code;
        let mut at = declared;
        let mut members: Vec<Arc<str>> = Vec::new();
        for _ in 0..DEEPEST {
            let above = code.tree.parent(at)?;
            match code.kind(above) {
                "object_pattern" => {
                    if code.kind(at) != "pair_pattern" {
                        let name = code.field(at, "left").unwrap_or(at);
                        members.push(code.words(name).into());
                    }
                }
                "pair_pattern" => members.push(code.key(code.field(above, "key")?).into()),
                "array_pattern" => {
                    let place = code.named(above).position(|part| part == at)?;
                    members.push(place.to_string().into());
                }
                "object_assignment_pattern" | "assignment_pattern" | "required_parameter" | "optional_parameter" => {}
                "variable_declarator" => {
                    let value = match code.field(above, "value") {
                        Some(value) => self.value_within(value, depth),
                        None => return None,
                    };
                    return Some(members_of(value, members));
                }
                "for_in_statement" if is_loop(code, above) => {
                    return Some(members_of(RouteValue::Parameter { body: self.body(above), at: 0 }, members));
                }
                "formal_parameters" => {
                    let place = code.named(above).position(|part| part == at)?;
                    let function = code.tree.parent(above)?;
                    let value = RouteValue::Parameter { body: self.body(function), at: place as u32 };
                    return Some(members_of(value, members));
                }
                kind if FUNCTIONS.contains(&kind) => {
                    (code.field(above, "parameter") == Some(at)).then_some(())?;
                    return Some(RouteValue::Parameter { body: self.body(above), at: 0 });
                }
                _ => return None,
            }
            at = above;
        }
        None
    }

    /// What a name is by the first assignment to it.
    fn assigned(&mut self, binding: BindingId, depth: usize) -> RouteValue {
        let code = self.code;
        let names = code.analysis.names();
        let right = names.references(binding).find_map(|reference| {
            let above = code.tree.parent(reference.node)?;
            let is_left =
                code.kind(above) == "assignment_expression" && code.field(above, "left") == Some(reference.node);
            is_left.then(|| code.field(above, "right")).flatten()
        });
        right.map_or(RouteValue::Unknown, |right| self.value_within(right, depth))
    }

    fn imported(&self, part: NodeId, declared: NodeId) -> RouteValue {
        let code = self.code;
        let statement = code.tree.ancestors(declared).take(5).find(|above| code.kind(*above) == "import_statement");
        let source = code.field(part, "source").or_else(|| statement.and_then(|import| code.field(import, "source")));
        let Some(module) = source.and_then(|source| code.string(source)) else { return RouteValue::Unknown };
        let name = match code.kind(part) {
            "import_specifier" => code.field(part, "name").map_or("", |name| code.key(name)),
            "import_clause" => "default",
            _ => "*",
        };
        RouteValue::Import { module: module.into(), name: name.into() }
    }
}

/// Whether a node is a loop over the elements of a list.
fn is_loop(code: View<'_>, node: NodeId) -> bool {
    code.kind(node) == "for_in_statement"
        && code.field(node, "operator").is_some_and(|operator| code.words(operator) == "of")
}

/// Whether a method that is called with so many arguments gives back the router that it is called on.
fn is_chained(name: &str, count: usize) -> bool {
    (CHAINED.contains(&name) || name == "route") && count > 0
}

fn members_of(value: RouteValue, members: Vec<Arc<str>>) -> RouteValue {
    members.into_iter().rev().fold(value, |value, name| match value {
        RouteValue::Unknown => RouteValue::Unknown,
        // `const [first, second] = [Router(), Router()]`
        RouteValue::List(mut parts) if name.parse::<usize>().is_ok_and(|at| at < parts.len()) => {
            parts.swap_remove(name.parse().unwrap_or_default()).value
        }
        value => RouteValue::Member(Box::new(value), name),
    })
}

/// An expression in one line, as far as that is short.
fn words_of(text: &str) -> String {
    let line: String = text.split_whitespace().collect();
    line.replace("this.", "").chars().take(80).collect()
}
