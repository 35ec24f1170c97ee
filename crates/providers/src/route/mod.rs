//! Routes: which endpoints the services of a project declare.

mod derive;
mod effect;
mod fact;
mod files;
mod relations;
mod routers;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source};
use auditlint_source::FilePath;
use auditlint_syntax::{Language, may_hold_code};

use self::fact::{Facts, RouteFact};
use self::relations::RELATIONS;
use crate::view::View;
use crate::words::Words;

/// Words of which a file that declares an endpoint or a mount holds one.
static WORDS: Words = Words::new(&[
    "HttpApi",
    "HttpRouter",
    "outer",
    ".get(",
    ".post(",
    ".put(",
    ".patch(",
    ".use(",
    ".route(",
    "@Controller",
    "export ",
]);

/// The provider.
pub(crate) struct Routes;

impl Provider for Routes {
    type Fact = RouteFact;

    fn name(&self) -> &str {
        "route"
    }

    fn about(&self) -> &str {
        "Endpoints of `HttpApi` of `@effect/platform` (groups, their prefixes and the API that takes them in, across modules) and of its `HttpRouter`; of routers of Express, Hono, Fastify, Koa, Elysia and their like, with the prefix under which a \
         router is mounted, followed through relative imports; of controllers of NestJS; and of the files of a Next.js app (`route.ts` below `app`). A path that is computed, and a router that is exported and mounted nowhere, leave a gap. Tests are left out."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) && Language::of_path(path).is_some_and(Language::is_ecmascript)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
        files::is_route(path)
            || (WORDS.any_in(text)
                && (has("HttpApi") || has("@Controller") || routers::FRAMEWORKS.iter().any(|name| has(name))))
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        let Some(analysis) = source.analysis() else { return out };
        let code = View::of(analysis);
        if files::is_route(source.path) {
            files::extract(code, &mut out);
        }
        if source.text().contains("HttpApi") {
            effect::extract(code, &mut out);
        }
        routers::extract(code, &mut out);
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        derive::derive(sources, scope)
    }
}

#[cfg(test)]
mod tests;
