//! What decides whether a specifier names a package: the packages of a project, what each declares, aliases.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::{above, folder_of};
use auditlint_source::FilePath;
use auditlint_syntax::Language;
use rustc_hash::FxHashMap;

use super::fact::{Facts, ModuleFact};
use super::files::is_version;
use super::manifest::is_json;
use super::specifier::{Aliases, SpecifierAlias, package_of};
use super::supplies::brought_by;
use crate::conventions;

/// A `package.json`.
pub(super) struct NpmPackage<'r> {
    pub(super) path: FilePath,
    name: &'r str,
    dependencies: BTreeSet<&'r str>,
    /// The packages whose bundlers may replace what it imports: itself, those above it, and those that it depends
    /// on.
    replaced_by: Vec<FilePath>,
}

/// What decides what a specifier names.
pub(super) struct SpecifierContext<'r> {
    pub(super) packages: BTreeMap<FilePath, NpmPackage<'r>>,
    /// Patterns that hold everywhere.
    aliases: Aliases,
    /// Patterns of bundlers and test runners, by the folder of the package that they stand in.
    bundlers: BTreeMap<FilePath, Aliases>,
    /// The same of the packages below each.
    below: BTreeMap<FilePath, Aliases>,
    /// The folders of `baseUrl`s, and by first name of a path whether one of them holds it.
    base_folders: Vec<FilePath>,
    /// Whether an import map takes whole folders in, seen from where a server has them.
    is_pinned: bool,
    held: RefCell<FxHashMap<String, bool>>,
    /// First names of paths that a specifier may begin with because of a `baseUrl`.
    bases: BTreeSet<String>,
    /// The names that a specifier may begin with because of a bundler's `modules`: what lies in a folder, without extension.
    names: BTreeMap<FilePath, BTreeSet<String>>,
}

