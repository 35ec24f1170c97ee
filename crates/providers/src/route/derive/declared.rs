//! Endpoints whose files say path and method where they are declared, under what the files around them say of all.

use std::rc::Rc;
use std::sync::Arc;

use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashMap;

use super::super::fact::{Declared, Extends, Framework, Global, Kind, Part, RouteFact, RouteValue, Shared, joined};
use super::machine::Machine;
use super::thing::{Link, Thing};
use super::walk::Endpoint;

/// What is said of all endpoints of an application.
struct EndpointDefaults<'r> {
    file: usize,
    span: Span,
    root: String,
    global: &'r Global,
}

/// An endpoint, and the controller that has it from a class that it extends.
struct Item<'r> {
    file: usize,
    span: Span,
    declared: &'r Declared,
    by: Option<(usize, &'r Extends)>,
}

/// The endpoints.
pub(super) fn endpoints(machine: &mut Machine<'_>) -> Vec<Endpoint> {
    let programs = machine.programs;
    let (mut said, mut items, mut extending) = (Vec::new(), Vec::new(), Vec::new());
    let mut shared: FxHashMap<(usize, u32), &Shared> = FxHashMap::default();
    for (file, program) in programs.all.iter().enumerate() {
        for fact in program.facts.facts.iter().filter(|_| !programs.is_python(file)) {
            match &fact.fact {
                RouteFact::Global(global) => {
                    said.push(EndpointDefaults { file, span: fact.span, root: root_of(program.path), global });
                }
                RouteFact::Declared(declared) => items.push(Item { file, span: fact.span, declared, by: None }),
                RouteFact::Shared(found) => {
                    shared.insert((file, found.class), found);
                }
                RouteFact::Extends(found) => extending.push((file, fact.span, found)),
                _ => {}
            }
        }
    }
    for (file, span, found) in extending {
        inherited(machine, &shared, file, span, found, &mut items);
    }
    let mut found = Vec::new();
    for item in items {
        add(machine, &said, &item, &mut found);
    }
    found
}

/// Adds the endpoints that a controller has from the classes that it extends.
fn inherited<'r>(
    machine: &mut Machine<'r>,
    shared: &FxHashMap<(usize, u32), &'r Shared>,
    file: usize,
    span: Span,
    extends: &'r Extends,
    items: &mut Vec<Item<'r>>,
) {
    let programs = machine.programs;
    let has = |(of, class): (usize, u32), method: &str| {
        programs.all[of].classes[class as usize].members.iter().any(|(name, _)| **name == *method)
    };
    let (mut at, mut base) = (file, &extends.base);
    let mut below = vec![(file, extends.class)];
    while below.len() <= super::machine::DEEPEST {
        let known = match machine.thing(at, base, 0) {
            Thing::Class(of, class) => (of, class),
            Thing::Outside(..) => return,
            _ => return machine.gap(file, span, "which endpoints this controller inherits is computed"),
        };
        let Some(found) = shared.get(&known) else { return };
        for (span, method, declared) in &found.endpoints {
            // A method that is written anew has the decorators that it is written with.
            if !below.iter().any(|class| has(*class, method)) {
                items.push(Item { file: known.0, span: *span, declared, by: Some((file, extends)) });
            }
        }
        if found.base.is_unknown() {
            return;
        }
        below.push(known);
        (at, base) = (known.0, &found.base);
    }
}

