//! One entry of git's index.

/// One entry of an index.
pub(super) struct IndexEntry<'i> {
    /// From the root of the repository.
    pub(super) path: &'i [u8],
    /// What it is, as git writes it.
    pub(super) mode: u32,
    /// The name of its object.
    pub(super) id: &'i [u8],
    /// 0 where it is merged.
    pub(super) stage: u8,
    /// Whether it is only announced (`git add --intent-to-add`).
    pub(super) is_announced: bool,
}
