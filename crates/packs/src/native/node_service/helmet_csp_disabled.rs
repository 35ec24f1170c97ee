//! `helmet-csp-disabled`: Helmet without its content security policy.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::NodeId;

use super::super::view::RuleView;
use super::packages::{PackageExport, plugin_options};
use super::settings::{Constant, GivenSetting, OptionsLiteral, constant};

/// `helmet` is told to send no content security policy
///
/// ## Why
///
/// The content security policy is what keeps a script that somebody has smuggled into a page from running and from sending
/// away what it read. It is usually turned off because one script did not load, and then stays off for every page.
///
/// ## Instead
///
/// Name what pages load in `contentSecurityPolicy.directives`; `reportOnly: true` shows first what would break.
///
/// ## Note
///
/// Found: `contentSecurityPolicy: false` in the options of `helmet`, `koa-helmet` and `@fastify/helmet`, also where the options or the
/// value stand in a constant. Not found: a value that depends on the environment (`contentSecurityPolicy: isProduction ? undefined : false`); options from another
/// module; a file that sends the header itself, with `helmet.contentSecurityPolicy(…)`, `koa-helmet`'s or by its name. A service that answers with JSON alone gains little from a policy, and may say so where it turns this rule off.
///
/// ## Bad
///
/// ```ts
/// import helmet from "helmet";
/// app.use(helmet({ «contentSecurityPolicy: false» }));
/// ```
///
/// ```js
/// const helmet = require("helmet");
/// const options = { «contentSecurityPolicy: false», hsts: false };
/// app.use(helmet({ ...options, frameguard: false }));
/// ```
///
/// ```ts
/// import fastifyHelmet from "@fastify/helmet";
/// await app.register(fastifyHelmet, { «contentSecurityPolicy: false» });
/// ```
///
/// ## Good
///
/// ```ts
/// import helmet from "helmet";
/// app.use(helmet());
/// app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'self'"] } } }));
/// app.use(helmet({ contentSecurityPolicy: isProduction ? undefined : false, crossOriginEmbedderPolicy: false }));
/// ```
///
/// ```ts
/// import helmet from "helmet";
/// app.use(helmet({ contentSecurityPolicy: false }));
/// app.use(helmet.contentSecurityPolicy({ directives: policy }));
/// ```
///
/// ```ts
/// import { helmet } from "./ours";
/// app.use(helmet({ contentSecurityPolicy: false }));
/// ```
///
/// ```ts
/// import helmet from "helmet";
/// const options = { contentSecurityPolicy: false };
/// options.contentSecurityPolicy = policy;
/// app.use(helmet(options));
/// ```
#[derive(Rule)]
#[rule(
    id = "helmet-csp-disabled",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    roles(source),
    cwe(693, 1021),
    url = "https://helmetjs.github.io/#content-security-policy",
    since = "0.1.0"
)]
pub(super) struct HelmetCspDisabled;

const PACKAGES: &[&str] = &["helmet", "koa-helmet", "@fastify/helmet", "fastify-helmet"];

impl NativeRule for HelmetCspDisabled {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[&["helmet"], &["contentSecurityPolicy"]]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let is_sent_here = || {
            view.source().to_ascii_lowercase().contains("content-security-policy")
                || view.nodes(&["call_expression"]).any(|call| {
                    view.field(call, "function").and_then(|callee| PackageExport::of(view, callee)).is_some_and(
                        |export| {
                            PACKAGES.iter().any(|package| export.name_in(package) == Some("contentSecurityPolicy"))
                        },
                    )
                })
        };
        let mut found = Vec::new();
        for call in view.nodes(&["call_expression"]) {
            let Some(Some(options)) = plugin_options(view, call, PACKAGES) else { continue };
            let Some(all) = OptionsLiteral::all(view, options) else { continue };
            let off = all.iter().map(|settings| match settings.get("contentSecurityPolicy") {
                GivenSetting::To(value) if constant(view, value) == Some(Constant::False) => Some(value),
                _ => None,
            });
            // A branch with a policy is for a person to judge.
            let off: Option<Vec<NodeId>> = off.collect();
            found.extend(off.into_iter().flatten());
        }
        if found.is_empty() || is_sent_here() {
            return;
        }
        for value in found {
            let place = view.parent(value).filter(|around| view.kind(*around) == "pair").unwrap_or(value);
            emit(NativeMatch::of(analysis, place));
        }
    }
}
