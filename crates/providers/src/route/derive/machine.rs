//! Runs the programs of files: afterwards it is known which routers there are, and what each was given in which order.

use std::rc::Rc;

use auditlint_facts::Gap;
use auditlint_facts::folder::folder_of;
use auditlint_names::ExportPath;
use auditlint_source::{FilePath, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::fact::{Framework, Made, RouteValue, member_of};
use super::program::{Lead, Programs};
use super::thing::{Link, Router, Thing};

/// So many calls and values lie inside of each other.
pub(super) const DEEPEST: usize = 72;
/// So many steps are made for each fact, and at the least.
const STEPS_FOR_EACH: usize = 64;
const LEAST_STEPS: usize = 100_000;

/// What runs.
pub(super) struct Machine<'r> {
    pub(super) programs: &'r Programs<'r>,
    pub(super) routers: Vec<Router>,
    /// What was made at a site, in the present run of its body.
    made: FxHashMap<(usize, u32), Thing<'r>>,
    /// What a body is handed.
    bound: FxHashMap<(usize, u32), Rc<[Thing<'r>]>>,
    /// Routers that stand for parameters.
    handed: FxHashMap<(usize, u32, (u32, u32)), usize>,
    active: FxHashSet<(usize, u32)>,
    /// What runs though nobody was seen to call it, and what was called after all.
    uncalled: Option<(usize, u32)>,
    pub(super) called: FxHashSet<(usize, u32)>,
    ran: FxHashSet<(usize, u32)>,
    pub(super) gaps: Vec<(FilePath, Gap)>,
    /// The files whose patterns are those of an application of Django; where nobody says, any that nothing includes.
    pub(super) roots: Vec<usize>,
    steps_left: usize,
}

impl<'r> Machine<'r> {
    pub(super) fn run(programs: &'r Programs<'r>) -> Self {
        let facts: usize = programs.all.iter().map(|program| program.facts.facts.len()).sum();
        let mut machine = Self {
            programs,
            routers: Vec::new(),
            made: FxHashMap::default(),
            bound: FxHashMap::default(),
            handed: FxHashMap::default(),
            active: FxHashSet::default(),
            uncalled: None,
            called: FxHashSet::default(),
            ran: FxHashSet::default(),
            gaps: Vec::new(),
            roots: programs.roots(),
            steps_left: LEAST_STEPS + facts * STEPS_FOR_EACH,
        };
        for file in programs.order() {
            machine.body(file, 0, 0);
            // A router that nothing was given is one all the same.
            for site in programs.all[file].sites_in.get(&0).into_iter().flatten() {
                if matches!(programs.all[file].sites[*site as usize].made, Made::Router { .. }) {
                    machine.site(file, *site, 0);
                }
            }
        }
        machine.run_uncalled();
        machine
    }

    /// Runs what nobody was seen to call: constructors first, then what needs nothing of its caller.
    fn run_uncalled(&mut self) {
        for turn in 0..3 {
            for (file, program) in self.programs.all.iter().enumerate() {
                for (number, (_, body)) in program.bodies.iter().enumerate().skip(1) {
                    let id = number as u32;
                    let steps = program.steps(id);
                    let makes = program.sites_in.get(&id).into_iter().flatten();
                    let mut makes =
                        makes.filter(|site| matches!(program.sites[**site as usize].made, Made::Router { .. }));
                    let makes_router = makes.next().is_some();
                    if (steps.is_empty() && !makes_router) || self.ran.contains(&(file, id)) || body.is_loop {
                        continue;
                    }
                    let is_due = match turn {
                        0 => body.is_constructor,
                        1 => body.typed.is_empty() && makes_router,
                        _ => true,
                    };
                    if is_due {
                        self.uncalled = Some((file, id));
                        self.call(file, id, Rc::from([]), 0);
                        self.uncalled = None;
                    }
                }
            }
        }
    }

    /// Whether a router was made once too often: by a function that ran by itself, and that somebody called later.
    pub(super) fn is_extra(&self, router: &Router) -> bool {
        router.uncalled_in.is_some_and(|made| self.called.contains(&made))
    }

    pub(super) fn gap(&mut self, file: usize, span: Span, message: &str) {
        let path = self.programs.all[file].path;
        if !self.gaps.iter().rev().take(64).any(|(known, gap)| known == path && gap.span == span) {
            self.gaps.push((path.clone(), Gap::new(span, message)));
        }
    }

    /// Whether more would have to be followed than is allowed.
    pub(super) fn is_spent(&self) -> bool {
        self.steps_left == 0
    }

    pub(super) fn spend(&mut self) -> bool {
        let is_left = self.steps_left > 0;
        self.steps_left -= usize::from(is_left);
        is_left
    }

    /// Runs the steps of a body.
    fn body(&mut self, file: usize, body: u32, depth: usize) {
        self.ran.insert((file, body));
        let programs = self.programs;
        for (span, step) in programs.all[file].steps(body) {
            if !self.spend() {
                return;
            }
            self.step(file, *span, step, depth);
        }
    }

    /// Calls a function, and tells what it gives back.
    pub(super) fn call(&mut self, file: usize, body: u32, handed: Rc<[Thing<'r>]>, depth: usize) -> Thing<'r> {
        if depth > DEEPEST || !self.spend() || !self.active.insert((file, body)) {
            return Thing::Unknown;
        }
        if self.uncalled != Some((file, body)) {
            self.called.insert((file, body));
        }
        let programs = self.programs;
        let program = &programs.all[file];
        // Each run makes its own.
        for site in program.sites_in.get(&body).into_iter().flatten().filter(|_| body != 0) {
            self.made.remove(&(file, *site));
        }
        let before = self.bound.insert((file, body), handed);
        self.body(file, body, depth + 1);
        for site in program.sites_in.get(&body).into_iter().flatten() {
            if matches!(program.sites[*site as usize].made, Made::Router { .. }) {
                self.site(file, *site, depth + 1);
            }
        }
        let mut given = Thing::Unknown;
        for value in program.bodies.get(body as usize).into_iter().flat_map(|(_, body)| &body.returns) {
            given = self.thing(file, value, depth + 1);
            if !given.is_unknown() {
                break;
            }
        }
        // What a function made last is what functions inside of it see.
        if let Some(before) = before {
            self.bound.insert((file, body), before);
        }
        self.active.remove(&(file, body));
        given
    }

    /// What a value is.
    pub(super) fn thing(&mut self, file: usize, value: &'r RouteValue, depth: usize) -> Thing<'r> {
        if depth > DEEPEST || !self.spend() {
            return Thing::Unknown;
        }
        match value {
            RouteValue::Unknown => Thing::Unknown,
            RouteValue::Site(site) => self.site(file, *site, depth + 1),
            RouteValue::Parameter { body, at } => self.parameter(file, *body, *at),
            RouteValue::Here { is_file } => {
                let path = self.programs.all[file].path;
                Thing::Place(if *is_file { path.clone() } else { folder_of(path) }, *is_file)
            }
            RouteValue::Body(body) => Thing::Body(file, *body),
            RouteValue::Class(class) => Thing::Class(file, *class),
            RouteValue::Import { module, name } => self.import(file, module, name, depth + 1),
            RouteValue::Member(of, name) => {
                let thing = self.thing(file, of, depth + 1);
                if thing.is_unknown()
                    && let RouteValue::Parameter { body, at } = **of
                {
                    return self.typed_member(file, body, at, name);
                }
                self.member(thing, name, depth + 1)
            }
            RouteValue::Object(members) => Thing::Object(file, members),
            RouteValue::List(parts) => Thing::List(file, parts),
            RouteValue::Text(text) => Thing::Text((&**text).into(), false),
            RouteValue::Joined(parts) => {
                let (mut text, mut is_computed) = (String::new(), false);
                for (part, name) in parts {
                    match self.thing(file, part, depth + 1).given() {
                        Thing::Text(part, computed) => {
                            text += &part;
                            is_computed |= computed;
                        }
                        _ => {
                            text.push(':');
                            text += name;
                            is_computed = true;
                        }
                    }
                }
                Thing::Text(text.into(), is_computed)
            }
            RouteValue::Either(values) => self.either(file, values, depth),
        }
    }

    /// What one of several values is: nobody can say which, unless all are the same. A router that is known is meant all the same: who takes one
    /// in or makes one has one.
    fn either(&mut self, file: usize, values: &'r [RouteValue], depth: usize) -> Thing<'r> {
        let ways: Vec<Thing<'r>> = values.iter().map(|value| self.thing(file, value, depth + 1)).collect();
        let is_open = ways.iter().any(Thing::is_unknown);
        let known: Vec<Thing<'r>> = ways.into_iter().filter(|way| !way.is_unknown()).collect();
        match known.first() {
            None => Thing::Unknown,
            Some(Thing::Text(text, is_computed)) => Thing::Text(text.clone(), *is_computed || values.len() > 1),
            Some(first @ Thing::Router(_)) if known.len() == 1 => first.clone(),
            Some(first) if !is_open && known.iter().all(|way| self.is_same(first, way)) => first.clone(),
            Some(_) => Thing::OneOf(known.into()),
        }
    }

    /// Whether two things are known by the same name.
    fn is_same(&mut self, one: &Thing<'r>, other: &Thing<'r>) -> bool {
        match (one, other) {
            (Thing::Router(one), Thing::Router(other)) => one == other,
            (Thing::Called(file, one, _), Thing::Called(of, other, _)) => (file, one) == (of, other),
            (Thing::Called(..), _) | (_, Thing::Called(..)) => false,
            _ => {
                let (mut left, mut right) = (Link::default(), Link::default());
                self.known(one, &mut left);
                self.known(other, &mut right);
                left.resolves_to.is_some() && left.resolves_to == right.resolves_to
            }
        }
    }

    fn parameter(&mut self, file: usize, body: u32, at: u32) -> Thing<'r> {
        if let Some(thing) = self.bound.get(&(file, body)).and_then(|bound| bound.get(at as usize))
            && !thing.is_unknown()
        {
            return thing.clone();
        }
        let (_, declared) = self.programs.all[file].bodies[body as usize];
        match declared.typed.iter().find(|(place, _)| *place == at) {
            Some((_, framework)) => self.stand_in(file, body, (at, u32::MAX), *framework),
            None => Thing::Unknown,
        }
    }

    /// A member of a parameter that nobody was seen to hand, by its type.
    fn typed_member(&mut self, file: usize, body: u32, at: u32, name: &str) -> Thing<'r> {
        let (_, declared) = self.programs.all[file].bodies[body as usize];
        let mut members = declared.typed_members.iter().zip(0..);
        match members.find(|((place, key, _), _)| *place == at && **key == *name) {
            Some(((.., framework), number)) => self.stand_in(file, body, (at, number), *framework),
            None => Thing::Unknown,
        }
    }

    /// The router that stands for a parameter, or for a member of one.
    fn stand_in(&mut self, file: usize, body: u32, place: (u32, u32), framework: Framework) -> Thing<'r> {
        let (span, declared) = self.programs.all[file].bodies[body as usize];
        let known = self.handed.get(&(file, body, place)).copied();
        let router = known.unwrap_or_else(|| {
            let router = self.router(file, span, framework, &declared.name);
            self.routers[router].is_handed = true;
            self.handed.insert((file, body, place), router);
            router
        });
        Thing::Router(router)
    }

    pub(super) fn router(&mut self, file: usize, span: Span, framework: Framework, name: &str) -> usize {
        self.routers.push(Router {
            framework,
            name: name.into(),
            is_root: false,
            prefix: "".into(),
            is_mounted: false,
            is_route: false,
            is_handed: false,
            uncalled_in: self.uncalled,
            file,
            span,
            has_params: false,
            ops: Vec::new(),
        });
        self.routers.len() - 1
    }

    /// What is made at a site.
    pub(super) fn site(&mut self, file: usize, number: u32, depth: usize) -> Thing<'r> {
        if let Some(known) = self.made.get(&(file, number)) {
            return known.clone();
        }
        if depth > DEEPEST || !self.spend() {
            return Thing::Unknown;
        }
        // What leads back to itself is nothing.
        self.made.insert((file, number), Thing::Unknown);
        let programs = self.programs;
        let site = programs.all[file].sites[number as usize];
        let thing = match &site.made {
            Made::Router { framework, name, is_root, prefix } => {
                let router = self.router(file, site.span, *framework, name);
                self.routers[router].is_root = *is_root;
                self.routers[router].prefix = self.text(file, site.span, prefix, depth + 1);
                Thing::Router(router)
            }
            Made::Part { of, at, is_route } => match self.thing(file, of, depth + 1).given() {
                Thing::Router(parent) => {
                    let (framework, name) = (self.routers[parent].framework, Rc::clone(&self.routers[parent].name));
                    let router = self.router(file, site.span, framework, &name);
                    self.routers[router].prefix = self.text(file, site.span, at, depth + 1);
                    self.routers[router].is_route = *is_route;
                    self.mount(parent, file, site.span, vec!["".into()], router, Rc::from([]), name);
                    Thing::Router(router)
                }
                _ => Thing::Unknown,
            },
            Made::Call { callee, arguments, .. } => {
                let called = self.thing(file, callee, depth + 1);
                if let Some(made) = self.trpc_made(file, site.span, &called, arguments, depth + 1) {
                    self.made.insert((file, number), made.clone());
                    return made;
                }
                let given = self.given(file, called, arguments, depth + 1);
                match given {
                    Thing::Router(_) | Thing::Instance(..) | Thing::Open(_) | Thing::At(..) | Thing::List(..) => given,
                    Thing::Place(..) => given,
                    Thing::OneOf(ref ways) if matches!(ways.first(), Some(Thing::Router(_) | Thing::List(..))) => given,
                    given => Thing::Called(file, number, Rc::new(given)),
                }
            }
        };
        self.made.insert((file, number), thing.clone());
        thing
    }

    /// The text of a prefix; nothing where there is none. One that is computed is a gap.
    pub(super) fn text(&mut self, file: usize, span: Span, value: &'r RouteValue, depth: usize) -> Rc<str> {
        if value.is_unknown() {
            return "".into();
        }
        match self.thing(file, value, depth).given() {
            Thing::Text(text, is_computed) => {
                if is_computed {
                    self.gap(file, span, "a part of this path is computed");
                }
                text
            }
            _ => {
                self.gap(file, span, "this path is computed");
                "/:computed".into()
            }
        }
    }

    fn import(&mut self, file: usize, module: &'r str, name: &str, depth: usize) -> Thing<'r> {
        if name != "*" && self.programs.is_python(file) {
            let dot = if module.ends_with('.') { "" } else { "." };
            let inner = format!("{module}{dot}{name}");
            if let Some(Lead::Program(to)) = self.programs.leads.get(&(file, inner.as_str())) {
                return Thing::Module(*to);
            }
        }
        match self.programs.leads.get(&(file, module)) {
            Some(Lead::Program(to)) if name == "*" => Thing::Module(*to),
            Some(Lead::Program(to)) => self.export(*to, name, depth),
            Some(Lead::File(path)) => Thing::Outside(path.clone(), name.into()),
            None => Thing::Package(Rc::new(ExportPath { module: module.to_owned(), name: name.to_owned() })),
        }
    }

    /// What a file gives under a name.
    pub(super) fn export(&mut self, file: usize, name: &str, depth: usize) -> Thing<'r> {
        if depth > DEEPEST {
            return Thing::Unknown;
        }
        let programs = self.programs;
        let program = &programs.all[file];
        if let Some(value) = program.exports.get(name) {
            return self.thing(file, value, depth + 1);
        }
        if let Some(value) = program.exports.get("=") {
            let whole = self.thing(file, value, depth + 1);
            return if name == "default" { whole } else { self.member(whole, name, depth + 1) };
        }
        if name == "default" && !program.exports.is_empty() {
            return Thing::Module(file);
        }
        for module in &program.stars {
            let thing = self.import(file, module, name, depth + 1);
            if !thing.is_unknown() && !matches!(thing, Thing::Package(_)) {
                return thing;
            }
        }
        Thing::Unknown
    }

    /// All of a module where one of its things is meant.
    pub(super) fn whole(&mut self, thing: Thing<'r>, depth: usize) -> Thing<'r> {
        let file = match thing {
            Thing::Module(file) => file,
            Thing::OneOf(ways) if depth < DEEPEST => {
                return Thing::OneOf(ways.iter().map(|way| self.whole(way.clone(), depth + 1)).collect());
            }
            thing => return thing,
        };
        for name in ["=", "default"] {
            if let Some(value) = self.programs.all[file].exports.get(name) {
                return self.thing(file, value, depth);
            }
        }
        Thing::Module(file)
    }

    pub(super) fn member(&mut self, of: Thing<'r>, name: &str, depth: usize) -> Thing<'r> {
        if depth > DEEPEST {
            return Thing::Unknown;
        }
        match of.given() {
            Thing::Module(file) => self.export(file, name, depth + 1),
            Thing::Object(file, members) => {
                if let Some((_, value)) = members.iter().rev().find(|(key, _)| **key == *name) {
                    return self.thing(file, value, depth + 1);
                }
                for (_, value) in members.iter().filter(|(key, _)| &**key == "...") {
                    let inner = self.thing(file, value, depth + 1);
                    let found = self.member(inner, name, depth + 1);
                    if !found.is_unknown() {
                        return found;
                    }
                }
                Thing::Unknown
            }
            Thing::Class(file, class) | Thing::Instance(file, class) => {
                let class = self.programs.all[file].classes[class as usize];
                // The environment may set what such a class holds.
                let is_open = class.bases.iter().any(|base| &**base == "BaseSettings");
                match class.members.iter().find(|(key, _)| **key == *name) {
                    Some((_, value)) => match self.thing(file, value, depth + 1) {
                        Thing::Text(text, is_computed) => Thing::Text(text, is_computed || is_open),
                        thing => thing,
                    },
                    None => Thing::Unknown,
                }
            }
            Thing::List(file, parts) => match name.parse::<usize>().ok().and_then(|at| parts.get(at)) {
                Some(part) => self.thing(file, &part.value, depth + 1),
                None => Thing::Unknown,
            },
            Thing::Package(of) => Thing::Package(Rc::new(member_of(ExportPath::clone(&of), name))),
            Thing::Outside(path, of) if &*of == "*" => Thing::Outside(path, name.into()),
            Thing::Outside(path, of) => Thing::Outside(path, format!("{of}.{name}").into()),
            Thing::Router(router) => Thing::OfRouter(router, name.into()),
            _ => Thing::Unknown,
        }
    }

    /// What a thing is known by: the text, and where its function stands.
    pub(super) fn known(&mut self, thing: &Thing<'r>, link: &mut Link) {
        match thing {
            Thing::Body(file, body) => {
                let program = &self.programs.all[*file];
                let (_, body) = program.bodies[*body as usize];
                let known = if body.name.is_empty() {
                    format!("{}:{}", program.path, body.line)
                } else {
                    format!("{}#{}", program.path, body.name)
                };
                link.resolves_to = Some(known.into());
                link.function = Some((program.path.clone(), body.line, Some(body.is_async)));
                link.arity = body.arity;
            }
            Thing::Class(file, class) | Thing::Instance(file, class) => {
                let program = &self.programs.all[*file];
                let class = program.classes[*class as usize];
                link.resolves_to = Some(format!("{}#{}", program.path, class.name).into());
                link.function = Some((program.path.clone(), class.line, None));
            }
            Thing::Package(path) => {
                let name = if path.name == "*" { "default" } else { &path.name };
                link.resolves_to = Some(format!("{}#{name}", path.module).into());
            }
            Thing::Outside(path, name) => {
                let name = if &**name == "*" { "default" } else { name };
                link.resolves_to = Some(format!("{path}#{name}").into());
                link.function = Some((path.clone(), 0, None));
            }
            _ => {}
        }
    }
}
