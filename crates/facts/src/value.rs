//! What stands in a column.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A value of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Value {
    /// There is none.
    #[default]
    Absent,
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(i64),
    /// Words.
    Text(Arc<str>),
}

impl Value {
    /// The words; empty where it is something else.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Absent | Self::Flag(_) | Self::Number(_) => "",
        }
    }

    /// Whether it is written like that.
    #[must_use]
    pub fn is_written(&self, text: &str) -> bool {
        match self {
            Self::Absent => text.is_empty(),
            Self::Flag(flag) => text == if *flag { "true" } else { "false" },
            Self::Number(number) => text.parse() == Ok(*number),
            Self::Text(words) => **words == *text,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&Arc<str>> for Value {
    fn from(text: &Arc<str>) -> Self {
        Self::Text(Arc::clone(text))
    }
}

impl From<Option<&Arc<str>>> for Value {
    fn from(text: Option<&Arc<str>>) -> Self {
        text.map_or(Self::Absent, Self::from)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Absent, Self::from)
    }
}

/// As rules, `--where` and tables write it: absent is nothing, a flag `true` or `false`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => Ok(()),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
