//! What a step does to routers.

use std::rc::Rc;

use auditlint_source::Span;

use super::super::ecmascript::HOOKS;
use super::super::fact::{CHAINED, Framework, Kind, Made, Part, RouteValue, RouterStage, Step};
use super::machine::Machine;
use super::thing::{Link, Registration, Thing, What, result_of};

/// Plugins of Fastify that add a hook which runs before handlers.
const HOOKING: &[&str] = &[
    "cors",
    "helmet",
    "rate-limit",
    "cookie",
    "session",
    "secure-session",
    "compress",
    "under-pressure",
    "middie",
    "express",
    "csrf-protection",
    "formbody",
    "etag",
    "request-context",
    "ip-restriction",
    "bearer-auth",
];

/// So many elements of a list are followed.
const MOST_ELEMENTS: usize = 256;
/// So many routes of lists inside of lists are mounted at one place.
const MOST_ROUTES: usize = 4096;

impl<'r> Machine<'r> {
    pub(super) fn step(&mut self, file: usize, span: Span, step: &'r Step, depth: usize) {
        match step {
            Step::Use { on, parts, stage } => {
                if let Thing::Router(router) = self.router_of(file, on, depth) {
                    self.uses(router, file, span, parts, *stage, depth);
                }
            }
            Step::Route { on, method, parts } => {
                if let Thing::Router(router) = self.router_of(file, on, depth) {
                    self.route(router, file, span, method, parts, depth);
                }
            }
            Step::Mount { on, at, child, parts } => {
                if let Thing::Router(router) = self.router_of(file, on, depth) {
                    if let Thing::Package(path) = self.thing(file, &child.value, depth)
                        && super::autoload::is_autoload(&path.module)
                    {
                        return self.autoload(router, file, child.span, parts, depth);
                    }
                    let links = self.links(file, parts, Kind::Route, depth);
                    let at = self.paths(file, span, at, depth);
                    self.take_in(router, file, span, at, child, links.into(), depth);
                }
            }
            Step::Prefix { on, at } => {
                if let Thing::Router(router) = self.router_of(file, on, depth) {
                    self.routers[router].prefix = self.text(file, span, at, depth);
                }
            }
            Step::Param { on, name, parts } => {
                if let Thing::Router(router) = self.router_of(file, on, depth)
                    && let Thing::Text(name, _) = self.thing(file, name, depth).given()
                {
                    let links = self.links(file, parts, Kind::Param, depth);
                    self.routers[router].has_params = true;
                    self.routers[router].ops.push(Registration { file, span, what: What::Param { name, links } });
                }
            }
            Step::Call(site) => {
                self.site(file, *site, depth);
            }
            Step::Table { on, list } => {
                if let Thing::Router(router) = self.router_of(file, on, depth) {
                    self.table(router, file, span, list, depth);
                }
            }
            Step::Views { on, parts } => {
                if let Thing::Router(router) = self.router_of(file, on, depth) {
                    self.views(router, file, span, parts, depth);
                }
            }
            Step::Each { list, body } => self.each(file, list, *body, depth),
        }
    }

