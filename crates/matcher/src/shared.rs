//! Utils that several rules share.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::MatcherDocument;

/// Utils by id, from the util folders of a team.
#[derive(Clone, Debug, Default)]
pub struct SharedUtils {
    documents: BTreeMap<String, MatcherDocument>,
    open: bool,
}

impl SharedUtils {
    /// A set of which it is not known what else it holds: a util that is not in it is no mistake. For telling mistakes of a
    /// document before the utils are read; what is compiled with it must not be run.
    #[must_use]
    pub fn open() -> Self {
        Self { open: true, ..Self::default() }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Adds a util. `false`, and nothing changes, where another one already has that id.
    #[must_use]
    pub fn insert(&mut self, id: String, document: MatcherDocument) -> bool {
        match self.documents.entry(id) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(document);
                true
            }
        }
    }

    /// The util with that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&MatcherDocument> {
        self.documents.get(id)
    }

    /// The ids, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.documents.keys().map(String::as_str)
    }

    pub(crate) fn get_entry(&self, id: &str) -> Option<(&str, &MatcherDocument)> {
        self.documents.get_key_value(id).map(|(id, document)| (id.as_str(), document))
    }
}
