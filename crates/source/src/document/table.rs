//! Reading a table key by key, with every mistake reported at its place.

use std::cell::RefCell;

use crate::document::{DocumentKey, DocumentNode, DocumentValue, Setting, read_word};
use crate::{Span, nearest};

/// Something wrong in a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DocumentError {
    /// Bytes of the offending key or value in the file.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Whether a program for which such documents are written may pass over it, such as a key that it does not know.
    pub passable: bool,
}

impl DocumentError {
    /// An error at a place.
    #[must_use]
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, passable: false }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// "expected X, found Y" at `node`.
    #[must_use]
    pub fn expected(what: &str, node: &DocumentNode) -> Self {
        Self::new(node.span, format!("expected {what}, found {}", node.describe()))
    }

    /// An unknown word at `span`, with the nearest valid one and the list of all.
    #[must_use]
    pub fn unknown(span: Span, what: &str, word: &str, valid: &[&str]) -> Self {
        let error = Self::new(span, format!("unknown {what} `{word}`"));
        let list = valid.join(", ");
        match nearest(word, valid.iter().copied()) {
            Some(near) => error.help(format!("did you mean `{near}`? Valid: {list}")),
            None => error.help(format!("valid: {list}")),
        }
    }
}

/// The mistakes found in a document so far; several readers of one document add to it.
pub type DocumentErrors = RefCell<Vec<DocumentError>>;

/// A table being read. Every `take` names a valid key; [`Table::finish`] reports the keys that nobody took.
/// Wrong types are reported into the shared list and read as absent, so that all mistakes come at once.
pub struct Table<'n, 'e> {
    span: Span,
    entries: Vec<(&'n DocumentKey, &'n DocumentNode, bool)>,
    valid: Vec<&'static str>,
    errors: &'e DocumentErrors,
}

impl<'n, 'e> Table<'n, 'e> {
    /// Starts reading `node`; a node that is not a table is an error and reads as an empty one.
    pub fn new(node: &'n DocumentNode, errors: &'e DocumentErrors) -> Self {
        let entries = match &node.value {
            DocumentValue::Map(entries) => entries.iter().map(|(key, value)| (key, value, false)).collect(),
            _ => {
                errors.borrow_mut().push(DocumentError::expected("a table", node));
                Vec::new()
            }
        };
        Self { span: node.span, entries, valid: Vec::new(), errors }
    }

