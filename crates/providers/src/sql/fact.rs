//! What SQL says: how a statement changes tables and types, what it writes; and what code says of models.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

use super::dialect::Dialect;
use super::flow::{Expression, FlowFact};
use super::name::{Name, Spelled};

/// The facts of one file.
pub(super) type Facts = SourceFacts<SqlFact>;

/// Something that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SqlFact {
    /// A change of a table, or one that is created.
    Table {
        table: Arc<Name>,
        change: TableChange,
    },
    /// A statement that creates a table ends.
    Created,
    /// A schema is dropped.
    DropSchema(Spelled),
    /// The same of a type.
    Type {
        name: Arc<Name>,
        change: TypeChange,
    },
    /// What the file shows about its database.
    Dialect(Dialect),
    /// What Prisma says the database of a folder of migrations is.
    Lock(Option<Arc<str>>),
    Write(Box<LiteralWrite>),
    /// A field of a model in code.
    Field(Box<ModelField>),
    /// A step of the way of values.
    Flow(Box<FlowFact>),
    /// A statement writes what a function was handed.
    Handed(Box<HandedOver>),
    /// Code names a model together with its table.
    ModelTable {
        model: Arc<str>,
        table: Arc<str>,
    },
}

impl Fact for SqlFact {
    fn lists(&self) -> usize {
        match self {
            Self::Table { change: TableChange::Column(column), .. } => {
                size_of::<SqlColumn>() + size_of_val(column.values.as_slice())
            }
            Self::Table { change: TableChange::Check(check), .. } => {
                size_of::<ColumnCheck>() + size_of_val(check.values.as_slice())
            }
            Self::Write(_) => size_of::<LiteralWrite>(),
            Self::Field(_) => size_of::<ModelField>(),
            Self::Flow(flow) => size_of::<FlowFact>() + flow.lists(),
            Self::Handed(handed) => size_of::<HandedOver>() + handed.value.weight(),
            _ => 0,
        }
    }
}

impl SqlFact {
    /// The table whose columns it changes, or that it creates or drops.
    pub(super) fn changed_table(&self) -> Option<&Name> {
        if let Self::Table { table, .. } = self { Some(table) } else { None }
    }

    /// The name of a column that it makes, or gives to one.
    pub(crate) fn named_column(&self) -> Option<&str> {
        match self {
            Self::Table { change: TableChange::Column(column), .. } => Some(&column.name.text),
            Self::Table { change: TableChange::RenameColumn { to, .. }, .. } => Some(&to.text),
            _ => None,
        }
    }
}

/// What is done to a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TableChange {
    /// `is_kept` where one that is there stays, `is_complete` where all columns are known.
    Create {
        kind: TableKind,
        is_kept: bool,
        is_complete: bool,
    },
    Column(Box<SqlColumn>),
    /// It has the columns of another one too.
    Like(Arc<Name>),
    DropColumn(Spelled),
    RenameColumn {
        from: Spelled,
        to: Spelled,
    },
    Nullable {
        column: Spelled,
        is_nullable: bool,
    },
    Default {
        column: Spelled,
        default: Option<Arc<str>>,
    },
    Type {
        column: Spelled,
        kind: Box<Type>,
    },
    Rename(Spelled),
    SetSchema(Spelled),
    Drop,
    Check(Box<ColumnCheck>),
    DropConstraint(Spelled),
    RenameConstraint {
        from: Spelled,
        to: Spelled,
    },
}

/// What kind of table is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TableKind {
    Table,
    View,
    Partition,
    Foreign,
    Virtual,
    Temporary,
    /// Migrations change it, and none creates it.
    Elsewhere,
}

impl TableKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::Partition => "partition",
            Self::Foreign => "foreign",
            Self::Virtual => "virtual",
            Self::Temporary => "temporary",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// A column that is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SqlColumn {
    pub(super) name: Spelled,
    pub(super) kind: Type,
    /// The values of `ENUM('a', 'b')`.
    pub(super) values: Vec<Arc<str>>,
    pub(super) is_nullable: bool,
    pub(super) default: Option<Arc<str>>,
    /// Whether one that is there stays.
    pub(super) is_kept: bool,
}

impl SqlColumn {
    /// Whether its type lists its values.
    pub(super) fn has_values(&self) -> bool {
        !self.values.is_empty()
    }
}

/// The type of a column: as it is shown, and its name where the project may have created it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Type {
    pub(super) shown: Arc<str>,
    pub(super) name: Option<Name>,
}

/// A check that lists the values of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ColumnCheck {
    pub(super) constraint: Option<Spelled>,
    pub(super) column: Spelled,
    pub(super) values: Vec<Arc<str>>,
}

/// What is done to a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TypeChange {
    Create,
    Value(Arc<str>),
    RenameValue {
        from: Arc<str>,
        to: Arc<str>,
    },
    Rename(Spelled),
    /// `is_cascade` where the columns that have it go with it.
    Drop {
        is_cascade: bool,
    },
    /// Nobody knows the values of a domain any more.
    ForgetValues,
}

/// A literal that a statement writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct LiteralWrite {
    pub(super) table: Arc<Name>,
    pub(super) column: Spelled,
    pub(super) value: Arc<str>,
    pub(super) how: WriteKind,
    pub(super) is_number: bool,
}

/// A value that a statement writes and that depends on what the function around it was handed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HandedOver {
    pub(super) table: Arc<Name>,
    pub(super) column: Spelled,
    pub(super) how: WriteKind,
    pub(super) function: u32,
    pub(super) value: Expression,
}

/// By which statement a literal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum WriteKind {
    Insert,
    Update,
}

/// A field of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ModelField {
    pub(super) model: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) mapper: ModelMapper,
    /// Whether it may be null; nothing where nobody can tell.
    pub(super) optional: Option<bool>,
    /// Whether it takes any text.
    pub(super) is_text: bool,
}

/// What a model is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ModelMapper {
    Effect,
    Zod,
    Drizzle,
}

impl ModelMapper {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Effect => "effect",
            Self::Zod => "zod",
            Self::Drizzle => "drizzle",
        }
    }
}
