//! Routes in lists, as Django and Starlette write them, and the sets of views of Django REST framework.

use std::rc::Rc;

use auditlint_source::Span;

use super::super::fact::{Kind, Part, RouteValue, joined};
use super::machine::{DEEPEST, Machine};
use super::thing::{Link, Registration, Thing, What};

/// The methods of views that are classes.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

/// What a set of views answers: the method, whether at one thing of the set, and its function.
const ACTIONS: &[(&str, bool, &str)] = &[
    ("GET", false, "list"),
    ("POST", false, "create"),
    ("GET", true, "retrieve"),
    ("PUT", true, "update"),
    ("PATCH", true, "partial_update"),
    ("DELETE", true, "destroy"),
];

impl<'r> Machine<'r> {
    /// Gives a router what a list says.
    pub(super) fn table(&mut self, router: usize, file: usize, span: Span, list: &'r RouteValue, depth: usize) {
        let list = self.thing(file, list, depth);
        self.rows(router, file, span, list, depth);
    }

    fn rows(&mut self, router: usize, file: usize, span: Span, list: Thing<'r>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match list {
            Thing::List(of, parts) => {
                for part in parts {
                    let element = self.thing(of, &part.value, depth + 1);
                    match element {
                        Thing::Called(of, site, _) => self.row(router, of, site, depth + 1),
                        Thing::List(..) | Thing::Router(_) => self.rows(router, of, part.span, element, depth + 1),
                        Thing::Package(_) => {}
                        _ => self.gap(of, part.span, "this entry of a list of routes is computed"),
                    }
                }
            }
            Thing::Router(child) | Thing::OfRouter(child, _) => {
                self.mount(router, file, span, vec!["".into()], child, Rc::from([]), "".into());
            }
            Thing::Called(of, site, inner) => {
                let Some((name, _, arguments)) = self.call_at(of, site) else { return };
                // `i18n_patterns(…)`, `format_suffix_patterns(…)`, `static(…)`
                match name.rsplit('.').next() {
                    Some("i18n_patterns") => {
                        for part in arguments.iter().filter(|part| !matches!(part.value, RouteValue::Object(_))) {
                            if let Thing::Called(of, site, _) = self.thing(of, &part.value, depth + 1) {
                                self.row(router, of, site, depth + 1);
                            }
                        }
                        self.gap(file, span, "which language stands before these paths is computed");
                    }
                    Some("format_suffix_patterns") => {
                        if let Some(first) = arguments.first() {
                            let first = self.thing(of, &first.value, depth + 1);
                            self.rows(router, of, span, first, depth + 1);
                        }
                    }
                    Some("static" | "staticfiles_urlpatterns") => {}
                    _ => match (*inner).clone().given() {
                        given @ (Thing::List(..) | Thing::Router(_)) => self.rows(router, file, span, given, depth + 1),
                        _ => self.gap(file, span, "which routes these are is computed"),
                    },
                }
            }
            Thing::Package(_) => {}
            _ => self.gap(file, span, "which routes these are is computed"),
        }
    }

    /// An entry: `path("a/", view)`, `Route("/a", view)`, `Mount("/a", routes=[…])`.
    fn row(&mut self, router: usize, file: usize, site: u32, depth: usize) {
        let span = self.programs.all[file].sites[site as usize].span;
        let Some((name, _, arguments)) = self.call_at(file, site) else { return };
        let name = name.rsplit('.').next().unwrap_or_default();
        let known = matches!(name, "path" | "re_path" | "url" | "Route" | "Mount" | "include");
        if !known {
            if !matches!(name, "WebSocketRoute" | "Host" | "static") {
                self.gap(file, span, "this entry of a list of routes is computed");
            }
            return;
        }
        let option = |key: &str| named(arguments, key);
        let first = arguments.first().map(|part| &part.value).filter(|value| !matches!(value, RouteValue::Object(_)));
        let Some(path) = first.or_else(|| option("path").or_else(|| option("route"))) else { return };
        let path = match self.thing(file, path, depth).given() {
            Thing::Text(path, _) => path,
            // `path(_("about/"), …)`
            _ => return self.gap(file, span, "the path of an endpoint is computed"),
        };
        let path: Rc<str> = if matches!(name, "re_path" | "url") { plain(&path).into() } else { path };
        let second = arguments.get(1).filter(|part| !matches!(part.value, RouteValue::Object(_)));
        let target = second.or(None);
        let by_name = ["view", "endpoint", "app", "routes"].into_iter().find_map(option);
        let value = match (target, by_name) {
            (Some(part), _) => &part.value,
            (None, Some(value)) => value,
            _ => return,
        };
        let thing = self.thing(file, value, depth);
        let mut link = match target {
            Some(part) => self.link(file, part, Kind::Route, depth),
            None => {
                let mut link = Link { file, span, ..Link::default() };
                self.known(&thing.clone().given(), &mut link);
                link.name = super::link::name_in(value).into();
                link
            }
        };
        if let Thing::Called(of, inner, _) = &thing
            && let Some((called, callee, inner_arguments)) = self.call_at(*of, *inner)
        {
            match called.rsplit('.').next() {
                Some("include") => return self.included(router, *of, span, &path, inner_arguments, depth + 1),
                Some("as_view") => {
                    if let RouteValue::Member(class, _) = callee {
                        let class = self.thing(*of, class, depth);
                        link.wrapped = None;
                        link.wrapper = None;
                        link.resolves_to = None;
                        self.known(&class, &mut link);
                        let name = called.trim_end_matches(".as_view");
                        link.name = name.into();
                        return self.class_view(router, file, span, path, class, link, Vec::new(), depth);
                    }
                }
                _ => {}
            }
        }
        match thing.clone() {
            Thing::Router(child) => {
                self.mount(router, file, span, vec![path], child, Rc::from([]), Rc::clone(&link.name));
            }
            Thing::List(..) if name == "Mount" || name == "path" => {
                let framework = self.routers[router].framework;
                let child = self.router(file, span, framework, "");
                self.rows(child, file, span, thing, depth + 1);
                self.mount(router, file, span, vec![path], child, Rc::from([]), "".into());
            }
            // `admin.site.urls`
            Thing::Package(package) if package.name.ends_with(".urls") => {}
            Thing::Class(..) => self.class_view(router, file, span, path, thing, link, Vec::new(), depth),
            _ if name == "Mount" => self.gap(file, span, "what is mounted here is computed"),
            thing => {
                let (mut methods, mut around) = (Vec::new(), Vec::new());
                let mut function = thing;
                // `login_required(view)`
                while let Thing::Called(of, inner, given) = function.clone() {
                    let Some((called, callee, arguments)) = self.call_at(of, inner) else { break };
                    if called.ends_with(".as_view")
                        && let RouteValue::Member(class, _) = callee
                    {
                        let class = self.thing(of, class, depth);
                        link.wrapped = None;
                        self.known(&class, &mut link);
                        link.name = called.trim_end_matches(".as_view").into();
                        return self.class_view(router, file, span, path, class, link, around, depth);
                    }
                    let mut outer = link.clone();
                    outer.wrapped = None;
                    outer.wrapper = None;
                    outer.kind = Kind::Decorator;
                    let wrapped = link.wrapped.take();
                    match wrapped {
                        Some(wrapped) => {
                            around.push(outer);
                            link = *wrapped;
                            function =
                                arguments.first().map(|part| self.thing(of, &part.value, depth)).unwrap_or_default();
                        }
                        None => {
                            function = (*given).clone();
                            break;
                        }
                    }
                }
                if let Thing::Body(of, body) = function {
                    let body = self.programs.all[of].bodies[body as usize].1;
                    methods.extend(body.methods.iter().map(|method| Rc::from(&**method)));
                    let is_plain = |part: &&Part| !says_methods(&part.name);
                    for part in body.around.iter().filter(is_plain) {
                        let part = self.link(of, part, Kind::Decorator, depth);
                        around.push(part);
                    }
                }
                if let Some(listed) = option("methods") {
                    methods = self.listed(file, listed, depth);
                } else if name == "Route" && methods.is_empty() {
                    methods.push("GET".into());
                }
                if methods.is_empty() {
                    methods.push("ANY".into());
                }
                link.kind = Kind::Route;
                let what = What::Route { methods, paths: vec![path], links: around, handler: link };
                self.routers[router].ops.push(Registration { file, span, what });
            }
        }
    }

    fn listed(&mut self, file: usize, value: &'r RouteValue, depth: usize) -> Vec<Rc<str>> {
        let Thing::List(of, parts) = self.thing(file, value, depth).given() else { return Vec::new() };
        let texts = parts.iter().filter_map(|part| match self.thing(of, &part.value, depth) {
            Thing::Text(text, _) => Some(text.to_uppercase().into()),
            _ => None,
        });
        texts.collect()
    }

    /// `include("app.urls")`, `include(router.urls)`, `include([…])`, `include((patterns, "name"))`
    fn included(
        &mut self,
        router: usize,
        file: usize,
        span: Span,
        path: &Rc<str>,
        arguments: &'r [Part],
        depth: usize,
    ) {
        let Some(first) = arguments.first() else { return };
        let mut thing = self.thing(file, &first.value, depth);
        if let Thing::Text(module, _) = &thing {
            match self.programs.module(file, module) {
                Some(of) => thing = self.export(of, "urlpatterns", depth),
                // The routes of a package are its own.
                None => return self.gap(file, span, &format!("the routes of `{module}` are not in this project")),
            }
        }
        if let Thing::Module(of) = thing {
            thing = self.export(of, "urlpatterns", depth);
        }
        // The patterns with the name of the application.
        if let Thing::List(of, parts) = &thing
            && let [first, second] = parts
            && matches!(second.value, RouteValue::Text(_))
        {
            thing = self.thing(*of, &first.value, depth);
        }
        match thing {
            Thing::Router(child) | Thing::OfRouter(child, _) => {
                self.mount(router, file, span, vec![Rc::clone(path)], child, Rc::from([]), (&*first.name).into());
            }
            Thing::List(..) => {
                let framework = self.routers[router].framework;
                let child = self.router(file, span, framework, "");
                self.rows(child, file, span, thing, depth + 1);
                self.mount(router, file, span, vec![Rc::clone(path)], child, Rc::from([]), "".into());
            }
            Thing::Package(package) if package.name.ends_with(".urls") => {}
            _ => self.gap(file, span, "which routes are included here is computed"),
        }
    }

    /// A route whose view is a class: it answers the methods that it has.
    #[expect(clippy::too_many_arguments, reason = "all of it describes one entry of a list")]
    fn class_view(
        &mut self,
        router: usize,
        file: usize,
        span: Span,
        path: Rc<str>,
        class: Thing<'r>,
        handler: Link,
        around: Vec<Link>,
        depth: usize,
    ) {
        let (mut methods, mut links) = (Vec::new(), around);
        if let Thing::Class(of, class) = class {
            let class = self.programs.all[of].classes[class as usize];
            let inherited = || class.bases.iter().flat_map(|base| inherited(base));
            let has = |verb: &&&str| {
                class.members.iter().any(|(name, _)| **name == ***verb) || inherited().any(|given| given == *verb)
            };
            methods.extend(VERBS.iter().filter(has).map(|verb| verb.to_uppercase().into()));
            for part in class.around.iter().filter(|part| !says_methods(&part.name)) {
                links.push(self.link(of, part, Kind::Decorator, depth));
            }
        }
        if methods.is_empty() {
            methods.push("ANY".into());
        }
        let what = What::Route { methods, paths: vec![path], links, handler };
        self.routers[router].ops.push(Registration { file, span, what });
    }

    /// The routes of a set of views: `router.register("users", UserViewSet)`.
    pub(super) fn views(&mut self, router: usize, file: usize, span: Span, parts: &'r [Part], depth: usize) {
        let [path, views, ..] = parts else { return };
        let Thing::Text(path, _) = self.thing(file, &path.value, depth).given() else {
            return self.gap(file, span, "the path of a set of views is computed");
        };
        let path = plain(&path);
        let handler = self.link(file, views, Kind::Route, depth);
        let class = self.thing(file, &views.value, depth);
        let (mut found, mut links): (Vec<(Rc<str>, String)>, Vec<Link>) = (Vec::new(), Vec::new());
        let (mut bases, mut members): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        if let Thing::Class(of, class) = class {
            let class = self.programs.all[of].classes[class as usize];
            bases = class.bases.iter().map(|base| &**base).collect();
            members = class.members.iter().map(|(name, _)| &**name).collect();
            for part in &class.around {
                links.push(self.link(of, part, Kind::Guard, depth));
            }
            for (name, value) in &class.members {
                if let RouteValue::Body(body) = value {
                    self.action(of, *body, name, &path, &mut found, depth);
                }
            }
        }
        for (method, of_one, name) in ACTIONS {
            let is_given = bases.iter().any(|base| match *base {
                "ModelViewSet" => true,
                "ReadOnlyModelViewSet" => matches!(*name, "list" | "retrieve"),
                "ListModelMixin" => *name == "list",
                "CreateModelMixin" => *name == "create",
                "RetrieveModelMixin" => *name == "retrieve",
                "UpdateModelMixin" => matches!(*name, "update" | "partial_update"),
                "DestroyModelMixin" => *name == "destroy",
                _ => false,
            });
            if is_given || members.contains(name) {
                let path = if *of_one { format!("{path}/:pk") } else { path.clone() };
                found.push(((*method).into(), path));
            }
        }
        if found.is_empty() {
            self.gap(file, span, "nobody sees which methods this set of views answers");
        }
        for (method, path) in found {
            let what = What::Route {
                methods: vec![method],
                paths: vec![path.into()],
                links: links.clone(),
                handler: handler.clone(),
            };
            self.routers[router].ops.push(Registration { file, span, what });
        }
    }

    /// `@action(detail=True, methods=["post"], url_path="a")`
    fn action(
        &mut self,
        file: usize,
        body: u32,
        name: &str,
        path: &str,
        found: &mut Vec<(Rc<str>, String)>,
        depth: usize,
    ) {
        let body = self.programs.all[file].bodies[body as usize].1;
        let decorator = body.around.iter().find(|part| part.name.rsplit('.').next() == Some("action"));
        let Some(RouteValue::Site(site)) = decorator.map(|part| &part.value) else { return };
        let Some((_, _, arguments)) = self.call_at(file, *site) else { return };
        let is_of_one = matches!(named(arguments, "detail"), Some(RouteValue::Text(text)) if &**text == "True");
        let end = match named(arguments, "url_path") {
            Some(RouteValue::Text(text)) => plain(text),
            _ => name.to_owned(),
        };
        let listed = named(arguments, "methods").map(|methods| self.listed(file, methods, depth));
        for method in listed.unwrap_or_else(|| vec!["GET".into()]) {
            let path = if is_of_one { format!("{path}/:pk/{end}") } else { format!("{path}/{end}") };
            found.push((method, path));
        }
    }
}