impl<'r> SpecifierContext<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Self {
        let mut project = Self {
            packages: BTreeMap::new(),
            aliases: Aliases::default(),
            bundlers: BTreeMap::new(),
            below: BTreeMap::new(),
            base_folders: Vec::new(),
            is_pinned: false,
            held: RefCell::default(),
            bases: BTreeSet::new(),
            names: BTreeMap::new(),
        };
        let mut bases: BTreeSet<FilePath> = BTreeSet::new();
        for (path, source) in sources {
            // What one that was not read declares is a question of the files below it alone.
            if path.name() == "package.json" && !source.gaps.is_empty() {
                let package =
                    NpmPackage { path: path.clone(), name: "", dependencies: BTreeSet::new(), replaced_by: Vec::new() };
                project.packages.insert(folder_of(path), package);
            }
            for said in &source.facts {
                let folder = || folder_of(path);
                match &said.fact {
                    ModuleFact::Ambient(pattern) => project.aliases.extend([SpecifierAlias::of_pattern(pattern)]),
                    ModuleFact::Base(base) => {
                        project.is_pinned |= !is_json(path);
                        bases.insert(FilePath::new(&format!("{}/{base}", folder().as_str())));
                    }
                    ModuleFact::Package(package) => {
                        let name = package.name.as_deref().unwrap_or_default();
                        let (dependencies, replaced_by) = (BTreeSet::new(), Vec::new());
                        let package = NpmPackage { path: path.clone(), name, dependencies, replaced_by };
                        project.packages.insert(folder(), package);
                    }
                    ModuleFact::Dependency { package: name, .. } => {
                        if &**name == "@docusaurus/core" {
                            let given =
                                ["@docusaurus", "@generated", "@site", "@theme", "@theme-init", "@theme-original"];
                            project.aliases.extend(given.into_iter().filter_map(SpecifierAlias::of_configuration));
                        }
                        if let Some(package) = project.packages.get_mut(&folder()) {
                            package.dependencies.insert(name);
                        }
                    }
                    _ => {}
                }
            }
        }
        project.replaced(sources);
        project.base_folders = bases.iter().cloned().collect();
        for (path, _) in sources.iter().filter(|(path, _)| !bases.is_empty() && is_code_or_json(path)) {
            for base in above(folder_of(path)).filter(|folder| bases.contains(folder)) {
                let name = below(path, &base).and_then(|inside| inside.split('/').next()).unwrap_or_default();
                for name in specified(name) {
                    if !project.bases.contains(name) {
                        project.bases.insert(name.to_owned());
                    }
                }
            }
        }
        project.names = names_in_packages(scope, project.packages.keys());
        project
    }

    /// Takes the patterns of bundlers, and works out for each package which of them may be about it.
    fn replaced(&mut self, sources: &[(FilePath, &Facts)]) {
        for (path, source) in sources {
            for said in &source.facts {
                if let ModuleFact::Alias(pattern) = &said.fact {
                    let folder = self.package_above(path).map_or_else(FilePath::root, |(folder, _)| folder.clone());
                    // What is configured below a package may build its code.
                    for around in above(folder.clone()).skip(1).filter(|around| self.packages.contains_key(around)) {
                        self.below.entry(around).or_default().extend(SpecifierAlias::of_configuration(pattern));
                    }
                    self.bundlers.entry(folder).or_default().extend(SpecifierAlias::of_configuration(pattern));
                }
            }
        }
        let with_aliases = self.packages.iter().filter(|(folder, _)| self.bundlers.contains_key(folder));
        let by_name: FxHashMap<&str, FilePath> =
            with_aliases.map(|(folder, package)| (package.name, folder.clone())).collect();
        for (folder, package) in &mut self.packages {
            let around = above(folder.clone()).filter(|folder| self.bundlers.contains_key(folder));
            // A configuration that packages share stands in a package of its own.
            let shared = package.dependencies.iter().filter_map(|name| by_name.get(name).cloned());
            package.replaced_by = around.chain(shared).collect();
        }
    }

    /// Whether a bundler or test runner may replace a specifier in a file below a `package.json`.
    fn is_replaced(&self, directory: Option<&FilePath>, specifier: &str) -> bool {
        let covers = |folder: &FilePath| self.bundlers.get(folder).is_some_and(|aliases| aliases.cover(specifier));
        let is_below = directory.and_then(|folder| self.below.get(folder)).is_some_and(|below| below.cover(specifier));
        match directory.and_then(|folder| self.packages.get(folder)) {
            Some(package) => is_below || package.replaced_by.iter().any(covers),
            None => self.bundlers.keys().any(covers),
        }
    }

    /// Whether a `baseUrl` may hold what a path begins with: a folder of anything, or what is not there to be seen.
    fn is_below_base(&self, first: &str, scope: &ProjectScope<'_>) -> bool {
        if let Some(known) = self.held.borrow().get(first) {
            return *known;
        }
        let holds = |base: &FilePath| {
            let folder = base.join(first);
            conventions::is_made_for_imports(first) || scope.has_folder(&folder) || scope.is_out_of_sight(&folder)
        };
        let is_held = self.base_folders.iter().any(holds);
        self.held.borrow_mut().insert(first.to_owned(), is_held);
        is_held
    }

    /// Whether a specifier begins with the name of something in a package, in its `src` or its `app`: bundlers and test runners can
    /// be told to look there.
    fn is_folder_of(&self, package: &FilePath, specifier: &str) -> bool {
        let first = specifier.split('/').next().unwrap_or_default();
        let has = |inner| self.names.get(&join(package, inner)).is_some_and(|names| names.contains(first));
        INNER.into_iter().any(has)
    }

    pub(super) fn package_above(&self, path: &FilePath) -> Option<(&FilePath, &NpmPackage<'r>)> {
        above(folder_of(path)).find_map(|folder| self.packages.get_key_value(&folder))
    }

    /// The npm package that a specifier names in a file below a `package.json`.
    pub(super) fn package<'s>(
        &self,
        directory: Option<&FilePath>,
        specifier: &'s str,
        scope: &ProjectScope<'_>,
    ) -> Option<&'s str> {
        let is_own = directory.is_some_and(|folder| self.is_folder_of(folder, specifier));
        let is_package = || !self.is_replaced(directory, specifier) && !self.is_alias(specifier, scope);
        package_of(specifier).filter(|_| !is_own && is_package())
    }

    fn is_alias(&self, specifier: &str, scope: &ProjectScope<'_>) -> bool {
        let first = specifier.split('/').next().unwrap_or_default();
        let may_be_below_base = !self.base_folders.is_empty() && !specifier.starts_with('@') && specifier.contains('/');
        self.bases.contains(first)
            || self.aliases.cover(specifier)
            || (may_be_below_base && (self.is_pinned || is_asset(specifier) || self.is_below_base(first, scope)))
    }

    /// By folder of a package: the packages that code below it may import. In a project of many packages only those of what the
    /// packages above declare that are `imported` there.
    pub(super) fn available(
        &self,
        imported: &BTreeMap<FilePath, BTreeSet<String>>,
    ) -> BTreeMap<&FilePath, BTreeSet<String>> {
        let given: BTreeMap<&FilePath, BTreeSet<String>> =
            self.packages.iter().map(|(folder, package)| (folder, package.gives())).collect();
        let mut left = MOST_INHERITED;
        let available = self.packages.iter().map(|(folder, package)| {
            let mut names = given[folder].clone();
            if !package.name.is_empty() {
                names.insert(package.name.to_owned());
            }
            let around: Vec<&BTreeSet<String>> =
                above(folder.clone()).skip(1).filter_map(|folder| given.get(&folder)).collect();
            let count: usize = around.iter().map(|given| given.len()).sum();
            if count <= left {
                left -= count;
                names.extend(around.into_iter().flatten().cloned());
            } else {
                let wanted = imported.get(folder).into_iter().flatten();
                names.extend(wanted.filter(|name| around.iter().any(|given| given.contains(*name))).cloned());
            }
            (folder, names)
        });
        available.collect()
    }
}

