//! Types of configuration that say themselves how they are read, written and described.
//!
//! A table of the configuration is a struct with `#[derive(Setting)]` (crate `macros`). Its fields are the keys: their doc comments
//! say what they do, their types what they hold. Reader, writer, schema and reference page follow from it.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Deref;

use super::{DocumentError, DocumentErrors, DocumentKey, DocumentNode, DocumentValue, Table, TableShape, ValueShape};
use crate::{FilePath, Span};

/// A value of a configuration.
pub trait Setting: Sized {
    /// How many of them a list may hold.
    const MOST: usize = usize::MAX;
    /// What several of them are called.
    const SEVERAL: &'static str = "values";

    /// What it may be.
    fn shape() -> ValueShape;

    /// Reads it. Mistakes go to `errors`; `None` where nothing is left of it.
    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self>;

    /// Reads a list of them.
    fn read_list(nodes: &[&DocumentNode], errors: &DocumentErrors) -> Vec<Self> {
        if let Some(node) = nodes.get(Self::MOST) {
            let message = format!("this list has {} {}, the limit is {}", nodes.len(), Self::SEVERAL, Self::MOST);
            errors.borrow_mut().push(
                DocumentError::new(node.span, message)
                    .help("use a pattern such as `src/**` to cover several files with one entry"),
            );
        }
        nodes.iter().take(Self::MOST).filter_map(|node| Self::read(node, errors)).collect()
    }

    /// What it means that it is not there; `None` where it must be there.
    fn absent() -> Option<Self> {
        None
    }

    /// The value as it is written; [`DocumentValue::Null`] stands for nothing.
    fn value(&self) -> DocumentValue;
}

/// A table of a configuration.
pub trait SettingTable: Setting {
    /// The table and its keys.
    fn table() -> TableShape;

    /// Takes what belongs to it from a table.
    fn take(table: &mut Table<'_, '_>) -> Option<Self>;

    /// Its values in the order of its keys.
    fn values(&self) -> Vec<DocumentValue>;
}

/// Reads a table as a setting.
#[doc(hidden)]
pub fn read_table<T: SettingTable>(node: &DocumentNode, errors: &DocumentErrors) -> Option<T> {
    let short = T::table().short.filter(|_| node.as_map().is_none() && node.scalar().is_some());
    if node.as_map().is_none() && short.is_none() {
        errors.borrow_mut().push(DocumentError::expected("a table", node));
        return None;
    }
    let written_out = short.map(|key| {
        let key = DocumentKey { span: node.span, name: key.to_owned() };
        DocumentNode { span: node.span, value: DocumentValue::Map(vec![(key, node.clone())]) }
    });
    let mut table = Table::new(written_out.as_ref().unwrap_or(node), errors);
    let read = T::take(&mut table);
    table.finish();
    read
}

/// The keys of a table that say something else than their absence would.
#[doc(hidden)]
pub fn table_value<T: SettingTable>(setting: &T) -> DocumentValue {
    let shape = T::table();
    let values = setting.values();
    let mut entries: Vec<(DocumentKey, DocumentNode)> = Vec::new();
    for (key, value) in shape.keys.iter().zip(&values) {
        if key.required || *value != key.default {
            entries.push(entry(key.name, value.clone()));
        }
    }
    let is_there = |name: &&'static str| entries.iter().any(|(key, _)| key.name == **name);
    if !shape.one_of.is_empty() && !shape.one_of.iter().any(is_there) {
        let first = shape.keys.iter().zip(values).find(|(key, _)| key.name == shape.one_of[0]);
        entries.extend(first.map(|(key, value)| entry(key.name, value)));
    }
    DocumentValue::Map(entries)
}

/// A key and a value that stand in no file.
fn entry(name: &str, value: DocumentValue) -> (DocumentKey, DocumentNode) {
    (DocumentKey { span: Span::default(), name: name.to_owned() }, unplaced(value))
}

/// A value that stands in no file.
#[must_use]
pub fn unplaced(value: DocumentValue) -> DocumentNode {
    DocumentNode { span: Span::default(), value }
}

impl Setting for String {
    fn shape() -> ValueShape {
        ValueShape::TEXT
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        read_text(node, errors).map(str::to_owned)
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.clone())
    }
}

/// The text of a node; anything else is a mistake.
pub fn read_text<'n>(node: &'n DocumentNode, errors: &DocumentErrors) -> Option<&'n str> {
    let text = node.as_text();
    if text.is_none() {
        let error = DocumentError::expected("text", node);
        errors.borrow_mut().push(if node.scalar().is_some() { error.help("put it in quotation marks") } else { error });
    }
    text
}

impl Setting for FilePath {
    fn shape() -> ValueShape {
        ValueShape::Text { what: "a path", pattern: None, longest: None }
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        read_text(node, errors).map(Self::new)
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.as_str().to_owned())
    }
}

impl Setting for bool {
    fn shape() -> ValueShape {
        ValueShape::Boolean
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        match node.value {
            DocumentValue::Bool(flag) => Some(flag),
            _ => {
                errors.borrow_mut().push(DocumentError::expected("true or false", node));
                None
            }
        }
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Bool(*self)
    }
}

