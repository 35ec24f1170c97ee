//! What one file says of routes: a small program, of which only what makes and fills routers is kept.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use auditlint_names::ExportPath;
use auditlint_source::Span;
use serde::{Deserialize, Serialize};

use crate::imports::ModuleFact;

pub(super) type Facts = SourceFacts<RouteFact>;

/// A thing that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RouteFact {
    /// What decides where imports lead.
    Module(ModuleFact),
    /// The name of a package of Rust, as code writes it.
    Crate(Arc<str>),
    /// A function, the module itself as the first, or the body of a loop; they are known by their order.
    Body(Body),
    /// A place where something is made; they are known by their order.
    Site(Site),
    /// A class; they are known by their order.
    Class(Class),
    /// Something that happens when a body runs, in order.
    Step { body: u32, step: Step },
    /// A name that the module gives to others: `default`, or `=` for all that it is.
    Export { name: Arc<str>, value: RouteValue },
    /// It gives on all that another module gives.
    Star(Arc<str>),
    /// A module of which a name may stand for all: `a.b` of `from a import b`.
    Needs(Arc<str>),
    /// An endpoint whose path and method are known where it is written.
    Declared(Declared),
    /// Endpoints of a class that is no controller; those that extend it have them.
    Shared(Shared),
    /// A controller that extends another class.
    Extends(Extends),
    /// What the file says of all endpoints around it.
    Global(Global),
    /// What an API of Effect is made of.
    Api(ApiFact),
}

impl Fact for RouteFact {}

/// A function.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Body {
    pub(super) name: Arc<str>,
    pub(super) line: u32,
    pub(super) is_async: bool,
    /// How many parameters it has.
    pub(super) arity: u32,
    /// The framework whose router a parameter is by its type: by its place.
    pub(super) typed: Vec<(u32, Framework)>,
    /// The same of the members of a parameter: `({ app }: { app: Express })`.
    pub(super) typed_members: Vec<(u32, Arc<str>, Framework)>,
    /// The names of its parameters, where arguments can be handed by name.
    pub(super) parameters: Vec<Arc<str>>,
    /// What it gives back.
    pub(super) returns: Vec<RouteValue>,
    /// Whether it is the body of a loop.
    pub(super) is_loop: bool,
    /// Whether it makes instances of a class.
    pub(super) is_constructor: bool,
    /// What is put around it where it is declared: decorators, from the outermost.
    pub(super) around: Vec<Part>,
    /// The methods that it says it answers.
    pub(super) methods: Vec<Arc<str>>,
    /// The path that an attribute gives it.
    pub(super) path: Option<Arc<str>>,
}

/// A class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Class {
    pub(super) name: Arc<str>,
    pub(super) line: u32,
    pub(super) members: Vec<(Arc<str>, RouteValue)>,
    pub(super) constructor: Option<u32>,
    /// The names of the classes that it extends.
    pub(super) bases: Vec<Arc<str>>,
    /// What runs before all of its methods.
    pub(super) around: Vec<Part>,
}

/// A place where something is made, in a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Site {
    pub(super) body: u32,
    pub(super) span: Span,
    pub(super) made: Made,
}

/// What is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Made {
    /// A router.
    Router { framework: Framework, name: Arc<str>, is_root: bool, prefix: RouteValue },
    /// A part of a router below a path: what `basePath` and `route` give.
    Part { of: RouteValue, at: RouteValue, is_route: bool },
    /// What a function gives.
    Call { name: Arc<str>, callee: RouteValue, arguments: Vec<Part> },
}

/// What an expression is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RouteValue {
    #[default]
    Unknown,
    Site(u32),
    Parameter {
        body: u32,
        at: u32,
    },
    /// Where the file itself stands, or its folder: `__filename`, `__dirname`.
    Here {
        is_file: bool,
    },
    Body(u32),
    Class(u32),
    /// A name that a module gives: `default`, or `*` for all of it.
    Import {
        module: Arc<str>,
        name: Arc<str>,
    },
    Member(Box<RouteValue>, Arc<str>),
    Object(Vec<(Arc<str>, RouteValue)>),
    List(Vec<Part>),
    Text(Arc<str>),
    /// Texts behind each other, with a name for each that may stand for a parameter.
    Joined(Vec<(RouteValue, Arc<str>)>),
    /// One of these, as a condition says.
    Either(Vec<RouteValue>),
}