    /// Bytes of the whole table.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Where errors go.
    #[must_use]
    pub fn errors(&self) -> &'e DocumentErrors {
        self.errors
    }

    /// Reports an error.
    pub fn error(&self, error: DocumentError) {
        self.errors.borrow_mut().push(error);
    }

    /// Takes the value under `key`; `null` counts as absent.
    pub fn take(&mut self, key: &'static str) -> Option<&'n DocumentNode> {
        self.take_entry(key).map(|(_, node)| node).filter(|node| node.value != DocumentValue::Null)
    }

    /// Takes key and value, `null` included.
    pub fn take_entry(&mut self, key: &'static str) -> Option<(&'n DocumentKey, &'n DocumentNode)> {
        self.valid.push(key);
        let entry = self.entries.iter_mut().find(|(name, _, _)| name.name == key)?;
        entry.2 = true;
        Some((entry.0, entry.1))
    }

    /// Takes text; a number or boolean is taken as it is written.
    pub fn take_text(&mut self, key: &'static str) -> Option<String> {
        let node = self.take(key)?;
        let text = node.scalar();
        if text.is_none() {
            self.error(DocumentError::expected("text", node));
        }
        text
    }

    /// Takes a boolean.
    pub fn take_bool(&mut self, key: &'static str) -> Option<bool> {
        let node = self.take(key)?;
        match node.value {
            DocumentValue::Bool(flag) => Some(flag),
            _ => {
                self.error(DocumentError::expected("true or false", node));
                None
            }
        }
    }

    /// Takes a whole number that is not negative.
    pub fn take_count(&mut self, key: &'static str) -> Option<u64> {
        let node = self.take(key)?;
        match node.value {
            DocumentValue::Integer(number) if number >= 0 => Some(number.unsigned_abs()),
            _ => {
                self.error(DocumentError::expected("a whole number, 0 or more", node));
                None
            }
        }
    }

    /// Takes a list; a single value stands for a list of one.
    pub fn take_list(&mut self, key: &'static str) -> Option<Vec<&'n DocumentNode>> {
        let node = self.take(key)?;
        Some(match &node.value {
            DocumentValue::List(items) => items.iter().collect(),
            _ => vec![node],
        })
    }

    /// Takes a list of texts with their places; a single text stands for a list of one.
    pub fn take_texts(&mut self, key: &'static str) -> Option<Vec<(Span, String)>> {
        let items = self.take_list(key)?;
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.scalar() {
                Some(text) => texts.push((item.span, text)),
                None => self.error(DocumentError::expected("text", item)),
            }
        }
        Some(texts)
    }

    /// Takes one of a fixed set of words.
    pub fn take_word<T: Copy>(&mut self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let node = self.take(key)?;
        read_word(key, node, words, self.errors)
    }

    /// Takes a setting. Where it is absent or wrong, what absence means; `None` where it must be there, with a mistake that says
    /// so. `of` names the table, `example` is what to write.
    pub fn setting<T: Setting>(&mut self, of: &str, key: &'static str, example: &str) -> Option<T> {
        let absent = T::absent();
        let Some(node) = self.take(key) else {
            if absent.is_none() {
                self.error(DocumentError::new(self.span, format!("{of} needs `{key}`")).help(example));
            }
            return absent;
        };
        T::read(node, self.errors).or(absent)
    }

    /// Takes a setting; where it is absent or wrong, `default`.
    pub fn setting_or<T: Setting>(&mut self, key: &'static str, default: impl FnOnce() -> T) -> T {
        self.take(key).and_then(|node| T::read(node, self.errors)).unwrap_or_else(default)
    }

    /// Reports a number that is too large, and makes it as large as it may be.
    pub fn at_most(&self, key: &str, number: &mut u64, most: u64, help: &str) {
        if *number > most {
            *number = most;
            let span = self.span_of(key).unwrap_or(self.span);
            self.error(DocumentError::new(span, format!("`{key}` must be at most {most}")).help(help));
        }
    }

    /// Whether one of these keys is there; none of them is a mistake. With each key comes an example.
    pub fn one_of(&self, of: &str, keys: &[(&str, &str)]) -> bool {
        let found = keys.iter().any(|(key, _)| self.span_of(key).is_some());
        if !found {
            let names: Vec<String> = keys.iter().map(|(key, _)| format!("`{key}`")).collect();
            let examples: Vec<&str> = keys.iter().map(|(_, example)| *example).collect();
            let error = DocumentError::new(self.span, format!("{of} needs {}", names.join(" or ")));
            self.error(error.help(examples.join(" or ")));
        }
        found
    }

    /// Reports `key` where `other` is not beside it.
    pub fn needs(&self, key: &str, other: &str, example: &str) {
        if let (Some(span), None) = (self.span_of(key), self.span_of(other)) {
            self.error(DocumentError::new(span, format!("`{key}` needs `{other}` beside it")).help(example));
        }
    }

    /// Bytes of the value under a key, taken or not; `null` counts as absent.
    fn span_of(&self, key: &str) -> Option<Span> {
        let found = self.entries.iter().find(|(name, node, _)| name.name == key && node.value != DocumentValue::Null);
        found.map(|(_, node, _)| node.span)
    }

    /// Reports every key that was not taken, with the nearest valid key and the list of all.
    pub fn finish(self) {
        self.report_unknown(false);
    }

    /// The same for a table in which another tool passes over keys that it does not know.
    pub fn finish_passable(self) {
        self.report_unknown(true);
    }

    fn report_unknown(&self, passable: bool) {
        for (key, _, _) in self.entries.iter().filter(|(_, _, taken)| !taken) {
            let error = DocumentError::unknown(key.span, "key", &key.name, &self.valid);
            self.error(DocumentError { passable, ..error });
        }
    }
}