impl Setting for u64 {
    fn shape() -> ValueShape {
        ValueShape::Count { most: None }
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        match node.value {
            DocumentValue::Integer(number) if number >= 0 => Some(number.unsigned_abs()),
            _ => {
                errors.borrow_mut().push(DocumentError::expected("a whole number, 0 or more", node));
                None
            }
        }
    }

    fn value(&self) -> DocumentValue {
        i64::try_from(*self).map_or_else(|_| DocumentValue::Text(self.to_string()), DocumentValue::Integer)
    }
}

/// What may be left out.
impl<T: Setting> Setting for Option<T> {
    fn shape() -> ValueShape {
        T::shape()
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        T::read(node, errors).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn value(&self) -> DocumentValue {
        self.as_ref().map_or(DocumentValue::Null, T::value)
    }
}

/// A list; a single value stands for a list of one.
impl<T: Setting> Setting for Vec<T> {
    fn shape() -> ValueShape {
        ValueShape::OneOrMany { item: Box::new(T::shape()), most: T::MOST }
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        Some(match &node.value {
            DocumentValue::List(items) => T::read_list(&items.iter().collect::<Vec<_>>(), errors),
            _ => T::read_list(&[node], errors),
        })
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::List(self.iter().map(|item| unplaced(item.value())).collect())
    }
}

/// A value and where it stands.
impl<T: Setting> Setting for (Span, T) {
    const MOST: usize = T::MOST;
    const SEVERAL: &'static str = T::SEVERAL;

    fn shape() -> ValueShape {
        T::shape()
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        Some((node.span, T::read(node, errors)?))
    }

    fn value(&self) -> DocumentValue {
        self.1.value()
    }
}

/// A table whose keys are names, in the order of the file.
#[derive(Clone, Debug)]
pub struct NamedTables<K, T>(Vec<NamedTable<K, T>>);

/// What stands under a name.
#[derive(Clone, Debug)]
pub struct NamedTable<K, T> {
    /// Bytes of the name.
    pub span: Span,
    /// The name.
    pub name: K,
    /// What stands under it.
    pub value: T,
}

impl<K: Clone + Ord, T> NamedTables<K, T> {
    /// The tables, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut NamedTable<K, T>> {
        self.0.iter_mut()
    }

    /// Takes in the tables of another document, which stand behind these. Where both have one of a name, `merge` puts what the
    /// other says into the one that stays.
    pub fn take_in(&mut self, others: Self, merge: impl Fn(&mut T, T)) {
        let places: BTreeMap<K, usize> =
            self.0.iter().zip(0..).map(|(known, place)| (known.name.clone(), place)).collect();
        for other in others.0 {
            match places.get(&other.name).map(|place| &mut self.0[*place]) {
                Some(known) => {
                    known.span = other.span;
                    merge(&mut known.value, other.value);
                }
                None => self.0.push(other),
            }
        }
    }
}

impl<K, T> Deref for NamedTables<K, T> {
    type Target = [NamedTable<K, T>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<K: for<'a> From<&'a str> + Borrow<str>, T: Setting> Setting for NamedTables<K, T> {
    fn shape() -> ValueShape {
        ValueShape::Map { name: "ID", value: Box::new(T::shape()) }
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        let Some(entries) = node.as_map() else {
            errors.borrow_mut().push(DocumentError::expected("a table that holds a table for each rule", node));
            return None;
        };
        let entry = |(key, node): &(DocumentKey, DocumentNode)| {
            let name = K::from(&key.name);
            Some(NamedTable { span: key.span, name, value: T::read(node, errors)? })
        };
        Some(Self(entries.iter().filter_map(entry).collect()))
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Map(self.0.iter().map(|one| entry(one.name.borrow(), one.value.value())).collect())
    }
}

/// Makes a setting of an enum that lists its words in `WORDS`, pairs of a word and a value. The second argument is what an
/// unknown word is called.
#[macro_export]
macro_rules! word_setting {
    ($type:ty, $what:literal) => {
        impl $crate::document::Setting for $type {
            fn shape() -> $crate::document::ValueShape {
                $crate::document::ValueShape::words(&Self::WORDS)
            }

            fn read(node: &$crate::document::DocumentNode, errors: &$crate::document::DocumentErrors) -> Option<Self> {
                $crate::document::read_word($what, node, &Self::WORDS, errors)
            }

            fn value(&self) -> $crate::document::DocumentValue {
                let word = Self::WORDS.iter().find(|(_, value)| value == self).map_or("", |(word, _)| *word);
                $crate::document::DocumentValue::Text(word.to_owned())
            }
        }
    };
}

/// Reads one of a fixed set of words.
#[doc(hidden)]
pub fn read_word<T: Copy>(
    what: &str,
    node: &DocumentNode,
    words: &[(&'static str, T)],
    errors: &DocumentErrors,
) -> Option<T> {
    let Some(text) = node.scalar() else {
        errors.borrow_mut().push(DocumentError::expected("text", node));
        return None;
    };
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let valid: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        errors.borrow_mut().push(DocumentError::unknown(node.span, what, &text, &valid));
    }
    found
}

word_setting!(crate::Role, "role");
word_setting!(crate::ModuleKind, "kind of module");
