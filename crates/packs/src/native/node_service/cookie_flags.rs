//! `cookie-flags`: cookies that log somebody in and that scripts, other sites or the network can get at.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_providers::identifier_words;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::RuleView;
use super::packages::{PackageExport, arguments, method};
use super::settings::{Constant, GivenSetting, OptionsLiteral, constant, leaves};

/// a cookie that logs somebody in lacks a flag
///
/// ## Why
///
/// Without `httpOnly` a script that was smuggled into a page reads the cookie and sends it away. Without `secure` it crosses the network in plain text as soon as somebody follows a link with `http:`.
/// Without `sameSite` some browsers send it along when another site posts a form. Whoever has the cookie is logged in.
///
/// ## Instead
///
/// Set `httpOnly: true`, `secure: true` and `sameSite: "lax"` (or `"strict"`), in one place for all cookies.
///
/// ## Note
///
/// Found: flags that are missing or `false` where a cookie is set with `res.cookie` of Express, `setCookie` of Fastify and Hono, `cookies().set` of Next.js, `ctx.cookies.set` of Koa and `serialize` of `cookie`, whose name or value says that it logs somebody in (`session`, `token`,
/// `jwt`, `auth`, `sid`; the option `cookies` adds all others), and in the options of `express-session`, `cookie-session` and `@fastify/session`. What these set by themselves (`httpOnly`) is known. Options in a constant are followed, with what they spread in and what is written to them later
/// (`session.cookie.secure = true`). The option `flags` says which are asked for. Not found: options that are computed or come from another module; a flag that depends on anything (`secure: isProduction`); a cookie that is emptied or has expired; tokens
/// against forged requests (`csrf`), which scripts have to read, also where only the class or function around says that a `token` is one.
///
/// ## Bad
///
/// ```ts
/// app.post("/login", (req, res) => {
///   «res.cookie("token", token)»;
///   «res.cookie("refreshToken", refresh, { httpOnly: true, secure: false, sameSite: "lax" })»;
/// });
/// ```
///
/// ```ts
/// export const protectAgainstXsrf = (req: Request, res: Response) => {
///   «res.cookie("access_token", token, { secure: true, sameSite: "lax" })»;
/// };
/// ```
///
/// ```js
/// const options = { httpOnly: true, maxAge: DAY };
/// const login = (request, response) => «response.cookie("sid", id, options)».json({});
/// ```
///
/// ```ts
/// import session from "express-session";
/// app.use(«session({ secret, resave: false })»);
/// app.use(«session({ secret, cookie: { secure: false, sameSite: "strict" } })»);
/// ```
///
/// ```ts
/// import { setCookie } from "hono/cookie";
/// app.post("/login", (c) => «setCookie(c, "session", id, { secure: true, httpOnly: false, sameSite: "Lax" })»);
/// ```
///
/// ```ts
/// import { cookies } from "next/headers";
/// export async function login() {
///   const store = await cookies();
///   «store.set("auth_token", token, { httpOnly: true })»;
///   «(await cookies()).set({ name: "session", value: id, secure: true })»;
/// }
/// ```
///
/// ```js {cookies: all}
/// app.get("/", (req, res) => «res.cookie("theme", "dark")»);
/// ```
///
/// ```js {flags: [secure]}
/// app.get("/", (req, res) => {
///   res.cookie("token", token, { secure: true });
///   «res.cookie("token", token, { httpOnly: true, sameSite: "lax" })»;
/// });
/// ```
///
/// ## Good
///
/// ```ts
/// app.post("/login", (req, res) => {
///   res.cookie("token", token, { httpOnly: true, secure: true, sameSite: "lax" });
///   res.cookie("token", token, { httpOnly: true, secure: process.env.NODE_ENV === "production", sameSite: "none" });
///   res.cookie("token", token, { ...defaults });
///   res.cookie("token", token, cookieOptions());
///   res.cookie("token", "", { maxAge: 0 });
///   res.cookie("token", "none", { expires: new Date(0) });
///   res.cookie("XSRF-TOKEN", req.csrfToken());
///   res.cookie("theme", "dark");
///   res.cookie("auth_state", state);
///   jar.cookie("a");
/// });
/// ```
///
/// ```js
/// const session = require("express-session");
/// const settings = { secret, cookie: { sameSite: "lax" } };
/// if (app.get("env") === "production") settings.cookie.secure = true;
/// app.use(session(settings));
/// app.use(session({ secret, cookie: { secure: "auto", sameSite: true } }));
/// ```
///
/// ```ts
/// import cookieSession from "cookie-session";
/// app.use(cookieSession({ keys, sameSite: "lax" }));
/// ```
///
/// ```ts
/// class CsrfProtection {
///   issue(req: Request, res: Response) {
///     const token = randomBytes(32).toString("hex");
///     res.cookie(this.options.cookieName, token, { httpOnly: false, secure: true, sameSite: "strict" });
///   }
/// }
/// ```
///
/// ```ts
/// const chosen = new Map();
/// chosen.set("token", token, {});
/// const session = (options) => options;
/// session({ secret });
/// ```
#[derive(Rule)]
#[rule(
    id = "cookie-flags",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    roles(source),
    option(
        name = "flags",
        about = "The flags that such a cookie must have.",
        default("httpOnly", "secure", "sameSite")
    ),
    option(
        name = "cookies",
        about = "Which cookies are looked at: those that log somebody in, or all.",
        one_of("login", "all"),
        default = "login"
    ),
    cwe(1004, 614, 1275),
    url = "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/Cookies",
    since = "0.1.0"
)]
pub(super) struct CookieFlags;

