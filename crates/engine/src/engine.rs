//! What outlives the states of a project: configuration, compiled rules, and what was found out about single files.

use std::sync::Arc;

use auditlint_source::{FilePath, Files, Problem};

use crate::RunOptions;
use crate::catalogue::Catalogue;
use crate::clock::Phases;
use crate::config::{Config, FactsSettings};
use crate::match_store::MatchStore;
use crate::roles::RolePatterns;
use crate::store::Store;

/// Configuration and rules, ready to be asked about any number of snapshots.
pub struct Engine {
    /// What is configured.
    pub config: Config,
    /// The rules.
    pub catalogue: Catalogue,
    pub(crate) options: RunOptions,
    pub(crate) role_patterns: RolePatterns,
    pub(crate) store: Arc<Store>,
    /// Problems of reading configuration and rules.
    pub(crate) problems: Vec<Problem>,
    pub(crate) phases: Phases,
}

impl Engine {
    /// Reads and compiles the rules that a configuration names. `problems` are those of reading the configuration.
    #[must_use]
    pub fn load(files: &dyn Files, config: Config, options: RunOptions, problems: Vec<Problem>) -> Self {
        let store = Store { kept: options.kept.clone(), ..Store::default() };
        Self::load_with(Arc::new(store), files, config, options, problems)
    }

    /// The same, with what is kept already.
    pub(crate) fn load_with(
        store: Arc<Store>,
        files: &dyn Files,
        config: Config,
        options: RunOptions,
        mut problems: Vec<Problem>,
    ) -> Self {
        let mut phases = Phases::new(options.timings);
        let catalogue = Catalogue::load(&config, files, &options, &mut problems);
        phases.lap("load rules");
        let role_patterns = RolePatterns::new(&config.roles);
        Self { config, catalogue, options, role_patterns, store, problems, phases }
    }

    /// Keeps what rules find in sources from one snapshot to the next: a source that stayed the same is parsed again only where
    /// a rule that may match in it is another.
    #[must_use]
    pub fn keeping(mut self) -> Self {
        let kept = self.store.kept.clone();
        self.store = Arc::new(Store { matches: Some(MatchStore::default()), kept, ..Store::default() });
        self
    }

    /// Reads configuration and rules anew, after one of their files changed. What was found out about other files stays.
    pub fn reload(&mut self, files: &dyn Files, config: Config, problems: Vec<Problem>) {
        let (store, options) = (Arc::clone(&self.store), self.options.clone());
        // These decide which facts a source holds.
        let decides = |facts: &FactsSettings| (facts.token_columns.clone(), facts.env_documents.clone());
        if decides(&config.facts) != decides(&self.config.facts) {
            store.facts.retain(|_| false);
        }
        *self = Self::load_with(store, files, config, options, problems);
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
}