/// The methods that a class of views has of Django and of Django REST framework.
fn inherited(base: &str) -> &'static [&'static str] {
    match base {
        "TemplateView" | "ListView" | "DetailView" | "ListAPIView" | "RetrieveAPIView" | "ArchiveIndexView"
        | "YearArchiveView" | "MonthArchiveView" | "DayArchiveView" | "DateDetailView" => &["get"],
        "FormView" | "CreateView" | "UpdateView" => &["get", "post", "put"],
        "DeleteView" => &["get", "post", "put", "delete"],
        "CreateAPIView" => &["post"],
        "DestroyAPIView" => &["delete"],
        "UpdateAPIView" => &["put", "patch"],
        "ListCreateAPIView" => &["get", "post"],
        "RetrieveUpdateAPIView" => &["get", "put", "patch"],
        "RetrieveDestroyAPIView" => &["get", "delete"],
        "RetrieveUpdateDestroyAPIView" => &["get", "put", "patch", "delete"],
        _ => &[],
    }
}

/// The value of an argument by name.
fn named<'v>(arguments: &'v [Part], key: &str) -> Option<&'v RouteValue> {
    let RouteValue::Object(members) = &arguments.last()?.value else { return None };
    members.iter().find(|(name, _)| **name == *key).map(|(_, value)| value)
}