/// Words in names of cookies and values that log somebody in.
const LOGIN: &[&str] =
    &["session", "sess", "sid", "sessionid", "token", "jwt", "auth", "authorization", "access", "refresh", "login"];
/// Words that say that it is none of them.
const OTHER: &[&str] = &[
    "csrf", "xsrf", "pkce", "device", "push", "fcm", "state", "nonce", "verifier", "callback", "cb", "redirect",
    "method", "provider",
];

/// What a way to set cookies does where nothing is said of a flag.
#[derive(Clone, Copy)]
struct Defaults {
    http_only: bool,
    secure: bool,
}

const NONE: Defaults = Defaults { http_only: false, secure: false };
/// Sessions of Express are hidden from scripts.
const HIDDEN: Defaults = Defaults { http_only: true, secure: false };
/// Cookies of Koa are besides sent over TLS alone where the request came so.
const KOA: Defaults = Defaults { http_only: true, secure: true };

/// A cookie that is set.
struct Cookie {
    /// Its name and its value; neither of session middleware.
    named: Option<(NodeId, Option<NodeId>)>,
    options: Option<NodeId>,
    defaults: Defaults,
}

impl NativeRule for CookieFlags {
    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], skim: &Skim) -> bool {
        let has = |word: &str| memchr::memmem::find_iter(text, word.as_bytes()).any(|at| !skim.in_comment(at as u32));
        has(".cookie(")
            || has("etCookie(")
            || has("ookies")
            || has("express-session")
            || has("cookie-session")
            || has("@fastify/session")
            || (has("\"cookie\"") || has("'cookie'"))
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let flags = options.texts("flags");
        let all = options.has("cookies", "all");
        for call in view.nodes(&["call_expression"]) {
            let Some(cookie) = cookie(view, call) else { continue };
            if let Some((name, value)) = cookie.named
                && !all
                && !logs_in(view, call, name, value)
            {
                continue;
            }
            let Some(lacking) = lacking(view, &cookie, &flags) else { continue };
            if lacking.is_empty() {
                continue;
            }
            let what = match cookie.named.map(|(name, _)| constant(view, name)) {
                Some(Some(Constant::Text(name))) => format!("the cookie `{name}`"),
                Some(_) => "this cookie".to_owned(),
                None => "the cookie of the session".to_owned(),
            };
            let message = format!("{what} is set without {}", lacking.join(", "));
            emit(NativeMatch { message: Some(message), ..NativeMatch::of(analysis, call) });
        }
    }
}

