//! The tree that YAML, TOML and JSON are read into.

use serde::{Deserialize, Serialize};

use crate::Span;

/// One value of a document and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentNode {
    /// Bytes of the value in the file.
    pub span: Span,
    /// The value.
    pub value: DocumentValue,
}

/// A value of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DocumentValue {
    /// Nothing (`~`, `null`, an empty value).
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text; TOML dates are read as text.
    Text(String),
    /// A sequence or array.
    List(Vec<DocumentNode>),
    /// A mapping or table, in the order of the file.
    Map(Vec<(DocumentKey, DocumentNode)>),
}

/// A key of a mapping and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentKey {
    /// Bytes of the key in the file.
    pub span: Span,
    /// The key as text (`1:` gives `1`).
    pub name: String,
}

impl DocumentNode {
    /// What kind of value it is, for messages: "a list", "text".
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self.value {
            DocumentValue::Null => "nothing",
            DocumentValue::Bool(_) => "true or false",
            DocumentValue::Integer(_) => "a whole number",
            DocumentValue::Float(_) => "a number",
            DocumentValue::Text(_) => "text",
            DocumentValue::List(_) => "a list",
            DocumentValue::Map(_) => "a table",
        }
    }

    /// The text, where it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            DocumentValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar as the words that stand in the file: text, numbers, booleans.
    #[must_use]
    pub fn scalar(&self) -> Option<String> {
        match &self.value {
            DocumentValue::Text(text) => Some(text.clone()),
            DocumentValue::Integer(number) => Some(number.to_string()),
            DocumentValue::Float(number) => Some(number.to_string()),
            DocumentValue::Bool(flag) => Some(flag.to_string()),
            DocumentValue::Null | DocumentValue::List(_) | DocumentValue::Map(_) => None,
        }
    }

    /// The items, where it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.value {
            DocumentValue::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, where it is a table.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(DocumentKey, Self)]> {
        match &self.value {
            DocumentValue::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under `key`, where it is a table that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.iter().find(|(name, _)| name.name == key).map(|(_, node)| node)
    }
}
