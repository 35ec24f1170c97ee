//! `cors-origin`: any site may read what the service answers, with the cookies of whoever visits it.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::{FUNCTIONS, RuleView};
use super::packages::{PackageExport, arguments, method, plugin_options};
use super::settings::{Constant, GivenSetting, OptionsLiteral, constant, leaves, literal};

/// every origin is allowed
///
/// ## Why
///
/// A site that a user visits can then call the service in the name of that user and read the answer: browsers send the cookies along, and
/// the only thing that kept the answer from the site was its origin. A list with a `*` and credentials does not even work: browsers refuse it, and what is tried next is to
/// send back whatever origin asks.
///
/// ## Instead
///
/// Name the origins that may read answers (`origin: [env.FRONTEND_URL]`), or leave credentials out.
///
/// ## Note
///
/// Found: options with credentials (`credentials: true`) whose origin is `*`, `true`, a pattern that everything matches, missing where the package then allows everything, or a function that says yes to each; in `cors`, `@koa/cors`, `hono/cors`,
/// `@fastify/cors`, `enableCors` and `NestFactory.create` of Nest, and `cors` of Socket.IO; a fallback (`process.env.ORIGIN || "*"`) counts, since it is what holds where nobody sets the variable. Found too: headers that
/// a function writes itself, `Access-Control-Allow-Credentials` beside an origin that is `*` or that of the request, which nothing looks at. The option `wildcard` reports origins without credentials as well, which is right for a service that
/// answers nobody but its own pages. Not found: options from another module, or that are computed; origins of which only one case allows everything, such as that of development; functions that look at the origin, whatever they then decide.
///
/// ## Bad
///
/// ```ts
/// import cors from "cors";
/// app.use(cors({ «origin: true», credentials: true }));
/// app.use(cors({ «origin: "*"», credentials: true }));
/// app.use(cors({ «origin: process.env.ORIGIN || "*"», credentials: true }));
/// app.use(cors({ «origin: /.*/», credentials: true }));
/// app.use(«cors({ credentials: true })»);
/// ```
///
/// ```js
/// const cors = require("cors");
/// const options = {
///   «origin: (origin, callback) => callback(null, true)»,
///   credentials: true,
/// };
/// app.use(cors(options));
/// app.use(cors({
///   «origin(origin, done) {
///     log(origin);
///     done(null, origin);
///   }»,
///   credentials: true,
/// }));
/// ```
///
/// ```ts
/// import { cors } from "hono/cors";
/// app.use("/api/*", cors({ «origin: (origin) => origin», credentials: true }));
/// ```
///
/// ```ts
/// import cors from "@fastify/cors";
/// await app.register(cors, { «origin: true», credentials: true });
/// ```
///
/// ```ts
/// import { NestFactory } from "@nestjs/core";
/// const app = await NestFactory.create(AppModule);
/// app.enableCors({ «origin: "*"», credentials: true });
/// ```
///
/// ```ts
/// import { Server } from "socket.io";
/// const io = new Server(http, { cors: { «origin: "*"», methods: ["GET"], credentials: true } });
/// ```
///
/// ```js
/// app.use((req, res, next) => {
///   «res.header("Access-Control-Allow-Origin", req.headers.origin)»;
///   res.header("Access-Control-Allow-Credentials", "true");
///   next();
/// });
/// ```
///
/// ```ts {wildcard: report}
/// import cors from "cors";
/// app.use(«cors()»);
/// app.use(cors({ «origin: "*"» }));
/// ```
///
/// ## Good
///
/// ```ts
/// import cors from "cors";
/// app.use(cors());
/// app.use(cors({ origin: "*" }));
/// app.use(cors({ origin: env.FRONTEND_URL, credentials: true }));
/// app.use(cors({ origin: [/\.example\.com$/], credentials: true }));
/// app.use(cors({ origin: isDevelopment ? true : allowed, credentials: true }));
/// app.use(cors({ origin: false, credentials: true }));
/// app.use(cors({ ...options, credentials: true }));
/// app.use(cors({ credentials: withCookies }));
/// if (process.env.NODE_ENV === "development") app.use(cors({ origin: true, credentials: true }));
/// ```
///
/// ```js
/// const cors = require("cors");
/// app.use(cors({
///   origin: (origin, callback) => {
///     if (!origin || allowed.has(origin)) return callback(null, true);
///     callback(new Error("not allowed"));
///   },
///   credentials: true,
/// }));
/// app.use(cors({ origin: (origin, callback) => callback(null, allowed.includes(origin)), credentials: true }));
/// const options = { origin: true, credentials: true };
/// options.origin = allowed;
/// app.use(cors(options));
/// ```
///
/// ```ts
/// import { cors } from "hono/cors";
/// app.use(cors({ credentials: true }));
/// app.use(cors({ origin: (origin) => (origin.endsWith(".example.com") ? origin : null), credentials: true }));
/// ```
///
/// ```js
/// app.use((req, res, next) => {
///   const { origin } = req.headers;
///   if (allowed.includes(origin)) {
///     res.header("Access-Control-Allow-Origin", origin);
///   }
///   res.header("Access-Control-Allow-Credentials", "true");
///   next();
/// });
/// app.get("/feed", (req, res) => {
///   res.set("Access-Control-Allow-Origin", "*");
///   res.json(feed);
/// });
/// ```
///
/// ```ts
/// import { cors } from "./cors";
/// app.use(cors({ origin: "*", credentials: true }));
/// ```
#[derive(Rule)]
#[rule(
    id = "cors-origin",
    languages(TypeScript, Tsx, JavaScript),
    severity = "error",
    roles(source),
    option(
        name = "wildcard",
        about = "Whether an origin that everybody has is reported without credentials too.",
        one_of("leave", "report"),
        default = "leave"
    ),
    cwe(942, 346),
    url = "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS#requests_with_credentials",
    since = "0.1.0"
)]
pub(super) struct CorsOrigin;

