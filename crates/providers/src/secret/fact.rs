//! What one file says about secrets.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

/// A secret. The secret itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SecretFact {
    pub(super) kind: Arc<str>,
    pub(super) shown: Arc<str>,
    pub(super) evidence: Arc<str>,
    pub(super) name: Arc<str>,
}

impl Fact for SecretFact {}

/// The facts of one file.
pub(super) type Facts = SourceFacts<SecretFact>;
