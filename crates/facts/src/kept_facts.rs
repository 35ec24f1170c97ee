//! The facts of one source as bytes, so that they can be kept between runs.

use auditlint_source::{ContentId, FilePath};
use serde::{Deserialize, Serialize};

use crate::extract::{FactStore, KeptSource, SourceNotes, key_of};
use crate::{AnyFacts, AnyProvider, Stage};

/// What is kept of a source.
#[derive(Default, Serialize, Deserialize)]
struct KeptEntry<'e> {
    bytes: u64,
    has_directive: bool,
    #[serde(borrow)]
    parts: Vec<KeptPart<'e>>,
}

/// What one provider gave.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct KeptPart<'e> {
    provider: u64,
    is_second: bool,
    version: u64,
    /// Nothing where the source cannot hold a fact.
    #[serde(borrow)]
    facts: Option<&'e [u8]>,
}

impl<'e> KeptEntry<'e> {
    fn read(entry: &'e [u8]) -> Option<Self> {
        postcard::from_bytes(entry).ok()
    }

    fn notes(&self) -> SourceNotes {
        SourceNotes { bytes: self.bytes, has_directive: self.has_directive }
    }

    /// What a provider gave; `None` where it was not asked or says something else now.
    fn of(&self, provider: &dyn AnyProvider, stage: Stage) -> Option<Option<AnyFacts>> {
        let key = (key_of(provider), stage == Stage::Second, provider.version());
        let part = self.parts.iter().find(|part| (part.provider, part.is_second, part.version) == key)?;
        match part.facts {
            Some(facts) => provider.decode(facts).map(Some),
            None => Some(None),
        }
    }
}

/// The facts that some providers found in a source, each `None` where it finds nothing there, and its notes, from what was kept of it;
/// `None` where one of them is missing.
#[must_use]
pub fn kept_facts(
    entry: &[u8],
    path: &FilePath,
    providers: &[&dyn AnyProvider],
    stage: Stage,
) -> Option<(Vec<Option<AnyFacts>>, SourceNotes)> {
    let entry = KeptEntry::read(entry)?;
    let facts = providers.iter().map(|provider| match provider.reads(path) {
        true => entry.of(*provider, stage),
        false => Some(None),
    });
    Some((facts.collect::<Option<_>>()?, entry.notes()))
}

impl FactStore {
    /// Takes in what was kept of a source, as far as the providers that are asked gave it.
    pub fn restore(&self, path: &FilePath, id: &ContentId, entry: &[u8], providers: &[&dyn AnyProvider], stage: Stage) {
        let Some(entry) = KeptEntry::read(entry) else { return };
        let facts: Vec<_> = providers
            .iter()
            .filter_map(|provider| Some((key_of(*provider), provider.version(), entry.of(*provider, stage)?)))
            .collect();
        self.with(path, id, |source| {
            source.notes = entry.notes();
            facts
                .into_iter()
                .for_each(|(key, version, facts)| drop(source.facts.insert((key, stage), (version, facts))));
        });
    }

    /// What to keep of a source. What was kept `before` of the same content stays, where nobody gave it anew.
    #[must_use]
    pub fn entry_of(&self, path: &FilePath, id: &ContentId, before: Option<&[u8]>) -> Option<Vec<u8>> {
        let (notes, given) = self.with(path, id, |source: &mut KeptSource| {
            let given = source.facts.iter().map(|((provider, stage), (version, facts))| {
                let facts = facts.as_ref().map(AnyFacts::encode);
                (*provider, *stage == Stage::Second, *version, facts)
            });
            (source.notes, given.collect::<Vec<_>>())
        });
        let before = before.and_then(KeptEntry::read).unwrap_or_default();
        let mut parts = Vec::with_capacity(given.len() + before.parts.len());
        for (provider, is_second, version, facts) in &given {
            let facts = match facts {
                Some(facts) => Some(facts.as_deref()?),
                None => None,
            };
            parts.push(KeptPart { provider: *provider, is_second: *is_second, version: *version, facts });
        }
        let is_new = |old: &KeptPart<'_>| {
            given.iter().any(|(provider, is_second, ..)| (*provider, *is_second) == (old.provider, old.is_second))
        };
        parts.extend(before.parts.iter().filter(|old| !is_new(old)));
        let entry = KeptEntry { bytes: notes.bytes, has_directive: notes.has_directive, parts };
        postcard::to_stdvec(&entry).ok()
    }
}
