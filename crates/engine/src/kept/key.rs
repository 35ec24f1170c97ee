//! What a kept entry is found by, and what proves that it was written by this program for this user.

use xxhash_rust::xxh3::Xxh3;

use crate::worktree::CacheKey;

/// The program itself: a hash of all that its results depend on.
const BUILD: &str = env!("AUDITLINT_BUILD");

/// By what an entry is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct KeptKey(pub(super) u128);

/// What kind of thing an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum KeptKind {
    /// What a path held when it was last read.
    Path,
    /// What a named content is.
    Name,
    /// What the same rules found in the same source.
    Scope,
    /// What the same selected rules found in the same source.
    Selection,
    /// What the providers found in a file.
    Facts,
    /// A rule file, compiled.
    Rules,
    /// What was derived from the facts of the whole project.
    Relations,
}

/// Proof of some bytes.
pub(super) type Proof = [u8; 16];

/// What entries are written and read with.
#[derive(Clone)]
pub(crate) struct Secret {
    proof: [u8; 32],
    seed: u64,
}

impl Secret {
    pub(crate) fn of(key: &CacheKey) -> Self {
        let proof = key.derive("auditlint 2026 proof of kept results", BUILD.as_bytes());
        let [a, b, c, d, e, f, g, h, ..] = key.derive("auditlint 2026 seed of kept results", BUILD.as_bytes());
        Self { proof, seed: u64::from_le_bytes([a, b, c, d, e, f, g, h]) }
    }

    /// The first bytes of the build, which stand in the file for people to be told.
    pub(super) fn build() -> [u8; 16] {
        let mut build = [0; 16];
        let bytes = BUILD.as_bytes();
        let length = bytes.len().min(16);
        build[..length].copy_from_slice(&bytes[..length]);
        build
    }

    /// The key of an entry. Whoever does not know the secret cannot make two things share one.
    pub(crate) fn key(&self, kind: KeptKind, parts: &[&[u8]]) -> KeptKey {
        let mut hash = Xxh3::with_seed(self.seed);
        hash.update(&[kind as u8]);
        for part in parts {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        KeptKey(hash.digest128())
    }

    /// Proves that bytes stand where they were written.
    pub(super) fn prove(&self, place: u128, bytes: &[u8]) -> Proof {
        let mut hash = blake3::Hasher::new_keyed(&self.proof);
        hash.update(&place.to_le_bytes()).update(bytes);
        let mut proof = [0; 16];
        proof.copy_from_slice(&hash.finalize().as_bytes()[..16]);
        proof
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}
