//! What rules over facts find, by file.

use std::collections::BTreeMap;
use std::sync::Arc;

use auditlint_rules::Severity;
use auditlint_source::{FilePath, Span};

use crate::Related;
use crate::fingerprint::Fingerprint;

/// A place that a rule over facts found.
pub(crate) struct FactMatch {
    /// Index of the rule in the set.
    pub(crate) rule: u32,
    pub(crate) span: Span,
    pub(crate) message: Arc<str>,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) related: Vec<Related>,
    /// How serious it is, where its check says so.
    pub(crate) severity: Option<Severity>,
}

/// What rules over facts found, by file.
pub(crate) type FactMatches = BTreeMap<FilePath, Vec<FactMatch>>;
