//! Secrets that stand in files of the repository.

mod assigned;
mod charset;
mod checksum;
mod encoding;
mod fact;
mod formats;
mod found;
mod placeholder;
mod structured;
mod tokens;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Row, Source, column, detail, gaps_of, relation};
use auditlint_source::{FilePath, Span};

use self::fact::{Facts, SecretFact};

static RELATIONS: [RelationInfo; 1] = [relation(
    "secret.literal",
    "A text that is written as a secret is: a token of a known service, a private key, a password in an address, or what stands behind a name such as `client_secret`.",
    &[
        column("kind", "what it is: `GitHub token`, `private key`"),
        detail("shown", "the text with all but its beginning hidden"),
        column(
            "evidence",
            "`checksum` where its own checksum is right, `format` where it is written as its service writes it, `context` where its name and its randomness say it",
        ),
        column("name", "what it is called, of `context`"),
    ],
)];

/// So long a text is looked through; what is longer is data that a program has written.
const MOST_BYTES: usize = 1 << 20;

/// The provider.
pub(crate) struct Secrets;

impl Provider for Secrets {
    type Fact = SecretFact;

    fn name(&self) -> &str {
        "secret"
    }

    fn about(&self) -> &str {
        "Texts in files of any kind that are written as secrets are. Formats of services are known by how they begin, their length and their letters; where a format has a checksum (GitHub, npm, Grafana), it must be right, and what can be \
         decoded (JSON Web Tokens, keys of service accounts) must say what it is. What stands behind a name of a secret (`client_secret: \"…\"`) must besides be as random as a machine makes it. Not taken for secrets: placeholders (`xxxx`, `EXAMPLE`, `your-…`, `changeme`, alphabets, repetitions, \
         variables), keys for tests (`sk_test_…`), what everybody may know (`anon` of Supabase, publishable keys), hashes in lock files, and what stands in tests and documentation that carry such values. Lock files, maps, minified files and files of more than 1 MiB are not read."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        !is_written_by_machines(path)
    }

    fn may_hold(&self, _path: &FilePath, text: &[u8]) -> bool {
        tokens::may_hold(text) || structured::may_hold(text) || assigned::may_hold(text)
    }

    fn says_what_bytes_hide(&self, _path: &FilePath) -> bool {
        true
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        let text = source.text();
        if text.len() > MOST_BYTES {
            out.gap(Span::default(), "the file is too large to be looked through for secrets");
            return out;
        }
        let mut found = tokens::find(text);
        found.extend(structured::find(text));
        found.extend(assigned::find(source.path, text));
        found.sort_by_key(|found| (found.span.start, found.evidence, std::cmp::Reverse(found.span.end)));
        let mut behind = 0;
        for found in found {
            // Of several readings of one text the first is the surest.
            if found.span.start >= behind {
                behind = found.span.end;
                out.say(found.span, found.into_fact(text));
            }
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        let rows = sources.iter().flat_map(|(path, said)| {
            said.facts.iter().map(|said| {
                let fact = &said.fact;
                let values =
                    vec![(&fact.kind).into(), (&fact.shown).into(), (&fact.evidence).into(), (&fact.name).into()];
                Row { path: path.clone(), span: said.span, values }
            })
        });
        vec![Relation { info: RELATIONS[0].clone(), rows: rows.collect(), gaps: gaps_of(sources) }]
    }
}

/// Whether a program writes files of that name, with hashes of what they are about.
fn is_written_by_machines(path: &FilePath) -> bool {
    let name = path.name();
    let ends = [
        ".lock", ".min.js", ".min.css", ".map", ".svg", ".snap", ".sum", ".lockb", ".csv", ".tsv", ".po", ".ipynb",
        ".wasm", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2", ".ttf", ".pdf", ".zip", ".gz",
        ".mp4", ".dylib",
    ];
    ends.iter().any(|end| name.ends_with(end))
        || matches!(name, "package-lock.json" | "npm-shrinkwrap.json" | "pnpm-lock.yaml" | "go.sum" | "composer.lock")
}

#[cfg(test)]
mod tests;
