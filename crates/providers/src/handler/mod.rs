//! Functions that answer requests or run before those that do, what each does for a request, and which of them tests reach.

mod derive;
mod does;
mod fact;
mod functions;
mod packages;
mod requests;
mod words;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source, column, detail, relation};
use auditlint_source::{FilePath, Role};
use auditlint_syntax::may_hold_code;

use self::fact::{Facts, HandlerFact};
use crate::imports::{How, ModuleFact, decides, extract_manifest, specifiers_in};
use crate::view::View;

static RELATIONS: [RelationInfo; 3] = [
    relation(
        "handler.function",
        "A function, method or class of TypeScript or JavaScript under a name or place by which routes know it, and what it does for a request, itself or through what it calls; also an export that code takes from a package.",
        &[
            column("function", "`src/auth.ts#requireUser`, `src/app.ts:12` (a line), `package#name`"),
            detail("file", "its file; nothing of a package"),
            detail(
                "authenticates",
                "whether it looks at credentials (a header, cookies, a session, a token) and ends the request: with 401 or 403, by throwing, redirecting or handing on an error",
            ),
            detail("denies", "whether it looks at credentials and says 401 or 403"),
            detail("authorizes", "whether it looks at roles or permissions and ends the request"),
            detail("reads_body", "whether it looks at the body of the request"),
            detail("validates", "whether it holds a value against a schema, or says that a request is wrong"),
            detail("limits", "whether it says that there were too many requests"),
            detail("logs_in", "whether it takes a password or makes a token"),
            detail("ends_with_404", "whether it says 404 and lets nothing go on"),
            detail("catches", "whether it catches what is thrown"),
            detail("wraps", "whether it calls a function that it is handed"),
            detail(
                "may_reject",
                "whether it is `async` and something that it awaits or throws stands outside of every `try`",
            ),
            detail(
                "makes_function",
                "whether there is a function in it, or in what it calls, that it may give to whoever calls it",
            ),
            detail(
                "express_awaits",
                "whether the Express of its package waits for the promise of a handler: version 5, or `express-async-errors`; nothing where no `package.json` says which version",
            ),
            detail("opaque", "whether it comes from a package of which nothing is known"),
        ],
    ),
    relation(
        "handler.request",
        "An endpoint that a test asks for something, each part of its path as it is written or as `*`.",
        &[column("endpoint", "`METHOD /path`")],
    ),
    relation("handler.tested", "A file that a test imports.", &[column("file", "the file")]),
];

/// The provider.
pub(crate) struct Handlers;

impl Provider for Handlers {
    type Fact = HandlerFact;

    fn name(&self) -> &str {
        "handler"
    }

    fn about(&self) -> &str {
        "Functions, methods and classes of TypeScript and JavaScript, and what each does for a request: by the names, texts and statuses in it, and by what it calls, in its own file, in modules that it imports (through up to three that only pass on), and, where a value is handed in, \
         in methods of that name of which the project has at most three. What functions of known packages do is known by the package. A name says what a value is, not that it is right: the relation holds what a function looks at, not whether it looks well."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) || decides(path)
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
                how: How::Import,
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

#[cfg(test)]
mod tests;
