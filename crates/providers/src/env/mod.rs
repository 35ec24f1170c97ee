//! Variables of the environment: which the code reads, which an example file documents, which compose files and workflows set.

mod code;
mod data;
mod defined;
mod document;
mod dollars;
mod ecmascript;
mod fact;
mod handed;
mod note;
mod platform;
mod python;
mod rust;
mod schema;
mod scope;
mod workflow;

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::folder::{folder_of, shown};
use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Row, Source, column, detail, relation};
use auditlint_source::{FilePath, Role};
use auditlint_syntax::{languages_in, may_hold_code};

use self::fact::{EnvFact, Facts, Setter};
use self::handed::Handed;
use self::platform::{Hosts, is_of_platform};
use self::scope::Scopes;
use crate::words::Words;

static RELATIONS: [RelationInfo; 3] = [
    relation(
        "env.read",
        "A variable of the environment that the code, a compose file or a workflow reads.",
        &[
            column("variable", "its name"),
            detail(
                "platform",
                "whether a system, a runtime or a service sets it for every program (`HOME`, `NODE_ENV`, `CI`), or the code itself",
            ),
            detail(
                "has_example",
                "whether an example file, or a document that the configuration names, lies in the folder of the code or above it",
            ),
            detail(
                "scope",
                "the package whose example files count besides those above it, where it has any; else `*`: those of the whole project",
            ),
        ],
    ),
    relation(
        "env.documented",
        "A variable that an example file, or a document that the configuration names, has, also where its line is commented out, once for each scope of `env.read` in which that counts.",
        &[column("variable", "its name"), detail("scope", "the scope")],
    ),
    relation(
        "env.set",
        "A variable that a compose file, the values of a Helm chart, a workflow or the code sets.",
        &[column("variable", "its name"), column("by", "`compose`, `helm`, `workflow`, `code` or `test`")],
    ),
];

/// What a text with a read holds.
static WORDS: Words = Words::new(&[
    "env",
    "ConfigService",
    "ConfigModule",
    "createEnv",
    "convict",
    "Config.",
    "BaseSettings",
    "decouple",
    "starlette.config",
]);

/// Whether a file belongs to a chart of Helm.
fn is_in_chart(path: &FilePath, scope: &ProjectScope<'_>) -> bool {
    path.parent().is_some_and(|folder| scope.has_file(&folder.child("Chart.yaml")))
}

/// Whether a file is the configuration of a program that runs tests.
fn configures_tests(path: &FilePath) -> bool {
    ["vitest.", "jest.", "playwright.", "cypress.", "karma."].iter().any(|start| path.name().starts_with(start))
}

/// The provider.
pub(crate) struct Env;

impl Provider for Env {
    type Fact = EnvFact;

    fn name(&self) -> &str {
        "env"
    }

