//! The files that a path without an extension, of a folder or of a built file may mean.

use auditlint_source::FilePath;
use rustc_hash::FxHashMap;

use crate::ProjectScope;

/// A file of the project, by its place in [`ProjectScope::files`].
pub(super) type FileId = u32;

/// Extensions that a specifier may leave out, those of TypeScript first.
const EXTENSIONS: [&str; 14] = [
    ".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".vue", ".svelte", ".d.mts",
    ".d.cts",
];

/// Extensions that the compiler writes, and those of the sources that they stand for.
const WRITTEN: [(&str, &[&str]); 4] = [
    (".js", &[".ts", ".tsx", ".d.ts", ".jsx"]),
    (".jsx", &[".tsx", ".d.ts"]),
    (".mjs", &[".mts", ".d.mts", ".ts"]),
    (".cjs", &[".cts", ".d.cts", ".ts"]),
];

/// Folders into which builds write.
const BUILT: [&str; 12] =
    ["dist", "build", "lib", "out", "es", "esm", "cjs", "output", ".build", "types", "dist-types", "bundle"];

/// Folders inside of those, for several kinds of modules.
const FLAVOURS: [&str; 13] =
    ["esm", "cjs", "es", "es6", "umd", "module", "commonjs", "types", "node", "browser", "src", "source", "mjs"];

/// The files of a project by path.
pub(super) struct FileIndex<'p> {
    files: &'p [FilePath],
    ids: FxHashMap<&'p str, FileId>,
}

impl<'p> FileIndex<'p> {
    pub(super) fn new(scope: &ProjectScope<'p>) -> Self {
        let files = scope.files();
        Self { files, ids: files.iter().enumerate().map(|(id, path)| (path.as_str(), id as FileId)).collect() }
    }

    pub(super) fn paths(&self) -> &'p [FilePath] {
        self.files
    }

    pub(super) fn path(&self, id: FileId) -> &'p FilePath {
        &self.files[id as usize]
    }

    pub(super) fn id(&self, path: &str) -> Option<FileId> {
        self.ids.get(path).copied()
    }

    /// The file that a module specifier means by a path: that file, with an extension, the source of it, or the index of a folder.
    pub(super) fn of_module(&self, target: &FilePath) -> Option<FileId> {
        if let Some(id) = self.id(target.as_str()) {
            return Some(id);
        }
        let mut path = String::with_capacity(target.as_str().len() + 16);
        path.push_str(target.as_str());
        let stands_for = self.source_of_written(&mut path);
        stands_for.or_else(|| self.with_extension(&mut path)).or_else(|| {
            path.push_str(if path.is_empty() { "index" } else { "/index" });
            self.with_extension(&mut path)
        })
    }

    fn with_extension(&self, path: &mut String) -> Option<FileId> {
        let length = path.len();
        let found = EXTENSIONS.iter().find_map(|extension| {
            path.truncate(length);
            path.push_str(extension);
            self.id(path)
        });
        path.truncate(length);
        found
    }

    /// `a.ts` where `a.js` is asked for.
    fn source_of_written(&self, path: &mut String) -> Option<FileId> {
        let (written, sources) = WRITTEN.into_iter().find(|(written, _)| path.ends_with(written))?;
        let stem = path.len() - written.len();
        let found = sources.iter().find_map(|extension| {
            path.truncate(stem);
            path.push_str(extension);
            self.id(path)
        });
        path.truncate(stem);
        path.push_str(written);
        found
    }

    /// The source from which a build makes a file of a package, by its name: `src/a.ts` for `dist/esm/a.d.mts`.
    pub(super) fn source_of_built(&self, package: &FilePath, target: &str) -> Option<FileId> {
        let inner = target.trim_start_matches("./");
        let parts: Vec<&str> = inner.split('/').collect();
        let (name, folders) = parts.split_last()?;
        let stem = stem_of_built(name);
        let built = folders.first().filter(|first| BUILT.contains(first));
        let rest = &folders[usize::from(built.is_some())..];
        let without_flavour = rest.split_first().filter(|(first, _)| FLAVOURS.contains(first)).map(|(_, rest)| rest);
        for rest in std::iter::once(rest).chain(without_flavour) {
            for source in ["src", "source", "", "lib"] {
                let inner: Vec<&str> = std::iter::once(source).chain(rest.iter().copied()).chain([stem]).collect();
                if let Some(id) = self.of_module(&package.join(&inner.join("/"))) {
                    return Some(id);
                }
            }
        }
        None
    }

    /// Whether a file's path begins like that: `a.native.ts` where `a` is asked for.
    pub(super) fn has_kin(&self, target: &FilePath) -> bool {
        let start = format!("{}.", target.as_str());
        let at = self.files.partition_point(|file| file.as_str() < start.as_str());
        self.files.get(at).is_some_and(|file| file.as_str().starts_with(&start))
    }
}

fn stem_of_built(name: &str) -> &str {
    let endings = [".d.ts", ".d.mts", ".d.cts", ".d.js", ".js", ".mjs", ".cjs", ".jsx", ".ts"];
    endings.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_specifiers() {
        let mut files: Vec<FilePath> =
            ["a.ts", "b.d.ts", "b.js", "c/index.tsx", "d.mts", "e.svg", "f.json", "index.ts", "g.web.ts"]
                .map(FilePath::new)
                .into();
        files.sort();
        let scope = ProjectScope::new(&files, &|_| false);
        let index = FileIndex::new(&scope);
        for (target, expected) in [
            ("a", "a.ts"),
            ("a.js", "a.ts"),
            ("b", "b.d.ts"),
            ("b.js", "b.js"),
            ("c", "c/index.tsx"),
            ("c/index.js", "c/index.tsx"),
            ("d.mjs", "d.mts"),
            ("e.svg", "e.svg"),
            ("f", "f.json"),
            ("", "index.ts"),
            ("g", ""),
            ("é", ""),
        ] {
            let found = index.of_module(&FilePath::new(target)).map_or("", |id| index.path(id).as_str());
            assert_eq!(found, expected, "{target}");
        }
        assert!(index.has_kin(&FilePath::new("g")) && !index.has_kin(&FilePath::new("h")));
    }

    #[test]
    fn sources_of_built_files() {
        let mut files: Vec<FilePath> =
            ["p/src/index.ts", "p/src/utils/index.ts", "p/src/client/a.ts", "q/index.ts"].map(FilePath::new).into();
        files.sort();
        let scope = ProjectScope::new(&files, &|_| false);
        let index = FileIndex::new(&scope);
        for (package, target, expected) in [
            ("p", "./dist/index.js", "p/src/index.ts"),
            ("p", "./dist/esm/index.d.mts", "p/src/index.ts"),
            ("p", "dist/cjs/utils/index.cjs", "p/src/utils/index.ts"),
            ("p", "./dist/utils.js", "p/src/utils/index.ts"),
            ("p", "./dist/client/a.js", "p/src/client/a.ts"),
            ("p", "./dist/client/index.js", ""),
            ("q", "build/index.js", "q/index.ts"),
        ] {
            let found = index.source_of_built(&FilePath::new(package), target);
            assert_eq!(found.map_or("", |id| index.path(id).as_str()), expected, "{package} {target}");
        }
    }
}
