//! From routers and what they were given to endpoints with their chains.

use std::rc::Rc;

use auditlint_source::Span;
use rustc_hash::FxHashSet;

use super::super::fact::{Framework, Kind, RouterStage, joined};
use super::machine::Machine;
use super::thing::{Link, Router, What};

/// So many routers lie inside of each other, and so many endpoints and visits there are in all.
const DEEPEST: usize = 16;
const MOST_ENDPOINTS: usize = 50_000;
const MOST_VISITS: usize = 50_000;

/// An endpoint, before its path is written as rows have it.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) framework: Framework,
    pub(super) method: Rc<str>,
    pub(super) path: String,
    pub(super) handler: Link,
    pub(super) chain: Vec<Link>,
    pub(super) is_complete: bool,
    pub(super) file: usize,
    pub(super) span: Span,
}

/// What is in force at a place of a router: for which paths, and what runs.
#[derive(Clone)]
struct Active {
    at: String,
    links: Rc<[Link]>,
    /// The methods that it is about; nothing for all.
    methods: Vec<Rc<str>>,
}

/// A visit of a router.
struct Visit {
    router: usize,
    prefix: String,
    active: Vec<Active>,
    is_complete: bool,
    /// Whether its own prefix counts.
    has_prefix: bool,
}

pub(super) struct Walk<'m, 'r> {
    machine: &'m Machine<'r>,
    pub(super) found: Vec<Endpoint>,
    visits: usize,
    pub(super) is_cut: bool,
}

impl<'m, 'r> Walk<'m, 'r> {
    pub(super) fn of(machine: &'m Machine<'r>) -> Self {
        let mut walk = Self { machine, found: Vec::new(), visits: 0, is_cut: false };
        for (number, router) in machine.routers.iter().enumerate() {
            if !router.is_mounted && !machine.is_extra(router) {
                let is_complete = is_application(machine, number);
                let active = of_application(machine, number);
                let visit = Visit { router: number, prefix: String::new(), active, is_complete, has_prefix: true };
                walk.visit(&visit, 0);
            }
        }
        walk
    }

    /// Visits a router, and gives back what it leaves in force for what its parent was given behind it.
    fn visit(&mut self, visit: &Visit, depth: usize) -> Vec<Active> {
        self.visits += 1;
        if depth > DEEPEST || self.visits > MOST_VISITS || self.found.len() > MOST_ENDPOINTS {
            self.is_cut = true;
            return Vec::new();
        }
        let router = &self.machine.routers[visit.router];
        let prefix = joined(&visit.prefix, if visit.has_prefix { &router.prefix } else { "" });
        let mut active = visit.active.clone();
        // What it was given itself, which a request passes that finds no route here and goes on.
        let mut own: Vec<Active> = Vec::new();
        let passes_on = matches!(router.framework, Framework::Express | Framework::Hono) && !router.is_route;
        let at = |at: &str| joined(&prefix, at);
        for op in router.ops.iter().rev() {
            if let What::Use { links, stage: RouterStage::Outer, .. } = &op.what {
                active.push(Active::of(prefix.clone(), links));
            }
        }
        // What holds for all of a scope, wherever it was given.
        for op in &router.ops {
            if let What::Use { at: paths, links, stage: RouterStage::Scope(stage) } = &op.what {
                let links: Rc<[Link]> =
                    links.iter().map(|link| Link { stage: *stage, ..link.clone() }).collect::<Vec<_>>().into();
                active.extend(paths.iter().map(|path| Active::of(at(path), &links)));
            }
        }
        for (number, op) in router.ops.iter().enumerate() {
            match &op.what {
                What::Use { at: paths, links, stage: RouterStage::Ordered } => {
                    let exact = router.framework == Framework::Hono;
                    let written = |path: &Rc<str>| {
                        let path = at(path);
                        // `use("/a", …)` of Hono is about that path alone, `use(…)` about all.
                        if exact && !path.ends_with('*') && !paths.iter().all(|path| path.is_empty()) {
                            path + "$"
                        } else {
                            path
                        }
                    };
                    let given: Vec<Active> = paths.iter().map(|path| Active::of(written(path), links)).collect();
                    if passes_on {
                        own.extend(given.iter().cloned());
                    }
                    active.extend(given);
                }
                What::Use { .. } | What::Param { .. } => {}
                What::Route { methods, paths, links, handler } => {
                    let around = self.around(visit.router, number);
                    for path in paths {
                        let whole = at(path);
                        let params = params(router, path);
                        for method in methods {
                            let mut chain: Vec<Link> = Vec::new();
                            for active in active.iter().filter(|active| {
                                (active.methods.is_empty() || active.methods.contains(method))
                                    && holds_for(&active.at, &whole)
                            }) {
                                chain.extend(
                                    active.links.iter().filter(|link| !is_of_errors(router.framework, link)).cloned(),
                                );
                            }
                            chain.extend(around.iter().chain(&params).chain(links).cloned());
                            if router.framework == Framework::Fastify {
                                chain.sort_by_key(|link| link.stage);
                            }
                            let is_complete = visit.is_complete && !chain.iter().any(|link| link.is_open);
                            self.found.push(Endpoint {
                                framework: router.framework,
                                method: Rc::clone(method),
                                path: whole.clone(),
                                handler: handler.clone(),
                                chain,
                                is_complete,
                                file: op.file,
                                span: op.span,
                            });
                        }
                    }
                    // What answers all that lies below a path lets others run after it.
                    if matches!(router.framework, Framework::Express | Framework::Koa | Framework::Hono) {
                        let is_any = methods.iter().any(|method| &**method == "ANY");
                        for path in paths.iter().filter(|path| path.contains('*')) {
                            let all: Vec<Link> = links.iter().chain([handler]).cloned().collect();
                            let methods = if is_any { Vec::new() } else { methods.clone() };
                            let given = Active { at: at(path), links: all.into(), methods };
                            if passes_on {
                                own.push(given.clone());
                            }
                            active.push(given);
                        }
                    }
                }
                What::Mount { at: paths, child, links, replaces, .. } => {
                    let mut below = active.clone();
                    let around = self.around(visit.router, number);
                    if !around.is_empty() {
                        below.push(Active::of(String::new(), &around.into()));
                    }
                    if !links.is_empty() {
                        below.push(Active::of(String::new(), links));
                    }
                    for path in paths {
                        let mut below = below.clone();
                        // `route("/:id")` has the path as its own prefix.
                        let inner = &self.machine.routers[*child];
                        let params = params(router, if inner.is_route { &inner.prefix } else { path });
                        if !params.is_empty() {
                            below.push(Active::of(String::new(), &params.into()));
                        }
                        let visit = Visit {
                            router: *child,
                            prefix: at(path),
                            active: below,
                            is_complete: visit.is_complete,
                            has_prefix: !replaces,
                        };
                        let left = self.visit(&visit, depth + 1);
                        if passes_on {
                            // What stands before a router in the same call runs for all below its path.
                            if !links.is_empty() && router.framework == Framework::Express {
                                let before = Active::of(visit.prefix.clone(), links);
                                own.push(before.clone());
                                active.push(before);
                            }
                            own.extend(left.iter().cloned());
                            active.extend(left);
                        }
                    }
                }
            }
        }
        own
    }

