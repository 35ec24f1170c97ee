//! What outlives the states of a project: configuration, compiled rules, and what was found out about single files.

use std::sync::{Arc, Mutex, PoisonError};

use auditlint_facts::{DerivedStore, FactStore};
use auditlint_rules::Selection;
use auditlint_source::{FilePath, Files, FilesState, Problem};
use rustc_hash::FxHashMap;

use crate::RunOptions;
use crate::catalogue::Catalogue;
use crate::clock::PhaseClock;
use crate::config::{Config, FactsSettings};
use crate::discovery::Discovered;
use crate::match_store::MatchStore;
use crate::projects::{JoinedSettings, Projects};
use crate::roles::RolePatterns;
use crate::store::FileStore;
use crate::survey::survey;

/// Configuration and rules, ready to be asked about any number of snapshots.
pub struct Engine {
    /// What is configured, for each project of the run.
    pub projects: Projects,
    /// The rules.
    pub catalogue: Catalogue,
    pub(crate) options: RunOptions,
    /// By number of the project.
    pub(crate) role_patterns: Vec<RolePatterns>,
    pub(crate) joined: JoinedSettings,
    pub(crate) store: Arc<FileStore>,
    /// Problems of reading configuration and rules.
    pub(crate) problems: Vec<Problem>,
    pub(crate) phases: PhaseClock,
    /// By path, which rules look at it, as [`auditlint_rules::RuleSet::scope_of`] says it.
    scopes: Mutex<FxHashMap<FilePath, u128>>,
    /// The walk that found the projects, until a snapshot of the same files takes it.
    walk: Mutex<Option<StateWalk>>,
}

/// A walk over a state of the files.
struct StateWalk {
    state: FilesState,
    found: Discovered,
}

impl Engine {
    /// Finds the projects of a run, and reads and compiles the rules that their configurations name. `config` is that of the root,
    /// `problems` are those of reading it.
    #[must_use]
    pub fn load(files: &dyn Files, config: Config, options: RunOptions, problems: Vec<Problem>) -> Self {
        let store = FileStore { kept: options.kept.clone(), ..FileStore::default() };
        Self::load_with(Arc::new(store), files, config, options, problems)
    }

    /// The same, with what is kept already.
    pub(crate) fn load_with(
        store: Arc<FileStore>,
        files: &dyn Files,
        config: Config,
        options: RunOptions,
        mut problems: Vec<Problem>,
    ) -> Self {
        let mut phases = PhaseClock::new(options.timings);
        let (projects, found) = survey(files, config, &options, &mut problems);
        let walk = found.and_then(|found| Some(StateWalk { state: files.state()?, found }));
        phases.lap("find projects");
        let catalogue = Catalogue::of_projects(&projects, files, &options, &mut problems);
        phases.lap("load rules");
        let role_patterns = projects.iter().map(|config| RolePatterns::new(&config.roles)).collect();
        let joined = projects.joined();
        let walk = Mutex::new(walk);
        Self {
            projects,
            catalogue,
            options,
            role_patterns,
            joined,
            store,
            problems,
            phases,
            scopes: Mutex::default(),
            walk,
        }
    }

    /// What is configured at the root of the run.
    #[must_use]
    pub fn config(&self) -> &Config {
        self.projects.root()
    }

    /// The walk that found the projects, where these are the files that were walked, for the first that asks.
    pub(crate) fn walk_of(&self, files: &dyn Files) -> Option<Discovered> {
        let state = files.state()?;
        let mut walk = self.walk.lock().unwrap_or_else(PoisonError::into_inner);
        walk.take_if(|walk| walk.state == state).map(|walk| walk.found)
    }

    /// Which rules look at a path.
    pub(crate) fn scope_of(&self, path: &FilePath, selection: &mut Selection) -> u128 {
        let known = || self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scope) = known().get(path) {
            return *scope;
        }
        let scope = self.catalogue.set.scope_of(path, selection);
        known().insert(path.clone(), scope);
        scope
    }

    /// Keeps what rules find in sources from one snapshot to the next: a source that stayed the same is parsed again only where
    /// a rule that may match in it is another.
    #[must_use]
    pub fn keeping(self) -> Self {
        self.keeping_states(1)
    }

    /// The same for some states of the project that are looked at in turn, or side by side: what is kept of one does not make room for
    /// what is kept of another.
    #[must_use]
    pub fn keeping_states(mut self, states: usize) -> Self {
        let kept = self.store.kept.clone();
        let (facts, derived) = (FactStore::of_states(states), Some(DerivedStore::of_states(states)));
        self.store = Arc::new(FileStore { facts, derived, matches: Some(MatchStore::of_states(states)), kept });
        self
    }

    /// Reads configuration and rules anew, after one of their files changed. What was found out about other files stays.
    pub fn reload(&mut self, files: &dyn Files, config: Config, problems: Vec<Problem>) {
        let (store, options) = (Arc::clone(&self.store), self.options.clone());
        // These decide which facts a source holds.
        let decides = |engine: &Self| {
            let FactsSettings { token_columns, env_documents, .. } = &engine.joined.facts;
            (token_columns.clone(), env_documents.iter().map(|glob| glob.pattern.clone()).collect::<Vec<_>>())
        };
        let before = decides(self);
        *self = Self::load_with(store, files, config, options, problems);
        if decides(self) != before {
            self.store.facts.clear();
        }
    }

    /// What is wrong with the configuration and the rules.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Answers whether a rule that is on reads facts of a file.
    pub fn fact_reader(&self) -> impl Fn(&FilePath) -> bool + use<'_> {
        let readers = self.catalogue.readers();
        move |path| readers.iter().any(|reader| reader.reads(path))
    }

    /// How many times facts were extracted from a source.
    #[must_use]
    pub fn extracted(&self) -> u64 {
        self.store.facts.extracted()
    }

    /// How many times relations of a provider were derived, where they are kept.
    #[must_use]
    pub fn derived(&self) -> u64 {
        self.store.derived.as_ref().map_or(0, DerivedStore::derived)
    }
}
