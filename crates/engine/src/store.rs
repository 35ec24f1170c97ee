//! What an engine keeps from one snapshot to the next.

use auditlint_facts::FactStore;

/// What was found out about single files.
#[derive(Debug, Default)]
pub(crate) struct Store {
    /// Facts; nothing is extracted again from a file that stayed the same.
    pub(crate) facts: FactStore,
}
