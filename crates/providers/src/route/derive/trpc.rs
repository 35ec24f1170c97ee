//! Procedures of tRPC: trees of objects, whose leaves are chains that begin with a procedure.

use std::rc::Rc;

use auditlint_source::Span;

use super::super::fact::{Framework, Kind, Part, RouteValue};
use super::machine::{DEEPEST, Machine};
use super::thing::{Link, Registration, Thing, What};

/// So many calls lie in the chain of a procedure.
const LONGEST: usize = 64;

impl<'r> Machine<'r> {
    /// What a call of tRPC makes: a router, or a middleware, which is the function that it is made of.
    pub(super) fn trpc_made(
        &mut self,
        file: usize,
        span: Span,
        called: &Thing<'r>,
        arguments: &'r [Part],
        depth: usize,
    ) -> Option<Thing<'r>> {
        let Thing::Package(path) = called else { return None };
        (path.module == "@trpc/server").then_some(())?;
        let name = path.last_name()?;
        match name {
            "router" | "createTRPCRouter" => {
                let router = self.router(file, span, Framework::Trpc, "");
                self.routers[router].is_root = true;
                let tree = arguments.first().map(|tree| self.thing(file, &tree.value, depth))?;
                self.procedures(router, file, span, tree, depth);
                Some(Thing::Router(router))
            }
            "mergeRouters" => {
                let router = self.router(file, span, Framework::Trpc, "");
                self.routers[router].is_root = true;
                for part in arguments {
                    if let Thing::Router(child) = self.thing(file, &part.value, depth).given() {
                        self.mount(router, file, part.span, vec!["".into()], child, Rc::from([]), (&*part.name).into());
                    } else {
                        self.gap(file, part.span, "which procedures this router has is computed");
                    }
                }
                Some(Thing::Router(router))
            }
            "middleware" => {
                let function = self.thing(file, &arguments.first()?.value, depth);
                matches!(function, Thing::Body(..)).then_some(function)
            }
            _ => None,
        }
    }

    /// Gives a router all procedures that an object names.
    fn procedures(&mut self, router: usize, file: usize, span: Span, tree: Thing<'r>, depth: usize) {
        let Thing::Object(of, members) = tree.given() else {
            return self.gap(file, span, "which procedures this router has is computed");
        };
        if depth > DEEPEST {
            return;
        }
        for (key, value) in members {
            let thing = self.thing(of, value, depth + 1);
            let thing = self.whole(thing, depth + 1);
            match thing.clone() {
                Thing::Router(child) => {
                    let at = vec![(&**key).into()];
                    self.mount(router, of, span, at, child, Rc::from([]), (&**key).into());
                }
                Thing::Object(inner, _) if &**key == "..." => self.procedures(router, inner, span, thing, depth + 1),
                Thing::Object(inner, _) => {
                    let child = self.router(inner, span, Framework::Trpc, key);
                    self.procedures(child, inner, span, thing, depth + 1);
                    self.mount(router, of, span, vec![(&**key).into()], child, Rc::from([]), (&**key).into());
                }
                Thing::Called(called, site, _) => self.procedure(router, key, called, site, depth + 1),
                _ => self.gap(of, span, &format!("what the procedure `{key}` is, is computed")),
            }
        }
    }

    /// Adds a procedure: a chain of calls that ends with `query`, `mutation` or `subscription`.
    fn procedure(&mut self, router: usize, name: &str, file: usize, site: u32, depth: usize) {
        let span = self.programs.all[file].sites[site as usize].span;
        let (mut method, mut handler, mut links) = (None, Link::default(), Vec::new());
        let mut at = Thing::Called(file, site, Rc::new(Thing::Unknown));
        for _ in 0..LONGEST {
            let Thing::Called(of_file, of_site, given) = at else { break };
            let Some((_, callee, arguments)) = self.call_at(of_file, of_site) else {
                at = Thing::Unknown;
                break;
            };
            // A function of the project that gives back a procedure.
            let RouteValue::Member(of, called) = callee else {
                at = (*given).clone();
                continue;
            };
            match &**called {
                "query" | "mutation" | "subscription" if method.is_none() => {
                    method = Some(called.to_uppercase());
                    if let Some(answers) = arguments.first() {
                        handler = self.link(of_file, answers, Kind::Route, depth);
                    }
                }
                "use" | "unstable_concat" | "concat" => {
                    let mut found = self.links(of_file, arguments, Kind::Procedure, depth);
                    found.reverse();
                    links.append(&mut found);
                }
                _ => {}
            }
            at = self.thing(of_file, of, depth);
        }
        // Before a procedure of the package itself nothing runs.
        if !matches!(&at, Thing::Package(path) if path.module == "@trpc/server") {
            links.push(Link { kind: Kind::Procedure, file, span, is_open: true, ..Link::default() });
        }
        links.reverse();
        match method {
            Some(method) => {
                let what = What::Route { methods: vec![method.into()], paths: vec![name.into()], links, handler };
                self.routers[router].ops.push(Registration { file, span, what });
            }
            None => self.gap(file, span, &format!("what the procedure `{name}` is, is computed")),
        }
    }
}
