//! What a setting may hold, as data: the schema, the reference page and the writer are made from it.

use super::{DocumentValue, Setting};

/// What a value of a setting may be.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueShape {
    /// Text. What stands in it is said by `what`: "a glob", "a date".
    Text {
        /// What the text is, with its article.
        what: &'static str,
        /// A regular expression that it matches wherever it is valid; `None` where nothing simple can be said.
        pattern: Option<&'static str>,
        /// The most bytes that it may have.
        longest: Option<usize>,
    },
    /// Text, a number or a boolean, taken as it is written.
    Scalar {
        /// What it is, with its article.
        what: &'static str,
    },
    /// `true` or `false`.
    Boolean,
    /// A whole number from 0 on.
    Count {
        /// The largest.
        most: Option<u64>,
    },
    /// One of these words.
    Word(Vec<&'static str>),
    /// One value or a list of them.
    OneOrMany {
        /// What one of them may be.
        item: Box<ValueShape>,
        /// How many there may be.
        most: usize,
    },
    /// A value of one of these shapes.
    AnyOf(Vec<ValueShape>),
    /// A table with fixed keys.
    Table(Box<TableShape>),
    /// A table whose keys are names.
    Map {
        /// What a name is: `ID`.
        name: &'static str,
        /// What stands under each name.
        value: Box<ValueShape>,
    },
}

/// A table with fixed keys.
#[derive(Clone, Debug, PartialEq)]
pub struct TableShape {
    /// What it is in a message, with its article: "an override".
    pub name: &'static str,
    /// Its keys, in the order in which they are listed, printed and described.
    pub keys: Vec<KeyShape>,
    /// At least one of these keys must be there; empty where that is not asked for.
    pub one_of: &'static [&'static str],
    /// Keys that need another one beside them.
    pub needs: &'static [(&'static str, &'static str)],
    /// The key that a value in place of the table stands for.
    pub short: Option<&'static str>,
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyShape {
    /// How it is written.
    pub name: &'static str,
    /// What it does: paragraphs of Markdown.
    pub about: &'static str,
    /// An example, as TOML that stands in the table.
    pub example: &'static str,
    /// What it may hold.
    pub shape: ValueShape,
    /// Whether it must be there.
    pub required: bool,
    /// What holds where it is absent; [`DocumentValue::Null`] where nothing does.
    pub default: DocumentValue,
}

impl ValueShape {
    /// Any text.
    pub const TEXT: Self = Self::Text { what: "text", pattern: None, longest: None };

    /// One of the words of a list.
    pub fn words<T>(words: &[(&'static str, T)]) -> Self {
        Self::Word(words.iter().map(|(word, _)| *word).collect())
    }

    /// Whether its values are tables that are written under headings of their own.
    #[must_use]
    pub fn is_section(&self) -> bool {
        match self {
            Self::Table(_) | Self::Map { .. } => true,
            Self::OneOrMany { item, .. } => matches!(**item, Self::Table(_)),
            _ => false,
        }
    }

    /// What it is in words: "one of `a`, `b`", "a glob, or a list of them".
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Text { what, .. } | Self::Scalar { what } => (*what).to_owned(),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Count { most: None } => "a whole number".to_owned(),
            Self::Count { most: Some(most) } => format!("a whole number up to {most}"),
            Self::Word(words) => format!("one of `{}`", words.join("`, `")),
            Self::OneOrMany { item, .. } => match &**item {
                Self::Table(_) => "a table, any number of times".to_owned(),
                item => format!("{}, or a list of them", item.describe()),
            },
            Self::AnyOf(shapes) => shapes.iter().map(Self::describe).collect::<Vec<_>>().join(" or "),
            Self::Table(table) => {
                let keys: Vec<String> = table.keys.iter().map(|key| format!("`{}`", key.name)).collect();
                format!("a table with {}", keys.join(", "))
            }
            Self::Map { name, .. } => format!("a table for each `{name}`"),
        }
    }
}

impl KeyShape {
    /// A key of the type `T`: required, unless an absent `T` means something.
    #[must_use]
    pub fn new<T: Setting>(name: &'static str, about: &'static str, example: &'static str) -> Self {
        let absent = T::absent();
        let required = absent.is_none();
        let default = absent.map_or(DocumentValue::Null, |value| value.value());
        Self { name, about, example, shape: T::shape(), required, default }
    }

    /// What holds where it is absent.
    #[must_use]
    pub fn or<T: Setting>(mut self, default: &T) -> Self {
        self.required = false;
        self.default = default.value();
        self
    }

    /// What it may hold, in place of what its type says.
    #[must_use]
    pub fn shaped(mut self, shape: ValueShape) -> Self {
        self.shape = shape;
        self
    }

    /// The largest number that it may hold.
    #[must_use]
    pub fn at_most(mut self, most: u64) -> Self {
        self.shape = ValueShape::Count { most: Some(most) };
        self
    }
}
