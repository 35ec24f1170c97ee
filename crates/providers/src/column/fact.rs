//! What a source says about columns that hold tokens.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use auditlint_source::Span;
use serde::{Deserialize, Serialize};

use crate::sql::SqlFact;

/// The facts of one source.
pub(super) type Facts = SourceFacts<ColumnFact>;

/// Something that a source says. The place of a fact is that of the name of the column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ColumnFact {
    Declared(Box<DeclaredColumn>),
    Written(Box<WrittenValue>),
    Read(Box<Read>),
    Used(Box<Used>),
    /// A name by which code knows a table.
    Alias(Box<TableAlias>),
    /// Something that seals the values of columns which another file declares or writes.
    Seals(Box<Seals>),
    /// What a function is given, or gives.
    Passed(Box<Passed>),
    /// A change that a migration makes.
    Change {
        mapper: ColumnMapper,
        change: Box<SqlFact>,
    },
    /// A type of Rust whose values are sealed where they are stored.
    SealingType(Arc<str>),
    /// What a file encrypts or hashes, whatever it is used for.
    Guards(SealGuard),
    /// A module of the project that a file imports.
    Import(Arc<str>),
    /// A table of which a schema names every column that the program knows.
    Whole(Arc<str>),
}

impl Fact for ColumnFact {
    fn lists(&self) -> usize {
        match self {
            Self::Declared(_) => size_of::<DeclaredColumn>(),
            Self::Written(written) => size_of::<WrittenValue>() + written.value.size(),
            Self::Passed(passed) => size_of::<Passed>() + passed.value.size(),
            Self::Read(_) => size_of::<Read>(),
            Self::Used(used) => size_of::<Used>() + used.how.len(),
            Self::Alias(_) => size_of::<TableAlias>(),
            Self::Seals(seals) => size_of::<Seals>() + seals.value.size(),
            Self::Change { change, .. } => size_of::<SqlFact>() + change.lists(),
            Self::SealingType(_) | Self::Import(_) | Self::Whole(_) | Self::Guards(_) => 0,
        }
    }
}

/// What declares a column, or asks a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum ColumnMapper {
    Prisma,
    Drizzle,
    TypeOrm,
    Sequelize,
    MikroOrm,
    Mongoose,
    Mongo,
    Objection,
    Knex,
    Kysely,
    Diesel,
    SeaOrm,
    Sqlx,
    /// SQLModel as well.
    SqlAlchemy,
    Django,
    /// SQL in a file or a text, whatever runs it.
    Sql,
    /// A call that several mappers know.
    Some,
}

impl ColumnMapper {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Prisma => "prisma",
            Self::Drizzle => "drizzle",
            Self::TypeOrm => "typeorm",
            Self::Sequelize => "sequelize",
            Self::MikroOrm => "mikro-orm",
            Self::Mongoose => "mongoose",
            Self::Mongo => "mongodb",
            Self::Objection => "objection",
            Self::Knex => "knex",
            Self::Kysely => "kysely",
            Self::Diesel => "diesel",
            Self::SeaOrm => "sea-orm",
            Self::Sqlx => "sqlx",
            Self::SqlAlchemy => "sqlalchemy",
            Self::Django => "django",
            Self::Sql => "sql",
            Self::Some => "query",
        }
    }
}

/// What a file does that may seal a value which nobody can follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SealGuard {
    /// It encrypts or decrypts.
    Encrypts,
    /// It makes digests of things of that name; of anything where it is empty.
    Hashes(Arc<str>),
}

/// Whether a value is sealed: encrypted or hashed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Sealed {
    Yes,
    No,
    /// It comes from where nobody can look.
    #[default]
    Unknown,
}

impl Sealed {
    /// What a value is that comes from one of two places.
    pub(super) fn or(self, other: Option<Self>) -> Self {
        match other {
            None => self,
            Some(other) if other == self => self,
            Some(_) => Self::Unknown,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// What a column can hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Holds {
    /// Text, or what may be text.
    #[default]
    Text,
    /// Bytes: what is sealed is stored so, and no token is.
    Bytes,
    /// Numbers, dates, flags.
    Other,
    /// Nothing: it is worked out, and not stored.
    Nothing,
}

/// A column that is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeclaredColumn {
    pub(super) mapper: ColumnMapper,
    /// As the database names it; nothing where another place names the table of [`DeclaredColumn::model`].
    pub(super) table: Option<Arc<str>>,
    /// As code names the table: a model, a class, a constant.
    pub(super) model: Option<Arc<str>>,
    /// As the database names it.
    pub(super) column: Arc<str>,
    /// As code names it.
    pub(super) property: Arc<str>,
    /// Its type, as it is written.
    pub(super) kind: Arc<str>,
    pub(super) holds: Holds,
    pub(super) nullable: Option<bool>,
    /// What seals it where it is declared: a decorator, a transformer, a setter, a type.
    pub(super) seal: Option<SealedColumn>,
}

/// Something that seals, or may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SealedColumn {
    /// What it makes of values, and what it is, for a person: "the decorator `Encrypted`".
    pub(super) value: ColumnValue,
    pub(super) span: Span,
}

