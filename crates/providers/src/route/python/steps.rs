//! What happens to routers in a file of Python.

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::fact::{Global, Kind, Made, Part, RouteFact, RouteValue, RouterStage, Step};
use super::reader::{PythonRouteReader, option};
use crate::view::View;

/// The methods that decorators of routers name.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// The hooks of Flask that run before views.
const BEFORE: &[&str] = &["before_request", "before_app_request"];

impl PythonRouteReader<'_> {
    pub(super) fn node(&mut self, node: NodeId) {
        let code = self.code;
        match code.kind(node) {
            "decorated_definition" => self.decorated(node),
            "call" => self.called(node),
            "for_statement" => {
                let Some(list) = code.field(node, "right") else { return };
                let list = self.value(list);
                let body = self.body(node);
                self.say(node, code.tree.span(node), Step::Each { list, body });
            }
            "assignment" | "augmented_assignment" => self.assignment(node),
            "import_from_statement" => self.import(node),
            "function_definition" | "class_definition" if self.is_top(node) => {
                let name = code.field(node, "name").map_or("", |name| code.words(name));
                let value = self.value(node);
                self.export(name, value);
            }
            _ => {}
        }
    }

    /// Whether a node stands at the top of its module, also inside of `if` and `try`.
    fn is_top(&self, node: NodeId) -> bool {
        let code = self.code;
        !code.tree.ancestors(node).any(|above| matches!(code.kind(above), "function_definition" | "class_definition"))
    }

    fn import(&mut self, node: NodeId) {
        let code = self.code;
        let Some(module) = code.field(node, "module_name") else { return };
        let module_text = code.words(module);
        for part in code.named(node).filter(|part| *part != module) {
            if code.kind(part) == "wildcard_import" {
                self.star(module_text);
                continue;
            }
            let inner = code.field(part, "name").unwrap_or(part);
            let given = code.field(part, "alias").unwrap_or(inner);
            let dot = if module_text.ends_with('.') { "" } else { "." };
            self.needs(format!("{module_text}{dot}{}", code.words(inner)));
            if self.is_top(node) {
                let value = RouteValue::Import { module: module_text.into(), name: code.words(inner).into() };
                self.export(code.words(given), value);
            }
        }
    }

    fn assignment(&mut self, node: NodeId) {
        let code = self.code;
        let (Some(left), Some(right)) = (code.field(node, "left"), code.field(node, "right")) else { return };
        if code.kind(left) != "identifier" || !self.is_top(node) {
            return;
        }
        let name = code.words(left);
        if name == "urlpatterns" {
            let list = self.value(right);
            let on = self.patterns(node);
            self.say(node, code.tree.span(node), Step::Table { on: on.clone(), list });
            return self.export(name, on);
        }
        if code.kind(node) != "assignment" {
            return;
        }
        let value = self.value(right);
        self.export(name, value);
    }

    /// A function that a decorator gives to a router.
    fn decorated(&mut self, node: NodeId) {
        let code = self.code;
        let Some(function) = code.field(node, "definition") else { return };
        let decorators: Vec<NodeId> = code.named(node).filter(|part| code.kind(*part) == "decorator").collect();
        for (at, decorator) in decorators.iter().enumerate() {
            let Some(inner) = code.named(*decorator).next() else { continue };
            let (callee, call) = match code.kind(inner) {
                "call" => (code.field(inner, "function"), Some(inner)),
                _ => (Some(inner), None),
            };
            let Some(callee) = callee.filter(|callee| code.kind(*callee) == "attribute") else { continue };
            let (Some(object), Some(name)) = (code.field(callee, "object"), code.field(callee, "attribute")) else {
                continue;
            };
            let name = code.words(name);
            if !is_declaring(name) {
                continue;
            }
            let on = self.value(object);
            if !may_be_router(&on) {
                continue;
            }
            let arguments = call.map(|call| self.arguments(call, 0)).unwrap_or_default();
            let definition = self.value(function);
            let shown = code.field(function, "name").map_or("", |name| code.words(name));
            let handler = Part {
                value: definition,
                name: shown.into(),
                kind: Kind::Route,
                span: code.tree.span(function),
                is_call: false,
            };
            let span = code.tree.span(*decorator);
            if BEFORE.contains(&name) || name == "middleware" {
                let stage = match name {
                    "middleware" => RouterStage::Outer,
                    "before_app_request" => RouterStage::Application,
                    _ => RouterStage::Scope(0),
                };
                let kind = if name == "middleware" { Kind::Use } else { Kind::Hook };
                let parts = vec![Part { kind, ..handler }];
                self.say(*decorator, span, Step::Use { on, parts, stage });
                continue;
            }
            if matches!(name, "exception_handler" | "errorhandler" | "websocket") {
                continue;
            }
            let path = arguments.first().filter(|part| !matches!(part.value, RouteValue::Object(_))).cloned();
            let path = path.or_else(|| {
                let value = option(&arguments, "path").or_else(|| option(&arguments, "rule")).cloned();
                value.map(|value| Part { value, ..Part::default() })
            });
            let Some(path) = path else { continue };
            let method = if VERBS.contains(&name) {
                RouteValue::text(name.to_uppercase())
            } else {
                let methods = option(&arguments, "methods").cloned();
                methods.unwrap_or_else(|| RouteValue::text("GET"))
            };
            let mut parts = vec![path];
            if let Some(RouteValue::List(listed)) = option(&arguments, "dependencies") {
                let listed: Vec<Part> = listed.iter().map(|part| self.dependency(part)).collect();
                parts.extend(listed);
            }
            // Those above the route are put around what is already registered.
            for below in &decorators[at + 1..] {
                let Some(inner) = code.named(*below).next() else { continue };
                let part = Part { kind: Kind::Decorator, ..self.part(inner, 0) };
                if !self.is_route_decorator(inner) && !super::packages::PLAIN.contains(&&*part.name) {
                    parts.push(part);
                }
            }
            parts.extend(self.injected(function));
            parts.push(handler);
            self.say(*decorator, span, Step::Route { on, method, parts });
        }
    }

    /// Whether a decorator declares another route of the same function.
    fn is_route_decorator(&self, decorator: NodeId) -> bool {
        let code = self.code;
        let callee = if code.kind(decorator) == "call" { code.field(decorator, "function") } else { Some(decorator) };
        callee.and_then(|callee| code.field(callee, "attribute")).is_some_and(|name| {
            let name = code.words(name);
            VERBS.contains(&name) || matches!(name, "route" | "api_route" | "doc" | "response" | "arguments" | "expect")
        })
    }

    /// What FastAPI hands a function by `Depends` and `Security`, as a default or in `Annotated`.
    fn injected(&mut self, function: NodeId) -> Vec<Part> {
        let code = self.code;
        let mut found = Vec::new();
        for parameter in self.parameters(function) {
            let calls: Vec<NodeId> = code
                .tree
                .subtree(parameter)
                .filter(|node| code.kind(*node) == "call")
                .filter(|call| {
                    let name = code.field(*call, "function").map_or("", |callee| code.words(callee));
                    matches!(name.rsplit('.').next(), Some("Depends" | "Security"))
                })
                .collect();
            let mut of_type = None;
            if calls.is_empty() {
                // `user: CurrentUser` where that is `Annotated[User, Depends(current_user)]`
                let named = code.field(parameter, "type").and_then(|of| code.named(of).next());
                of_type =
                    named.filter(|named| code.kind(*named) == "identifier").and_then(|named| self.annotated(named));
            }
            for call in calls.into_iter().chain(of_type) {
                let mut arguments = self.arguments(call, 0);
                let mut part = Part::default();
                if let Some(first) = arguments.first_mut().filter(|first| !matches!(first.value, RouteValue::Object(_)))
                {
                    part = std::mem::take(first);
                } else if let Some(value) = option(&arguments, "dependency") {
                    part.value = value.clone();
                } else if let Some(of) = code.field(parameter, "type").and_then(|of| code.named(of).next()) {
                    part = self.part(annotated_type(code, of), 0);
                }
                part.kind = Kind::Dependency;
                part.span = code.tree.span(call);
                found.push(part);
            }
        }
        found
    }

    /// The `Depends(…)` of an alias of a type.
    fn annotated(&self, name: NodeId) -> Option<NodeId> {
        let code = self.code;
        let names = code.analysis.names();
        let declared = names.binding(names.binding_of(name)?).node;
        let above = code.tree.parent(declared).filter(|above| code.kind(*above) == "assignment")?;
        let right = code.field(above, "right").filter(|right| code.kind(*right) == "subscript")?;
        code.tree.subtree(right).find(|node| {
            let callee = if code.kind(*node) == "call" { code.field(*node, "function") } else { None };
            callee.is_some_and(|callee| matches!(code.words(callee).rsplit('.').next(), Some("Depends" | "Security")))
        })
    }

    fn called(&mut self, node: NodeId) {
        let code = self.code;
        let Some(callee) = code.field(node, "function") else { return };
        let span = code.tree.span(node);
        if code.kind(callee) == "attribute"
            && let (Some(object), Some(name)) = (code.field(callee, "object"), code.field(callee, "attribute"))
            && self.method(node, object, code.words(name)).is_some()
        {
            return;
        }
        if !matches!(code.kind(callee), "identifier" | "attribute") {
            return;
        }
        let RouteValue::Site(site) = self.value(node) else { return };
        if matches!(self.sites[site as usize].made, Made::Call { .. }) {
            self.say(node, span, Step::Call(site));
        }
    }

    /// What a method of a router does.
    fn method(&mut self, call: NodeId, object: NodeId, name: &str) -> Option<()> {
        let known = [
            "include_router",
            "register_blueprint",
            "add_url_rule",
            "add_api_route",
            "add_route",
            "mount",
            "add_middleware",
            "register",
            "before_request",
            "add_resource",
        ];
        known.contains(&name).then_some(())?;
        let code = self.code;
        let on = self.value(object);
        may_be_router(&on).then_some(())?;
        let mut arguments = self.arguments(call, 0);
        let span = code.tree.span(call);
        let named = |arguments: &[Part], key: &str| option(arguments, key).cloned();
        let plain = |value: RouteValue| Part { value, ..Part::default() };
        let step = match name {
            "include_router" | "register_blueprint" => {
                let at = named(&arguments, "prefix").or_else(|| named(&arguments, "url_prefix")).unwrap_or_default();
                let mut parts = Vec::new();
                if let Some(RouteValue::List(listed)) = option(&arguments, "dependencies") {
                    parts = listed.iter().map(|part| self.dependency(part)).collect();
                }
                let child = match arguments.first()?.value {
                    RouteValue::Object(_) => {
                        plain(named(&arguments, "router").or_else(|| named(&arguments, "blueprint"))?)
                    }
                    _ => arguments.remove(0),
                };
                Step::Mount { on, at, child, parts }
            }
            "mount" => {
                let at = arguments.first()?.value.clone();
                let child = match arguments.get(1) {
                    Some(Part { value: RouteValue::Object(_), .. }) => plain(named(&arguments, "app")?),
                    Some(child) => child.clone(),
                    None => return None,
                };
                Step::Mount { on, at, child, parts: Vec::new() }
            }
            "add_middleware" => {
                let first = arguments.into_iter().next()?;
                Step::Use {
                    on,
                    parts: vec![Part { kind: Kind::Use, is_call: true, ..first }],
                    stage: RouterStage::Outer,
                }
            }
            "before_request" => {
                let first = arguments.into_iter().next()?;
                Step::Use { on, parts: vec![Part { kind: Kind::Hook, ..first }], stage: RouterStage::Scope(0) }
            }
            "register" => Step::Views { on, parts: arguments },
            "add_resource" => {
                let handler = arguments.first()?.clone();
                for path in arguments.iter().skip(1).filter(|part| !matches!(part.value, RouteValue::Object(_))) {
                    let parts = vec![path.clone(), handler.clone()];
                    self.say(call, span, Step::Route { on: on.clone(), method: RouteValue::text("ANY"), parts });
                }
                return Some(());
            }
            _ => {
                let keys = ["view_func", "endpoint", "route"];
                let path = match arguments.first() {
                    Some(Part { value: RouteValue::Object(_), .. }) | None => {
                        plain(named(&arguments, "rule").or_else(|| named(&arguments, "path"))?)
                    }
                    Some(path) => path.clone(),
                };
                let by_name =
                    if name == "add_url_rule" { named(&arguments, keys[0]) } else { named(&arguments, keys[1]) };
                let place = if name == "add_url_rule" { 2 } else { 1 };
                let handler = match (by_name, arguments.get(place)) {
                    (Some(value), _) => {
                        let list = code.field(call, "arguments");
                        let written = list.into_iter().flat_map(|list| code.named(list)).find(|argument| {
                            code.field(*argument, "name").is_some_and(|name| keys.contains(&code.words(name)))
                        });
                        match written.and_then(|written| code.field(written, "value")) {
                            Some(written) => self.part(written, 0),
                            None => plain(value),
                        }
                    }
                    (None, Some(part)) if !matches!(part.value, RouteValue::Object(_)) => part.clone(),
                    _ => return None,
                };
                let method = named(&arguments, "methods").unwrap_or_else(|| {
                    if handler.name.ends_with("as_view") { RouteValue::text("ANY") } else { RouteValue::text("GET") }
                });
                Step::Route { on, method, parts: vec![path, handler] }
            }
        };
        self.say(call, span, step);
        Some(())
    }

    /// Says what settings of Django say.
    pub(super) fn settings(&self) -> Vec<(Span, RouteFact)> {
        let code = self.code;
        let root = code.tree.root();
        let mut found = Vec::new();
        for statement in code.named(root).filter(|node| code.kind(*node) == "expression_statement") {
            let Some(assignment) = code.named(statement).next().filter(|node| code.kind(*node) == "assignment") else {
                continue;
            };
            let (Some(left), Some(right)) = (code.field(assignment, "left"), code.field(assignment, "right")) else {
                continue;
            };
            if code.words(left) == "ROOT_URLCONF" && code.kind(right) == "string" {
                let module = code.words(right).trim_matches(['"', '\'']);
                found.push((code.tree.span(right), RouteFact::Global(Global::Root(module.into()))));
            }
            if code.words(left) != "MIDDLEWARE" || !matches!(code.kind(right), "list" | "tuple") {
                continue;
            }
            let mut parts = Vec::new();
            for text in code.named(right).filter(|text| code.kind(*text) == "string") {
                let path = code.words(text).trim_matches(['"', '\'']);
                let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
                parts.push(Part {
                    value: RouteValue::Import { module: module.into(), name: name.into() },
                    name: name.into(),
                    is_call: false,
                    kind: Kind::Use,
                    span: code.tree.span(text),
                });
            }
            let listed = RouteFact::Global(Global::Matches { patterns: Vec::new(), except: Vec::new(), parts });
            found.push((code.tree.span(left), listed));
        }
        found
    }
}

/// The type that `Annotated[A, …]` is about.
fn annotated_type(code: View<'_>, of: NodeId) -> NodeId {
    let is_annotated = |node: NodeId| code.words(node).split('[').next().is_some_and(|of| of.ends_with("Annotated"));
    let inner = match code.kind(of) {
        "generic_type" if is_annotated(of) => code.named(of).nth(1).and_then(|list| code.named(list).next()),
        "subscript" if is_annotated(of) => code.field(of, "subscript"),
        _ => None,
    };
    let Some(inner) = inner else { return of };
    if code.kind(inner) == "type" { code.named(inner).next().unwrap_or(inner) } else { inner }
}

/// Whether a decorator of a router with that name is about its routes, or what runs before them.
pub(super) fn is_declaring(name: &str) -> bool {
    VERBS.contains(&name)
        || BEFORE.contains(&name)
        || matches!(name, "route" | "api_route" | "middleware" | "exception_handler" | "errorhandler" | "websocket")
}

/// Whether a value may be a router.
fn may_be_router(value: &RouteValue) -> bool {
    match value {
        RouteValue::Site(_) | RouteValue::Parameter { .. } | RouteValue::Import { .. } => true,
        RouteValue::Member(of, _) => may_be_router(of),
        _ => false,
    }
}
