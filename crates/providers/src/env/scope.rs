//! Whose example files count for which code.

use std::collections::BTreeSet;

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::{above, folder_of};
use auditlint_source::FilePath;

/// Files that make a folder a package.
const MANIFESTS: [&str; 2] = ["package.json", "Cargo.toml"];
/// Stands for code for which the examples of the whole project count.
const EVERYWHERE: &str = "*";

/// The packages with their example files.
pub(super) struct Scopes<'p, 's> {
    project: &'s ProjectScope<'p>,
    /// Folders that hold an example file.
    folders: BTreeSet<FilePath>,
    /// Packages with an example file of their own.
    packages: BTreeSet<FilePath>,
}

impl<'p, 's> Scopes<'p, 's> {
    pub(super) fn of<'e>(examples: impl Iterator<Item = &'e FilePath>, project: &'s ProjectScope<'p>) -> Self {
        let mut scopes = Self { project, folders: BTreeSet::new(), packages: BTreeSet::new() };
        for example in examples {
            scopes.folders.insert(folder_of(example));
            let package = scopes.of_example(example);
            scopes.packages.insert(package);
        }
        scopes
    }

    /// The package that an example file belongs to.
    pub(super) fn of_example(&self, path: &FilePath) -> FilePath {
        let is_package = |folder: &FilePath| MANIFESTS.iter().any(|name| self.project.has_file(&folder.join(name)));
        above(folder_of(path)).find(is_package).unwrap_or_else(FilePath::root)
    }

    /// Whether code has an example file in its folder or above, and which examples count for it. A package that has one documents what
    /// it reads itself; for code of any other, those who run it may do so.
    pub(super) fn of_code(&self, path: &FilePath) -> (bool, FilePath) {
        let has_example = above(folder_of(path)).any(|folder| self.folders.contains(&folder));
        let package = self.of_example(path);
        let scope = if self.packages.contains(&package) { package } else { FilePath::new(EVERYWHERE) };
        (has_example, scope)
    }
}

/// Whether the examples of a package count in a scope.
pub(super) fn counts(package: &FilePath, scope: &FilePath) -> bool {
    scope.as_str() == EVERYWHERE || package.is_root() || scope.is_under(package)
}

/// A scope as it is written.
pub(super) fn shown(scope: &FilePath) -> &str {
    if scope.is_root() { "." } else { scope.as_str() }
}