    /// The layers around what was given at a place: those that were given behind it, the last outermost.
    fn around(&self, router: usize, place: usize) -> Vec<Link> {
        let ops = &self.machine.routers[router].ops;
        let behind = ops.iter().skip(place + 1).rev().filter_map(|op| match &op.what {
            What::Use { links, stage: RouterStage::Around, .. } => Some(links.iter().cloned()),
            _ => None,
        });
        behind.flatten().collect()
    }
}

impl Active {
    fn of(at: String, links: &Rc<[Link]>) -> Self {
        Self { at, links: Rc::clone(links), methods: Vec::new() }
    }
}

/// What routers inside of an application put before all of its routes: `before_app_request` of a blueprint.
fn of_application(machine: &Machine<'_>, root: usize) -> Vec<Active> {
    if machine.routers[root].framework != Framework::Flask {
        return Vec::new();
    }
    let (mut open, mut known, mut found) = (vec![root], FxHashSet::from_iter([root]), Vec::new());
    while let Some(router) = open.pop() {
        for op in &machine.routers[router].ops {
            match &op.what {
                What::Use { links, stage: RouterStage::Application, .. } => {
                    found.push(Active::of(String::new(), links));
                }
                What::Mount { child, .. } if known.insert(*child) => open.push(*child),
                _ => {}
            }
        }
    }
    found
}

/// What runs for the parameters of a path, in the order in which they stand there.
fn params(router: &Router, path: &str) -> Vec<Link> {
    if !router.has_params {
        return Vec::new();
    }
    let mut found = Vec::new();
    for part in path.split('/').filter_map(|part| part.strip_prefix(':')) {
        let part = part.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
        for op in &router.ops {
            if let What::Param { name, links } = &op.what
                && &**name == part
            {
                found.extend(links.iter().cloned());
            }
        }
    }
    found
}

/// Whether nothing needs to take a router in.
pub(super) fn is_application(machine: &Machine<'_>, number: usize) -> bool {
    let router = &machine.routers[number];
    let is_patterns = router.framework == Framework::Django && &*router.name == "urlpatterns";
    router.is_root
        || matches!(router.framework, Framework::Hono | Framework::Axum)
        || (is_patterns && (machine.roots.is_empty() || machine.roots.contains(&router.file)))
}

/// Whether a function is one of those that Express calls where something fails.
fn is_of_errors(framework: Framework, link: &Link) -> bool {
    framework == Framework::Express && link.arity == 4 && !link.is_call && link.kind != Kind::Param
}

/// Whether what is given for a path runs for a request of another: both in parts, the first may end early, and `*` stands for all that
/// follows. `$` at the end asks for the whole path.
fn holds_for(pattern: &str, path: &str) -> bool {
    let (pattern, is_whole) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    for wanted in pattern.split('/').filter(|part| !part.is_empty()) {
        if wanted.starts_with('*')
            || wanted.starts_with("{*")
            || wanted == "(.*)"
            || wanted.ends_with("(.*)") && wanted.starts_with(':')
        {
            return true;
        }
        let Some(part) = parts.next() else { return false };
        let is_open = |part: &str| part.starts_with([':', '*', '{']) || part.contains(['(', '*']);
        if wanted != part && !is_open(wanted) {
            return false;
        }
    }
    !is_whole || parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_for_a_path() {
        for (pattern, path, expected) in [
            ("", "/a/b", true),
            ("/a", "/a/b", true),
            ("/a/b", "/a", false),
            ("/ab", "/a", false),
            ("/a/*", "/a", true),
            ("/a/*", "/b/a", false),
            ("/a$", "/a/b", false),
            ("/a$", "/a", true),
            ("/:id/c", "/a/c/d", true),
            // That is about one of them alone.
            ("/a/me", "/a/:id", false),
        ] {
            assert_eq!(holds_for(pattern, path), expected, "{pattern} {path}");
        }
    }
}
