//! `jwt-sign-options`: tokens that never expire, that lack a claim, or that nobody signs.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::NodeId;

use super::super::view::{FUNCTIONS, RuleView};
use super::packages::{PackageExport, arguments, method};
use super::settings::{Constant, GivenSetting, OptionsLiteral, constant, leaves};

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
/// `verify`; `allowInsecureKeySizes`. The option `claims` asks for further claims: reported is what signs a token without one of them, and `verify` of `jsonwebtoken` and `jwtVerify` of `jose` where they do not hold issuer or audience against anything. Options and payloads in constants are followed, with what they spread in and what is written to them later. Not found: a payload or options that are computed, come from
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
/// ```ts {claims: [iss, aud]}
/// import jwt from "jsonwebtoken";
/// import { jwtVerify, SignJWT } from "jose";
/// const options = { expiresIn: "15m", issuer: "api" };
/// «jwt.sign({ sub: id }, key, options)»;
/// «jwt.sign({ sub: id, iss: "api" }, key, { expiresIn: "15m" })»;
/// const token = «new SignJWT({ aud: "web" }).setExpirationTime("2h").sign(key)»;
/// «jwt.verify(token, key, { algorithms: ["HS256"], issuer: "api" })»;
/// «jwt.verify(token, key)»;
/// const { payload } = await «jwtVerify(token, key, { audience: "web" })»;
/// ```
///
/// ## Good
///
/// ```ts {claims: [iss, aud]}
/// import jwt from "jsonwebtoken";
/// import { jwtVerify, SignJWT } from "jose";
/// const options = { expiresIn: "15m", issuer: "api", audience: "web" };
/// jwt.sign({ sub: id }, key, options);
/// jwt.sign({ iss: "api", aud: "web" }, key, { expiresIn: "15m" });
/// jwt.sign({ ...claims }, key, { expiresIn: "15m", audience });
/// jwt.sign(claims, key, { ...common });
/// new SignJWT({ sub: id }).setIssuer("api").setAudience("web").setExpirationTime("2h").sign(key);
/// jwt.verify(token, key, { issuer: "api", audience: "web" });
/// jwt.verify(token, key, options);
/// jwt.verify(token, key, settings.jwt);
/// jwtVerify(token, key, { issuer: "api", audience: ["web"] });
/// ```
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
    option(
        name = "claims",
        about = "Claims that every token must have, and that whoever checks one must look at.",
        one_of("iss", "aud", "sub", "jti"),
        default()
    ),
    cwe(613, 347),
    url = "https://www.rfc-editor.org/rfc/rfc8725",
    since = "0.1.0"
)]
pub(super) struct JwtSignOptions;

impl NativeRule for JwtSignOptions {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[&["jsonwebtoken", "jose", "jwt-simple", "hono/jwt"]]
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let claims: Vec<&Claim> = CLAIMS.iter().filter(|claim| options.has("claims", claim.name)).collect();
        let mut tell = |place: NodeId, message: &str| {
            emit(NativeMatch { message: Some(message.to_owned()), ..NativeMatch::of(analysis, place) });
        };
        for call in view.nodes(&["call_expression"]) {
            let Some(export) = view.field(call, "function").and_then(|callee| PackageExport::of(view, callee)) else {
                let Some(signer) = Signer::of(view, call) else { continue };
                if signer.never_expires(view) {
                    tell(
                        call,
                        "this token never expires: `setExpirationTime` is not called, and the payload has no `exp`",
                    );
                }
                if let Some(lacking) = lacking(&claims, |claim| signer.has(view, claim)) {
                    tell(call, &format!("this token has no {lacking}"));
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
                    let has = |claim: &Claim| {
                        options.is_some_and(|options| may_have(view, options, claim.option))
                            || may_have(view, arguments[0], claim.name)
                    };
                    if arguments.len() >= 2
                        && let Some(lacking) = lacking(&claims, has)
                    {
                        tell(call, &format!("this token has no {lacking}"));
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
                    if let Some(lacking) = unchecked(view, &claims, &arguments) {
                        tell(call, &format!("nothing looks at the {lacking} of this token"));
                    }
                }
                (_, Some("sign"), _) | (.., Some("encode")) if arguments.len() >= 2 => {
                    if !may_expire(view, arguments[0]) {
                        tell(call, "this token never expires: the payload has no `exp`");
                    }
                    if let Some(lacking) = lacking(&claims, |claim| may_have(view, arguments[0], claim.name)) {
                        tell(call, &format!("this token has no {lacking}"));
                    }
                }
                _ if export.name_in("jose") == Some("jwtVerify") => {
                    if let Some(lacking) = unchecked(view, &claims, &arguments) {
                        tell(call, &format!("nothing looks at the {lacking} of this token"));
                    }
                }
                _ => {}
            }
        }
    }
}

/// A claim that the option asks for.
struct Claim {
    /// In the payload.
    name: &'static str,
    /// In the options of `jsonwebtoken`.
    option: &'static str,
    /// The method of `SignJWT` that sets it.
    setter: &'static str,
    /// Whether what checks a token can hold it against something by an option of that name.
    is_checked: bool,
}

