//! Folders of files, and how relations show them.

use std::borrow::Borrow;

use auditlint_source::FilePath;

/// The folder of a file or folder; the root is its own.
#[must_use]
pub fn folder_of(path: &FilePath) -> FilePath {
    path.parent().unwrap_or_else(FilePath::root)
}

/// A folder as relations show it: `.` is the root.
#[must_use]
pub fn shown(folder: &FilePath) -> &str {
    if folder.is_root() { "." } else { folder.as_str() }
}

/// A folder and those above it.
pub fn above(folder: FilePath) -> impl Iterator<Item = FilePath> {
    std::iter::successors(Some(folder), |folder| (!folder.is_root()).then(|| folder_of(folder)))
}

/// Those of some sorted paths that lie below a folder; the folder itself does not.
#[must_use]
pub fn below<'p, P: Borrow<FilePath>>(sorted: &'p [P], folder: &FilePath) -> &'p [P] {
    let start = if folder.is_root() { String::new() } else { format!("{folder}/") };
    let rest = &sorted[sorted.partition_point(|path| text_of(path) <= start.as_str())..];
    &rest[..rest.partition_point(|path| text_of(path).starts_with(&start))]
}

fn text_of<P: Borrow<FilePath>>(path: &P) -> &str {
    Borrow::<FilePath>::borrow(path).as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_folder() {
        let sorted = ["", "a", "a-b", "a.b", "a/b", "a/b/c", "a0", "b"].map(FilePath::new);
        for (folder, expected) in [
            ("", &["a", "a-b", "a.b", "a/b", "a/b/c", "a0", "b"][..]),
            ("a", &["a/b", "a/b/c"]),
            ("a/b", &["a/b/c"]),
            ("b", &[]),
            ("c", &[]),
        ] {
            let found: Vec<&str> = below(&sorted, &FilePath::new(folder)).iter().map(FilePath::as_str).collect();
            assert_eq!(found, expected, "{folder}");
        }
    }
}
