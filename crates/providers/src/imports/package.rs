//! The files that packages of the project give to those who import them.

use std::collections::BTreeMap;

use auditlint_facts::folder::folder_of;
use auditlint_source::FilePath;
use rustc_hash::FxHashMap;

use super::fact::{Facts, ModuleFact};
use super::files::{FileId, FileIndex};
use super::patterns::{Fit, Patterns};

/// Packages whose tools import names by themselves, so that nobody sees who uses what.
const AUTO_IMPORTERS: [&str; 8] =
    ["nuxt", "nuxt-edge", "nitro", "nitropack", "unplugin-auto-import", "wxt", "@nuxt/kit", "@tanstack/react-start"];

/// What a `package.json` says about its modules.
#[derive(Default)]
pub(super) struct ModuleManifest<'r> {
    pub(super) folder: FilePath,
    pub(super) name: &'r str,
    /// Whether nobody but the project can import it.
    pub(super) is_private: bool,
    /// Whether its files are modules, and not those of CommonJS.
    pub(super) is_module: bool,
    /// Whether it puts files in the place of others, for browsers.
    pub(super) replaces: bool,
    /// Whether it could not be read.
    pub(super) is_broken: bool,
    /// Targets of keys of `exports`, `main`, `bin`.
    targets: Vec<&'r str>,
    /// The same by their keys.
    entries: Patterns<'r>,
    /// Whether some of them are of `exports`.
    has_exports: bool,
    /// Keys of `imports`, and their targets.
    own_imports: Patterns<'r>,
    has_own_imports: bool,
    versions: FxHashMap<&'r str, &'r str>,
}

/// A file that a package gives.
pub(super) struct GivenFile {
    pub(super) file: FileId,
    /// Whether its own files say so, and it is not a guess from the name of a built file.
    pub(super) is_said: bool,
}

impl<'r> ModuleManifest<'r> {
    /// Every `package.json`, by its folder.
    pub(super) fn all(sources: &'r [(FilePath, &Facts)]) -> BTreeMap<FilePath, Self> {
        let mut all = BTreeMap::new();
        for (path, source) in sources.iter().filter(|(path, _)| path.name() == "package.json") {
            let mut manifest = Self { folder: folder_of(path), is_broken: !source.gaps.is_empty(), ..Self::default() };
            let (mut entries, mut own_imports) = (Vec::new(), Vec::new());
            for said in &source.facts {
                match &said.fact {
                    ModuleFact::Package(package) => {
                        manifest.name = package.name.as_deref().unwrap_or_default();
                        manifest.is_private = package.is_private;
                        manifest.replaces = package.replaces;
                        manifest.is_module = package.is_module;
                    }
                    ModuleFact::Entry { key, target } => entries.push((&**key, &**target)),
                    ModuleFact::OwnImport { key, target } => own_imports.push((&**key, &**target)),
                    ModuleFact::Dependency { package, version } => {
                        manifest.versions.insert(package, version.as_deref().unwrap_or_default());
                    }
                    _ => {}
                }
            }
            manifest.targets = entries.iter().map(|(_, target)| *target).filter(|target| !target.is_empty()).collect();
            manifest.has_exports = entries.iter().any(|(key, _)| key.starts_with('.'));
            manifest.entries = Patterns::of(entries);
            manifest.has_own_imports = !own_imports.is_empty();
            manifest.own_imports = Patterns::of(own_imports);
            all.insert(manifest.folder.clone(), manifest);
        }
        all
    }

    /// Whether a package that it names is that of the project and not one of a registry.
    pub(super) fn links(&self, package: &str) -> bool {
        let version = self.versions.get(package).copied().unwrap_or_default();
        self.name == package
            || version == "*"
            || ["workspace:", "link:", "file:", "portal:"].iter().any(|start| version.starts_with(start))
    }

