//! Clients of HTTP that try again, and whether a cache or a circuit breaker stands beside them.

mod fact;
mod retries;
mod signs;

use std::collections::BTreeSet;

use auditlint_facts::{
    ProjectScope, Provider, Relation, RelationInfo, Row, Source, SourceFacts, column, gaps_of, relation,
};
use auditlint_source::{FilePath, Role};
use auditlint_syntax::{Code, Skim, may_hold_code};

use self::fact::{Facts, ResilienceFact};
use crate::imports::{ModuleFact, decides, edges, extract_manifest};
use crate::words::Words;

static RELATIONS: [RelationInfo; 1] = [relation(
    "resilience.client",
    "A function or instance that makes HTTP requests and tries again where one fails.",
    &[
        column("client", "its name; nothing where it has none"),
        column("how", "what says that it tries again"),
        column("reads", "whether it can make a request that reads, which a cache could answer"),
        column(
            "cache",
            "whether a cache is named in its module, in what that imports or in what imports it, there through an `index` file as well",
        ),
        column("breaker", "the same for a circuit breaker"),
    ],
)];

/// What a text with a client that tries again holds.
static RETRYING: Words = Words::new(&["retr", "Retr", "attempt", "Attempt", "backoff", "Backoff", "backOff"]);

/// How many steps along imports count as beside a client: what it imports or wraps it, and one more behind an `index` file, which only
/// passes on.
const STEPS: usize = 2;

/// The provider.
pub(crate) struct Resilience;

impl Provider for Resilience {
    type Fact = ResilienceFact;

    fn name(&self) -> &str {
        "resilience"
    }

    fn about(&self) -> &str {
        "Clients of HTTP in TypeScript and JavaScript that try again: functions that make a request inside of a loop, or that call themselves again, and count attempts, or wait longer each time; requests inside of \
         a function that is given to `p-retry`, `async-retry` and the like; `axios-retry`, `fetch-retry`, `RetryAgent`, and the option `retry` of `got` and `ky` where it is set. A cache or a circuit breaker is \
         known by words of names and by packages (`lru-cache`, `keyv`, `opossum`, `cockatiel`), in the module of the client, in what it imports, and in what imports it, there through an `index` file as well."
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
                out.say(said.span, ResilienceFact::Module(said.fact));
            }
            return out;
        }
        let Some(code) = Code::of(source.path, source.text().as_bytes()) else { return out };
        if !code.language().is_ecmascript() || Role::by_default(source.path) == Role::Test {
            return out;
        }
        let text = code.text();
        let skim = Skim::of(code.language(), text);
        signs::extract(text, &skim, &mut out);
        if RETRYING.any_in(text)
            && retries::may_request(text)
            && let Some(analysis) = source.analysis()
        {
            retries::extract(analysis, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let modules: Vec<(FilePath, SourceFacts<ModuleFact>)> =
            sources.iter().map(|(path, said)| (path.clone(), imports(said))).collect();
        let borrowed: Vec<_> = modules.iter().map(|(path, said)| (path.clone(), said)).collect();
        let retries = |said: &&Facts| said.facts.iter().any(|said| matches!(said.fact, ResilienceFact::Retries { .. }));
        let mut rows = Vec::new();
        if sources.iter().any(|(_, said)| retries(said)) {
            let graph = ImportGraph::of(sources, &borrowed, scope);
            for (at, (path, said)) in sources.iter().enumerate().filter(|(_, (_, said))| retries(said)) {
                let (cache, breaker) = graph.signs_around(at);
                for said in &said.facts {
                    let ResilienceFact::Retries { client, how, reads } = &said.fact else { continue };
                    let values = vec![client.into(), how.into(), (*reads).into(), cache.into(), breaker.into()];
                    rows.push(Row { path: path.clone(), span: said.span, values });
                }
            }
        }
        vec![Relation { info: RELATIONS[0].clone(), rows, gaps: gaps_of(sources) }]
    }
}

fn imports(said: &Facts) -> SourceFacts<ModuleFact> {
    let mut out = SourceFacts::default();
    for said in &said.facts {
        if let ResilienceFact::Module(fact) = &said.fact {
            out.say(said.span, fact.clone());
        }
    }
    out
}

/// Which modules import which, and what each names.
struct ImportGraph {
    imported: Vec<Vec<usize>>,
    importers: Vec<Vec<usize>>,
    signs: Vec<(bool, bool)>,
    /// Of an `index` file the folder around its own, for whose modules it stands for what it passes on. Whoever imports it from elsewhere is
    /// a user of the package.
    passes_on: Vec<Option<FilePath>>,
    paths: Vec<FilePath>,
}

impl ImportGraph {
    fn of(
        sources: &[(FilePath, &Facts)],
        modules: &[(FilePath, &SourceFacts<ModuleFact>)],
        scope: &ProjectScope<'_>,
    ) -> Self {
        let number = |path: &FilePath| sources.binary_search_by(|(known, _)| known.cmp(path)).ok();
        let mut graph = Self {
            imported: vec![Vec::new(); sources.len()],
            importers: vec![Vec::new(); sources.len()],
            signs: Vec::with_capacity(sources.len()),
            passes_on: sources.iter().map(|(path, _)| area(path)).collect(),
            paths: sources.iter().map(|(path, _)| path.clone()).collect(),
        };
        for edge in edges(modules, scope) {
            if let Some(to) = number(&edge.to) {
                graph.imported[edge.from].push(to);
                graph.importers[to].push(edge.from);
            }
        }
        for (_, said) in sources {
            let has = |wanted: &ResilienceFact| said.facts.iter().any(|said| said.fact == *wanted);
            graph.signs.push((has(&ResilienceFact::Cache), has(&ResilienceFact::Breaker)));
        }
        graph
    }

    /// Whether a cache and a circuit breaker are named around a module.
    fn signs_around(&self, at: usize) -> (bool, bool) {
        let mut found = self.signs[at];
        for along in [&self.imported, &self.importers] {
            let (mut seen, mut edge) = (BTreeSet::from([at]), vec![at]);
            for step in 0..STEPS {
                let pairs = edge.into_iter().flat_map(|at| along[at].iter().map(move |next| (at, *next)));
                let reached = pairs.filter(|(at, next)| {
                    let area = self.passes_on[*at].as_ref();
                    (step == 0 || area.is_some_and(|area| self.paths[*next].is_under(area))) && seen.insert(*next)
                });
                edge = reached.map(|(_, next)| next).collect();
                for next in &edge {
                    found = (found.0 || self.signs[*next].0, found.1 || self.signs[*next].1);
                }
            }
        }
        found
    }
}

/// The folder around that of an `index` file.
fn area(path: &FilePath) -> Option<FilePath> {
    let folder = path.parent().filter(|_| path.name().starts_with("index."))?;
    Some(folder.parent().unwrap_or_default())
}

#[cfg(test)]
mod tests;
