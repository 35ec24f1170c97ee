//! What expressions of Python are, as far as one file tells.

use std::sync::Arc;

use auditlint_names::{BindingId, ExportPath};
use auditlint_source::{LineIndex, Span};
use auditlint_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::super::fact::{
    Body, Class, Facts, Framework, Kind, Made, Part, RouteFact, RouteValue, RouterStage, Site, Step, member_of,
};
use super::packages::{PLAIN, maker, typed};
use crate::view::View;

/// So many expressions lead from one to what it is.
const DEEPEST: usize = 12;
/// So many uses of a list are looked at for what is added to it.
const MOST_USES: usize = 64;
/// So many elements of a list are told.
const MOST: usize = 512;

pub(super) struct PythonRouteReader<'a> {
    pub(super) code: View<'a>,
    lines: &'a LineIndex,
    pub(super) bodies: Vec<(NodeId, Body)>,
    body_of: FxHashMap<NodeId, u32>,
    pub(super) sites: Vec<Site>,
    site_of: FxHashMap<NodeId, u32>,
    classes: Vec<Class>,
    class_of: FxHashMap<NodeId, u32>,
    pub(super) steps: Vec<(u32, u32, Span, Step)>,
    exports: Vec<RouteFact>,
    /// The router that the patterns of the module make.
    pub(super) patterns: Option<RouteValue>,
}

