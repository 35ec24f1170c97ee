//! Names of tables, types and columns.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A name as it is spelled.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Spelled {
    pub(super) text: Arc<str>,
    /// Whether its letters count in every database.
    pub(super) is_quoted: bool,
}

/// The name of a table or a type, with its schema where one is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Name {
    pub(super) schema: Option<Spelled>,
    pub(super) name: Spelled,
}
