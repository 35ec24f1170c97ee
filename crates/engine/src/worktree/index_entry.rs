//! One entry of git's index.

#[cfg(unix)]
use std::path::Path;

use auditlint_source::FilePath;

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

/// A path as git writes it.
#[cfg(unix)]
pub(super) fn path_of(bytes: &[u8]) -> Option<FilePath> {
    use std::os::unix::ffi::OsStrExt;
    Some(FilePath::from_path(Path::new(std::ffi::OsStr::from_bytes(bytes))))
}

/// A path as git writes it.
#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> Option<FilePath> {
    std::str::from_utf8(bytes).ok().map(FilePath::new)
}
