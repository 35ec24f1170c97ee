//! The files that a path without an extension, of a folder or of a built file may mean.

use std::cell::RefCell;
use std::rc::Rc;

use auditlint_facts::ProjectScope;
use auditlint_source::FilePath;
use rustc_hash::FxHashMap;

use crate::conventions;

/// A file of the project, by its place in [`ProjectScope::files`].
pub(super) type FileId = u32;

/// Extensions that a specifier may leave out, those of TypeScript first.
const EXTENSIONS: [&str; 14] = [
    ".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".vue", ".svelte", ".d.mts",
    ".d.cts",
];

/// Extensions that a specifier may spell, and those of the files that it then means by the rules of the compiler: what it writes
/// stands for its source, and code with JSX and code without for each other.
const WRITTEN: [(&str, &[&str]); 7] = [
    (".d.ts", &[".ts", ".tsx"]),
    (".ts", &[".tsx", ".d.ts", ".jsx", ".js"]),
    (".tsx", &[".ts", ".d.ts", ".jsx", ".js"]),
    (".js", &[".ts", ".tsx", ".d.ts", ".jsx"]),
    (".jsx", &[".tsx", ".ts", ".d.ts", ".js"]),
    (".mjs", &[".mts", ".d.mts", ".ts"]),
    (".cjs", &[".cts", ".d.cts", ".ts"]),
];

/// Platforms for which a file may stand beside the one for all others: `a.native.ts`.
const PLATFORMS: [&str; 6] = ["android", "ios", "macos", "native", "web", "windows"];

/// What bundlers and frameworks put between the name of a module and its extension for one of its versions.
const VERSIONS: [&str; 20] = [
    "android",
    "browser",
    "bs",
    "client",
    "desktop",
    "dev",
    "development",
    "electron",
    "ios",
    "macos",
    "min",
    "mobile",
    "native",
    "node",
    "prod",
    "production",
    "server",
    "tv",
    "web",
    "windows",
];

/// Extensions that no bundler adds to a specifier.
const NO_MODULES: [&str; 20] = [
    "csv", "gif", "html", "ico", "jpeg", "jpg", "log", "md", "mdx", "pdf", "png", "rst", "sh", "snap", "sql", "svg",
    "toml", "txt", "webp", "yml",
];

/// Extensions that compilers write, and those of sources that no grammar of ours reads.
const COMPILED: [(&str, &[&str]); 4] = [
    ("css", &["less", "pcss", "postcss", "sass", "scss", "styl"]),
    ("js", &["civet", "cljs", "coffee", "elm", "fs", "imba", "litcoffee", "ls", "ml", "purs", "re", "res"]),
    ("mjs", &["civet", "coffee", "fs", "gleam", "ml", "re", "res"]),
    ("cjs", &["coffee", "ml", "re", "res"]),
];

/// Folders inside of those, for several kinds of modules.
const FLAVOURS: [&str; 13] =
    ["esm", "cjs", "es", "es6", "umd", "module", "commonjs", "types", "node", "browser", "src", "source", "mjs"];

/// The files of a project by path.
pub(super) struct FileIndex<'p> {
    files: &'p [FilePath],
    ids: FxHashMap<&'p str, FileId>,
    /// By file: its versions for single platforms.
    versions: RefCell<FxHashMap<FileId, Rc<[FileId]>>>,
}

/// How many files for other sizes of screens are looked at; behind more, some are taken to be there.
const MOST_SCALED: usize = 64;

impl<'p> FileIndex<'p> {
    pub(super) fn new(scope: &ProjectScope<'p>) -> Self {
        let files = scope.files();
        let ids = files.iter().enumerate().map(|(id, path)| (path.as_str(), id as FileId)).collect();
        Self { files, ids, versions: RefCell::default() }
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
        stands_for.or_else(|| self.with_extension(&mut path)).or_else(|| self.of_folder(target))
    }

    /// The index of a folder.
    pub(super) fn of_folder(&self, folder: &FilePath) -> Option<FileId> {
        self.with_extension(&mut folder.join("index").as_str().to_owned())
    }

    /// The first of several targets that is there, and whether the others lead to it as well: who asks decides which is meant.
    pub(super) fn of_targets(&self, targets: impl Iterator<Item = FilePath>) -> Option<(FileId, bool)> {
        let mut found = targets.filter_map(|target| self.of_module(&target));
        let first = found.next()?;
        Some((first, found.all(|other| other == first)))
    }

    /// The versions of a file for single platforms: `a.native.ts` of `a.ts`.
    pub(super) fn for_platforms(&self, file: FileId) -> Rc<[FileId]> {
        if let Some(known) = self.versions.borrow().get(&file) {
            return Rc::clone(known);
        }
        let found: Rc<[FileId]> = self.versions_of(file).collect();
        self.versions.borrow_mut().insert(file, Rc::clone(&found));
        found
    }