const CLAIMS: &[Claim] = &[
    Claim { name: "iss", option: "issuer", setter: "setIssuer", is_checked: true },
    Claim { name: "aud", option: "audience", setter: "setAudience", is_checked: true },
    Claim { name: "sub", option: "subject", setter: "setSubject", is_checked: false },
    Claim { name: "jti", option: "jwtid", setter: "setJti", is_checked: false },
];

/// The claims that a token lacks, for a message.
fn lacking(claims: &[&Claim], has: impl Fn(&Claim) -> bool) -> Option<String> {
    let lacking = claims.iter().filter(|claim| !has(claim)).map(|claim| format!("`{}`", claim.name));
    let lacking = lacking.collect::<Vec<_>>().join(" and no ");
    (!lacking.is_empty()).then_some(lacking)
}

/// The claims that nothing looks at where a token is checked, for a message.
fn unchecked(view: RuleView<'_>, claims: &[&Claim], arguments: &[NodeId]) -> Option<String> {
    if arguments.len() < 2 {
        return None;
    }
    let options = arguments.get(2).copied().filter(|options| !view.is(*options, FUNCTIONS));
    let is_looked_at = |claim: &&&Claim| options.is_some_and(|options| may_have(view, options, claim.option));
    let open = claims.iter().filter(|claim| claim.is_checked).filter(|claim| !is_looked_at(claim));
    let open = open.map(|claim| format!("`{}`", claim.name)).collect::<Vec<_>>().join(" and ");
    (!open.is_empty()).then_some(open)
}

/// Claims by which a token ends: that of the standard, and those of one's own that whoever reads the token must look at.
const EXPIRIES: &[&str] =
    &["exp", "expiresAt", "expires", "expiry", "expiration", "expires_at", "expiresIn", "validUntil", "createdAt"];

/// Whether a payload holds an expiry in some case, or may.
fn may_expire(view: RuleView<'_>, payload: NodeId) -> bool {
    EXPIRIES.iter().any(|claim| may_have(view, payload, claim))
}

/// Whether an object gives a key a value in some case, or may: it is computed.
fn may_have(view: RuleView<'_>, object: NodeId, key: &str) -> bool {
    // A text as a payload cannot hold it.
    if let Some(Constant::Text(_)) = constant(view, object) {
        return false;
    }
    let Some(all) = OptionsLiteral::all(view, object) else { return true };
    all.iter().any(|settings| match settings.get(key) {
        GivenSetting::Missing => false,
        GivenSetting::Unknown => true,
        GivenSetting::To(value) => constant(view, value) != Some(Constant::Nothing),
    })
}

/// The places in options that choose the algorithm `none`.
fn unsigned(view: RuleView<'_>, options: NodeId) -> Vec<NodeId> {
    let all = OptionsLiteral::all(view, options).unwrap_or_default();
    let mut places = Vec::new();
    for settings in all {
        if let GivenSetting::To(value) = settings.get("algorithm")
            && is_none(view, value)
        {
            places.push(around(view, value));
        }
        let GivenSetting::To(list) = settings.get("algorithms") else { continue };
        for list in leaves(view, list).into_iter().filter(|list| view.kind(*list) == "array") {
            places.extend(view.named(list).filter(|entry| is_none(view, *entry)));
        }
    }
    places
}

fn is_none(view: RuleView<'_>, value: NodeId) -> bool {
    matches!(constant(view, value), Some(Constant::Text(text)) if text.eq_ignore_ascii_case("none"))
}

fn set_to_true(view: RuleView<'_>, options: NodeId, key: &str) -> Vec<NodeId> {
    let all = OptionsLiteral::all(view, options).unwrap_or_default();
    let set = all.iter().filter_map(|settings| match settings.get(key) {
        GivenSetting::To(value) if constant(view, value) == Some(Constant::True) => Some(around(view, value)),
        _ => None,
    });
    set.collect()
}

/// The whole entry of a value.
fn around(view: RuleView<'_>, value: NodeId) -> NodeId {
    view.parent(value).filter(|pair| view.kind(*pair) == "pair").unwrap_or(value)
}

/// A chain of `SignJWT` that ends in `sign`.
struct Signer<'a> {
    payload: Option<NodeId>,
    /// The methods that are called in between.
    methods: Vec<&'a str>,
}

impl<'a> Signer<'a> {
    fn of(view: RuleView<'a>, call: NodeId) -> Option<Self> {
        let ("sign", mut at) = method(view, call)? else { return None };
        let mut methods = Vec::new();
        loop {
            match view.kind(at) {
                "call_expression" => {
                    let (name, object) = method(view, at)?;
                    methods.push(name);
                    at = object;
                }
                "new_expression" => {
                    let class = PackageExport::of(view, view.field(at, "constructor")?)?;
                    let payload = arguments(view, at).first().copied();
                    return (class.name_in("jose") == Some("SignJWT")).then_some(Self { payload, methods });
                }
                _ => return None,
            }
        }
    }

    fn never_expires(&self, view: RuleView<'_>) -> bool {
        !self.methods.contains(&"setExpirationTime") && !self.payload.is_some_and(|payload| may_expire(view, payload))
    }

    fn has(&self, view: RuleView<'_>, claim: &Claim) -> bool {
        self.methods.contains(&claim.setter) || self.payload.is_some_and(|payload| may_have(view, payload, claim.name))
    }
}