/// Packages that allow every origin where none is named; `@koa/cors` and Nest do, and `@fastify/cors` before its version 9.
const OPEN_BY_DEFAULT: &[&str] = &["cors", "@koa/cors", "koa2-cors"];
/// Those with the same options that do not, or of which nobody can say.
const OTHERS: &[&str] = &["@fastify/cors", "fastify-cors"];

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";

impl NativeRule for CorsOrigin {
    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        ["cors", "Cors", "Access-Control-Allow-", "access-control-allow-"]
            .iter()
            .any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let any = options.has("wildcard", "report");
        let mut tell = |place: NodeId, message: String| {
            emit(NativeMatch { message: Some(message), ..NativeMatch::of(analysis, place) });
        };
        for node in view.nodes(&["call_expression", "new_expression"]) {
            let Some(said) = CorsCall::of(view, node).filter(|_| !is_for_development(view, node)) else { continue };
            let Some(given) = said.options else {
                if any && said.is_open_by_default {
                    tell(node, "every origin may read the answers: no origin is named".to_owned());
                }
                continue;
            };
            let Some(all) = OptionsLiteral::all(view, given) else { continue };
            for settings in &all {
                let has_credentials = match settings.get("credentials") {
                    GivenSetting::To(value) => constant(view, value) == Some(Constant::True),
                    GivenSetting::Missing | GivenSetting::Unknown => false,
                };
                if !has_credentials && !any {
                    continue;
                }
                let with = if has_credentials { ", with the cookies of whoever visits it" } else { "" };
                match settings.get("origin") {
                    GivenSetting::To(value) => {
                        if let Some(how) = allows_all(view, value) {
                            let place = view.parent(value).filter(|pair| view.kind(*pair) == "pair").unwrap_or(value);
                            tell(place, format!("{how}, so every site may read the answers{with}"));
                        }
                    }
                    GivenSetting::Missing if said.is_open_by_default => {
                        tell(node, format!("no origin is named, so every site may read the answers{with}"));
                    }
                    GivenSetting::Missing | GivenSetting::Unknown => {}
                }
            }
        }
        headers(view, any, &mut tell);
    }
}

/// Whether a call is made in one kind of environment alone: in a branch of a condition that asks for it.
fn is_for_development(view: RuleView<'_>, node: NodeId) -> bool {
    let mut around = std::iter::successors(view.parent(node), |at| view.parent(*at));
    around.any(|at| {
        let condition =
            view.is(at, &["if_statement", "ternary_expression"]).then(|| view.field(at, "condition")).flatten();
        condition.is_some_and(|condition| {
            let text = view.text(condition).to_ascii_lowercase();
            ["prod", "dev", "node_env", "local", "test", "environment"].iter().any(|word| text.contains(word))
        })
    })
}

/// A call that sets CORS up, and its options.
struct CorsCall {
    options: Option<NodeId>,
    is_open_by_default: bool,
}

impl CorsCall {
    fn of(view: RuleView<'_>, node: NodeId) -> Option<Self> {
        if view.kind(node) == "new_expression" {
            return Self::of_sockets(view, node, view.field(node, "constructor")?);
        }
        if let Some(options) = plugin_options(view, node, OPEN_BY_DEFAULT) {
            return Some(Self { options, is_open_by_default: true });
        }
        if let Some(options) = plugin_options(view, node, OTHERS) {
            return Some(Self { options, is_open_by_default: false });
        }
        let callee = view.field(node, "function")?;
        if let Some(export) = PackageExport::of(view, callee) {
            let options = arguments(view, node).first().copied();
            if export.name_in("hono/cors") == Some("cors") {
                // Without credentials its `*` is harmless, and browsers refuse it with them.
                return Some(Self { options, is_open_by_default: false });
            }
            if export.name_in("@nestjs/core").is_some_and(|name| name == "NestFactory.create") {
                return Self::of_sockets(view, node, callee);
            }
            return Self::of_sockets(view, node, callee);
        }
        match method(view, node)? {
            ("enableCors", _) => {
                Some(Self { options: arguments(view, node).first().copied(), is_open_by_default: true })
            }
            _ => None,
        }
    }