/// Adds an endpoint under each of its paths and versions.
fn add<'r>(machine: &mut Machine<'r>, said: &[EndpointDefaults<'r>], item: &Item<'r>, found: &mut Vec<Endpoint>) {
    let Item { file, span, declared, by } = *item;
    let programs = machine.programs;
    let around = around(programs.all[by.map_or(file, |(of, _)| of)].path, declared.framework, said);
    let mut handler = machine.link(file, &declared.handler, Kind::Route, 0);
    let mut own = Vec::new();
    let mut befores: Vec<Rc<str>> = vec!["".into()];
    let (mut own_versions, mut is_neutral) = (&declared.versions, declared.is_neutral);
    if let Some((of, extends)) = by {
        own = chain_of(machine, of, &extends.parts);
        befores = extends.prefixes.iter().map(|prefix| machine.text(of, span, prefix, 0)).collect();
        if own_versions.is_empty() && !is_neutral {
            (own_versions, is_neutral) = (&extends.versions, extends.is_neutral);
        }
        let class = &programs.all[of].classes[extends.class as usize].name;
        let method = handler.name.rsplit('.').next().unwrap_or_default();
        handler.name = format!("{class}.{method}").into();
    }
    own.extend(chain_of(machine, file, &declared.parts));
    let prefix = prefix_of(machine, &around);
    let mut paths = Vec::new();
    for path in &declared.paths {
        let path = machine.text(file, span, path, 0);
        paths.extend(befores.iter().map(|before| joined(before, &path)));
    }
    for path in paths {
        for version in versions(own_versions, is_neutral, &around) {
            let is_excepted = prefix.1.iter().any(|except| joined("", except) == joined("", &path));
            let before = if is_excepted { "" } else { &prefix.0 };
            let whole = joined(&joined(before, &version), &path);
            let (mut chain, mut is_complete) = (Vec::new(), true);
            for said in &around {
                match said.global {
                    Global::Runs(part) => {
                        let part = machine.link(said.file, part, part.kind, 0);
                        chain.push(part);
                    }
                    Global::Matches { patterns, except, parts } => {
                        let asked = Asked { declared, whole: &whole, path: &path, handler: &handler };
                        match matches(machine, said.file, patterns, except, &asked) {
                            Some(true) => chain.extend(machine.links(said.file, parts, Kind::Use, 0)),
                            Some(false) => {}
                            None => is_complete = false,
                        }
                    }
                    _ => {}
                }
            }
            chain.extend(own.iter().cloned());
            chain.sort_by_key(|link| match link.kind {
                Kind::Matcher | Kind::Use => 0,
                Kind::Guard => 1,
                Kind::Interceptor => 2,
                _ => 3,
            });
            is_complete &= !chain.iter().any(|link| link.is_open);
            found.push(Endpoint {
                framework: declared.framework,
                method: Rc::from(&*declared.method),
                path: whole,
                handler: handler.clone(),
                chain,
                is_complete,
                file,
                span,
            });
        }
    }
}

/// Puts what settings of Django list before its endpoints. Where several files list something else, nobody can say which counts.
pub(super) fn behind_settings(machine: &mut Machine<'_>, found: &mut [Endpoint]) {
    if !found.iter().any(|endpoint| endpoint.framework == Framework::Django) {
        return;
    }
    let programs = machine.programs;
    let mut listed: Vec<(usize, &[Part])> = Vec::new();
    for (file, program) in programs.all.iter().enumerate().filter(|(file, _)| programs.is_python(*file)) {
        for fact in &program.facts.facts {
            if let RouteFact::Global(Global::Matches { parts, .. }) = &fact.fact {
                listed.push((file, parts));
            }
        }
    }
    let names = |parts: &[Part]| parts.iter().map(|part| Arc::clone(&part.name)).collect::<Vec<_>>();
    let is_one = listed.windows(2).all(|pair| names(pair[0].1) == names(pair[1].1));
    let links = match listed.first() {
        Some((file, parts)) if is_one => machine.links(*file, parts, Kind::Use, 0),
        _ => Vec::new(),
    };
    for endpoint in found.iter_mut().filter(|endpoint| endpoint.framework == Framework::Django) {
        endpoint.chain.splice(0..0, links.iter().cloned());
        endpoint.is_complete &= is_one && !listed.is_empty();
    }
}

/// The folder of the application that a file is a part of: what lies above its sources.
fn root_of(path: &FilePath) -> String {
    let folders: Vec<&str> = path.as_str().split('/').collect();
    let is_top = |folder: &&str| matches!(*folder, "src" | "app" | "pages");
    let end = folders.iter().position(is_top).unwrap_or(folders.len().saturating_sub(1));
    folders[..end].join("/")
}

/// What is said of all endpoints in a file: by the application that it is a part of, or by the only one that says anything.
fn around<'s, 'r>(
    path: &FilePath,
    framework: Framework,
    said: &'s [EndpointDefaults<'r>],
) -> Vec<&'s EndpointDefaults<'r>> {
    let is_next = framework == Framework::Next;
    let is_of_next = |said: &&EndpointDefaults<'r>| matches!(said.global, Global::Matches { parts, .. } if parts.iter().all(|part| part.kind == Kind::Matcher));
    let of_framework = || said.iter().filter(|said| is_of_next(said) == is_next);
    let root = root_of(path);
    let own: Vec<&EndpointDefaults<'r>> = of_framework().filter(|said| said.root == root).collect();
    let mut roots: Vec<&str> = of_framework().map(|said| said.root.as_str()).collect();
    roots.dedup();
    if own.is_empty() && roots.len() == 1 && !is_next { of_framework().collect() } else { own }
}