    fn about(&self) -> &str {
        "Reads in TypeScript and JavaScript: `process.env.NAME` however it is reached, with destructuring and aliases, `Bun.env`, `Deno.env.get`, `import.meta.env`, \
         SvelteKit's `$env`, Effect's `Config`, `ConfigService` of Nest, and the fields of a schema through which the environment is read as a whole (`schema.parse(process.env)`, `createEnv`, \
         `cleanEnv`, `convict`, `ConfigModule.forRoot`), members of what another module exports where that is the environment or a copy of it (`export default process.env`); in Rust: `var` and `var_os` of the standard library and of dotenvy with a name that is spelled or a constant, and `env` of clap; in Python: `os.environ`, `os.getenv`, django-environ, environs, decouple, Starlette's `Config`, and the fields of classes that extend `BaseSettings` of pydantic. What is written or deleted is no read, and what `define` of a bundler or `env` in `next.config` gives a value is set by the code. Example \
         files: what begins or ends with `.env` and is not ignored. Compose files, values of Helm charts and GitHub workflows: the keys of `environment` and `env`. Compose files read what they take \
         from whoever starts them: `${NAME}`, and names under `environment` without a value. Workflows read `${{ env.NAME }}`, and `$NAME` in the commands of their steps. Documents of Markdown that `env-documents` of the configuration names count as example files: a README for the code of its folder, others for the whole project."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) || data::is_example(path) || data::sets(path).is_some() || document::is_document(path)
    }

    fn may_hold_facts(&self, source: &Source<'_, '_>) -> bool {
        match may_hold_code(source.path) {
            true => languages_in(source.path).any(code::is_read) && WORDS.any_in(source.text().as_bytes()),
            false => !document::is_document(source.path) || source.documents_environment(),
        }
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if may_hold_code(source.path) {
            if let Some(analysis) = source.analysis() {
                code::extract(analysis, source.path, &mut out);
            }
        } else if document::is_document(source.path) {
            document::extract(source.text(), &mut out);
        } else {
            match data::sets(source.path) {
                Some(by) => data::yaml(source.text(), by, &mut out),
                None => data::example(source.text(), &mut out),
            }
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        const READ: usize = 0;
        const DOCUMENTED: usize = 1;
        const SET: usize = 2;
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        let mut gaps: [Vec<_>; RELATIONS.len()] = Default::default();
        let setter = |path: &FilePath, by: Setter| match by {
            Setter::Code if Role::by_default(path) == Role::Test || configures_tests(path) => Setter::Test,
            by => by,
        };
        let by_code = sources.iter().flat_map(|(path, source)| source.facts.iter().map(move |said| (path, said)));
        let by_code = by_code.filter_map(|(path, said)| match &said.fact {
            EnvFact::Set { name, by } if setter(path, *by) == Setter::Code => Some(&**name),
            _ => None,
        });
        let set_by_code: BTreeSet<&str> = by_code.collect();
        let hosts = Hosts::of(scope.files());
        let handed = Handed::of(sources, scope.files());
        let documents = |path: &FilePath| scope.documents_environment(path) && document::is_document(path);
        // The folder about which a file documents something.
        let about = |path: &FilePath| match documents(path) {
            true => document::about(path),
            false => folder_of(path),
        };
        let with_documentation = sources
            .iter()
            .filter(|(path, source)| data::is_example(path) || (documents(path) && !source.facts.is_empty()));
        let scopes = Scopes::of(with_documentation.map(|(path, _)| about(path)), scope.files());
        let mut reads = Vec::new();
        let mut documented = Vec::new();
        for (path, source) in sources {
            if is_shown_by_site(path, scope) {
                continue;
            }
            let mut known = None;
            for said in &source.facts {
                match &said.fact {
                    EnvFact::Read { name, is_given } => {
                        let is_given = *is_given || set_by_code.contains(&**name) || hosts.set(name);
                        let (has_example, scope) = known.get_or_insert_with(|| scopes.of_code(path)).clone();
                        reads.push(((path, said.span), &**name, is_given, has_example, scope));
                    }
                    EnvFact::Taken { module, export, name } if handed.is_environment(path, module, export) => {
                        let is_given = is_of_platform(name) || set_by_code.contains(&**name) || hosts.set(name);
                        let (has_example, scope) = known.get_or_insert_with(|| scopes.of_code(path)).clone();
                        reads.push(((path, said.span), &**name, is_given, has_example, scope));
                    }
                    EnvFact::Taken { .. } | EnvFact::Gives(_) => {}
                    EnvFact::Documented(name) => documented.push(((path, said.span), &**name)),
                    EnvFact::Set { by: Setter::Helm, .. } if !is_in_chart(path, scope) => {}
                    EnvFact::Set { name, by } => {
                        let values = vec![name.into(), setter(path, *by).name().into()];
                        tables[SET].push(Row { path: path.clone(), span: said.span, values });
                    }
                }
            }
            if data::sets(path) == Some(Setter::Helm) && !is_in_chart(path, scope) {
                continue;
            }
            // What a document would say that nobody asks is missing nowhere.
            if document::is_document(path) && !documents(path) {
                continue;
            }
            let table = if data::is_example(path) || documents(path) { DOCUMENTED } else { SET };
            gaps[table].extend(source.gaps.iter().map(|gap| (path.clone(), gap.clone())));
        }
        reads.sort_by_key(|(place, name, ..)| (*place, *name));
        let mut wanted: BTreeMap<&str, BTreeSet<FilePath>> = BTreeMap::new();
        for ((path, span), name, is_given, has_example, scope) in reads {
            wanted.entry(name).or_default().insert(scope.clone());
            let values = vec![name.into(), is_given.into(), has_example.into(), shown(&scope).into()];
            tables[READ].push(Row { path: path.clone(), span, values });
        }
        for ((path, span), name) in documented {
            let own = scopes.package_of(about(path));
            let mut counts_in: Vec<&FilePath> = wanted.get(name).into_iter().flatten().collect();
            counts_in.retain(|scope| scope::counts(&own, scope));
            let own = counts_in.is_empty().then_some(&own);
            for scope in counts_in.into_iter().chain(own) {
                let values = vec![name.into(), shown(scope).into()];
                tables[DOCUMENTED].push(Row { path: path.clone(), span, values });
            }
        }
        let parts = RELATIONS.iter().zip(tables).zip(gaps);
        parts.map(|((info, rows), gaps)| Relation { info: info.clone(), rows, gaps }).collect()
    }
}

/// Whether a file is one of the texts of a site that Astro builds, below `src/content`: code among them is shown, and nothing runs it.
fn is_shown_by_site(path: &FilePath, scope: &ProjectScope<'_>) -> bool {
    let site = path.as_str().split_once("src/content/").map(|(site, _)| site);
    let site = site.filter(|site| site.is_empty() || site.ends_with('/'));
    let is_of_astro = |site: &str| {
        let mut endings = ["mjs", "ts", "js", "mts"].into_iter();
        endings.any(|ending| scope.has_file(&FilePath::new(&format!("{site}astro.config.{ending}"))))
    };
    may_hold_code(path) && site.is_some_and(is_of_astro)
}

#[cfg(test)]
mod tests;
