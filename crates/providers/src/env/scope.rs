//! Whose documentation counts for which code.

use std::collections::BTreeSet;

use auditlint_facts::folder::{above, folder_of};
use auditlint_source::FilePath;

use crate::package_folders::PackageFolders;

/// Stands for code for which the documentation of the whole project counts.
const EVERYWHERE: &str = "*";

/// The packages with their documentation: example files, and documents that the configuration names.
pub(super) struct Scopes {
    packages: PackageFolders,
    /// Folders about which there is some.
    folders: BTreeSet<FilePath>,
    /// Packages with some of their own.
    documented: BTreeSet<FilePath>,
}

impl Scopes {
    /// The folders are those about whose code something is documented.
    pub(super) fn of(folders: impl Iterator<Item = FilePath>, files: &[FilePath]) -> Self {
        let (packages, folders) = (PackageFolders::of(files), folders.collect::<BTreeSet<_>>());
        let documented = folders.iter().map(|folder| packages.at_or_above(folder.clone())).collect();
        Self { packages, folders, documented }
    }

    /// The package that documentation about a folder belongs to.
    pub(super) fn package_of(&self, folder: FilePath) -> FilePath {
        self.packages.at_or_above(folder)
    }

    /// Whether code has documentation in its folder or above, and which counts for it. A package that has some documents what it
    /// reads itself; for code of any other, those who run it may do so.
    pub(super) fn of_code(&self, path: &FilePath) -> (bool, FilePath) {
        let is_documented = above(folder_of(path)).any(|folder| self.folders.contains(&folder));
        let package = self.packages.around(path);
        let scope = if self.documented.contains(&package) { package } else { FilePath::new(EVERYWHERE) };
        (is_documented, scope)
    }
}

/// Whether the documentation of a package counts in a scope.
pub(super) fn counts(package: &FilePath, scope: &FilePath) -> bool {
    scope.as_str() == EVERYWHERE || package.is_root() || scope.is_under(package)
}
