//! What a text is known by without keeping it.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

/// A hash of the bytes of a file: two texts with the same hash are treated as the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentHash(u128);

impl ContentHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(xxh3_128(bytes))
    }
}
