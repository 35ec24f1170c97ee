//! Relations: named tables whose rows know where they stand.

use std::borrow::Cow;

use auditlint_source::{FilePath, Span};

use crate::{Gap, Value};

/// What a relation is about, and its columns. Written once, by its provider.
#[derive(Clone, Debug)]
pub struct RelationInfo {
    /// Its name, `provider.thing` with the thing in the singular: `prisma.field`.
    pub name: Cow<'static, str>,
    /// What a row says, one sentence.
    pub about: Cow<'static, str>,
    columns: ColumnList,
}

/// A column of a relation.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    name: &'static str,
    about: &'static str,
    /// Whether a row is another one where this is another.
    is_key: bool,
}

#[derive(Clone, Debug)]
enum ColumnList {
    Shipped(&'static [Column]),
    /// Names of a rule file, which says no more about them.
    Own(Vec<String>),
}

/// The relations that checks and people can name: those that every project has, and those that rule files define.
#[derive(Clone, Debug, Default)]
pub struct KnownRelations {
    shipped: Vec<&'static RelationInfo>,
    own: Vec<RelationInfo>,
}

impl KnownRelations {
    /// Those that every project has.
    #[must_use]
    pub fn shipped(relations: impl IntoIterator<Item = &'static RelationInfo>) -> Self {
        Self { shipped: relations.into_iter().collect(), own: Vec::new() }
    }

    /// Adds what a rule file defines.
    pub fn add(&mut self, info: RelationInfo) {
        self.own.push(info);
    }

    /// All of them, those of the project last.
    pub fn iter(&self) -> impl Iterator<Item = &RelationInfo> {
        self.shipped.iter().copied().chain(&self.own)
    }

    /// The relation with a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&RelationInfo> {
        self.iter().find(|info| info.name == name)
    }

    /// Whether relations that ship with auditlint have names that begin like that.
    #[must_use]
    pub fn is_shipped(&self, provider: &str) -> bool {
        self.shipped.iter().any(|info| info.provider() == provider)
    }
}

/// A relation that ships with auditlint.
#[must_use]
pub const fn relation(name: &'static str, about: &'static str, columns: &'static [Column]) -> RelationInfo {
    RelationInfo { name: Cow::Borrowed(name), about: Cow::Borrowed(about), columns: ColumnList::Shipped(columns) }
}

/// A column by its name, and what stands in it.
#[must_use]
pub const fn column(name: &'static str, about: &'static str) -> Column {
    Column { name, about, is_key: true }
}

/// A column that says more of what a row is about: a finding about the row stays the same where it changes.
#[must_use]
pub const fn detail(name: &'static str, about: &'static str) -> Column {
    Column { name, about, is_key: false }
}

impl RelationInfo {
    /// The name of its provider.
    #[must_use]
    pub fn provider(&self) -> &str {
        provider_of(&self.name)
    }

    /// A relation that a rule file defines.
    #[must_use]
    pub fn own(name: String, about: String, columns: Vec<String>) -> Self {
        Self { name: name.into(), about: about.into(), columns: ColumnList::Own(columns) }
    }

    /// The names of the columns with what stands in them, in the order of the values of a row.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &str)> {
        let (shipped, own): (&[Column], &[String]) = match &self.columns {
            ColumnList::Shipped(columns) => (columns, &[]),
            ColumnList::Own(names) => (&[], names),
        };
        let shipped = shipped.iter().map(|column| (column.name, column.about));
        shipped.chain(own.iter().map(|name| (name.as_str(), "")))
    }

    /// The positions of the columns that say which row it is.
    pub fn key(&self) -> impl Iterator<Item = usize> {
        let is_key = |at: &usize| match &self.columns {
            ColumnList::Shipped(columns) => columns[*at].is_key,
            ColumnList::Own(_) => true,
        };
        (0..self.columns().count()).filter(is_key)
    }

    /// The position of a column. Behind them stands `path`, the file of the row, unless a column has that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let own = self.columns().position(|(column, _)| column == name);
        own.or_else(|| (name == PATH).then(|| self.columns().count()))
    }

    /// The names under which a row is asked: those of the columns, and `path`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let path = self.columns().all(|(column, _)| column != PATH).then_some(PATH);
        self.columns().map(|(column, _)| column).chain(path)
    }
}

/// The part of a relation's name before the dot.
#[must_use]
pub fn provider_of(relation: &str) -> &str {
    relation.split('.').next().unwrap_or(relation)
}

/// What every row has besides its columns: its file.
const PATH: &str = "path";

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

impl Row {
    /// What stands at the position of a column.
    #[must_use]
    pub fn value(&self, column: usize) -> Cow<'_, Value> {
        self.values.get(column).map_or_else(|| Cow::Owned(self.path.as_str().into()), Cow::Borrowed)
    }
}

/// The rows of a relation, in the order of their places.
#[derive(Clone, Debug)]
pub struct Relation {
    /// What it is about.
    pub info: RelationInfo,
    /// Its rows.
    pub rows: Vec<Row>,
    /// What of its sources was not understood, so that rows may be missing.
    pub gaps: Vec<(FilePath, Gap)>,
}