    /// Socket.IO and Nest take the options of CORS as one of their own.
    fn of_sockets(view: RuleView<'_>, node: NodeId, callee: NodeId) -> Option<Self> {
        let export = PackageExport::of(view, callee)?;
        let is_one = matches!(export.name_in("socket.io"), Some("" | "Server" | "default"))
            || matches!(export.name_in("@nestjs/core"), Some("NestFactory.create"));
        let options = is_one.then(|| arguments(view, node).into_iter().next_back())??;
        let [settings] = &OptionsLiteral::all(view, options)?[..] else { return None };
        match settings.get("cors") {
            GivenSetting::To(cors) => Some(Self { options: Some(cors), is_open_by_default: false }),
            GivenSetting::Missing | GivenSetting::Unknown => None,
        }
    }
}

/// How an origin allows every site, in whatever case; `None` where it does not or nobody can tell.
fn allows_all(view: RuleView<'_>, origin: NodeId) -> Option<&'static str> {
    let wide = |leaf: NodeId| is_wide(view, leaf);
    let leaves = leaves(view, origin);
    if let Some(how) = leaves.iter().map(|leaf| wide(*leaf)).collect::<Option<Vec<_>>>() {
        return how.first().copied();
    }
    // What holds where nothing is set.
    let top = view.origins(origin).into_iter().find(|from| view.kind(*from) == "binary_expression")?;
    let is_fallback = view.field(top, "operator").is_some_and(|operator| matches!(view.text(operator), "||" | "??"));
    let fallback = view.field(top, "right").filter(|_| is_fallback)?;
    let ends = leaves_of_fallback(view, fallback);
    ends.is_some_and(|ends| ends.iter().all(|leaf| wide(*leaf).is_some()))
        .then_some("the origin is open where nobody sets it")
}

fn leaves_of_fallback(view: RuleView<'_>, fallback: NodeId) -> Option<Vec<NodeId>> {
    let leaves = leaves(view, fallback);
    (!leaves.is_empty()).then_some(leaves)
}

fn is_wide(view: RuleView<'_>, leaf: NodeId) -> Option<&'static str> {
    match literal(view, leaf) {
        Some(Constant::True) => return Some("`true` sends back whatever origin asks"),
        Some(Constant::Text("*")) => return Some("`*` is every origin"),
        Some(_) => return None,
        None => {}
    }
    match view.kind(leaf) {
        "array" => {
            let mut entries = view.named(leaf);
            entries.any(|entry| constant(view, entry) == Some(Constant::Text("*"))).then_some("`*` is every origin")
        }
        "regex" => {
            let inside = view.field(leaf, "pattern").map(|pattern| view.text(pattern))?;
            let bare = inside.trim_start_matches('^').trim_end_matches('$');
            matches!(bare, ".*" | ".+" | "" | "(.*)" | "[\\s\\S]*" | "https?:\\/\\/.*" | "https?:\\/\\/.+")
                .then_some("the pattern matches every origin")
        }
        _ if view.is(leaf, FUNCTIONS) => says_yes(view, leaf).then_some("the function says yes to every origin"),
        _ => None,
    }
}

/// What decides anything inside of a function.
const DECISIONS: &[&str] = &[
    "if_statement",
    "ternary_expression",
    "switch_statement",
    "throw_statement",
    "for_statement",
    "for_in_statement",
    "while_statement",
    "try_statement",
    "binary_expression",
    "await_expression",
];

/// Whether a function allows the origin that it is given, and decides nothing.
fn says_yes(view: RuleView<'_>, function: NodeId) -> bool {
    let Some(body) = view.field(function, "body") else { return false };
    if view.nodes_in(body, DECISIONS).next().is_some() {
        return false;
    }
    let parameters = match view.field(function, "parameters") {
        Some(list) => view.named(list).map(|parameter| view.field(parameter, "pattern").unwrap_or(parameter)).collect(),
        None => view.field(function, "parameter").into_iter().collect::<Vec<_>>(),
    };
    let is_origin = |node: NodeId| {
        view.kind(node) == "identifier"
            && parameters.first().is_some_and(|origin| {
                view.kind(*origin) == "identifier" && view.declaration(node) == view.declaration(*origin)
            })
    };
    let says_yes = |node: NodeId| is_origin(node) || literal(view, node) == Some(Constant::True);
    let callback = parameters.get(1).filter(|callback| view.kind(**callback) == "identifier");
    if let Some(callback) = callback {
        let uses = view.declaration(*callback).and_then(|callback| view.bound_uses(callback)).unwrap_or_default();
        let calls: Vec<NodeId> = uses
            .iter()
            .filter_map(|used| view.parent(*used).filter(|call| view.field(*call, "function") == Some(*used)))
            .collect();
        let accepts = |call: &NodeId| matches!(arguments(view, *call)[..], [_, answer] if says_yes(answer));
        return !calls.is_empty()
            && calls.len() == uses.len() - usize::from(uses.contains(callback))
            && calls.iter().all(accepts);
    }
    if view.kind(body) != "statement_block" {
        return says_yes(view.unwrapped(body));
    }
    let returned: Vec<NodeId> = view.nodes_in(body, &["return_statement"]).collect();
    let gives = |statement: &NodeId| view.named(*statement).next().is_some_and(|value| says_yes(view.unwrapped(value)));
    !returned.is_empty() && returned.iter().all(gives)
}

/// Headers that functions write by hand.
fn headers(view: RuleView<'_>, any: bool, tell: &mut dyn FnMut(NodeId, String)) {
    let mut written: Vec<(NodeId, NodeId, NodeId)> = Vec::new();
    let mut with_credentials: Vec<NodeId> = Vec::new();
    for call in view.nodes(&["call_expression"]) {
        let Some((name, _)) = method(view, call) else { continue };
        if !matches!(name, "setHeader" | "header" | "set" | "append") {
            continue;
        }
        let arguments = arguments(view, call);
        let [key, value] = arguments[..] else { continue };
        let Some(Constant::Text(key)) = literal(view, key) else { continue };
        let Some(function) = around(view, call) else { continue };
        if key.eq_ignore_ascii_case(ALLOW_ORIGIN) {
            written.push((function, call, value));
        } else if key.eq_ignore_ascii_case(ALLOW_CREDENTIALS)
            && matches!(constant(view, value), Some(Constant::True | Constant::Text("true")))
        {
            with_credentials.push(function);
        }
    }
    for (function, call, value) in written {
        let has_credentials = with_credentials.contains(&function);
        if !has_credentials && !any {
            continue;
        }
        let how = if constant(view, value) == Some(Constant::Text("*")) {
            "`*` is every origin"
        } else if has_credentials && is_of_request(view, value) && !is_looked_at(view, function, call) {
            "the origin of the request is sent back"
        } else {
            continue;
        };
        let with = if has_credentials { ", with the cookies of whoever visits it" } else { "" };
        tell(call, format!("{how}, so every site may read the answers{with}"));
    }
}

/// The innermost function around a node.
fn around(view: RuleView<'_>, node: NodeId) -> Option<NodeId> {
    std::iter::successors(view.parent(node), |at| view.parent(*at)).find(|at| view.is(*at, FUNCTIONS))
}

/// Whether a value is the header `Origin` of the request, or falls back from it.
fn is_of_request(view: RuleView<'_>, value: NodeId) -> bool {
    view.origins(value).into_iter().any(|from| match view.kind(from) {
        "member_expression" | "subscript_expression" => {
            let text = view.text(from);
            let text = text.trim_end_matches(['"', '\'', ']', ' ']);
            text.ends_with("headers.origin") || text.ends_with("headers[\"origin") || text.ends_with("headers['origin")
        }
        "shorthand_property_identifier_pattern" => view.text(from) == "origin",
        "call_expression" => {
            let is_getter = matches!(method(view, from), Some(("get" | "header" | "getHeader", _)));
            let first = arguments(view, from).first().and_then(|first| literal(view, *first));
            is_getter && matches!(first, Some(Constant::Text(name)) if name.eq_ignore_ascii_case("origin"))
        }
        _ => false,
    })
}

/// Whether a function looks at an origin before it sends it back: a condition, or a call that is given one.
fn is_looked_at(view: RuleView<'_>, function: NodeId, call: NodeId) -> bool {
    let names_origin = |node: NodeId| view.text(node).to_ascii_lowercase().contains("origin");
    let mut conditions = view.nodes_in(function, &["if_statement", "ternary_expression", "switch_statement"]);
    let decided = conditions.any(|condition| {
        view.field(condition, "condition").or_else(|| view.field(condition, "value")).is_some_and(names_origin)
            || view.is_within(call, condition)
    });
    let mut calls = view.nodes_in(function, &["call_expression"]);
    decided
        || calls.any(|other| {
            let is_header = arguments(view, other).first().is_some_and(|first| literal(view, *first).is_some());
            !is_header
                && arguments(view, other)
                    .into_iter()
                    .any(|argument| view.kind(argument) != "arrow_function" && names_origin(argument))
        })
}