    /// The packages that it expects in the workspace that it belongs to.
    pub(super) fn of_workspace(&self) -> impl Iterator<Item = &'r str> {
        self.versions.iter().filter(|(_, version)| version.starts_with("workspace:")).map(|(name, _)| *name)
    }

    pub(super) fn declares(&self, package: &str) -> bool {
        self.versions.contains_key(package)
    }

    /// Whether a tool of the package imports names where they are used.
    pub(super) fn imports_by_itself(&self) -> bool {
        AUTO_IMPORTERS.iter().any(|package| self.versions.contains_key(package))
    }

    /// The file behind a part of the package: `.` or `./part`.
    pub(super) fn part(&self, part: &str, files: &FileIndex<'_>) -> Option<GivenFile> {
        let targets = self.targets(part);
        let said = |file: FileId| GivenFile { file, is_said: true };
        let guessed = |file: FileId| GivenFile { file, is_said: false };
        let exact = files.of_targets(targets.iter().map(|target| self.folder.join(target)));
        let found = exact.map(|(file, is_said)| GivenFile { file, is_said });
        let found = found.or_else(|| {
            let built = |target: &String| files.source_of_built(&self.folder, target);
            targets.iter().find_map(built).map(guessed)
        });
        // Where `exports` does not have the part, a bundler may look for the file all the same.
        let plain = || files.of_module(&self.folder.join(part));
        let found = found.or_else(|| plain().map(if self.has_exports { guessed } else { said }));
        found
            .or_else(|| files.source_of_built(&self.folder, part).map(guessed))
            .or_else(|| {
                self.source()
                    .filter(|_| part == ".")
                    .and_then(|source| files.of_module(&self.folder.join(source)))
                    .map(guessed)
            })
            .or_else(|| (part == ".").then(|| files.source_of_built(&self.folder, "index")).flatten().map(guessed))
    }

    /// The targets of the keys that fit a part, with what stands for `*` filled in.
    fn targets(&self, part: &str) -> Vec<String> {
        let fitting = fitting(&self.entries, part);
        if part == "." && fitting.is_empty() {
            return self.entries.exactly("main").iter().map(|target| (*target).to_owned()).collect();
        }
        fitting
    }

    /// Whether `exports` is sure not to give a part to others.
    pub(super) fn hides(&self, part: &str) -> bool {
        // `./folder/` gave all below it in older versions.
        let has_folders = || self.entries.exacts().any(|key| key.len() > 2 && key.ends_with('/'));
        let is_asked = !matches!(part, "." | "./package.json");
        self.has_exports && !self.is_broken && is_asked && !has_folders() && fitting(&self.entries, part).is_empty()
    }

    /// The files of which one has to be there for a part: those that `exports` names for it, and without `exports` the part itself,
    /// where nobody else can get built files of the package.
    pub(super) fn needed(&self, part: &str) -> Vec<String> {
        match self.has_exports {
            true => fitting(&self.entries, part),
            false if self.is_private && part != "." => vec![part.to_owned()],
            false => Vec::new(),
        }
    }

    /// The file from which the package says that it is built.
    pub(super) fn source(&self) -> Option<&'r str> {
        self.entries.exactly("source").first().copied().filter(|target| !target.is_empty())
    }

    /// The files that the package gives as a whole, as they are written.
    pub(super) fn given(&self) -> Vec<String> {
        self.targets(".")
    }

    /// Whether a tool of the package looks for files of others without asking their `exports`.
    pub(super) fn ignores_exports(&self) -> bool {
        const OLD_WEBPACK: [&str; 2] = ["3", "4"];
        let webpack = self.versions.get("webpack").map(|version| version.trim_start_matches(['^', '~', '=', 'v']));
        ["react-native", "expo", "metro", "parcel", "parcel-bundler", "browserify"]
            .iter()
            .any(|tool| self.versions.contains_key(tool))
            || webpack.is_some_and(|version| OLD_WEBPACK.iter().any(|old| version.starts_with(old)))
    }

    /// Whether it has `imports` of its own.
    pub(super) fn has_own_imports(&self) -> bool {
        self.has_own_imports && !self.is_broken
    }

    /// The targets of a `#specifier`.
    pub(super) fn own_import(&self, specifier: &str) -> Vec<String> {
        fitting(&self.own_imports, specifier)
    }

    /// The files that others than the project may import; `None` where that may be any.
    pub(super) fn published(&self, files: &FileIndex<'_>) -> Option<Vec<FileId>> {
        if self.is_broken || self.targets.is_empty() || self.targets.iter().any(|target| target.contains('*')) {
            return None;
        }
        let file = |target: &str| {
            let exact = files.of_module(&self.folder.join(target));
            exact.or_else(|| files.source_of_built(&self.folder, target))
        };
        let found: Vec<FileId> = self.targets.iter().filter_map(|target| file(target)).collect();
        let is_code = |target: &str| !target.ends_with(".css") && !target.ends_with(".json");
        let unknown = self.targets.iter().any(|target| is_code(target) && file(target).is_none());
        (!unknown).then_some(found)
    }
}

/// The targets of the best of the keys that fit, in their order.
fn fitting(entries: &Patterns<'_>, part: &str) -> Vec<String> {
    let fits = entries.best(part);
    let target = |fit: &Fit<'_, '_, '_>, target: &str| match fit.pattern.contains('*') {
        true => target.replace('*', fit.star),
        false => target.to_owned(),
    };
    let targets = fits.iter().flat_map(|fit| fit.targets.iter().map(|text| target(fit, text)));
    // A key may be there to exclude something.
    targets.filter(|target| !target.is_empty()).collect()
}