    fn versions_of(&self, file: FileId) -> impl Iterator<Item = FileId> {
        let path = self.path(file);
        let stem = stem_of(path).map(|stem| format!("{stem}."));
        let is_version = move |rest: &str| {
            rest.split_once('.').is_some_and(|(platform, rest)| PLATFORMS.contains(&platform) && is_code(rest))
        };
        stem.into_iter()
            .flat_map(move |stem| self.starting(stem))
            .filter(move |(_, rest)| is_version(rest))
            .map(|(id, _)| id)
    }

    /// The files whose paths begin like that, and how they go on.
    fn starting(&self, start: String) -> impl Iterator<Item = (FileId, &'p str)> {
        let files = self.files;
        let at = files.partition_point(|file| file.as_str() < start.as_str());
        let rest = files[at..].iter().map_while(move |file| file.as_str().strip_prefix(start.as_str()));
        (at as FileId..).zip(rest)
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
        let built = folders.first().filter(|first| conventions::is_output(first));
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

    /// Whether files lie there from which a bundler or a compiler may make the one that is asked for: `a.native.ts` where it is `a`,
    /// `a@2x.png` or `a.ios.png` where it is `a.png`, `a.coffee` where it is `a.js`.
    pub(super) fn has_kin(&self, target: &FilePath) -> bool {
        let is_kin = |rest: &str| match rest.split_once('.') {
            _ if rest.contains('/') => false,
            None => !NO_MODULES.contains(&rest),
            // A file of its own by a longer name, such as a test, stands for nothing.
            Some((version, _)) => VERSIONS.contains(&version) || is_code(version),
        };
        let siblings = self.starting(format!("{target}.")).map(|(_, rest)| rest).enumerate();
        if siblings.take(MOST_SCALED + 1).any(|(at, rest)| at == MOST_SCALED || is_kin(rest)) {
            return true;
        }
        let (Some(stem), Some(extension)) = (stem_of(target), target.extension()) else { return false };
        let compiled = COMPILED.iter().find(|(written, _)| *written == extension).map_or(&[][..], |(_, from)| from);
        let is_scaled = |(at, rest): (usize, &str)| {
            at == MOST_SCALED || rest.rsplit_once('.').is_some_and(|(_, last)| last == extension)
        };
        // ReScript writes `a.res.js` for `a.res`, or `a.bs.js`.
        let inner = stem.strip_suffix(".bs").unwrap_or(stem);
        self.files.binary_search(&FilePath::new(stem)).is_ok_and(|_| !compiled.is_empty())
            || PLATFORMS.iter().any(|platform| self.id(&format!("{inner}.{platform}.{extension}")).is_some())
            || compiled.iter().any(|source| self.id(&format!("{inner}.{source}")).is_some())
            || self.starting(format!("{stem}@")).map(|(_, rest)| rest).enumerate().any(is_scaled)
    }
}

/// Whether what stands before the extension of a name says which version of the module it is: `a.native.ts`, `a.d.ts`.
pub(super) fn is_version(part: &str) -> bool {
    part == "d" || VERSIONS.contains(&part)
}

fn is_code(extension: &str) -> bool {
    EXTENSIONS.iter().any(|code| code[1..] == *extension)
}

/// A path without its last extension.
fn stem_of(path: &FilePath) -> Option<&str> {
    path.as_str().strip_suffix(path.extension()?)?.strip_suffix('.')
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
    }

    #[test]
    fn kin_of_files() {
        let mut files: Vec<FilePath> = [
            "a.native.ts",
            "a.test.ts",
            "a.ts",
            "b@2x.png",
            "c.ios.png",
            "d.coffee",
            "e.res",
            "f.scss",
            "g.fs",
            "h.test.js",
            "h.js.map",
        ]
        .map(FilePath::new)
        .into();
        files.sort();
        let scope = ProjectScope::new(&files, &|_| false);
        let index = FileIndex::new(&scope);
        for (target, expected) in [
            ("a", true),
            ("b.png", true),
            ("b.jpg", false),
            ("c.png", true),
            ("d.js", true),
            ("d.css", false),
            ("e.bs.js", true),
            ("e.res.mjs", true),
            ("f.css", true),
            ("g.fs.js", true),
            ("h", true),
            ("h.mjs", false),
            ("i.js", false),
        ] {
            assert_eq!(index.has_kin(&FilePath::new(target)), expected, "{target}");
        }
        let kin = |path: &str| {
            index.for_platforms(index.id(path).unwrap()).iter().map(|id| index.path(*id).as_str()).collect::<Vec<_>>()
        };
        assert_eq!(kin("a.ts"), ["a.native.ts"]);
        assert!(kin("a.native.ts").is_empty() && kin("d.coffee").is_empty());
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
