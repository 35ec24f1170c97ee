//! From sources to facts: which sources are read, what is kept, what is derived.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auditlint_source::{ContentId, Decoded, FilePath, Span};
use auditlint_syntax::{Code, Parser};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::content::SourceHash;
use crate::{AnyFacts, AnyProvider, Configured, Gap, ProjectScope, Relation, Source, SourceText, Stage};

/// The facts of the sources that one provider reads.
pub type Sources = Vec<(FilePath, AnyFacts)>;

/// What is kept of one path.
#[derive(Debug, Default)]
struct KeptPath {
    /// By what it held, the last one that was asked for first.
    contents: Vec<KeptSource>,
    /// In how many states of the project in a row it was not there.
    absent: usize,
}

impl KeptPath {
    /// What is kept of a content.
    fn of(&mut self, content: SourceHash) -> Option<&mut KeptSource> {
        let at = self.contents.iter().position(|source| source.content == content)?;
        self.contents[..=at].rotate_right(1);
        self.contents.first_mut()
    }

    /// The same; where it is new, nothing is kept of it yet, and of others no more than `most - 1` stay.
    fn of_or_new(&mut self, content: SourceHash, most: usize) -> &mut KeptSource {
        if !self.contents.iter().any(|source| source.content == content) {
            self.contents.truncate(most.saturating_sub(1));
            self.contents.push(KeptSource { content, notes: SourceNotes::default(), facts: FxHashMap::default() });
        }
        self.of(content).expect("it was put there if it was not there")
    }
}

/// What is kept of one source.
#[derive(Debug)]
pub(crate) struct KeptSource {
    content: SourceHash,
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

/// DerivedFacts that were extracted, kept as long as the content of their source stays the same.
#[derive(Debug)]
pub struct FactStore {
    kept: Mutex<FxHashMap<FilePath, KeptPath>>,
    /// How many states of the project are looked at in turn.
    states: usize,
    extracted: AtomicU64,
}

impl Default for FactStore {
    fn default() -> Self {
        Self::of_states(1)
    }
}

impl FactStore {
    /// A store for some states of a project that are looked at in turn: as many contents of each path are kept.
    #[must_use]
    pub fn of_states(states: usize) -> Self {
        Self { kept: Mutex::default(), states: states.max(1), extracted: AtomicU64::new(0) }
    }

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
        let mut kept = self.kept();
        let source = kept.get_mut(path)?.of(SourceHash::of_id(id))?;
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
        let known = self.kept().get_mut(source.path).and_then(|kept| kept.of(content)?.of(provider, stage).cloned());
        known.unwrap_or_else(|| {
            let facts = provider.may_hold(source, stage).then(|| {
                self.extracted.fetch_add(1, Ordering::Relaxed);
                provider.extract(source)
            });
            let mut kept = self.kept();
            let kept = kept.entry(source.path.clone()).or_default().of_or_new(content, self.states);
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
        act(kept.entry(path.clone()).or_default().of_or_new(SourceHash::of_id(id), self.states))
    }

    /// Forgets sources that are there no longer, in any of the states that are looked at in turn.
    pub fn retain(&self, is_there: impl Fn(&FilePath) -> bool) {
        self.kept().retain(|path, kept| {
            kept.absent = if is_there(path) { 0 } else { kept.absent + 1 };
            kept.absent < self.states
        });
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, FxHashMap<FilePath, KeptPath>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptSource {
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
    relations: Vec<Arc<Relation>>,
}

impl DerivedFacts {
    /// Derives the relations of each provider from the facts of its sources.
    #[must_use]
    pub fn derive(raw: Vec<(&dyn AnyProvider, Sources)>, scope: &ProjectScope<'_>) -> Self {
        let mut relations = Vec::new();
        for (provider, mut sources) in raw {
            sources.sort_by(|a, b| a.0.cmp(&b.0));
            relations.extend(derive_sorted(provider, &sources, scope));
        }
        Self { relations }
    }

    /// Relations that were derived before.
    pub(crate) fn of_relations(relations: Vec<Arc<Relation>>) -> Self {
        Self { relations }
    }

    /// The relations of several providers that were derived apart.
    #[must_use]
    pub fn joined(all: impl IntoIterator<Item = Self>) -> Self {
        Self { relations: all.into_iter().flat_map(|facts| facts.relations).collect() }
    }

    /// Every relation.
    pub fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.relations.iter().map(Arc::as_ref)
    }

    /// Adds relations whose rows come from elsewhere.
    #[must_use]
    pub fn with(mut self, relations: Vec<Relation>) -> Self {
        self.relations.extend(relations.into_iter().map(|relation| Arc::new(in_order(relation))));
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
        self.relations().find(|relation| relation.info.name == name)
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

/// The relations of one provider from the facts of its sources, which are in the order of their paths.
pub(crate) fn derive_sorted(
    provider: &dyn AnyProvider,
    sources: &[(FilePath, AnyFacts)],
    scope: &ProjectScope<'_>,
) -> Vec<Arc<Relation>> {
    let gap = |(folder, message): &(FilePath, String)| (folder.clone(), Gap::new(Span::default(), message.as_str()));
    let relations = provider.derive(sources, scope).into_iter().map(in_order).map(|mut relation| {
        relation.gaps.extend(scope.unread().iter().map(gap));
        Arc::new(relation)
    });
    relations.collect()
}

/// The rows in the order of their places, each once: a constant that several queries use says the same for each.
fn in_order(mut relation: Relation) -> Relation {
    relation.rows.sort_by(|a, b| (&a.path, a.span, &a.values).cmp(&(&b.path, b.span, &b.values)));
    relation.rows.dedup();
    relation
}