/// Whether a decorator says which methods a view answers.
fn says_methods(name: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or_default();
    matches!(name, "require_GET" | "require_POST" | "require_safe" | "require_http_methods" | "api_view" | "action")
}

/// A path as a regular expression writes it, with its groups as parameters.
fn plain(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern.trim_start_matches(['^', '/']).trim_end_matches('$').trim_end_matches("\\Z");
    while let Some(at) = rest.find('(') {
        out += &rest[..at];
        let (mut depth, mut end) = (0, rest.len());
        for (place, letter) in rest.char_indices().skip_while(|(place, _)| *place < at) {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                end = place + 1;
                break;
            }
        }
        let group = &rest[at..end];
        let name = group.strip_prefix("(?P<").and_then(|group| group.split('>').next());
        if !group.starts_with("(?:") {
            out.push(':');
            out += name.unwrap_or("parameter");
        }
        rest = rest[end..].trim_start_matches(['?', '*', '+']);
    }
    out += rest;
    joined("", &out.replace("\\/", "/").replace("\\.", ".").replace("/?", "/")).trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_expressions_as_paths() {
        for (pattern, expected) in [
            (r"^users/(?P<pk>\d+)/$", "users/:pk"),
            (r"^a/(\d{2,(4)})/b/?$", "a/:parameter/b"),
            ("^$", ""),
            ("users", "users"),
        ] {
            assert_eq!(plain(pattern), expected, "{pattern}");
        }
    }
}
