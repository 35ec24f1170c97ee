//! Facts that have no type of their own yet: numbered rows of values.

use auditlint_source::Span;
use serde::{Deserialize, Serialize};

use crate::{Fact, Said, SourceFacts, Value};

/// Values of a raw relation that the provider numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawFact {
    /// The raw relation.
    pub relation: u8,
    /// Its values.
    pub values: Vec<Value>,
}

impl Fact for RawFact {
    fn lists(&self) -> usize {
        self.values.lists()
    }
}

/// The same with its place.
pub type RawRow = Said<RawFact>;

/// Those of a source.
pub type Raw = SourceFacts<RawFact>;

impl Raw {
    /// Adds a row.
    pub fn push(&mut self, relation: u8, span: Span, values: impl Into<Vec<Value>>) {
        self.say(span, RawFact { relation, values: values.into() });
    }
}
