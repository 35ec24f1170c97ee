//! Providers: what reads sources and gives relations.

use auditlint_source::{FilePath, Span};
use serde::{Deserialize, Serialize};

use crate::{ProjectScope, Relation, RelationInfo, Source, Value};

/// A row as one source gives it: of a raw relation that the provider numbers, with names as they are spelled there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawRow {
    /// The raw relation, numbered by the provider.
    pub relation: u8,
    /// Where in the source it stands.
    pub span: Span,
    /// Its values.
    pub values: Vec<Value>,
}

/// Something in a source that was not understood, so that rows may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Where.
    pub span: Span,
    /// What, for a person: "the model `User` was not understood".
    pub message: String,
}

/// What one source gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw {
    /// The rows, in the order of the source.
    pub rows: Vec<RawRow>,
    /// What was not understood.
    pub gaps: Vec<Gap>,
}

impl Raw {
    pub(crate) fn push(&mut self, relation: u8, span: Span, values: impl Into<Vec<Value>>) {
        self.rows.push(RawRow { relation, span, values: values.into() });
    }

    pub(crate) fn gap(&mut self, span: Span, message: impl Into<String>) {
        self.gaps.push(Gap { span, message: message.into() });
    }
}

/// Reads some kind of source.
pub trait Provider: Sync {
    /// Its name, the part of its relations' names before the dot.
    fn name(&self) -> &'static str;

    /// What it reads, and what it leaves out; a paragraph for the documentation.
    fn about(&self) -> &'static str;

    /// The relations that it gives.
    fn relations(&self) -> &'static [RelationInfo];

    /// Whether it reads files of that path.
    fn reads(&self, path: &FilePath) -> bool;

    /// Whether a file with that text can hold a row. Cheap: nothing is parsed.
    fn may_hold(&self, _path: &FilePath, _text: &[u8]) -> bool {
        true
    }

    /// The raw rows of one source. Depends on its text and its path alone, never on another source.
    fn extract(&self, source: &Source<'_, '_>) -> Raw;

    /// The relations, in the order of [`Provider::relations`], from the raw rows of all sources in the order of their paths.
    fn derive(&self, raw: &[(FilePath, &Raw)], scope: &ProjectScope<'_>) -> Vec<Relation>;
}

/// Every provider.
#[must_use]
pub fn providers() -> &'static [&'static dyn Provider] {
    &[&crate::env::Env, &crate::imports::Imports, &crate::npm::Npm, &crate::prisma::Prisma, &crate::sql::Sql]
}
