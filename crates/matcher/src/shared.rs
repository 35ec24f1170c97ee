//! Utils that several rules share.

use std::collections::BTreeMap;

use crate::MatcherDocument;

/// Utils by id, from the util folders of a team.
#[derive(Clone, Debug, Default)]
pub struct SharedUtils {
    documents: BTreeMap<String, MatcherDocument>,
}

impl SharedUtils {
    /// Adds a util; gives the document back where the id is taken.
    ///
    /// # Errors
    /// The document, where another util already has that id.
    #[expect(clippy::result_large_err, reason = "called a few times per run, the document is the caller's own")]
    pub fn insert(&mut self, id: String, document: MatcherDocument) -> Result<(), MatcherDocument> {
        match self.documents.entry(id) {
            std::collections::btree_map::Entry::Occupied(_) => Err(document),
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(document);
                Ok(())
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
}
