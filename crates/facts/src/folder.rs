//! Folders of files, and how relations show them.

use auditlint_source::FilePath;

/// The folder of a file or folder; the root is its own.
pub(crate) fn folder_of(path: &FilePath) -> FilePath {
    path.parent().unwrap_or_else(FilePath::root)
}

/// A folder as relations show it: `.` is the root.
pub(crate) fn shown(folder: &FilePath) -> &str {
    if folder.is_root() { "." } else { folder.as_str() }
}

/// A folder and those above it.
pub(crate) fn above(folder: FilePath) -> impl Iterator<Item = FilePath> {
    std::iter::successors(Some(folder), |folder| (!folder.is_root()).then(|| folder_of(folder)))
}
