//! What kind of code each module is: where it runs, and what it is there for.

mod configuration;
mod fact;
mod graph;
mod manifest;
mod packages;
mod rust;
mod settings;
mod text;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Row, Source, Value, column, gaps_of, relation};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::{Code, Language, may_hold_code};

use self::fact::{Facts, KindFact};
use self::graph::Graph;

static RELATIONS: [RelationInfo; 1] = [relation(
    "module.kind",
    "What kind of code a module is. Each module has one row that says where it runs, and more for what it is there for.",
    &[
        column("path", "the module"),
        column(
            "kind",
            "where it runs: `browser`, `server`, `cli`, `library`, `worker`, `mobile`, `both` (in a browser and on a server) or `unknown`; what it is there for: `configuration` (it reads the environment for the rest), `client` (HTTP requests go through it)",
        ),
        column("evidence", "what says so"),
        column("by", "the file that says so"),
        column("first_line", "where the part of the module begins that it is about; nothing for all of it"),
        column("last_line", "where that part ends"),
    ],
)];

/// The provider.
pub(crate) struct Modules;

impl Provider for Modules {
    type Fact = KindFact;

    fn name(&self) -> &str {
        "module"
    }

    fn about(&self) -> &str {
        "Where a module of TypeScript, JavaScript or Rust runs, by the strongest of: what it says itself (`\"use client\"`, its name), packages that it imports, what it uses (the DOM, JSX, modules of Node.js), \
         the modules that import it, tests aside, and its package (`package.json`, `tsconfig.json`, `Cargo.toml`, `wrangler.toml`). Signs are read from the text without a parse. A module is configuration if it hands the environment to what checks it \
         (`schema.parse(process.env)`, `createEnv`, `cleanEnv`, `convict`, `ConfigModule.forRoot`), or if it is named after settings and does nothing but read them for others; a part of one, if it is an exported object of which two or more values are read, a function or a class named after settings, or in Rust \
         a function that builds them."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) || manifest::is_manifest(path)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if manifest::is_manifest(source.path) {
            manifest::extract(source, &mut out);
            return out;
        }
        let text = source.text().as_bytes();
        let Some(code) = Code::of(source.path, text) else { return out };
        match code.language() {
            Language::Rust => rust::extract(code.text(), &mut out),
            language if language.is_ecmascript() => text::extract(source.path, language, code.text(), &mut out),
            _ => return out,
        }
        if configuration::may_hold(code.text())
            && let Some(analysis) = source.analysis()
        {
            configuration::extract(source.path, analysis, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let is_module = |path: &FilePath| !manifest::is_manifest(path);
        let graph = Graph::of(sources, is_module, scope);
        let mut rows = Vec::new();
        for (path, place) in &graph.places {
            let values = vec![
                path.as_str().into(),
                place.kind.name().into(),
                place.evidence.as_str().into(),
                place.by.as_str().into(),
                Value::Absent,
                Value::Absent,
            ];
            let span = if place.by == *path { place.span } else { Span::default() };
            rows.push(Row { path: path.clone(), span, values });
        }
        for (path, said) in sources {
            for said in &said.facts {
                let KindFact::Part { kind, lines, evidence, only_if_shared } = &said.fact else { continue };
                let is_shared = || graph.importers.get(path).is_some_and(|importers| importers.len() >= 2);
                if *only_if_shared && !is_shared() {
                    continue;
                }
                let line = |line: Option<u32>| line.map_or(Value::Absent, |line| Value::Number(line.into()));
                let values = vec![
                    path.as_str().into(),
                    kind.name().into(),
                    (&**evidence).into(),
                    path.as_str().into(),
                    line(lines.map(|(first, _)| first)),
                    line(lines.map(|(_, last)| last)),
                ];
                rows.push(Row { path: path.clone(), span: said.span, values });
            }
        }
        vec![Relation { info: RELATIONS[0].clone(), rows, gaps: gaps_of(sources) }]
    }
}
