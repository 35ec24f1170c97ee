//! Folders that a manifest makes a package, and which of them a file belongs to.

use auditlint_facts::folder::{above, folder_of};
use auditlint_source::FilePath;
use rustc_hash::FxHashSet;

use crate::conventions::PACKAGE_MANIFESTS;

/// The folders of the packages of a project.
pub(crate) struct PackageFolders(FxHashSet<FilePath>);

impl PackageFolders {
    pub(crate) fn of(files: &[FilePath]) -> Self {
        Self(files.iter().filter(|path| PACKAGE_MANIFESTS.contains(&path.name())).map(folder_of).collect())
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

/// The folder in which a package has its sources.
const SOURCES: &str = "src";

/// How many files below a folder are looked at for one of code.
const MOST_FILES: usize = 256;

/// What a package with code has at its top: where it begins, how it is compiled, what is installed.
const ENTRIES: [&str; 11] =
    ["app", "bun", "cli", "index", "lib", "main", "package-lock", "pnpm-lock", "server", "tsconfig", "yarn"];

/// Whether the manifest of a folder is a text among the sources of another package, which a program copies or fills in: no code lies
/// below it, and what lies beside it is not a beginning of a package. `files` are those of the project, in their order.
pub(crate) fn is_text_among_sources(folder: &FilePath, files: &[FilePath]) -> bool {
    let has = |path: &FilePath| files.binary_search(path).is_ok();
    let around = above(folder.clone()).filter(|folder| folder.name() == SOURCES).filter_map(|sources| sources.parent());
    let mut outer = around.flat_map(above);
    let start = format!("{folder}/");
    let at = files.partition_point(|file| file.as_str() < start.as_str());
    let inside = files[at..].iter().map_while(|file| Some((file, file.as_str().strip_prefix(&start)?)));
    let is_of_package = |(file, rest): (&FilePath, &str)| {
        (rest.contains('/') && crate::conventions::has_code(file))
            || (!rest.contains('/') && ENTRIES.contains(&file.stem().split('.').next().unwrap_or_default()))
    };
    outer.any(|folder| PACKAGE_MANIFESTS.iter().any(|manifest| has(&folder.join(manifest))))
        && !inside.take(MOST_FILES).any(is_of_package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_that_are_texts() {
        let mut files: Vec<FilePath> = [
            "package.json",
            "gen/src/admin/manifest/fill.ts",
            "gen/src/admin/manifest/package.json",
            "gen/src/api/package.json",
            "gen/src/api/src/a.ts",
            "gen/src/ui/package.json",
            "gen/src/ui/tsconfig.json",
            "gen/src/web/package.json",
            "gen/src/web/main.ts",
            "tools/manifest/package.json",
        ]
        .map(FilePath::new)
        .into();
        files.sort();
        for (folder, expected) in [
            ("gen/src/admin/manifest", true),
            ("gen/src/web", false),
            ("gen/src/api", false),
            ("gen/src/ui", false),
            ("tools/manifest", false),
            ("", false),
        ] {
            assert_eq!(is_text_among_sources(&FilePath::new(folder), &files), expected, "{folder}");
        }
        files.retain(|file| file.as_str() != "package.json");
        assert!(!is_text_among_sources(&FilePath::new("gen/src/admin/manifest"), &files), "no package is around");
    }

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