impl RouteValue {
    pub(super) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// The value that an object has for a key.
    pub(super) fn option(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().rev().find(|(name, _)| **name == *key).map(|(_, value)| value)
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether it is a parameter, or a member of one.
    pub(super) fn is_of_parameter(&self) -> bool {
        let mut at = self;
        while let Self::Member(of, _) = at {
            at = of;
        }
        matches!(at, Self::Parameter { .. })
    }
}

/// A member of something that a package gives; `*` is all of it.
pub(super) fn member_of(of: ExportPath, name: &str) -> ExportPath {
    let name = if of.name == "*" { name.to_owned() } else { format!("{}.{name}", of.name) };
    ExportPath { name, ..of }
}

/// An argument, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(super) value: RouteValue,
    /// Its name, without what it is called with.
    pub(super) name: Arc<str>,
    pub(super) is_call: bool,
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// How something comes to run before a handler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Kind {
    Use,
    /// For a parameter of the path.
    Param,
    #[default]
    Route,
    Hook,
    Guard,
    Pipe,
    Interceptor,
    Filter,
    Decorator,
    Dependency,
    Layer,
    Procedure,
    Matcher,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Use => "use",
            Self::Param => "param",
            Self::Route => "route",
            Self::Hook => "hook",
            Self::Guard => "guard",
            Self::Pipe => "pipe",
            Self::Interceptor => "interceptor",
            Self::Filter => "filter",
            Self::Decorator => "decorator",
            Self::Dependency => "dependency",
            Self::Layer => "layer",
            Self::Procedure => "procedure",
            Self::Matcher => "matcher",
        }
    }
}

/// Something that happens to a router.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Step {
    /// It is given what runs before handlers; a path may stand first.
    Use { on: RouteValue, parts: Vec<Part>, stage: RouterStage },
    /// It is given a route: path, what runs, and the handler as the last.
    Route { on: RouteValue, method: RouteValue, parts: Vec<Part> },
    /// It takes in another router.
    Mount { on: RouteValue, at: RouteValue, child: Part, parts: Vec<Part> },
    /// It puts a path before its own.
    Prefix { on: RouteValue, at: RouteValue },
    /// It is given what runs before handlers whose path has a parameter.
    Param { on: RouteValue, name: RouteValue, parts: Vec<Part> },
    /// Something is called that may fill routers.
    Call(u32),
    /// It is given all routes of a list, as Django and Starlette write them.
    Table { on: RouteValue, list: RouteValue },
    /// It is given the routes of a set of views at a path.
    Views { on: RouteValue, parts: Vec<Part> },
    /// A body runs for each element of a list.
    Each { list: RouteValue, body: u32 },
}

/// When something that a router is given runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum RouterStage {
    /// In the order in which it was given.
    #[default]
    Ordered,
    /// Before every route of the router, wherever it was given; the stages of Fastify.
    Scope(u8),
    /// Before every route of the application that takes the router in.
    Application,
    /// Before every route that was given before it, as a layer around them.
    Around,
    /// Around every route of the router, wherever it was given; the last is the outermost.
    Outer,
    /// Where something fails.
    Error,
    /// Where no route is.
    NotFound,
}

/// An endpoint whose path and method are known where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Declared {
    pub(super) framework: Framework,
    pub(super) method: Arc<str>,
    pub(super) paths: Vec<RouteValue>,
    /// Versions in its path: `1` of `/v1`.
    pub(super) versions: Vec<Arc<str>>,
    pub(super) is_neutral: bool,
    pub(super) parts: Vec<Part>,
    pub(super) handler: Part,
}