impl NpmPackage<'_> {
    /// The packages that its dependencies let its code import.
    fn gives(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for dependency in &self.dependencies {
            names.insert((*dependency).to_owned());
            names.extend(brought_by(dependency).iter().map(|name| (*name).to_owned()));
        }
        names
    }
}

/// How many dependencies packages take over from those above them before only those count that their code imports: each of a thousand
/// packages has all dependencies of the root.
const MOST_INHERITED: usize = 50_000;

/// Folders of a package in which bundlers and test runners are often told to look.
const INNER: [&str; 3] = ["", "src", "app"];

/// The names of the modules and folders in each package and its inner folders, without extensions. A folder of images counts: they are
/// imported as well.
fn names_in_packages<'p>(
    scope: &ProjectScope<'_>,
    packages: impl Iterator<Item = &'p FilePath>,
) -> BTreeMap<FilePath, BTreeSet<String>> {
    let mut names: BTreeMap<FilePath, BTreeSet<String>> = BTreeMap::new();
    names.extend(packages.flat_map(|package| INNER.map(|inner| (join(package, inner), BTreeSet::new()))));
    for path in scope.files() {
        for folder in above(folder_of(path)) {
            let (Some(names), Some(inside)) = (names.get_mut(&folder), below(path, &folder)) else { continue };
            let name = match inside.split_once('/') {
                Some((name, _)) => name,
                None if is_code_or_json(path) => inside,
                None => continue,
            };
            for name in specified(name) {
                if !names.contains(name) {
                    names.insert(name.to_owned());
                }
            }
        }
    }
    names
}

/// What a specifier may call a file or a folder: its name, that without its extension, and without the version in it. `next.config.js`
/// is no `next`.
fn specified(name: &str) -> impl Iterator<Item = &str> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let version = stem.rsplit_once('.').filter(|(_, version)| is_version(version)).map(|(stem, _)| stem);
    std::iter::once(name).chain([stem]).chain(version).filter(|name| !name.is_empty())
}

/// Whether a path names what is no code, which a build may put anywhere: `styles/a.css`.
fn is_asset(specifier: &str) -> bool {
    let name = specifier.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| !matches!(extension, "js" | "mjs" | "cjs" | "jsx" | "ts" | "tsx" | "mts" | "cts"))
}

fn join(folder: &FilePath, inner: &str) -> FilePath {
    FilePath::new(&format!("{}/{inner}", folder.as_str()))
}

/// The path below a folder.
fn below<'p>(path: &'p FilePath, folder: &FilePath) -> Option<&'p str> {
    if folder.is_root() {
        return Some(path.as_str());
    }
    path.as_str().strip_prefix(folder.as_str())?.strip_prefix('/')
}

/// Components hold imports as well, and are not names of modules.
fn is_code_or_json(path: &FilePath) -> bool {
    is_json(path) || Language::of_path(path).is_some()
}
