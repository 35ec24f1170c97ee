//! What an engine keeps from one snapshot to the next.

use std::sync::Arc;

use auditlint_facts::{DerivedStore, FactStore};

use crate::kept::Kept;
use crate::match_store::MatchStore;

/// What was found out about single files.
#[derive(Debug, Default)]
pub(crate) struct FileStore {
    /// Facts; nothing is extracted again from a file that stayed the same.
    pub(crate) facts: FactStore,
    /// Relations that were derived; `None` for a single run.
    pub(crate) derived: Option<DerivedStore>,
    /// What rules found in sources; `None` for a single run, which would keep it for nobody.
    pub(crate) matches: Option<MatchStore>,
    /// What is kept of the project from one run to the next, where anything is.
    pub(crate) kept: Option<Arc<Kept>>,
}

impl FileStore {
    /// Whether it is there for more than one run.
    pub(crate) fn outlives_a_run(&self) -> bool {
        self.matches.is_some()
    }
}