/// The prefix of an application, and the paths that go without it.
fn prefix_of<'r>(machine: &mut Machine<'r>, around: &[&EndpointDefaults<'r>]) -> (Rc<str>, Vec<Arc<str>>) {
    for said in around {
        if let Global::Prefix { at, except } = said.global {
            return (machine.text(said.file, said.span, at, 0), except.clone());
        }
    }
    ("".into(), Vec::new())
}

/// What the versions of an endpoint put before its path: nothing where it has none.
fn versions(own: &[Arc<str>], is_neutral: bool, around: &[&EndpointDefaults<'_>]) -> Vec<String> {
    let said = around.iter().find_map(|said| match said.global {
        Global::Versions { prefix, default } => Some((prefix, default)),
        _ => None,
    });
    let Some((prefix, default)) = said.filter(|_| !is_neutral) else { return vec![String::new()] };
    let versions: &[Arc<str>] = if own.is_empty() { default } else { own };
    if versions.is_empty() {
        return vec![String::new()];
    }
    versions.iter().map(|version| format!("/{prefix}{version}")).collect()
}

/// The links of decorators; one of the project stands for those that it applies.
fn chain_of<'r>(machine: &mut Machine<'r>, file: usize, parts: &'r [Part]) -> Vec<Link> {
    let mut found = Vec::new();
    for part in parts {
        if part.kind == Kind::Decorator {
            if let Thing::Called(of, site, _) = machine.thing(file, &part.value, 0) {
                applied(machine, of, site, &mut found, 0);
            }
        } else {
            found.push(machine.link(file, part, part.kind, 0));
        }
    }
    found
}

/// What a decorator applies that is made of others: `applyDecorators(UseGuards(A), …)`.
fn applied<'r>(machine: &mut Machine<'r>, file: usize, site: u32, found: &mut Vec<Link>, depth: usize) {
    let Some((_, callee, arguments)) = machine.call_at(file, site) else { return };
    if depth > super::machine::DEEPEST {
        return;
    }
    let called = machine.thing(file, callee, 0);
    match &called {
        Thing::Package(path) => {
            let name = path.last_name().unwrap_or_default();
            let kind = match name {
                "UseGuards" => Kind::Guard,
                "UseInterceptors" => Kind::Interceptor,
                "UsePipes" => Kind::Pipe,
                "applyDecorators" => {
                    for part in arguments {
                        if let Thing::Called(of, site, _) = machine.thing(file, &part.value, 0) {
                            applied(machine, of, site, found, depth + 1);
                        }
                    }
                    return;
                }
                _ => return,
            };
            found.extend(machine.links(file, arguments, kind, 0));
        }
        Thing::Body(..) => {
            if let Thing::Called(of, site, _) = machine.given(file, called, arguments, 0) {
                applied(machine, of, site, found, depth + 1);
            }
        }
        _ => {}
    }
}

/// An endpoint of which it is asked whether something runs before it; `path` is it without what stands before all.
struct Asked<'a> {
    declared: &'a Declared,
    whole: &'a str,
    path: &'a str,
    handler: &'a Link,
}

/// Whether something runs for an endpoint. `None` where nobody can say.
fn matches<'r>(
    machine: &mut Machine<'r>,
    file: usize,
    patterns: &'r [RouteValue],
    except: &'r [RouteValue],
    asked: &Asked<'_>,
) -> Option<bool> {
    // A text of Nest is about all below it, as `use` of Express has it.
    let is_below = asked.declared.framework == Framework::Nest;
    let found = match patterns {
        [] => Some(true),
        patterns => any_matches(machine, file, patterns, is_below, asked),
    };
    if found == Some(false) || except.is_empty() {
        return found;
    }
    match any_matches(machine, file, except, false, asked) {
        Some(true) => Some(false),
        Some(false) => found,
        None => None,
    }
}