impl<'a> PythonRouteReader<'a> {
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
            steps: Vec::new(),
            exports: Vec::new(),
            patterns: None,
        }
    }

    pub(super) fn export(&mut self, name: &str, value: RouteValue) {
        if !value.is_unknown() {
            self.exports.push(RouteFact::Export { name: name.into(), value });
        }
    }

    pub(super) fn needs(&mut self, module: String) {
        self.exports.push(RouteFact::Needs(module.into()));
    }

    pub(super) fn star(&mut self, module: &str) {
        self.exports.push(RouteFact::Star(module.into()));
    }

    /// Says what was read.
    pub(super) fn finish(mut self, out: &mut Facts) {
        let code = self.code;
        let settings = self.settings();
        self.returns();
        let mut steps = std::mem::take(&mut self.steps);
        steps.sort_by_key(|(at, ..)| *at);
        let has_steps: Vec<u32> =
            steps.iter().filter(|step| !matches!(step.3, Step::Call(_))).map(|step| step.1).collect();
        let fills = |site: u32| {
            let Made::Call { callee, arguments, .. } = &self.sites[site as usize].made else { return true };
            let may_be_router = |value: &RouteValue| match value {
                RouteValue::Site(site) => !matches!(self.sites[*site as usize].made, Made::Call { .. }),
                RouteValue::Parameter { .. } | RouteValue::Member(..) | RouteValue::Import { .. } => true,
                _ => false,
            };
            matches!(callee, RouteValue::Body(body) if has_steps.contains(body))
                || arguments.iter().any(|part| match &part.value {
                    RouteValue::Object(members) => {
                        members.iter().any(|(key, value)| names_router(key) && may_be_router(value))
                    }
                    value => may_be_router(value),
                })
        };
        steps.retain(|(_, _, _, step)| !matches!(step, Step::Call(site) if !fills(*site)));
        for (node, body) in self.bodies {
            out.say(code.tree.span(node), RouteFact::Body(body));
        }
        for site in self.sites {
            out.say(site.span, RouteFact::Site(site));
        }
        for class in self.classes {
            out.say(Span::default(), RouteFact::Class(class));
        }
        for (_, body, span, step) in steps {
            out.say(span, RouteFact::Step { body, step });
        }
        for (span, settings) in settings {
            out.say(span, settings);
        }
        for export in self.exports {
            out.say(Span::default(), export);
        }
    }

    fn returns(&mut self) {
        let code = self.code;
        let mut at = 1;
        while at < self.bodies.len() {
            let node = self.bodies[at].0;
            at += 1;
            let Some(inner) = code.field(node, "body").filter(|_| code.kind(node) == "function_definition") else {
                continue;
            };
            let is_own = |found: &NodeId| {
                code.kind(*found) == "return_statement"
                    && code.tree.ancestors(*found).find(|above| code.kind(*above) == "function_definition")
                        == Some(node)
            };
            let found: Vec<NodeId> =
                code.tree.subtree(inner).filter(is_own).take(4).filter_map(|found| code.named(found).next()).collect();
            for given in found {
                let value = self.value(given);
                if !value.is_unknown() {
                    self.bodies[at - 1].1.returns.push(value);
                }
            }
        }
    }

    fn body_around(&mut self, node: NodeId) -> u32 {
        let code = self.code;
        let is_body = |above: &NodeId| matches!(code.kind(*above), "function_definition" | "for_statement" | "lambda");
        match code.tree.ancestors(node).find(is_body) {
            Some(body) => self.body(body),
            None => 0,
        }
    }

    pub(super) fn line(&self, node: NodeId) -> u32 {
        self.lines.line(self.code.tree.span(node).start)
    }

    pub(super) fn body(&mut self, node: NodeId) -> u32 {
        if let Some(known) = self.body_of.get(&node) {
            return *known;
        }
        let id = self.bodies.len() as u32;
        self.body_of.insert(node, id);
        self.bodies.push((node, Body::default()));
        let code = self.code;
        let parameters = self.parameters(node);
        let mut name = code.field(node, "name").map_or("", |name| code.words(name)).to_owned();
        if let Some(class) = self.class_around(node)
            && let Some(of) = code.field(class, "name")
        {
            name = format!("{}.{name}", code.words(of));
        }
        let mut body = Body {
            name: name.as_str().into(),
            line: self.line(node),
            is_async: code.tree.children(node).next().is_some_and(|first| code.kind(first) == "async"),
            arity: parameters.len() as u32,
            is_loop: code.kind(node) == "for_statement",
            is_constructor: name.ends_with(".__init__"),
            ..Body::default()
        };
        if code.kind(node) == "function_definition" {
            let name = |parameter: &NodeId| match code.kind(*parameter) {
                "identifier" => code.words(*parameter).into(),
                _ => {
                    let named = code.field(*parameter, "name").or_else(|| code.named(*parameter).next());
                    named.map_or("", |name| code.words(name)).into()
                }
            };
            body.parameters = parameters.iter().map(name).collect();
        }
        for (at, parameter) in parameters.iter().enumerate() {
            let declared = code.field(*parameter, "type").and_then(|of| code.named(of).next());
            let of = declared.map(|of| self.value(of));
            if let Some(framework) = of.and_then(|of| path_of(&of)).and_then(|path| typed(&path.module, &path.name)) {
                body.typed.push((at as u32, framework));
            }
        }
        self.bodies[id as usize].1 = body;
        let around = self.decorators(node);
        for (decorator, part) in around {
            self.methods(decorator, id);
            self.bodies[id as usize].1.around.push(part);
        }
        id
    }

    /// The methods that decorators of Django say.
    fn methods(&mut self, decorator: NodeId, body: u32) {
        let code = self.code;
        let words = code.words(decorator).trim_start_matches('@');
        let name = words.split('(').next().unwrap_or_default().rsplit('.').next().unwrap_or_default();
        let methods: Vec<Arc<str>> = match name {
            "require_GET" => vec!["GET".into()],
            "require_POST" => vec!["POST".into()],
            "require_safe" => vec!["GET".into(), "HEAD".into()],
            "require_http_methods" | "api_view" => {
                let call = code.named(decorator).next();
                let first = call.and_then(|call| code.arguments(call).next());
                let listed = first.map(|first| self.value(first));
                match listed {
                    Some(RouteValue::List(parts)) => parts
                        .iter()
                        .filter_map(|part| match &part.value {
                            RouteValue::Text(text) => Some(text.to_uppercase().into()),
                            _ => None,
                        })
                        .collect(),
                    _ if name == "api_view" => vec!["GET".into()],
                    _ => Vec::new(),
                }
            }
            _ => return,
        };
        self.bodies[body as usize].1.methods.extend(methods);
    }

    fn class_around(&self, node: NodeId) -> Option<NodeId> {
        let code = self.code;
        let mut above = code.tree.ancestors(node);
        let block = above.find(|above| code.kind(*above) != "decorated_definition")?;
        (code.kind(block) == "block").then_some(())?;
        code.tree.parent(block).filter(|class| code.kind(*class) == "class_definition")
    }

    /// The decorators of a function or class from the outermost, each with what it puts around it.
    pub(super) fn decorators(&mut self, definition: NodeId) -> Vec<(NodeId, Part)> {
        let code = self.code;
        let Some(above) = code.tree.parent(definition).filter(|above| code.kind(*above) == "decorated_definition")
        else {
            return Vec::new();
        };
        let found: Vec<NodeId> = code.named(above).filter(|node| code.kind(*node) == "decorator").collect();
        let mut parts = Vec::new();
        for decorator in found {
            let Some(inner) = code.named(decorator).next() else { continue };
            let mut part = self.part(inner, 0);
            part.kind = Kind::Decorator;
            if !PLAIN.contains(&&*part.name) {
                parts.push((decorator, part));
            }
        }
        parts
    }

    pub(super) fn parameters(&self, node: NodeId) -> Vec<NodeId> {
        let code = self.code;
        match code.kind(node) {
            "for_statement" => code.field(node, "left").into_iter().collect(),
            _ => code.field(node, "parameters").into_iter().flat_map(|list| code.named(list)).collect(),
        }
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

    /// The router that the patterns of a module of Django are.
    pub(super) fn patterns(&mut self, assignment: NodeId) -> RouteValue {
        if let Some(known) = &self.patterns {
            return known.clone();
        }
        let made = Made::Router {
            framework: Framework::Django,
            name: "urlpatterns".into(),
            is_root: false,
            prefix: RouteValue::Unknown,
        };
        let value = self.site(assignment, |_| made);
        self.patterns = Some(value.clone());
        value
    }

    pub(super) fn say(&mut self, node: NodeId, span: Span, step: Step) {
        let body = self.body_around(node);
        let at = self.code.tree.span(node).start;
        self.steps.push((at, body, span, step));
    }

    pub(super) fn value(&mut self, node: NodeId) -> RouteValue {
        self.value_within(node, 0)
    }

    pub(super) fn value_within(&mut self, node: NodeId, depth: usize) -> RouteValue {
        if depth > DEEPEST {
            return RouteValue::Unknown;
        }
        let code = self.code;
        match code.kind(node) {
            "parenthesized_expression" | "await" | "list_splat" => {
                code.named(node).next().map_or(RouteValue::Unknown, |inner| self.value_within(inner, depth + 1))
            }
            "identifier" => self.named(node, depth + 1),
            // `users = router = APIRouter()`
            "assignment" => {
                code.field(node, "right").map_or(RouteValue::Unknown, |right| self.value_within(right, depth + 1))
            }
            "string" => self.string(node, depth + 1),
            "concatenated_string" => {
                let parts = code.named(node).map(|part| (self.value_within(part, depth + 1), "".into())).collect();
                RouteValue::Joined(parts)
            }
            "integer" | "true" | "false" | "none" => RouteValue::text(code.words(node)),
            "binary_operator" => self.binary(node, depth + 1),
            "conditional_expression" => {
                let ways: Vec<NodeId> = code.named(node).collect();
                let ways = [ways.first(), ways.get(2)];
                RouteValue::Either(ways.into_iter().flatten().map(|way| self.value_within(*way, depth + 1)).collect())
            }
            "boolean_operator" => {
                RouteValue::Either(code.named(node).map(|way| self.value_within(way, depth + 1)).collect())
            }
            "attribute" => {
                let (Some(object), Some(name)) = (code.field(node, "object"), code.field(node, "attribute")) else {
                    return RouteValue::Unknown;
                };
                if code.words(object) == "self" {
                    return self.own(node, code.words(name), depth + 1);
                }
                match self.value_within(object, depth + 1) {
                    RouteValue::Unknown => RouteValue::Unknown,
                    of => RouteValue::Member(Box::new(of), code.words(name).into()),
                }
            }
            "list" | "tuple" | "set" => {
                RouteValue::List(code.named(node).take(MOST).map(|part| self.part(part, depth + 1)).collect())
            }
            "dictionary" => {
                let mut members = Vec::new();
                for pair in code.named(node).filter(|pair| code.kind(*pair) == "pair").take(MOST) {
                    if let (Some(key), Some(value)) = (code.field(pair, "key"), code.field(pair, "value"))
                        && let RouteValue::Text(key) = self.value_within(key, depth + 1)
                    {
                        members.push((key, self.value_within(value, depth + 1)));
                    }
                }
                RouteValue::Object(members)
            }
            "function_definition" | "lambda" => RouteValue::Body(self.body(node)),
            "class_definition" => RouteValue::Class(self.class(node, depth + 1)),
            "call" => self.call(node, depth + 1),
            _ => RouteValue::Unknown,
        }
    }

    fn string(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let mut parts = Vec::new();
        for part in code.named(node) {
            match code.kind(part) {
                "string_content" => parts.push((RouteValue::text(code.words(part)), "".into())),
                "interpolation" => {
                    let inner = code.named(part).next();
                    let name =
                        inner.map_or("computed", |inner| code.words(inner).rsplit('.').next().unwrap_or("computed"));
                    parts.push((
                        inner.map_or(RouteValue::Unknown, |inner| self.value_within(inner, depth)),
                        name.into(),
                    ));
                }
                _ => {}
            }
        }
        match parts.as_slice() {
            [] => RouteValue::text(""),
            [(RouteValue::Text(text), _)] => RouteValue::Text(Arc::clone(text)),
            _ => RouteValue::Joined(parts),
        }
    }

    fn binary(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let (Some(left), Some(right)) = (code.field(node, "left"), code.field(node, "right")) else {
            return RouteValue::Unknown;
        };
        let name = |side: NodeId| code.words(side).rsplit('.').next().unwrap_or("computed").into();
        let (one, other) = (self.value_within(left, depth), self.value_within(right, depth));
        match (one, other) {
            (RouteValue::List(mut one), RouteValue::List(other)) => {
                one.extend(other);
                RouteValue::List(one)
            }
            // A list with what another name holds.
            (RouteValue::List(mut one), other) => {
                one.push(Part { value: other, ..Part::default() });
                RouteValue::List(one)
            }
            (one, RouteValue::List(other)) => {
                let mut all = vec![Part { value: one, ..Part::default() }];
                all.extend(other);
                RouteValue::List(all)
            }
            (one, other) => RouteValue::Joined(vec![(one, name(left)), (other, name(right))]),
        }
    }

    /// A member of `self`.
    fn own(&mut self, node: NodeId, name: &str, depth: usize) -> RouteValue {
        let code = self.code;
        let Some(class) = code.tree.ancestors(node).find(|above| code.kind(*above) == "class_definition") else {
            return RouteValue::Unknown;
        };
        let assigned = code.tree.subtree(class).find(|found| {
            code.kind(*found) == "assignment"
                && code.field(*found, "left").is_some_and(|left| {
                    code.kind(left) == "attribute" && code.words(left).strip_prefix("self.") == Some(name)
                })
        });
        if let Some(right) = assigned.and_then(|assigned| code.field(assigned, "right")) {
            return self.value_within(right, depth);
        }
        let body = code.field(class, "body");
        let method =
            body.into_iter().flat_map(|body| code.named(body)).map(|part| definition(code, part)).find(|part| {
                code.kind(*part) == "function_definition"
                    && code.field(*part, "name").is_some_and(|of| code.words(of) == name)
            });
        method.map_or(RouteValue::Unknown, |method| RouteValue::Body(self.body(method)))
    }

    fn class(&mut self, node: NodeId, depth: usize) -> u32 {
        if let Some(known) = self.class_of.get(&node) {
            return *known;
        }
        let id = self.classes.len() as u32;
        self.class_of.insert(node, id);
        self.classes.push(Class::default());
        let code = self.code;
        let mut class = Class {
            name: code.field(node, "name").map_or("", |name| code.words(name)).into(),
            line: self.line(node),
            ..Class::default()
        };
        let bases = code.field(node, "superclasses");
        for base in bases.into_iter().flat_map(|bases| code.named(bases)) {
            let name = code.words(base).rsplit('.').next().unwrap_or_default();
            class.bases.push(name.into());
            if ["LoginRequiredMixin", "PermissionRequiredMixin", "UserPassesTestMixin"].contains(&name) {
                class.around.push(Part { kind: Kind::Decorator, ..self.part(base, depth) });
            }
        }
        class.around.extend(self.decorators(node).into_iter().map(|(_, part)| part));
        let body = code.field(node, "body");
        for part in body.into_iter().flat_map(|body| code.named(body)).take(MOST) {
            let part = definition(code, part);
            match code.kind(part) {
                "function_definition" => {
                    let name = code.field(part, "name").map_or("", |name| code.words(name));
                    let body = self.body(part);
                    if name == "__init__" {
                        class.constructor = Some(body);
                    }
                    class.members.push((name.into(), RouteValue::Body(body)));
                }
                "expression_statement" => {
                    let Some(assignment) = code.named(part).next().filter(|inner| code.kind(*inner) == "assignment")
                    else {
                        continue;
                    };
                    let (Some(left), Some(right)) = (code.field(assignment, "left"), code.field(assignment, "right"))
                    else {
                        continue;
                    };
                    let value = self.value_within(right, depth);
                    if let ("permission_classes" | "authentication_classes", RouteValue::List(parts)) =
                        (code.words(left), &value)
                    {
                        class.around.extend(parts.iter().cloned().map(|part| Part { kind: Kind::Guard, ..part }));
                    }
                    class.members.push((code.words(left).into(), value));
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
        let inner = if code.kind(node) == "list_splat" { code.named(node).next().unwrap_or(node) } else { node };
        let value = self.value_within(inner, depth);
        let is_call = code.kind(inner) == "call";
        let named = if is_call { code.field(inner, "function").unwrap_or(inner) } else { inner };
        let name = match code.kind(named) {
            "identifier" | "attribute" => code.words(named),
            _ => "",
        };
        Part { value, name: name.into(), is_call, span, ..Part::default() }
    }

    /// The arguments of a call: those by place, and behind them one object with those by name.
    pub(super) fn arguments(&mut self, call: NodeId, depth: usize) -> Vec<Part> {
        let code = self.code;
        let (mut found, mut named) = (Vec::new(), Vec::new());
        let list = code.field(call, "arguments").filter(|list| code.kind(*list) == "argument_list");
        for argument in list.into_iter().flat_map(|list| code.named(list)).take(MOST) {
            match code.kind(argument) {
                "keyword_argument" => {
                    if let (Some(name), Some(value)) = (code.field(argument, "name"), code.field(argument, "value")) {
                        named.push((code.words(name).into(), self.value_within(value, depth + 1)));
                    }
                }
                "dictionary_splat" => {}
                _ => found.push(self.part(argument, depth + 1)),
            }
        }
        if !named.is_empty() {
            found.push(Part { value: RouteValue::Object(named), ..Part::default() });
        }
        found
    }

    fn call(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let Some(callee) = code.field(node, "function") else { return RouteValue::Unknown };
        let called = self.value_within(callee, depth);
        let known =
            path_of(&called).and_then(|path| maker(&path.module, &path.name)).or_else(|| self.extended(&called));
        if let Some((framework, is_root, keyword)) = known {
            let is_new = !self.site_of.contains_key(&node);
            let arguments = self.arguments(node, depth);
            let value = self.site(node, |_| {
                let prefix = option(&arguments, keyword).cloned().unwrap_or_default();
                Made::Router { framework, name: name_of(code, node).into(), is_root, prefix }
            });
            if is_new {
                self.made(node, &value, &arguments);
            }
            return value;
        }
        self.site(node, |reader| {
            let arguments = reader.arguments(node, depth);
            Made::Call { name: code.words(callee).into(), callee: called, arguments }
        })
    }

    /// What makes a router by a class of the file that extends one of a framework.
    fn extended(&self, called: &RouteValue) -> Option<(Framework, bool, &'static str)> {
        let RouteValue::Class(class) = called else { return None };
        self.classes[*class as usize].bases.iter().find_map(|base| match &**base {
            "Flask" => maker("flask", "Flask"),
            "FastAPI" => maker("fastapi", "FastAPI"),
            "APIRouter" => maker("fastapi", "APIRouter"),
            "Blueprint" => maker("flask", "Blueprint"),
            "Starlette" => maker("starlette", "Starlette"),
            _ => None,
        })
    }

    /// What a router is given where it is made.
    fn made(&mut self, node: NodeId, router: &RouteValue, arguments: &[Part]) {
        let span = self.code.tree.span(node);
        if let Some(RouteValue::List(parts)) = option(arguments, "dependencies") {
            let parts = parts.iter().map(|part| self.dependency(part)).collect();
            self.say(node, span, Step::Use { on: router.clone(), parts, stage: RouterStage::Scope(0) });
        }
        if let Some(RouteValue::List(parts)) = option(arguments, "middleware") {
            // `Middleware(A, …)`: the first is the outermost.
            for part in parts.iter().rev() {
                let part = self.first_argument(part);
                let parts = vec![Part { kind: Kind::Use, is_call: true, ..part }];
                self.say(node, span, Step::Use { on: router.clone(), parts, stage: RouterStage::Outer });
            }
        }
        if let Some(list) = option(arguments, "routes") {
            self.say(node, span, Step::Table { on: router.clone(), list: list.clone() });
        }
    }

    fn first_argument(&self, part: &Part) -> Part {
        if let RouteValue::Site(site) = &part.value
            && let Made::Call { arguments, .. } = &self.sites[*site as usize].made
            && let Some(first) = arguments.first()
        {
            return first.clone();
        }
        part.clone()
    }

    /// What `Depends(a)` stands for.
    pub(super) fn dependency(&self, part: &Part) -> Part {
        Part { kind: Kind::Dependency, ..self.first_argument(part) }
    }

    fn named(&mut self, node: NodeId, depth: usize) -> RouteValue {
        let code = self.code;
        let names = code.analysis.names();
        let Some(binding) = names.binding_of(node) else { return RouteValue::Unknown };
        let declared = names.binding(binding).node;
        let mut at = declared;
        // The nearest loop that sets a name says what it is there, wherever else it is set.
        let around = code.tree.ancestors(node).filter(|above| code.kind(*above) == "for_statement");
        for above in around {
            let Some(left) = code.field(above, "left") else { continue };
            let set = code
                .tree
                .subtree(left)
                .find(|part| code.kind(*part) == "identifier" && code.words(*part) == code.words(node));
            if let Some(set) = set {
                at = set;
                break;
            }
        }
        for _ in 0..4 {
            let Some(above) = code.tree.parent(at) else { return RouteValue::Unknown };
            match code.kind(above) {
                "import_from_statement" | "import_statement" => return self.imported(above, at),
                "aliased_import" | "dotted_name" => {}
                "function_definition" | "class_definition" if code.field(above, "name") == Some(at) => {
                    return self.value_within(above, depth);
                }
                "assignment" if code.field(above, "left") == Some(at) => {
                    let value = code.field(above, "right").map(|right| self.value_within(right, depth));
                    return self.lengthened(binding, value.unwrap_or_default(), depth);
                }
                "named_expression" => {
                    return code
                        .field(above, "value")
                        .map_or(RouteValue::Unknown, |right| self.value_within(right, depth));
                }
                "as_pattern" | "as_pattern_target" => {}
                "for_statement" if code.field(above, "left") == Some(at) => {
                    return RouteValue::Parameter { body: self.body(above), at: 0 };
                }
                "pattern_list" | "tuple_pattern" => {
                    let place = code.named(above).position(|part| part == at).unwrap_or(0);
                    let Some(around) = code.tree.parent(above) else { return RouteValue::Unknown };
                    let whole = match code.kind(around) {
                        "for_statement" => RouteValue::Parameter { body: self.body(around), at: 0 },
                        "assignment" => code
                            .field(around, "right")
                            .map_or(RouteValue::Unknown, |right| self.value_within(right, depth)),
                        _ => RouteValue::Unknown,
                    };
                    return RouteValue::Member(Box::new(whole), place.to_string().into());
                }
                "parameters" | "lambda_parameters" => {
                    let place = code.named(above).position(|part| part == at).unwrap_or(0);
                    let Some(function) = code.tree.parent(above) else { return RouteValue::Unknown };
                    return RouteValue::Parameter { body: self.body(function), at: place as u32 };
                }
                "typed_parameter" | "default_parameter" | "typed_default_parameter" => {}
                _ => return RouteValue::Unknown,
            }
            at = above;
        }
        RouteValue::Unknown
    }

    /// A list with what is added to it later: `middleware += [a]`, `routes.append(b)`.
    fn lengthened(&mut self, binding: BindingId, value: RouteValue, depth: usize) -> RouteValue {
        let RouteValue::List(mut parts) = value else { return value };
        let code = self.code;
        let names = code.analysis.names();
        let uses: Vec<NodeId> = names.references(binding).take(MOST_USES).map(|reference| reference.node).collect();
        for used in uses {
            let Some(above) = code.tree.parent(used) else { continue };
            let call = code.tree.parent(above).filter(|call| code.kind(*call) == "call");
            let added = match (code.kind(above), call) {
                ("augmented_assignment", _) if code.field(above, "left") == Some(used) => code.field(above, "right"),
                ("attribute", Some(call)) if code.field(above, "object") == Some(used) => {
                    let name = code.field(above, "attribute").map_or("", |name| code.words(name));
                    let first = code.arguments(call).next();
                    if name == "append" {
                        parts.extend(first.map(|first| self.part(first, depth + 1)));
                    }
                    first.filter(|_| name == "extend")
                }
                _ => None,
            };
            if let Some(RouteValue::List(more)) = added.map(|added| self.value_within(added, depth + 1)) {
                parts.extend(more);
            }
        }
        RouteValue::List(parts)
    }

    fn imported(&mut self, statement: NodeId, part: NodeId) -> RouteValue {
        let code = self.code;
        let inner = code.field(part, "name").unwrap_or(part);
        let name = code.words(inner);
        match code.field(statement, "module_name") {
            Some(module) => {
                let module = code.words(module);
                RouteValue::Import { module: module.into(), name: name.into() }
            }
            None => {
                let is_renamed = code.kind(part) == "aliased_import";
                let module = if is_renamed { name } else { name.split('.').next().unwrap_or(name) };
                RouteValue::Import { module: module.into(), name: "*".into() }
            }
        }
    }
}

/// The definition under its decorators.
pub(super) fn definition(code: View<'_>, node: NodeId) -> NodeId {
    if code.kind(node) == "decorated_definition" { code.field(node, "definition").unwrap_or(node) } else { node }
}

/// Whether an argument with that name may be a router.
fn names_router(key: &str) -> bool {
    ["app", "api", "router", "routers", "blueprint", "server"].iter().any(|end| key.ends_with(end))
}

/// The value of an argument by name.
pub(super) fn option<'v>(arguments: &'v [Part], key: &str) -> Option<&'v RouteValue> {
    let RouteValue::Object(members) = &arguments.last()?.value else { return None };
    members.iter().find(|(name, _)| **name == *key).map(|(_, value)| value)
}

/// Something that a package gives: `fastapi#FastAPI`.
pub(super) fn path_of(value: &RouteValue) -> Option<ExportPath> {
    match value {
        RouteValue::Import { module, name } => Some(ExportPath { module: module.to_string(), name: name.to_string() }),
        RouteValue::Member(of, name) => Some(member_of(path_of(of)?, name)),
        _ => None,
    }
}

/// The name that an assignment gives to what is made.
fn name_of<'a>(code: View<'a>, node: NodeId) -> &'a str {
    let above = code.tree.parent(node).filter(|above| code.kind(*above) == "assignment");
    above.and_then(|above| code.field(above, "left")).map_or("", |left| code.words(left))
}
