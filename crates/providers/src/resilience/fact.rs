//! What one file says about clients that try again.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

use crate::imports::ModuleFact;

/// What one file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ResilienceFact {
    /// What it imports, and what decides where an import leads.
    Module(ModuleFact),
    /// A client that tries again.
    Retries { client: Arc<str>, how: Arc<str>, reads: bool },
    /// It names a cache.
    Cache,
    /// It names a circuit breaker.
    Breaker,
}

impl Fact for ResilienceFact {}

/// The facts of one file.
pub(super) type Facts = SourceFacts<ResilienceFact>;
