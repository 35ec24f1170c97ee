//! From sources to facts: which sources are read, what is kept, what is derived.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use auditlint_source::{ContentId, Decoded, FilePath, Span};
use auditlint_syntax::{Code, Parser};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::content::SourceHash;
use crate::{AnyFacts, AnyProvider, Configured, Gap, ProjectScope, Relation, Source, SourceText, Stage};

/// The facts of the sources that one provider reads.
pub type Sources = Vec<(FilePath, AnyFacts)>;

/// What is kept of one source.
#[derive(Debug, Default)]
pub(crate) struct KeptSource {
    content: Option<SourceHash>,
    pub(crate) notes: SourceNotes,
    /// By provider (a hash of the name of its first relation) and stage: its version, and what it gave; nothing where it cannot hold a fact.
    pub(crate) facts: FxHashMap<(u64, Stage), (u64, Option<AnyFacts>)>,
}

/// What else a run has to know of a source that it does not read again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceNotes {
    /// How long it is.
    pub bytes: u64,
    /// Whether it is data with a suppression comment.
    pub has_directive: bool,
}

/// Facts that were extracted, kept as long as the content of their source stays the same.
#[derive(Debug, Default)]
pub struct FactStore {
    kept: Mutex<FxHashMap<FilePath, KeptSource>>,
    extracted: AtomicU64,
}

impl FactStore {
    /// How many times facts were extracted from a source.
    #[must_use]
    pub fn extracted(&self) -> u64 {
        self.extracted.load(Ordering::Relaxed)
    }

    /// The facts that some providers found in a source, each `None` where it finds nothing there, and its notes; `None` where one of
    /// them has not seen this content.
    #[must_use]
    pub fn kept_of(
        &self,
        path: &FilePath,
        id: &ContentId,
        providers: &[&dyn AnyProvider],
        stage: Stage,
    ) -> Option<(Vec<Option<AnyFacts>>, SourceNotes)> {
        let kept = self.kept();
        let source = kept.get(path).filter(|source| source.content == Some(SourceHash::of_id(id)))?;
        let facts = providers.iter().map(|provider| match provider.reads(path) {
            true => source.of(*provider, stage).cloned(),
            false => Some(None),
        });
        Some((facts.collect::<Option<_>>()?, source.notes))
    }

    /// The facts of a source, extracted where its content is another than before; `None` where the provider does not read such files, or
    /// this one cannot hold a row. `id` is the name of its content.
    pub fn facts_of(
        &self,
        provider: &dyn AnyProvider,
        source: &Source<'_, '_>,
        id: Option<&ContentId>,
        stage: Stage,
    ) -> Option<AnyFacts> {
        if !provider.reads(source.path) {
            return None;
        }
        let content = id.map_or_else(|| source.content(), SourceHash::of_id);
        let known = self
            .kept()
            .get(source.path)
            .filter(|kept| kept.content == Some(content))
            .and_then(|kept| kept.of(provider, stage).cloned());
        known.unwrap_or_else(|| {
            let facts = provider.may_hold(source, stage).then(|| {
                self.extracted.fetch_add(1, Ordering::Relaxed);
                provider.extract(source)
            });
            let mut kept = self.kept();
            let kept = kept.entry(source.path.clone()).or_default();
            kept.begin(content);
            kept.facts.insert((key_of(provider), stage), (provider.version(), facts.clone()));
            facts
        })
    }

    /// Keeps what else is known of a source whose content has a name.
    pub fn note(&self, path: &FilePath, id: &ContentId, notes: SourceNotes) {
        self.with(path, id, |source| source.notes = notes);
    }

    /// What is kept of a source with this content.
    pub(crate) fn with<T>(&self, path: &FilePath, id: &ContentId, act: impl FnOnce(&mut KeptSource) -> T) -> T {
        let mut kept = self.kept();
        let source = kept.entry(path.clone()).or_default();
        source.begin(SourceHash::of_id(id));
        act(source)
    }

    /// Forgets sources that are there no longer.
    pub fn retain(&self, is_there: impl Fn(&FilePath) -> bool) {
        self.kept().retain(|path, _| is_there(path));
    }

    fn kept(&self) -> MutexGuard<'_, FxHashMap<FilePath, KeptSource>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptSource {
    /// Forgets what another content gave.
    fn begin(&mut self, content: SourceHash) {
        if self.content != Some(content) {
            *self = Self { content: Some(content), ..Self::default() };
        }
    }

    fn of(&self, provider: &dyn AnyProvider, stage: Stage) -> Option<&Option<AnyFacts>> {
        let (version, facts) = self.facts.get(&(key_of(provider), stage))?;
        (*version == provider.version()).then_some(facts)
    }
}

/// Relations of rule files may share the name of their provider; what a rule file says anew takes the place of the old.
pub(crate) fn key_of(provider: &dyn AnyProvider) -> u64 {
    let name = provider.relations().first().map_or(provider.name(), |info| &info.name);
    xxh3_64(name.as_bytes())
}

/// The derived relations of some providers.
#[derive(Clone, Debug, Default)]
pub struct DerivedFacts {
    relations: Vec<Relation>,
}

impl DerivedFacts {
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

    /// The relations of several providers that were derived apart.
    #[must_use]
    pub fn joined(all: impl IntoIterator<Item = Self>) -> Self {
        Self { relations: all.into_iter().flat_map(|facts| facts.relations).collect() }
    }

    /// Every relation.
    #[must_use]
    pub fn relations(&self) -> &[Relation] {
        &self.relations
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
        Self::derive(extract_all(sources, Configured::default(), providers), &ProjectScope::new(&paths, &|_| false))
    }

    /// A relation by name; `None` where its provider was not asked.
    #[must_use]
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.info.name == name)
    }
}

/// The facts that providers find in a few sources at once, under a configuration.
#[must_use]
pub fn extract_all<'p>(
    sources: &[SourceText<'_>],
    configured: Configured<'_>,
    providers: &[&'p dyn AnyProvider],
) -> Vec<(&'p dyn AnyProvider, Sources)> {
    let (store, mut parser) = (FactStore::default(), Parser::default());
    let mut raw: Vec<(&dyn AnyProvider, Sources)> = providers.iter().map(|provider| (*provider, Vec::new())).collect();
    for stage in [Stage::First, Stage::Second] {
        let asking = raw
            .iter()
            .map(|(provider, read)| stage == Stage::First || provider.asks_for_more(read, configured.token_columns));
        let asking: Vec<bool> = asking.collect();
        for source in sources.iter().filter(|_| asking.contains(&true)) {
            let decoded = Decoded::new(source.text);
            let code = Code::of(source.path, decoded.text().as_bytes());
            let source = Source::new(source.path, &decoded, code.as_ref(), &mut parser).configured(configured);
            for ((provider, read), _) in raw.iter_mut().zip(&asking).filter(|(_, asks)| **asks) {
                if stage == Stage::First || !read.iter().any(|(path, _)| path == source.path) {
                    let found = store.facts_of(*provider, &source, None, stage);
                    read.extend(found.map(|found| (source.path.clone(), found)));
                }
            }
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
