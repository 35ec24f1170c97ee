//! Routes: which endpoints the services of a project declare.

mod derive;
mod ecmascript;
mod fact;
mod python;
mod relations;
mod rust;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source, SourceFacts};
use auditlint_source::{FilePath, Role, Span};
use auditlint_syntax::{Language, may_hold_code};

use self::fact::{Facts, RouteFact};
use self::relations::RELATIONS;
use crate::imports::{decides, extract_manifest};
use crate::read::cargo_toml::{self, CARGO_TOML};

/// Whether a file of TypeScript or JavaScript may declare routes, by its text.
pub(crate) fn may_declare_routes(path: &FilePath, text: &[u8]) -> bool {
    ecmascript::may_hold(path, text)
}

/// The provider.
pub(crate) struct Routes;

impl Provider for Routes {
    type Fact = RouteFact;

    fn name(&self) -> &str {
        "route"
    }

    fn about(&self) -> &str {
        "Endpoints of `HttpApi` of `@effect/platform` (groups, their prefixes and the API that takes them in, across modules) and of its `HttpRouter`; of routers of Express, Hono, Fastify, Koa, Elysia and their like, with the prefix under which a \
         router is mounted, followed through relative imports; of controllers of NestJS; of the files of a Next.js app; of procedures of tRPC; of FastAPI, Flask, Starlette and Django in Python; and of axum, actix-web and Rocket in Rust. A path that is computed, and a router that is exported and mounted nowhere, leave a gap. Tests are left out."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        decides(path)
            || path.name() == CARGO_TOML
            || (may_hold_code(path)
                && Language::of_path(path).is_some_and(|language| {
                    language.is_ecmascript() || matches!(language, Language::Python | Language::Rust)
                })
                && Role::by_default(path) != Role::Test)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        decides(path)
            || path.name() == CARGO_TOML
            || match Language::of_path(path) {
                Some(Language::Python) => python::may_hold(text),
                Some(Language::Rust) => rust::may_hold(text),
                Some(language) if language.is_ecmascript() => ecmascript::may_hold(path, text),
                _ => false,
            }
    }

    fn asks_for_more(&self, sources: &[(FilePath, &SourceFacts<RouteFact>)], _token_columns: &[String]) -> bool {
        sources.iter().any(|(_, said)| {
            said.facts.iter().any(|said| matches!(said.fact, RouteFact::Site(_) | RouteFact::Step { .. }))
        })
    }

    fn may_hold_more(&self, source: &Source<'_, '_>) -> bool {
        let text = source.text().as_bytes();
        match Language::of_path(source.path) {
            Some(Language::Python) => python::may_hold_more(source.path, text),
            Some(Language::Rust) => rust::may_hold_more(text),
            Some(language) if language.is_ecmascript() => ecmascript::may_hold_more(text),
            _ => false,
        }
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if decides(source.path) {
            for said in extract_manifest(source).facts {
                out.say(said.span, RouteFact::Module(said.fact));
            }
            return out;
        }
        if source.path.name() == CARGO_TOML {
            let manifest = cargo_toml::of(source);
            let package = manifest.as_ref().as_ref().ok().and_then(|read| read.package.as_ref());
            if let Some(name) = package.and_then(|(_, package)| package.library.as_ref().or(package.name.as_ref())) {
                out.say(Span::default(), RouteFact::Crate(name.replace('-', "_").into()));
            }
            return out;
        }
        match Language::of_path(source.path) {
            Some(language) if language.is_ecmascript() => ecmascript::extract(source, &mut out),
            Some(Language::Python) => python::extract(source, &mut out),
            Some(Language::Rust) => rust::extract(source, &mut out),
            _ => {}
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        derive::derive(sources, scope)
    }
}

#[cfg(test)]
mod tests;
