//! From sources to facts: which sources are read, what is kept, what is derived.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use auditlint_source::{Decoded, FilePath, Span};
use auditlint_syntax::{Code, Parser};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::{AnyFacts, AnyProvider, Gap, ProjectScope, Relation, Source, SourceText};

/// The facts of the sources that one provider reads.
pub type Sources = Vec<(FilePath, AnyFacts)>;

/// By provider (a hash of the name of its first relation) and file: a hash of the content and of the provider's version, and what
/// it gave.
type Kept = FxHashMap<(u64, FilePath), (u64, AnyFacts)>;

/// Facts that were extracted, kept as long as the content of their source stays the same.
#[derive(Debug, Default)]
pub struct FactStore {
    kept: Mutex<Kept>,
    extracted: AtomicU64,
}

impl FactStore {
    /// How many times facts were extracted from a source.
    #[must_use]
    pub fn extracted(&self) -> u64 {
        self.extracted.load(Ordering::Relaxed)
    }

    /// The facts of a source, extracted where its content is another than before.
    fn facts(&self, provider: &dyn AnyProvider, source: &Source<'_, '_>) -> AnyFacts {
        // Relations of rule files may share the name of their provider; what a rule file says anew takes the place of the old.
        let name = provider.relations().first().map_or(provider.name(), |info| &info.name);
        let key = (xxh3_64(name.as_bytes()), source.path.clone());
        let hash = source.hash() ^ provider.version();
        let known = self.kept().get(&key).filter(|(known, _)| *known == hash).map(|(_, facts)| facts.clone());
        known.unwrap_or_else(|| {
            self.extracted.fetch_add(1, Ordering::Relaxed);
            let facts = provider.extract(source);
            self.kept().insert(key, (hash, facts.clone()));
            facts
        })
    }

    /// The same where the provider reads such files and this one can hold a row.
    pub fn facts_of(&self, provider: &dyn AnyProvider, source: &Source<'_, '_>) -> Option<AnyFacts> {
        provider.may_hold(source).then(|| self.facts(provider, source))
    }

    /// Forgets sources that are there no longer.
    pub fn retain(&self, is_there: impl Fn(&FilePath) -> bool) {
        self.kept().retain(|(_, path), _| is_there(path));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The derived relations of some providers.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    relations: Vec<Relation>,
}

impl Facts {
    /// Derives the relations of each provider from the facts of its sources.
    #[must_use]
    pub fn derive(raw: Vec<(&dyn AnyProvider, Sources)>, scope: &ProjectScope<'_>) -> Self {
        let mut relations = Vec::new();
        for (provider, mut sources) in raw {
            sources.sort_by(|a, b| a.0.cmp(&b.0));
            relations.extend(provider.derive(&sources, scope).into_iter().map(in_order));
        }
        let gap =
            |(folder, message): &(FilePath, String)| (folder.clone(), Gap::new(Span::default(), message.as_str()));
        for relation in &mut relations {
            relation.gaps.extend(scope.unread().iter().map(gap));
        }
        Self { relations }
    }

    /// Adds relations whose rows come from elsewhere.
    #[must_use]
    pub fn with(mut self, relations: Vec<Relation>) -> Self {
        self.relations.extend(relations.into_iter().map(in_order));
        self
    }

    /// Reads and derives what some providers give of a few sources at once.
    #[must_use]
    pub fn of(sources: &[SourceText<'_>], providers: &[&dyn AnyProvider]) -> Self {
        let mut paths: Vec<FilePath> = sources.iter().map(|source| source.path.clone()).collect();
        paths.sort();
        Self::derive(extract_all(sources, &[], providers), &ProjectScope::new(&paths, &|_| false))
    }

    /// A relation by name; `None` where its provider was not asked.
    #[must_use]
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.info.name == name)
    }
}

/// The facts that providers find in a few sources at once. `token_columns` is what the configuration says of names of columns.
#[must_use]
pub fn extract_all<'p>(
    sources: &[SourceText<'_>],
    token_columns: &[String],
    providers: &[&'p dyn AnyProvider],
) -> Vec<(&'p dyn AnyProvider, Sources)> {
    let (store, mut parser) = (FactStore::default(), Parser::default());
    let mut raw: Vec<(&dyn AnyProvider, Sources)> = providers.iter().map(|provider| (*provider, Vec::new())).collect();
    for source in sources {
        let decoded = Decoded::new(source.text);
        let code = Code::of(source.path, decoded.text().as_bytes());
        let source = Source::new(source.path, &decoded, code.as_ref(), &mut parser).naming(token_columns);
        for (provider, read) in &mut raw {
            read.extend(store.facts_of(*provider, &source).map(|found| (source.path.clone(), found)));
        }
    }
    raw
}

/// The rows in the order of their places, each once: a constant that several queries use says the same for each.
fn in_order(mut relation: Relation) -> Relation {
    relation.rows.sort_by(|a, b| (&a.path, a.span, &a.values).cmp(&(&b.path, b.span, &b.values)));
    relation.rows.dedup();
    relation
}
