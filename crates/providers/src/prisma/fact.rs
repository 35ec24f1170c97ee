//! What a schema declares, and what a source of code asks of the client.

use std::fmt;
use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use auditlint_names::ExportPath;
use serde::{Deserialize, Serialize};

/// The facts of one file.
pub(super) type Facts = SourceFacts<PrismaFact>;

/// Something that a schema or code says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PrismaFact {
    Block(Box<Block>),
    Field(Box<Field>),
    /// A compound key, and the name by which queries know it.
    Unique {
        model: Arc<str>,
        name: Arc<str>,
        fields: Vec<Arc<str>>,
    },
    /// The first field of an index or of a compound key, by which rows are found.
    Index {
        model: Arc<str>,
        field: Arc<str>,
    },
    /// A field that holds the key of another row; some databases keep an index of it unasked.
    Foreign {
        model: Arc<str>,
        field: Arc<str>,
    },
    /// A value of an enum, and its name in the database where that is another.
    EnumValue {
        of: Arc<str>,
        value: Arc<str>,
        column: Option<Arc<str>>,
    },
    /// What the database of a schema is.
    Datasource(Option<Arc<str>>),
    /// The same of a folder of migrations.
    Lock(Option<Arc<str>>),
    Call(Box<Call>),
    Key(ArgumentKey),
    Value(Box<WrittenText>),
    /// An extension of a client that may add fields.
    Extends,
    /// A class and what it extends.
    Class {
        name: Arc<str>,
        base: CodeName,
    },
    /// A name under which a module gives others a client that it makes.
    Exported(Arc<str>),
}

impl Fact for PrismaFact {
    fn lists(&self) -> usize {
        match self {
            Self::Block(_) => size_of::<Block>(),
            Self::Field(_) => size_of::<Field>(),
            Self::Call(_) => size_of::<Call>(),
            Self::Value(_) => size_of::<WrittenText>(),
            Self::Unique { fields, .. } => size_of_val(fields.as_slice()),
            _ => 0,
        }
    }
}

/// A model, view or composite type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Block {
    pub(super) name: Arc<str>,
    pub(super) kind: BlockKind,
    /// Its name in the database where that is another.
    pub(super) table: Option<Arc<str>>,
    pub(super) schema: Option<Arc<str>>,
}

/// What a block of a schema with fields is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum BlockKind {
    Model,
    View,
    Type,
}

impl BlockKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::View => "view",
            Self::Type => "type",
        }
    }
}

/// A field of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Field {
    pub(super) model: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) kind: Arc<str>,
    pub(super) is_list: bool,
    pub(super) is_optional: bool,
    /// Its name in the database where that is another.
    pub(super) column: Option<Arc<str>>,
    pub(super) is_unique: bool,
}

impl Field {
    /// Its name in the database.
    pub(super) fn column(&self) -> &Arc<str> {
        self.column.as_ref().unwrap_or(&self.name)
    }
}

/// A call that may be one of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Call {
    /// Counted in its file.
    pub(super) number: u32,
    /// As the client names it.
    pub(super) model: Arc<str>,
    pub(super) method: Arc<str>,
    pub(super) client: CodeName,
    /// The class of the client, where its type or what it was made from says.
    pub(super) class: Option<CodeName>,
    /// Whether it is named like something else, so that only its class can say that it is a client.
    pub(super) is_doubtful: bool,
}

/// How code names a client or a class.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum CodeName {
    /// What another module exports.
    Export(ExportPath),
    /// As it is spelled, or the path of a global.
    Spelled(Arc<str>),
}

impl CodeName {
    /// The last of its names.
    pub(super) fn last(&self) -> &str {
        match self {
            Self::Export(path) => path.last_name().unwrap_or_default(),
            Self::Spelled(words) => words.rsplit('.').next().unwrap_or(words),
        }
    }
}

impl fmt::Display for CodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Export(path) => path.fmt(f),
            Self::Spelled(words) => f.write_str(words),
        }
    }
}

/// A key of the argument of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ArgumentKey {
    pub(super) call: u32,
    /// Counted in its call.
    pub(super) number: u32,
    /// The key in whose value it stands.
    pub(super) under: Option<u32>,
    pub(super) name: KeyName,
}

/// How a key names something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum KeyName {
    /// A key of an object.
    Key(Arc<str>),
    /// A text that names a field: `distinct: ["email"]`.
    Text(Arc<str>),
    /// What was not read any more.
    Unread,
}

/// A text that is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WrittenText {
    pub(super) call: u32,
    /// The key whose value it is.
    pub(super) under: Option<u32>,
    pub(super) text: Arc<str>,
    /// The enum that has it, where one is named.
    pub(super) of: Option<Arc<str>>,
}
