//! The checks of a table that list values.

use std::collections::BTreeMap;

use auditlint_source::{FilePath, Span};

/// The file of a statement, and the bytes in it.
#[derive(Clone)]
pub(super) struct SqlPlace {
    pub(super) path: FilePath,
    pub(super) span: Span,
}

/// A list of values for a column.
pub(super) struct ValueList {
    /// The column, as the fold numbers it.
    pub(super) column: u32,
    pub(super) values: Vec<(String, SqlPlace)>,
}

#[derive(Default)]
pub(super) struct Checks {
    /// By the names that migrations give.
    named: BTreeMap<String, ValueList>,
    /// By the names that PostgreSQL gives.
    unnamed: BTreeMap<String, ValueList>,
}

impl Checks {
    pub(super) fn add(&mut self, name: String, check: ValueList) {
        self.named.insert(name, check);
    }

    /// Adds a check that PostgreSQL names.
    pub(super) fn add_unnamed(&mut self, name: String, check: ValueList) {
        const MOST: usize = 9;
        let mut free = name.clone();
        for count in 1..=MOST {
            if !self.unnamed.contains_key(&free) && !self.named.contains_key(&free) {
                break;
            }
            free = format!("{name}{count}");
        }
        self.unnamed.insert(free, check);
    }

    pub(super) fn rename(&mut self, from: &str, to: String) {
        if let Some(check) = self.named.remove(from).or_else(|| self.unnamed.remove(from)) {
            self.named.insert(to, check);
        }
    }

    /// Takes a check away. Each database names checks in its own way, so where none has that name, one of those may be meant.
    pub(super) fn remove(&mut self, name: &str) {
        let is_known = self.named.remove(name).is_some() || self.unnamed.remove(name).is_some();
        if !is_known && (name.contains("check") || name.contains("chk")) {
            self.unnamed.clear();
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &ValueList> {
        self.named.values().chain(self.unnamed.values())
    }
}
