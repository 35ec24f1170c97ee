//! Functions that answer requests or run before those that do, what each does for a request, and which of them tests reach.

mod derive;
mod does;
mod fact;
mod functions;
mod packages;
mod relations;
mod requests;
mod words;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source, SourceFacts};
use auditlint_source::{FilePath, Role};
use auditlint_syntax::{Language, may_hold_code};

use self::fact::{Facts, HandlerFact};
use self::relations::RELATIONS;
use crate::imports::{ImportKind, ModuleFact, decides, extract_manifest, specifiers_in};
use crate::route::may_declare_routes;
use crate::view::View;

/// The provider.
pub(crate) struct Handlers;

impl Provider for Handlers {
    type Fact = HandlerFact;

    fn name(&self) -> &str {
        "handler"
    }

    fn about(&self) -> &str {
        "Functions, methods and classes of TypeScript and JavaScript, and what each does for a request: by the names, texts and statuses in it, and by what it calls, in its own file, in modules that it imports (through up to three that only pass on), and, where a value is handed in, \
         in methods of that name of which the project has at most three. What functions of known packages do is known by the package. A name says what a value is, not that it is right: the relation holds what a function looks at, not whether it looks well. Only projects that may declare routes are read."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) || decides(path)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        decides(path) || (is_code(path) && may_declare_routes(path, text))
    }

    fn asks_for_more(&self, sources: &[(FilePath, &SourceFacts<HandlerFact>)], _token_columns: &[String]) -> bool {
        sources.iter().any(|(path, said)| !said.facts.is_empty() && !decides(path))
    }

    fn may_hold_more(&self, source: &Source<'_, '_>) -> bool {
        is_code(source.path)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if decides(source.path) {
            for said in extract_manifest(source).facts {
                out.say(said.span, HandlerFact::Module(said.fact));
            }
            return out;
        }
        let Some(analysis) = source.analysis().filter(|analysis| analysis.tree().language().is_ecmascript()) else {
            return out;
        };
        let code = View::of(analysis);
        let whole = code.tree.span(code.tree.root());
        for specifier in specifiers_in(code.text) {
            let fact = ModuleFact::Import {
                specifier: specifier.as_ref().into(),
                how: ImportKind::Import,
                is_optional: false,
                is_run: true,
            };
            out.say(whole, HandlerFact::Module(fact));
        }
        if Role::by_default(source.path) == Role::Test {
            out.say(whole, HandlerFact::Test);
            requests::extract(code, &mut out);
            return out;
        }
        functions::extract(code, source.lines(), &mut out);
        functions::taken(code, &mut out);
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        derive::derive(sources, scope)
    }
}

/// Whether a file that may hold code may hold TypeScript or JavaScript, as pages may.
fn is_code(path: &FilePath) -> bool {
    Language::of_path(path).is_none_or(Language::is_ecmascript)
}

#[cfg(test)]
mod tests;
