//! `jwt-sign-options`: tokens that never expire, and tokens that nobody signs.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::NodeId;

use super::super::view::{FUNCTIONS, View};
use super::packages::{PackageExport, arguments, method};
use super::settings::{Constant, Setting, Settings, constant, leaves};

/// a JSON Web Token is signed carelessly
///
/// ## Why
///
/// A token without an expiry is good for ever: one that is copied from a log, a backup or a browser opens the account years later, and only a change of
/// the key, which logs everybody out, ends it. A token with the algorithm `none` is not signed at all, so anybody can write one.
///
/// ## Instead
///
/// Give `expiresIn` (minutes for access, days for refreshing), and an algorithm with a key.
///
/// ## Note
///
/// Found: `sign` of `jsonwebtoken` without `expiresIn` where the payload has no `exp` either, `SignJWT` of `jose` without `setExpirationTime`, `encode` of `jwt-simple` and `sign` of `hono/jwt` without `exp` in the payload; the algorithm `none` in any of them and in
/// `verify`; `allowInsecureKeySizes`. Options and payloads in constants are followed, with what they spread in and what is written to them later. Not found: a payload or options that are computed, come from
/// another module or are handed in, since `exp` may stand in them; a claim of one's own by which whoever reads the token can end it (`expiresAt`, `createdAt`); `JwtService` of Nest, whose options stand in a module; an `expiresIn` that is very long.
///
/// ## Bad
///
/// ```ts
/// import jwt from "jsonwebtoken";
/// export const token = (id: string) => «jwt.sign({ sub: id }, key)»;
/// ```
///
/// ```js
/// const { sign } = require("jsonwebtoken");
/// const options = { algorithm: "HS256", issuer: "api" };
/// const payload = { id: user.id };
/// «sign(payload, process.env.JWT_SECRET, options)»;
/// «sign({ id }, key, (error, token) => done(error, token))»;
/// ```
///
/// ```ts
/// import * as jwt from "jsonwebtoken";
/// jwt.sign(payload, "", { expiresIn: "1h", «algorithm: "none"» });
/// jwt.verify(token, key, { algorithms: ["HS256", «"none"»] });
/// ```
///
/// ```ts
/// import { SignJWT } from "jose";
/// const token = await «new SignJWT({ sub: id }).setProtectedHeader({ alg: "HS256" }).setIssuedAt().sign(key)»;
/// ```
///
/// ```ts
/// import jwt from "jwt-simple";
/// const token = «jwt.encode({ sub: user.id, iat: Date.now() }, key)»;
/// ```
///
/// ## Good
///
/// ```ts
/// import jwt from "jsonwebtoken";
/// jwt.sign({ sub: id }, key, { expiresIn: "15m" });
/// jwt.sign({ sub: id, exp: soon }, key);
/// jwt.sign({ sub: id, expiresAt: soon }, key);
/// jwt.sign({ ...claims }, key);
/// jwt.sign(claims, key);
/// jwt.sign({ sub: id }, key, settings.jwt);
/// jwt.verify(token, key, { algorithms: ["RS256"] });
/// ```
///
/// ```ts
/// import jwt, { SignOptions } from "jsonwebtoken";
/// const options: SignOptions = { algorithm: "RS256" };
/// if (isAccess) options.expiresIn = "5m";
/// jwt.sign({ sub: id }, key, options);
/// const common = { expiresIn: ttl };
/// jwt.sign({ sub: id }, key, { ...common, issuer: "api" } as SignOptions);
/// const payload: Payload = { sub: id };
/// payload.exp = Math.floor(Date.now() / 1000) + 60;
/// jwt.sign(payload, key);
/// ```
///
/// ```ts
/// import { SignJWT } from "jose";
/// const token = await new SignJWT({ sub: id }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("2h").sign(key);
/// const other = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(key);
/// ```
///
/// ```ts
/// import { sign } from "./signatures";
/// sign({ id }, key);
/// crypto.sign({ id }, key);
/// ```
#[derive(Rule)]
#[rule(
    id = "jwt-sign-options",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    roles(source),
    cwe(613, 347),
    url = "https://www.rfc-editor.org/rfc/rfc8725",
    since = "0.1.0"
)]
pub(super) struct JwtSignOptions;