    fn router_of(&mut self, file: usize, on: &'r RouteValue, depth: usize) -> Thing<'r> {
        let thing = self.thing(file, on, depth).given();
        self.whole(thing, depth)
    }

    fn each(&mut self, file: usize, list: &'r RouteValue, body: u32, depth: usize) {
        let list = self.thing(file, list, depth).given();
        match self.whole(list, depth) {
            Thing::List(of, parts) => {
                for part in parts.iter().take(MOST_ELEMENTS) {
                    let element = self.thing(of, &part.value, depth);
                    self.call(file, body, Rc::from([element]), depth);
                }
            }
            // What happens for each says itself what it does not know.
            _ => {
                self.call(file, body, Rc::from([]), depth);
            }
        }
    }

    /// The paths that a value is: one, or those of a list; those of nothing are the empty one.
    fn paths(&mut self, file: usize, span: Span, value: &'r RouteValue, depth: usize) -> Vec<Rc<str>> {
        if value.is_unknown() {
            return vec!["".into()];
        }
        let thing = self.thing(file, value, depth);
        self.texts(file, span, thing, depth).unwrap_or_else(|| {
            self.gap(file, span, "the path under which a router is mounted is computed");
            vec!["/:computed".into()]
        })
    }

    /// The texts that a thing is, if it is any.
    fn texts(&mut self, file: usize, span: Span, thing: Thing<'r>, depth: usize) -> Option<Vec<Rc<str>>> {
        match thing.given() {
            Thing::Text(text, is_computed) => {
                if is_computed {
                    self.computed(file, span);
                }
                Some(vec![text])
            }
            Thing::List(of, parts) => {
                let mut found = Vec::new();
                for part in parts.iter().take(MOST_ELEMENTS) {
                    match self.thing(of, &part.value, depth).given() {
                        Thing::Text(text, _) => found.push(text),
                        _ => return None,
                    }
                }
                (!found.is_empty()).then_some(found)
            }
            _ => None,
        }
    }

    fn computed(&mut self, file: usize, span: Span) {
        self.gap(file, span, "a part of a path is computed");
    }

    fn uses(&mut self, router: usize, file: usize, span: Span, parts: &'r [Part], stage: RouterStage, depth: usize) {
        if matches!(stage, RouterStage::Around | RouterStage::Outer) {
            // What is put on at once lies in the order in which it is written, the first outermost.
            let kind = parts.first().map_or(Kind::Use, |part| part.kind);
            let links = parts.iter().map(|part| self.link(file, part, kind, depth)).collect::<Vec<_>>();
            let span = parts.first().map_or(span, |part| part.span);
            let what = What::Use { at: vec!["".into()], links: links.into(), stage };
            return self.routers[router].ops.push(Registration { file, span, what });
        }
        let mut at = vec!["".into()];
        let mut parts = parts;
        if let [first, rest @ ..] = parts
            && !rest.is_empty()
        {
            let thing = self.thing(file, &first.value, depth);
            if let Some(texts) = self.texts(file, span, thing, depth) {
                (at, parts) = (texts, rest);
            }
        }
        // `app.use(plugin)` of Elysia has one plugin.
        for part in parts {
            let thing = self.thing(file, &part.value, depth);
            let whole = self.whole(thing, depth);
            let is_chosen = matches!(whole, Thing::OneOf(_));
            match whole.clone().given() {
                Thing::Router(_) | Thing::At(..) | Thing::Open(_) => {
                    self.take_in(router, file, part.span, at.clone(), part, Rc::from([]), depth);
                }
                Thing::Body(..) if self.routers[router].framework == Framework::Router => {
                    self.take_in(router, file, part.span, at.clone(), part, Rc::from([]), depth);
                }
                Thing::List(of, inner) if stage != RouterStage::Error && !is_chosen => {
                    for part in inner.iter().take(MOST_ELEMENTS) {
                        self.used(router, of, part, at.clone(), stage, depth);
                    }
                }
                // `router.use(plugin.routes())`: what is not seen runs for its own routes alone.
                Thing::Unknown if gives_routes(self.routers[router].framework, part) => {
                    self.gap(file, part.span, "which routes these are is computed");
                }
                _ => {
                    let kind =
                        if part.kind == Kind::Route && !self.routers[router].is_route { Kind::Use } else { part.kind };
                    let link = self.link(file, part, kind, depth);
                    let what = What::Use { at: at.clone(), links: Rc::from([link]), stage };
                    self.routers[router].ops.push(Registration { file, span: part.span, what });
                }
            }
        }
        let _ = span;
    }

    /// One element of a list that is given to `use`.
    fn used(&mut self, router: usize, file: usize, part: &'r Part, at: Vec<Rc<str>>, stage: RouterStage, depth: usize) {
        let thing = self.thing(file, &part.value, depth);
        let whole = self.whole(thing, depth);
        let is_chosen = matches!(whole, Thing::OneOf(_));
        let thing = whole.given();
        if let Thing::Router(_) | Thing::At(..) = thing {
            return self.take_in(router, file, part.span, at, part, Rc::from([]), depth);
        }
        if let (Thing::List(..), false) = (&thing, is_chosen) {
            let links = self.links(file, std::slice::from_ref(part), Kind::Use, depth);
            return self.routers[router].ops.push(Registration {
                file,
                span: part.span,
                what: What::Use { at, links: links.into(), stage },
            });
        }
        let link = self.link(file, part, Kind::Use, depth);
        self.routers[router].ops.push(Registration {
            file,
            span: part.span,
            what: What::Use { at, links: Rc::from([link]), stage },
        });
    }

    /// Mounts what an argument is: a router, a plugin that fills one, or nothing that is known.
    #[expect(clippy::too_many_arguments, reason = "all of it describes one mount")]
    fn take_in(
        &mut self,
        router: usize,
        file: usize,
        span: Span,
        at: Vec<Rc<str>>,
        child: &'r Part,
        links: Rc<[Link]>,
        depth: usize,
    ) {
        let thing = self.thing(file, &child.value, depth);
        self.take_in_thing(router, file, span, at, thing, &child.name, links, depth);
    }

    /// The same of what is known already.
    #[expect(clippy::too_many_arguments, reason = "all of it describes one mount")]
    pub(super) fn take_in_thing(
        &mut self,
        router: usize,
        file: usize,
        span: Span,
        at: Vec<Rc<str>>,
        thing: Thing<'r>,
        name: &str,
        links: Rc<[Link]>,
        depth: usize,
    ) {
        let thing = self.whole(thing, depth);
        if let Thing::OneOf(ways) = &thing {
            self.gap(file, span, "which of several is mounted here is computed");
            for way in ways.iter().filter(|_| depth < super::machine::DEEPEST) {
                self.take_in_thing(router, file, span, at.clone(), way.clone(), name, Rc::clone(&links), depth + 1);
            }
            return;
        }
        let name: Rc<str> = name.into();
        match thing.given() {
            Thing::Router(inner) => self.mount(router, file, span, at, inner, links, name),
            Thing::At(path, inner) => {
                let inner = (*inner).clone();
                let inner = self.whole(inner, depth);
                if let Thing::Router(inner) = inner.given() {
                    let at = at.iter().map(|at| super::super::fact::joined(at, &path).into()).collect();
                    self.mount(router, file, span, at, inner, links, name);
                }
            }
            Thing::Body(of, body) if self.programs.all[of].bodies[body as usize].1.path.is_some() => {
                self.attributed(router, at, of, body, depth);
            }
            Thing::List(of, parts) if matches!(self.routers[router].framework, Framework::Rocket | Framework::Axum) => {
                let mut open: Vec<(usize, &'r Part)> = parts.iter().rev().map(|part| (of, part)).collect();
                let mut left = MOST_ROUTES;
                while let Some((of, part)) = open.pop().filter(|_| left > 0) {
                    left -= 1;
                    match self.thing(of, &part.value, depth).given() {
                        Thing::Body(of, body) => self.attributed(router, at.clone(), of, body, depth),
                        Thing::List(of, parts) => open.extend(parts.iter().rev().map(|part| (of, part))),
                        _ => self.gap(of, part.span, "nobody sees which routes these are"),
                    }
                }
            }
            // `configure(f)` of actix-web
            Thing::Body(of, body) if self.routers[router].framework == Framework::Actix => {
                self.call(of, body, Rc::from([Thing::Router(router)]), depth + 1);
            }
            Thing::Body(of, body) => {
                let framework = self.routers[router].framework;
                let inner = self.router(of, self.programs.all[of].bodies[body as usize].0, framework, &name);
                self.call(of, body, Rc::from([Thing::Router(inner)]), depth + 1);
                self.mount(router, file, span, at, inner, links, name);
            }
            Thing::Open(plugin) => match (*plugin).clone().given() {
                Thing::Body(of, body) => {
                    self.call(of, body, Rc::from([Thing::Router(router)]), depth + 1);
                }
                plugin @ Thing::Package(_) => {
                    self.take_in_thing(router, file, span, at, plugin, &name, links, depth + 1);
                }
                _ => self.unseen(router, file, span, at, "nobody sees what this plugin adds"),
            },
            Thing::Package(path) => {
                let plugin = path.module.rsplit('/').next().unwrap_or_default();
                if HOOKING.contains(&plugin.trim_start_matches("fastify-")) {
                    let mut link = Link { name, kind: Kind::Hook, file, span, is_call: true, ..Link::default() };
                    self.known(&Thing::Package(Rc::clone(&path)), &mut link);
                    let what = What::Use { at: vec!["".into()], links: Rc::from([link]), stage: RouterStage::Scope(0) };
                    self.routers[router].ops.push(Registration { file, span, what });
                }
            }
            Thing::Outside(path, _) => {
                let message = format!("nothing of routes is seen in `{path}`, which is mounted here");
                self.unseen(router, file, span, at, &message);
            }
            _ => self.unseen(router, file, span, at, "what is mounted here is computed"),
        }
    }

    /// Something is mounted that nobody sees; it may run for what stands beside it, or behind it.
    fn unseen(&mut self, router: usize, file: usize, span: Span, at: Vec<Rc<str>>, message: &str) {
        self.gap(file, span, message);
        let stage = match self.routers[router].framework {
            Framework::Fastify => RouterStage::Scope(0),
            Framework::Express | Framework::Hono | Framework::Router => RouterStage::Ordered,
            _ => return,
        };
        let kind = if stage == RouterStage::Ordered { Kind::Use } else { Kind::Hook };
        let link = Link { kind, file, span, is_open: true, ..Link::default() };
        self.routers[router].ops.push(Registration {
            file,
            span,
            what: What::Use { at, links: Rc::from([link]), stage },
        });
    }

    /// Gives a router a function whose attribute says method and path.
    fn attributed(&mut self, router: usize, at: Vec<Rc<str>>, file: usize, body: u32, depth: usize) {
        let (span, declared) = self.programs.all[file].bodies[body as usize];
        let Some(path) = &declared.path else {
            return self.gap(file, span, "nobody sees which route this function answers");
        };
        let links = self.links(file, &declared.around, Kind::Layer, depth);
        let mut handler = Link { name: (&*declared.name).into(), file, span, ..Link::default() };
        self.known(&Thing::Body(file, body), &mut handler);
        let methods = declared.methods.iter().map(|method| Rc::from(&**method)).collect();
        let paths = at.iter().map(|at| super::super::fact::joined(at, path).into()).collect();
        // It stands where it is declared.
        let what = What::Route { methods, paths, links, handler };
        self.routers[router].ops.push(Registration { file, span, what });
    }

    #[expect(clippy::too_many_arguments, reason = "all of it describes one mount")]
    pub(super) fn mount(
        &mut self,
        parent: usize,
        file: usize,
        span: Span,
        at: Vec<Rc<str>>,
        child: usize,
        links: Rc<[Link]>,
        name: Rc<str>,
    ) {
        if parent == child {
            return;
        }
        self.routers[child].is_mounted = true;
        let replaces = self.routers[parent].framework == Framework::Flask && at.iter().any(|at| !at.is_empty());
        self.routers[parent].ops.push(Registration {
            file,
            span,
            what: What::Mount { at, child, links, name, replaces },
        });
    }

    fn route(
        &mut self,
        router: usize,
        file: usize,
        span: Span,
        method: &'r RouteValue,
        parts: &'r [Part],
        depth: usize,
    ) {
        let framework = self.routers[router].framework;
        let mut methods = Vec::new();
        if !method.is_unknown() {
            let thing = self.thing(file, method, depth);
            methods = self.texts(file, span, thing, depth).unwrap_or_default();
        }
        let (mut paths, mut rest) = (vec![Rc::from("")], parts);
        // A part of actix-web that is one path has no other.
        let is_whole = self.routers[router].framework == Framework::Actix && parts.len() == 1;
        if !self.routers[router].is_route && !is_whole {
            let [first, others @ ..] = parts else { return };
            rest = others;
            let thing = self.thing(file, &first.value, depth);
            match thing.clone().given() {
                // Everything in one object: `route` of Fastify, `openapi` of Hono.
                Thing::Object(..) | Thing::Called(..) | Thing::Package(_) if method.is_unknown() => {
                    let mut member = |name: &str| {
                        let found = self.member(thing.clone(), name, depth);
                        self.texts(file, span, found, depth)
                    };
                    let found = member("url").or_else(|| member("path"));
                    methods = member("method").unwrap_or_else(|| vec!["ANY".into()]);
                    let Some(found) = found else {
                        return self.gap(file, span, "the path of an endpoint is computed");
                    };
                    (paths, rest) = (found, parts);
                }
                _ => match self.texts(file, span, thing, depth) {
                    Some(found) => paths = found,
                    None => return self.gap(file, span, "the path of an endpoint is computed"),
                },
            }
            // The router of Koa may name a route first.
            if framework == Framework::Koa
                && let [path, others @ ..] = rest
                && !others.is_empty()
            {
                let thing = self.thing(file, &path.value, depth);
                if let Some(found) = self.texts(file, span, thing, depth) {
                    (paths, rest) = (found, others);
                }
            }
        }
        // `app.get("env")` of Express reads a setting; a path of Koa may begin without a slash.
        let is_setting = |path: &Rc<str>| {
            let is_path = path.is_empty() || path.starts_with(['/', '*', ':', '(', '^', '.']);
            match framework {
                Framework::Express => !is_path,
                Framework::Koa => !is_path && rest.is_empty(),
                _ => false,
            }
        };
        if methods.is_empty() || paths.iter().any(is_setting) {
            return;
        }
        let mut links = self.links(file, rest, Kind::Route, depth);
        let at = links
            .iter()
            .rposition(|link| link.kind == Kind::Route && !link.is_open)
            .or_else(|| links.len().checked_sub(1));
        let mut handler = at.map(|at| links.remove(at)).unwrap_or_default();
        if matches!(framework, Framework::Flask | Framework::FastApi | Framework::Starlette) {
            // What wraps a view is a decorator of it.
            while let Some(inner) = handler.wrapped.take() {
                links.push(Link { kind: Kind::Decorator, wrapper: None, ..handler });
                handler = *inner;
            }
            if let Some(found) = rest.last().and_then(|part| self.methods_of_view(file, part, depth)) {
                methods = found;
            }
        }
        let methods = methods.iter().map(|method| method.to_uppercase().replace("ALL", "ANY").into()).collect();
        self.routers[router].ops.push(Registration {
            file,
            span,
            what: What::Route { methods, paths, links, handler },
        });
    }

    /// The methods that the class of a view answers: `Users.as_view("users")`, `Users`.
    fn methods_of_view(&mut self, file: usize, part: &'r Part, depth: usize) -> Option<Vec<Rc<str>>> {
        let class = match self.thing(file, &part.value, depth) {
            Thing::Called(of, site, _) => {
                let (_, callee, _) = self.call_at(of, site)?;
                let RouteValue::Member(class, name) = callee else { return None };
                (&**name == "as_view").then_some(())?;
                self.thing(of, class, depth)
            }
            thing => thing,
        };
        let Thing::Class(of, class) = class else { return None };
        let members = &self.programs.all[of].classes[class as usize].members;
        let verbs = ["get", "post", "put", "patch", "delete"];
        let has = |verb: &&str| members.iter().any(|(name, _)| **name == **verb);
        let found: Vec<Rc<str>> = verbs.into_iter().filter(has).map(|verb| verb.to_uppercase().into()).collect();
        (!found.is_empty()).then_some(found)
    }

    /// What arguments put into a chain, in order; lists are part of it.
    pub(super) fn links(&mut self, file: usize, parts: &'r [Part], kind: Kind, depth: usize) -> Vec<Link> {
        let mut found = Vec::new();
        let mut open: Vec<(usize, &'r Part)> = parts.iter().rev().map(|part| (file, part)).collect();
        let mut left = MOST_ELEMENTS;
        while let Some((file, part)) = open.pop() {
            left = left.saturating_sub(1);
            if left == 0 {
                break;
            }
            let thing = self.thing(file, &part.value, depth);
            if let Thing::OneOf(ways) = &thing {
                if ways.iter().any(|way| self.may_run(way)) {
                    found.push(Link { kind, file, span: part.span, is_open: true, ..Link::default() });
                }
                continue;
            }
            match thing.clone().given() {
                Thing::List(of, parts) => open.extend(parts.iter().rev().map(|part| (of, part))),
                Thing::Text(..) => {}
                Thing::Object(of, members) => self.options(of, members, &mut found, depth),
                _ => {
                    let kind = if part.kind == Kind::Route { kind } else { part.kind };
                    let link = self.link(file, part, kind, depth);
                    found.push(link);
                }
            }
        }
        found.sort_by_key(|link| if link.kind == Kind::Hook { link.stage } else { u8::MAX });
        found
    }

    /// Whether something can put anything into a chain: text and options that name no hook do not.
    fn may_run(&self, thing: &Thing<'r>) -> bool {
        match thing.clone().given() {
            Thing::Text(..) => false,
            Thing::Object(_, members) => members
                .iter()
                .any(|(key, _)| HOOKS.contains(&&**key) || matches!(&**key, "handler" | "middleware" | "...")),
            _ => true,
        }
    }

    /// What the options of a route of Fastify, and of a route of Hono's OpenAPI, put into its chain.
    fn options(
        &mut self,
        file: usize,
        members: &'r [(std::sync::Arc<str>, RouteValue)],
        found: &mut Vec<Link>,
        depth: usize,
    ) {
        for (key, value) in members {
            let stage = HOOKS.iter().position(|hook| **hook == **key);
            let kind = match (&**key, stage) {
                (_, Some(_)) => Kind::Hook,
                ("handler", _) => Kind::Route,
                ("middleware", _) => Kind::Use,
                ("...", _) => {
                    if let Thing::Object(of, inner) = self.thing(file, value, depth).given()
                        && depth < super::machine::DEEPEST
                    {
                        self.options(of, inner, found, depth + 1);
                    }
                    continue;
                }
                _ => continue,
            };
            let stage = stage.map_or(u8::MAX, |stage| stage as u8);
            let from = found.len();
            match self.thing(file, value, depth) {
                Thing::OneOf(_) => found.push(Link { kind, file, is_open: true, ..Link::default() }),
                Thing::List(of, parts) => {
                    for part in parts.iter().take(MOST_ELEMENTS) {
                        let link = self.link(of, part, kind, depth);
                        found.push(link);
                    }
                }
                thing => {
                    let mut link = Link { kind, file, ..Link::default() };
                    self.known(&thing.clone().given(), &mut link);
                    if let Thing::Called(of, site, _) = thing {
                        self.called(of, site, &mut link, depth);
                    }
                    link.name = super::link::name_in(value).into();
                    found.push(link);
                }
            }
            found[from..].iter_mut().for_each(|link| link.stage = stage);
        }
    }

    /// What a call gives, by what is called.
    pub(super) fn given(&mut self, file: usize, called: Thing<'r>, arguments: &'r [Part], depth: usize) -> Thing<'r> {
        match called.given() {
            Thing::Body(of, body) => {
                let handed = self.handed(file, arguments, of, body, depth);
                self.call(of, body, handed.into(), depth)
            }
            Thing::Class(of, class) => {
                let constructor = self.programs.all[of].classes[class as usize].constructor;
                if let Some(constructor) = constructor {
                    let handed: Vec<Thing<'r>> =
                        arguments.iter().map(|part| self.thing(file, &part.value, depth)).collect();
                    self.call(of, constructor, handed.into(), depth);
                }
                Thing::Instance(of, class)
            }
            Thing::Module(of) => {
                let whole = self.whole(Thing::Module(of), depth);
                match whole {
                    Thing::Module(_) => Thing::Unknown,
                    whole if depth < super::machine::DEEPEST => self.given(file, whole, arguments, depth + 1),
                    _ => Thing::Unknown,
                }
            }
            // `router.routes()` of Koa
            Thing::OfRouter(router, name) => match &*name {
                "routes" | "middleware" | "callback" | "use" | "route" => Thing::Router(router),
                name if CHAINED.contains(&name) || super::super::fact::method(name).is_some() => Thing::Router(router),
                _ => self.callbacks(file, arguments, depth),
            },
            Thing::Package(path) => {
                let mut argument = |at: usize| arguments.get(at).map(|part| self.thing(file, &part.value, depth));
                match &*path.module {
                    "fastify-plugin" => Thing::Open(Rc::new(argument(0).unwrap_or_default())),
                    "koa-mount" => match (argument(0), argument(1)) {
                        (Some(Thing::Text(path, _)), Some(inner)) => Thing::At(path, Rc::new(inner)),
                        (Some(inner), _) => inner,
                        _ => Thing::Unknown,
                    },
                    "koa-compose" | "compose-middleware" => argument(0).unwrap_or_default(),
                    "path" | "node:path" | "url" | "node:url" | "desm" => self.place(file, &path, arguments, depth),
                    _ => {
                        self.callbacks(file, arguments, depth);
                        Thing::Package(Rc::new(result_of(&path)))
                    }
                }
            }
            _ => self.callbacks(file, arguments, depth),
        }
    }

    /// What a function is handed, by the places of its parameters.
    fn handed(&mut self, file: usize, arguments: &'r [Part], of: usize, body: u32, depth: usize) -> Vec<Thing<'r>> {
        let mut handed: Vec<Thing<'r>> = arguments.iter().map(|part| self.thing(file, &part.value, depth)).collect();
        let parameters = &self.programs.all[of].bodies[body as usize].1.parameters;
        // Python: what is handed by name stands behind all others.
        if !parameters.is_empty()
            && let Some(last) = arguments.last().filter(|last| last.span == Span::default())
            && let RouteValue::Object(members) = &last.value
        {
            handed.pop();
            for (key, value) in members {
                let Some(place) = parameters.iter().position(|name| name == key) else { continue };
                if handed.len() <= place {
                    handed.resize(place + 1, Thing::Unknown);
                }
                handed[place] = self.thing(file, value, depth);
            }
        }
        handed
    }

    /// Runs the functions that are handed to something unknown: it may call them.
    fn callbacks(&mut self, file: usize, arguments: &'r [Part], depth: usize) -> Thing<'r> {
        for part in arguments {
            if let RouteValue::Body(body) = &part.value
                && !self.programs.all[file].steps(*body).is_empty()
            {
                self.call(file, *body, Rc::from([]), depth);
            }
        }
        Thing::Unknown
    }

    /// The call at a site: the name of what is called, and its arguments.
    pub(super) fn call_at(&self, file: usize, site: u32) -> Option<(&'r str, &'r RouteValue, &'r [Part])> {
        match &self.programs.all[file].sites[site as usize].made {
            Made::Call { name, callee, arguments } => Some((name, callee, arguments)),
            Made::Router { .. } | Made::Part { .. } => None,
        }
    }
}

/// Whether an argument is what a router of Koa gives for `use`, as its name says.
fn gives_routes(framework: Framework, part: &Part) -> bool {
    framework == Framework::Koa && part.is_call && part.name.ends_with(".routes")
}
