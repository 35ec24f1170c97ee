//! What a source holds, by a hash.

use auditlint_source::ContentId;
use xxhash_rust::xxh3::Xxh3;

/// A hash of what a source holds: of the name of its content where it has one, else of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SourceHash(u128);

impl SourceHash {
    pub(crate) fn of_id(id: &ContentId) -> Self {
        Self::of(b'i', id.0.as_bytes())
    }

    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self::of(b't', bytes)
    }

    fn of(kind: u8, content: &[u8]) -> Self {
        let mut hash = Xxh3::new();
        hash.update(&[kind]);
        hash.update(content);
        Self(hash.digest128())
    }
}