impl NativeRule for JwtSignOptions {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[&["jsonwebtoken", "jose", "jwt-simple", "hono/jwt"]]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = View::new(analysis);
        let mut tell = |place: NodeId, message: &str| {
            emit(NativeMatch { message: Some(message.to_owned()), ..NativeMatch::of(analysis, place) });
        };
        for call in view.nodes(&["call_expression"]) {
            let Some(export) = view.field(call, "function").and_then(|callee| PackageExport::of(view, callee)) else {
                if never_expires(view, call) {
                    tell(
                        call,
                        "this token never expires: `setExpirationTime` is not called, and the payload has no `exp`",
                    );
                }
                continue;
            };
            let arguments = arguments(view, call);
            match (export.name_in("jsonwebtoken"), export.name_in("hono/jwt"), export.name_in("jwt-simple")) {
                (Some("sign"), ..) => {
                    let options = arguments.get(2).copied().filter(|options| !view.is(*options, FUNCTIONS));
                    let sets_expiry = options.is_some_and(|options| may_have(view, options, "expiresIn"));
                    if arguments.len() >= 2 && !sets_expiry && !may_expire(view, arguments[0]) {
                        tell(call, "this token never expires: no `expiresIn` in the options, no `exp` in the payload");
                    }
                    for place in options.into_iter().flat_map(|options| unsigned(view, options)) {
                        tell(place, "a token with the algorithm `none` is not signed: anybody can write one");
                    }
                    for place in
                        options.into_iter().flat_map(|options| set_to_true(view, options, "allowInsecureKeySizes"))
                    {
                        tell(place, "keys that are too short to resist are allowed");
                    }
                }
                (Some("verify"), ..) => {
                    for place in arguments.get(2).into_iter().flat_map(|options| unsigned(view, *options)) {
                        tell(place, "with the algorithm `none` a token counts that nobody has signed");
                    }
                }
                (_, Some("sign"), _) | (.., Some("encode"))
                    if arguments.len() >= 2 && !may_expire(view, arguments[0]) =>
                {
                    tell(call, "this token never expires: the payload has no `exp`");
                }
                _ => {}
            }
        }
    }
}

/// Claims by which a token ends: that of the standard, and those of one's own that whoever reads the token must look at.
const EXPIRIES: &[&str] =
    &["exp", "expiresAt", "expires", "expiry", "expiration", "expires_at", "expiresIn", "validUntil", "createdAt"];

/// Whether a payload holds an expiry in some case, or may.
fn may_expire(view: View<'_>, payload: NodeId) -> bool {
    EXPIRIES.iter().any(|claim| may_have(view, payload, claim))
}

/// Whether an object gives a key a value in some case, or may: it is computed.
fn may_have(view: View<'_>, object: NodeId, key: &str) -> bool {
    // A text as a payload cannot hold it.
    if let Some(Constant::Text(_)) = constant(view, object) {
        return false;
    }
    let Some(all) = Settings::all(view, object) else { return true };
    all.iter().any(|settings| match settings.get(key) {
        Setting::Missing => false,
        Setting::Unknown => true,
        Setting::To(value) => constant(view, value) != Some(Constant::Nothing),
    })
}

/// The places in options that choose the algorithm `none`.
fn unsigned(view: View<'_>, options: NodeId) -> Vec<NodeId> {
    let all = Settings::all(view, options).unwrap_or_default();
    let mut places = Vec::new();
    for settings in all {
        if let Setting::To(value) = settings.get("algorithm")
            && is_none(view, value)
        {
            places.push(around(view, value));
        }
        let Setting::To(list) = settings.get("algorithms") else { continue };
        for list in leaves(view, list).into_iter().filter(|list| view.kind(*list) == "array") {
            places.extend(view.named(list).filter(|entry| is_none(view, *entry)));
        }
    }
    places
}

fn is_none(view: View<'_>, value: NodeId) -> bool {
    matches!(constant(view, value), Some(Constant::Text(text)) if text.eq_ignore_ascii_case("none"))
}

fn set_to_true(view: View<'_>, options: NodeId, key: &str) -> Vec<NodeId> {
    let all = Settings::all(view, options).unwrap_or_default();
    let set = all.iter().filter_map(|settings| match settings.get(key) {
        Setting::To(value) if constant(view, value) == Some(Constant::True) => Some(around(view, value)),
        _ => None,
    });
    set.collect()
}

/// The whole entry of a value.
fn around(view: View<'_>, value: NodeId) -> NodeId {
    view.parent(value).filter(|pair| view.kind(*pair) == "pair").unwrap_or(value)
}

/// Whether a call ends a chain of `SignJWT` that sets no expiry.
fn never_expires(view: View<'_>, call: NodeId) -> bool {
    let Some(("sign", mut at)) = method(view, call) else { return false };
    loop {
        match view.kind(at) {
            "call_expression" => {
                let Some((name, object)) = method(view, at) else { return false };
                if name == "setExpirationTime" {
                    return false;
                }
                at = object;
            }
            "new_expression" => {
                let is_signer = view
                    .field(at, "constructor")
                    .and_then(|class| PackageExport::of(view, class))
                    .is_some_and(|export| export.name_in("jose") == Some("SignJWT"));
                let payload = arguments(view, at).first().copied();
                return is_signer && !payload.is_some_and(|payload| may_expire(view, payload));
            }
            _ => return false,
        }
    }
}