fn any_matches<'r>(
    machine: &mut Machine<'r>,
    file: usize,
    patterns: &'r [RouteValue],
    is_below: bool,
    asked: &Asked<'_>,
) -> Option<bool> {
    let mut is_open = false;
    let mut things = Vec::new();
    for pattern in patterns {
        match machine.thing(file, pattern, 0).given() {
            // `forRoutes(...listed)`
            Thing::List(of, parts) => {
                things.extend(parts.iter().map(|part| machine.thing(of, &part.value, 0).given()));
            }
            thing => things.push(thing),
        }
    }
    for thing in things {
        // `{ path: "users", method: RequestMethod.POST }` is about that path alone.
        let (thing, is_below, is_method) = match thing {
            Thing::Object(..) => {
                let method = machine.member(thing.clone(), "method", 0).given();
                let path = machine.member(thing, "path", 0).given();
                (path, false, is_method(&method, &asked.declared.method))
            }
            thing => (thing, is_below, Some(true)),
        };
        let found = match thing {
            Thing::Text(pattern, false) => {
                let is = |path: &str| is_matched(&pattern, path, is_below);
                match (is(asked.whole), is(asked.path)) {
                    (Some(true), _) | (_, Some(true)) => is_method,
                    (None, _) | (_, None) if is_method != Some(false) => None,
                    _ => Some(false),
                }
            }
            Thing::Class(of, class) => {
                let name = &machine.programs.all[of].classes[class as usize].name;
                let controller = asked.handler.name.split('.').next().unwrap_or_default();
                Some(controller == &**name)
            }
            _ => None,
        };
        match found {
            Some(true) => return found,
            Some(false) => {}
            None => is_open = true,
        }
    }
    if is_open { None } else { Some(false) }
}

/// Whether `RequestMethod.GET` is about an endpoint. `None` where it is about some of its requests.
fn is_method(wanted: &Thing<'_>, method: &str) -> Option<bool> {
    let Thing::Package(wanted) = wanted else { return Some(true) };
    match wanted.last_name() {
        Some("ALL") | None => Some(true),
        Some(wanted) if wanted == method => Some(true),
        Some(_) if method == "ANY" => None,
        Some(_) => Some(false),
    }
}

/// Whether a path matches a pattern, or lies below it where that counts: `/api/:path*`, `/((?!api|_next).*)`, `users/*`. `None` where it does for some values of a parameter.
fn is_matched(pattern: &str, path: &str, is_below: bool) -> Option<bool> {
    let (pattern, path) = (pattern.trim_matches('/'), path.trim_matches('/'));
    if let Some(at) = pattern.find("(?!") {
        let before = pattern[..at].trim_end_matches('(').trim_matches('/');
        let Some(rest) = path.strip_prefix(before).map(|rest| rest.trim_start_matches('/')) else { return Some(false) };
        let listed = pattern[at + 3..].split(')').next().unwrap_or_default();
        let is_out = |word: &str| !word.is_empty() && rest.starts_with(word.trim_matches(['/', '$']));
        return Some(!listed.split('|').any(is_out));
    }
    let (mut parts, mut is_open) = (path.split('/').filter(|part| !part.is_empty()), false);
    let found = |is_open: bool| if is_open { None } else { Some(true) };
    for wanted in pattern.split('/').filter(|part| !part.is_empty()) {
        if wanted.starts_with(['*', '(', '{']) || (wanted.starts_with(':') && wanted.ends_with(['*', '+'])) {
            return found(is_open);
        }
        match parts.next() {
            Some(part) if wanted == part || wanted.starts_with(':') => {}
            Some(part) if part.starts_with(':') => is_open = true,
            Some(part) if wanted.ends_with("(.*)") && part.starts_with(wanted.trim_end_matches("(.*)")) => {
                return found(is_open);
            }
            _ => return Some(false),
        }
    }
    if is_below || parts.next().is_none() { found(is_open) } else { Some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_middleware() {
        for (pattern, path, expected) in [
            ("/api/users/:path*", "/api/:all", None),
            ("/api/:path*", "/api/users", Some(true)),
            ("/api/:path*", "/users", Some(false)),
            ("/((?!api|_next/static).*)", "/api/users", Some(false)),
            ("/((?!_next/static).*)", "/api/users", Some(true)),
            ("/dashboard", "/dashboard/a", Some(false)),
            ("*", "/a", Some(true)),
        ] {
            assert_eq!(is_matched(pattern, path, false), expected, "{pattern} {path}");
        }
    }
}
