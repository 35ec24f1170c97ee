//! Relations: named tables whose rows know where they stand.

use auditlint_source::{FilePath, Span};

use crate::{Gap, Value, providers, tasks};

/// What a relation is about, and its columns. Written once, by its provider.
#[derive(Debug)]
pub struct RelationInfo {
    /// Its name, `provider.things` in the singular: `prisma.field`.
    pub name: &'static str,
    /// What a row says, one sentence.
    pub about: &'static str,
    /// The columns, in the order of the values of a row.
    pub columns: &'static [Column],
}

/// A column of a relation.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What stands in it.
    pub about: &'static str,
}

/// What every relation is about.
pub fn relations() -> impl Iterator<Item = &'static RelationInfo> {
    providers().iter().flat_map(|provider| provider.relations()).chain(&tasks::RELATIONS)
}

pub(crate) const fn column(name: &'static str, about: &'static str) -> Column {
    Column { name, about }
}

impl RelationInfo {
    /// The position of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// A row, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The file.
    pub path: FilePath,
    /// The bytes in it.
    pub span: Span,
    /// A value for each column.
    pub values: Vec<Value>,
}

/// The rows of a relation, in the order of their places.
#[derive(Clone, Debug)]
pub struct Relation {
    /// What it is about.
    pub info: &'static RelationInfo,
    /// Its rows.
    pub rows: Vec<Row>,
    /// What of its sources was not understood, so that rows may be missing.
    pub gaps: Vec<(FilePath, Gap)>,
}
