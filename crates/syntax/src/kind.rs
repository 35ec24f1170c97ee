//! Node kinds and fields as small numbers.

use serde::{Deserialize, Serialize};

/// The kind of a node, as the grammar of its language numbers it. Only comparable within one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KindId(pub u16);

impl KindId {
    /// The kind of a region that the parser did not understand. Larger than any table: index with `get`.
    pub const ERROR: Self = Self(u16::MAX);
}

/// The field under which a parent holds a node, as the grammar numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FieldId(pub std::num::NonZeroU8);