/// A value that is written into a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WrittenValue {
    pub(super) mapper: ColumnMapper,
    /// As it is named there: the table, its model, or what is called after one of them; nothing where nobody knows.
    pub(super) table: Option<Arc<str>>,
    /// The column or its property.
    pub(super) column: Arc<str>,
    pub(super) value: ColumnValue,
    /// Whether it is a query for sure; what only looks like one counts where the column is declared.
    pub(super) is_sure: bool,
}

/// A value, as far as one file shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ColumnValue {
    /// What the file itself says; nothing where all of it comes from others.
    pub(super) own: Option<Sealed>,
    /// What says so: a call, a name.
    pub(super) how: Arc<str>,
    /// Where it comes from besides.
    pub(super) from: Vec<ValueFlow>,
    /// Whether what is not known of it is a name alone, a parameter or a field: no call hides what is done to it.
    pub(super) is_named: bool,
}

/// Something that another file may know: what a function gives, or is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ValueFlow {
    pub(super) function: Arc<str>,
    /// The module that the function is imported from.
    pub(super) module: Option<Arc<str>>,
    /// Which argument; nothing where it is the result.
    pub(super) argument: Option<u32>,
    /// The key of it.
    pub(super) key: Option<Arc<str>>,
    /// What it is taken for where no file of the project says more.
    pub(super) taken: Sealed,
}

/// What a function is given, or gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Passed {
    pub(super) function: Arc<str>,
    /// As [`ValueFlow::argument`].
    pub(super) argument: Option<u32>,
    pub(super) key: Option<Arc<str>>,
    pub(super) value: ColumnValue,
}

impl ColumnValue {
    /// A value about which one thing says everything.
    pub(super) fn of(sealed: Sealed, how: impl Into<Arc<str>>) -> Self {
        Self { own: Some(sealed), how: how.into(), from: Vec::new(), is_named: false }
    }

    /// A value that may come from either of two places.
    pub(super) fn beside(mut self, other: Self) -> Self {
        self.own = match (self.own, other.own) {
            (None, own) => own,
            (Some(own), other) => Some(own.or(other)),
        };
        self.from.extend(other.from);
        self.is_named &= other.is_named;
        self
    }

    /// The same where all that is not known of it is a name.
    pub(super) fn named(self) -> Self {
        Self { is_named: true, ..self }
    }

    fn size(&self) -> usize {
        self.how.len() + self.from.len() * size_of::<ValueFlow>()
    }
}

/// A column that a query asks for, or compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Read {
    pub(super) mapper: ColumnMapper,
    /// As [`WrittenValue::table`].
    pub(super) table: Option<Arc<str>>,
    /// The column or its property.
    pub(super) column: Arc<str>,
}

/// A token that is used as a query gave it, or is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Used {
    /// As [`WrittenValue::table`].
    pub(super) table: Option<Arc<str>>,
    /// The column or its property.
    pub(super) column: Arc<str>,
    /// What is done with it, for a person.
    pub(super) how: Arc<str>,
}

/// A table as code names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableAlias {
    pub(super) model: Arc<str>,
    pub(super) table: Arc<str>,
}

/// What seals columns that are declared elsewhere: an extension of a client, a hook of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seals {
    /// Whose columns; nothing where it does not matter.
    pub(super) mapper: Option<ColumnMapper>,
    /// Whether only columns of the same file are meant.
    pub(super) is_local: bool,
    /// Whether what the project itself writes in plain text counts more: a library seals its own writes alone.
    pub(super) yields: bool,
    /// The table or its model; nothing where it is every table.
    pub(super) table: Option<Arc<str>>,
    /// The column; nothing where it is every column.
    pub(super) column: Option<Arc<str>>,
    /// What they make of values, and what it is, for a person.
    pub(super) value: ColumnValue,
}