fn cookie(view: RuleView<'_>, call: NodeId) -> Option<Cookie> {
    let callee = view.field(call, "function")?;
    let given = arguments(view, call);
    let named = |at: usize| given.get(at).map(|name| (*name, given.get(at + 1).copied()));
    if let Some(export) = PackageExport::of(view, callee) {
        if export.is_whole("express-session") {
            return nested(view, given.first().copied(), HIDDEN);
        }
        if export.is_whole("cookie-session") {
            return Some(Cookie { named: None, options: given.first().copied(), defaults: KOA });
        }
        if matches!(export.name_in("hono/cookie"), Some("setCookie" | "setSignedCookie")) {
            let options = 3 + usize::from(export.name_in("hono/cookie") == Some("setSignedCookie"));
            return Some(Cookie { named: named(1), options: given.get(options).copied(), defaults: NONE });
        }
        if export.name_in("cookie") == Some("serialize") {
            return Some(Cookie { named: named(0), options: given.get(2).copied(), defaults: NONE });
        }
    }
    let (name, object) = method(view, call)?;
    match name {
        "register" => {
            let export = PackageExport::of(view, view.unwrapped(*given.first()?))?;
            // Its cookie is `secure` and `httpOnly` by itself.
            export.is_whole("@fastify/session").then(|| nested(view, given.get(1).copied(), KOA))?
        }
        // One argument asks for a cookie, or makes one of a name.
        "cookie" | "setCookie" if given.len() >= 2 && is_handed_in(view, object) => {
            Some(Cookie { named: named(0), options: given.get(2).copied(), defaults: NONE })
        }
        "set" if view.text(object).ends_with("ctx.cookies") || view.text(object).ends_with("context.cookies") => {
            Some(Cookie { named: named(0), options: given.get(2).copied(), defaults: KOA })
        }
        "set" if is_store_of_next(view, object) => match given[..] {
            [only] => {
                let [settings] = &OptionsLiteral::all(view, only)?[..] else { return None };
                let GivenSetting::To(name) = settings.get("name") else { return None };
                let value = match settings.get("value") {
                    GivenSetting::To(value) => Some(value),
                    GivenSetting::Missing | GivenSetting::Unknown => None,
                };
                Some(Cookie { named: Some((name, value)), options: Some(only), defaults: NONE })
            }
            _ => Some(Cookie { named: named(0), options: given.get(2).copied(), defaults: NONE }),
        },
        _ => None,
    }
}

/// The options under `cookie` of session middleware; `None` where they are computed.
fn nested(view: RuleView<'_>, options: Option<NodeId>, defaults: Defaults) -> Option<Cookie> {
    let [settings] = &OptionsLiteral::all(view, options?)?[..] else { return None };
    match settings.get("cookie") {
        GivenSetting::To(cookie) => Some(Cookie { named: None, options: Some(cookie), defaults }),
        GivenSetting::Missing => Some(Cookie { named: None, options: None, defaults }),
        GivenSetting::Unknown => None,
    }
}

/// Whether a response is handed to the function around, as handlers get it, or is what such a call gives back: `res.status(200).cookie(…)`.
fn is_handed_in(view: RuleView<'_>, object: NodeId) -> bool {
    let mut at = view.unwrapped(object);
    loop {
        match view.kind(at) {
            "call_expression" => match method(view, at) {
                Some((_, inner)) => at = view.unwrapped(inner),
                None => return false,
            },
            "member_expression" => match view.field(at, "object") {
                Some(inner) => at = view.unwrapped(inner),
                None => return false,
            },
            _ => break,
        }
    }
    let name = view.text(at);
    // A name of a response wherever it comes from, such as a field of a context.
    let is_response = matches!(name, "res" | "response" | "reply" | "resp" | "ctx" | "context");
    let is_parameter = || {
        let declared = view.declaration(at).and_then(|name| view.parent(name));
        declared.is_some_and(|around| {
            view.is(around, &["required_parameter", "optional_parameter", "formal_parameters", "arrow_function"])
        })
    };
    view.kind(at) == "identifier" && (is_response || is_parameter())
}

/// Whether an object is the store of cookies of Next.js: `cookies()` of `next/headers`, or `cookies` of a response.
fn is_store_of_next(view: RuleView<'_>, object: NodeId) -> bool {
    let origins = view.origins(object);
    origins.into_iter().any(|from| match view.kind(from) {
        "call_expression" => view
            .field(from, "function")
            .and_then(|callee| PackageExport::of(view, callee))
            .is_some_and(|export| export.name_in("next/headers") == Some("cookies")),
        "member_expression" => {
            let is_cookies = view.field(from, "property").is_some_and(|name| view.text(name) == "cookies");
            let made = view.field(from, "object").is_some_and(|response| {
                view.origins(response).into_iter().any(|from| {
                    view.is(from, &["call_expression", "new_expression"]) && view.text(from).contains("NextResponse")
                })
            });
            is_cookies && made
        }
        _ => false,
    })
}