/// The endpoints of a class, without what stands before them in a controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shared {
    pub(super) class: u32,
    pub(super) base: RouteValue,
    /// Each with the name of its method.
    pub(super) endpoints: Vec<(Span, Arc<str>, Declared)>,
}

/// A controller that has the endpoints of the class that it extends, behind its own paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Extends {
    pub(super) class: u32,
    pub(super) base: RouteValue,
    pub(super) prefixes: Vec<RouteValue>,
    pub(super) versions: Vec<Arc<str>>,
    pub(super) is_neutral: bool,
    pub(super) parts: Vec<Part>,
}

/// What a file says of all endpoints around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Global {
    /// Something stands before all paths, but for those that are listed.
    Prefix { at: RouteValue, except: Vec<Arc<str>> },
    /// Paths hold a version.
    Versions { prefix: Arc<str>, default: Vec<Arc<str>> },
    /// Something runs before all handlers.
    Runs(Part),
    /// The module of Django whose patterns are those of the application.
    Root(Arc<str>),
    /// Something runs before those whose path matches one of the patterns, but for those that are excepted.
    Matches { patterns: Vec<RouteValue>, except: Vec<RouteValue>, parts: Vec<Part> },
}

/// A part of an API of Effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ApiFact {
    /// It makes a group or an API and names it.
    Router {
        name: Arc<str>,
        /// What stands before the paths of all its endpoints.
        prefix: Arc<str>,
    },
    /// A group declares an endpoint.
    Endpoint { of: Arc<str>, method: Arc<str>, path: Arc<str> },
    /// One takes another one in.
    Mount { parent: Arc<str>, child: Arc<str> },
}

/// What declares routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Framework {
    Express,
    Fastify,
    Koa,
    Hono,
    Router,
    Nest,
    Next,
    Trpc,
    Effect,
    Axum,
    Actix,
    Rocket,
    FastApi,
    Flask,
    Django,
    Starlette,
}

impl Framework {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Express => "express",
            Self::Fastify => "fastify",
            Self::Koa => "koa",
            Self::Hono => "hono",
            Self::Router => "router",
            Self::Nest => "nest",
            Self::Next => "next",
            Self::Trpc => "trpc",
            Self::Effect => "effect",
            Self::Axum => "axum",
            Self::Actix => "actix-web",
            Self::Rocket => "rocket",
            Self::FastApi => "fastapi",
            Self::Flask => "flask",
            Self::Django => "django",
            Self::Starlette => "starlette",
        }
    }
}

/// Methods of routers that give the router back.
pub(super) const CHAINED: &[&str] = &[
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "del",
    "head",
    "options",
    "all",
    "any",
    "use",
    "on",
    "register",
    "addHook",
    "decorate",
    "withTypeProvider",
    "after",
    "openapi",
    "onError",
    "notFound",
    "param",
    "mount",
    "group",
    "prefix",
    "setErrorHandler",
    "setNotFoundHandler",
    "set",
    "enable",
    "disable",
    "derive",
    "state",
    "guard",
];

/// The methods by the names of the functions that declare endpoints.
pub(super) fn method(name: &str) -> Option<&'static str> {
    Some(match name {
        "get" | "Get" => "GET",
        "post" | "Post" => "POST",
        "put" | "Put" => "PUT",
        "patch" | "Patch" => "PATCH",
        "del" | "delete" | "Delete" => "DELETE",
        "head" | "Head" => "HEAD",
        "options" | "Options" => "OPTIONS",
        "trace" => "TRACE",
        "all" | "All" | "any" => "ANY",
        _ => return None,
    })
}

/// A path of two parts, with one slash between them and none at its end.
pub(super) fn joined(before: &str, after: &str) -> String {
    let (before, after) = (before.trim_matches('/'), after.trim_matches('/'));
    let mut path = String::with_capacity(before.len() + after.len() + 2);
    for part in [before, after].into_iter().filter(|part| !part.is_empty()) {
        path.push('/');
        path.push_str(part);
    }
    path
}
