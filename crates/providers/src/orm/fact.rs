//! What one file says about tables of Python's mappers, and about the migrations that make them.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

/// The facts of one file.
pub(super) type Facts = SourceFacts<OrmFact>;

/// What maps tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum TableMapper {
    SqlAlchemy,
    Django,
}

impl TableMapper {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SqlAlchemy => "sqlalchemy",
            Self::Django => "django",
        }
    }
}

/// Something that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OrmFact {
    /// A class that may map a table, or give columns to one that does. The place is that of its name.
    Class(Box<MappedClass>),
    /// A table that no class maps.
    Table { name: Arc<str>, columns: Vec<Arc<str>>, is_whole: bool },
    /// Code creates the tables of all models, wherever it finds them.
    CreateAll,
    /// A file of migrations, with what it follows.
    Revision { mapper: TableMapper, id: Arc<str>, after: Vec<Arc<str>> },
    /// A change that a migration makes, in the order of the file.
    Change(ModelTableChange),
}

impl Fact for OrmFact {
    fn lists(&self) -> usize {
        let of = |list: &Vec<Arc<str>>| size_of_val(list.as_slice());
        match self {
            Self::Class(class) => size_of::<MappedClass>() + of(&class.bases) + of(&class.attributes),
            Self::Table { columns, .. } => of(columns),
            Self::Revision { after, .. } => of(after),
            Self::CreateAll | Self::Change(_) => 0,
        }
    }
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MappedClass {
    pub(super) mapper: TableMapper,
    pub(super) name: Arc<str>,
    /// The last names of what it extends.
    pub(super) bases: Vec<Arc<str>>,
    pub(super) table: TableNaming,
    /// Whether it maps no table itself.
    pub(super) is_abstract: bool,
    /// Names of its attributes, and of columns that it spells out.
    pub(super) attributes: Vec<Arc<str>>,
    /// The application of Django that it says it belongs to.
    pub(super) label: Option<Arc<str>>,
}

/// How a class says which table it maps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TableNaming {
    /// It says nothing: what it extends decides.
    Unsaid,
    As(Arc<str>),
    /// It is named after the class by rules that are known.
    ByClass,
    /// Nobody can say.
    Unknown,
}

/// A change of the tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ModelTableChange {
    Create(Arc<str>),
    Drop(Arc<str>),
    Rename {
        from: Arc<str>,
        to: Arc<str>,
    },
    Add {
        table: Arc<str>,
        column: Arc<str>,
    },
    Remove {
        table: Arc<str>,
        column: Arc<str>,
    },
    RenameColumn {
        table: Arc<str>,
        from: Arc<str>,
        to: Arc<str>,
    },
    /// A column of a name goes from some table.
    RemoveSomewhere(Arc<str>),
    /// Columns of a table change in a way that nobody can list; of any table where it is not named.
    Columns(Option<Arc<str>>),
    /// Tables change in a way that nobody can list.
    Unknown(Arc<str>),
}

impl ModelTableChange {
    /// The tables that it is about.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            Self::Create(name) | Self::Drop(name) | Self::Columns(Some(name)) => (Some(name), None),
            Self::Rename { from, to } => (Some(from), Some(to)),
            Self::Add { table, .. } | Self::Remove { table, .. } | Self::RenameColumn { table, .. } => {
                (Some(table), None)
            }
            Self::RemoveSomewhere(_) | Self::Columns(None) | Self::Unknown(_) => (None, None),
        };
        first.into_iter().chain(second).map(|name| &**name)
    }
}
