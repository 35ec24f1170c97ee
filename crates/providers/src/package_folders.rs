//! Folders that a manifest makes a package, and which of them a file belongs to.

use auditlint_facts::folder::{above, folder_of};
use auditlint_source::FilePath;
use rustc_hash::FxHashSet;

/// Files that make a folder a package.
const MANIFESTS: [&str; 2] = ["package.json", "Cargo.toml"];

/// The folders of the packages of a project.
pub(crate) struct PackageFolders(FxHashSet<FilePath>);

impl PackageFolders {
    pub(crate) fn of(files: &[FilePath]) -> Self {
        Self(files.iter().filter(|path| MANIFESTS.contains(&path.name())).map(folder_of).collect())
    }

    /// The folder of the package that a file belongs to; the root where it belongs to none.
    pub(crate) fn around(&self, path: &FilePath) -> FilePath {
        self.at_or_above(folder_of(path))
    }

    /// The same for what lies in a folder.
    pub(crate) fn at_or_above(&self, folder: FilePath) -> FilePath {
        above(folder).find(|folder| self.0.contains(folder)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_with_a_manifest() {
        let files = ["a/package.json", "a/b/c/Cargo.toml", "d/package.json5"].map(FilePath::new);
        let folders = PackageFolders::of(&files);
        for (path, expected) in
            [("a/x.ts", "a"), ("a/b/x.ts", "a"), ("a/b/c/d/x.rs", "a/b/c"), ("d/x.ts", ""), ("x.ts", "")]
        {
            assert_eq!(folders.around(&FilePath::new(path)), FilePath::new(expected), "{path}");
        }
    }
}