/// Whether the name of a cookie or what it holds says that it logs somebody in.
fn logs_in(view: RuleView<'_>, call: NodeId, name: NodeId, value: Option<NodeId>) -> bool {
    let said = match constant(view, name) {
        Some(Constant::Text(text)) => text,
        _ => view.text(name),
    };
    let has = |words: &[String], wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let of_name = identifier_words(said);
    let of_value = identifier_words(value.map(|value| view.text(value)).unwrap_or_default());
    if has(&of_name, OTHER) || has(&of_value, OTHER) || value.is_some_and(|value| is_emptied(view, value)) {
        return false;
    }
    if of_name.iter().any(|word| word != "token" && LOGIN.contains(&word.as_str())) {
        return true;
    }
    // Of values only a plain name counts: a call may have made anything of what it was given.
    let holds = value.is_some_and(|value| view.is(value, &["identifier", "member_expression"]));
    let is_token = has(&of_name, &["token"]) || holds && has(&of_value, &["token", "jwt"]);
    is_token && !is_against_forgery(view, call)
}

/// Whether what stands around says that its tokens are those against forged requests.
fn is_against_forgery(view: RuleView<'_>, call: NodeId) -> bool {
    let says = |name: &str| identifier_words(name).iter().any(|word| matches!(word.as_str(), "csrf" | "xsrf"));
    let mut at = call;
    while let Some(around) = view.parent(at) {
        let named = match view.kind(around) {
            "function_declaration"
            | "function_expression"
            | "method_definition"
            | "class_declaration"
            | "class"
            | "variable_declarator" => view.field(around, "name"),
            "pair" => view.field(around, "key"),
            "public_field_definition" => view.field(around, "name"),
            "field_definition" => view.field(around, "property"),
            _ => None,
        };
        if named.is_some_and(|name| says(view.text(name))) {
            return true;
        }
        at = around;
    }
    false
}

fn is_emptied(view: RuleView<'_>, value: NodeId) -> bool {
    matches!(constant(view, value), Some(Constant::Nothing | Constant::Text("" | "none" | "deleted" | "loggedout")))
}

/// The flags that a cookie lacks, for a message; `None` where nobody can tell or it is taken away.
fn lacking(view: RuleView<'_>, cookie: &Cookie, flags: &[String]) -> Option<Vec<String>> {
    let all = match cookie.options {
        Some(options) => OptionsLiteral::all(view, options)?,
        None => vec![OptionsLiteral::default()],
    };
    let mut lacking = Vec::new();
    for flag in flags {
        let (key, by_default) = match flag.as_str() {
            "httpOnly" => ("httpOnly", cookie.defaults.http_only),
            "secure" => ("secure", cookie.defaults.secure),
            other => (other, false),
        };
        let lacks = |settings: &OptionsLiteral<'_>| match settings.get(key) {
            GivenSetting::Missing => !by_default,
            GivenSetting::Unknown => false,
            GivenSetting::To(value) => match constant(view, value) {
                Some(Constant::False) => true,
                Some(Constant::Nothing) => !by_default,
                _ => false,
            },
        };
        if all.iter().all(lacks) && !all.is_empty() {
            lacking.push(format!("`{key}`"));
        }
    }
    let is_over = |settings: &OptionsLiteral<'_>| {
        let at_once = match settings.get("maxAge") {
            GivenSetting::To(value) => {
                matches!(constant(view, value), Some(Constant::Number("0"))) || view.text(value).starts_with('-')
            }
            GivenSetting::Missing | GivenSetting::Unknown => false,
        };
        let past = match settings.get("expires") {
            GivenSetting::To(value) => leaves(view, value).iter().any(|leaf| is_past(view, *leaf)),
            GivenSetting::Missing | GivenSetting::Unknown => false,
        };
        at_once || past
    };
    (!all.iter().any(is_over)).then_some(lacking)
}

/// Whether an expression is a moment that is over, or the present one, with which a cookie is taken away.
fn is_past(view: RuleView<'_>, value: NodeId) -> bool {
    if view.kind(value) != "new_expression" {
        return false;
    }
    match arguments(view, value)[..] {
        [] => false,
        [only] => match constant(view, only) {
            Some(Constant::Number(number)) => number.len() < 6,
            Some(Constant::Text(text)) => text.contains("1970"),
            _ => view.text(only) == "Date.now()" || view.text(only).replace(' ', "").starts_with("Date.now()-"),
        },
        _ => view.text(value).contains("1970"),
    }
}
