//! The packages of a project, their workspaces, and what their code may name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use auditlint_facts::folder::{above, folder_of};
use auditlint_source::limits::MAX_GLOB;
use auditlint_source::{FilePath, Span};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::fact::{CargoFact, Facts};
use crate::read::cargo_toml::{self, CARGO_TOML, CargoDependencyKind, CargoTarget, Edition, WorkspaceDependency};

/// Crates that come with the compiler.
const STANDARD: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];

/// The kinds of code, by what it may use.
pub(super) const KINDS: [&str; 3] = ["normal", "dev", "build"];

/// A package.
pub(super) struct CargoPackage<'r> {
    pub(super) folder: &'r FilePath,
    pub(super) path: FilePath,
    pub(super) span: Span,
    pub(super) name: Option<&'r str>,
    /// The name of its library in code.
    pub(super) library: String,
    pub(super) edition: Option<&'r str>,
    pub(super) dependencies: Vec<CargoDependency<'r>>,
    pub(super) features: Vec<(Span, &'r str, Option<&'r Arc<str>>)>,
    known_features: BTreeSet<&'r str>,
    pub(super) targets: Vec<&'r CargoTarget>,
    root: Option<&'r FilePath>,
}

/// A dependency.
pub(super) struct CargoDependency<'r> {
    pub(super) span: Span,
    pub(super) name: &'r str,
    pub(super) package: &'r str,
    pub(super) kind: CargoDependencyKind,
    pub(super) optional: bool,
    pub(super) version: Option<&'r Arc<str>>,
    pub(super) target: Option<&'r Arc<str>>,
    /// The package of the project that it is.
    pub(super) folder: Option<FilePath>,
}

/// A workspace.
#[derive(Default)]
struct CargoWorkspace<'r> {
    edition: Option<&'r str>,
    taken: Vec<&'r str>,
    left: Vec<&'r str>,
    shared: BTreeMap<&'r str, &'r WorkspaceDependency>,
}

/// The packages of a project, by folder.
pub(super) struct CargoPackages<'r> {
    packages: BTreeMap<&'r FilePath, CargoPackage<'r>>,
    /// The folders of every `Cargo.toml` that was not understood.
    broken: BTreeSet<FilePath>,
    /// The workspace of each member.
    members: BTreeMap<FilePath, FilePath>,
}

impl<'r> CargoPackages<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &'r Facts)], folders: &'r [FilePath]) -> Self {
        let manifests = || sources.iter().zip(folders).filter(|((path, _), _)| path.name() == CARGO_TOML);
        let workspaces: BTreeMap<&FilePath, CargoWorkspace<'_>> =
            manifests().filter_map(|((_, source), folder)| Some((folder, workspace(source)?))).collect();
        let named: BTreeMap<&FilePath, (Span, &cargo_toml::PackageSection)> =
            manifests().filter_map(|((_, source), folder)| Some((folder, package_of(source)?))).collect();
        let mut packages = BTreeMap::new();
        for ((path, source), folder) in manifests() {
            let Some((span, own)) = named.get(folder).copied() else { continue };
            let pointed = own.workspace.as_ref().map(|pointed| folder.join(pointed));
            let root = match pointed {
                Some(pointed) => workspaces.get_key_value(&pointed),
                None => above(folder.clone()).find_map(|folder| workspaces.get_key_value(&folder)),
            };
            let edition = match &own.edition {
                Edition::Unknown => None,
                Edition::Inherited => root.and_then(|(_, workspace)| workspace.edition),
                Edition::Of(edition) => Some(&**edition),
            };
            let (mut dependencies, mut features, mut targets) = (Vec::new(), Vec::new(), Vec::new());
            for said in &source.facts {
                match &said.fact {
                    CargoFact::Dependency(found) => {
                        dependencies.push(dependency(said.span, found, folder, root, &named));
                    }
                    CargoFact::Feature { name, enables } => features.push((said.span, &**name, enables.as_ref())),
                    CargoFact::Target(target) => targets.push(target),
                    _ => {}
                }
            }
            let optional = dependencies.iter().filter(|one: &&CargoDependency<'_>| one.optional).map(|one| one.name);
            let known_features = features.iter().map(|(_, name, _)| *name).chain(optional).collect();
            let package = CargoPackage {
                folder,
                path: path.clone(),
                span,
                name: own.name.as_deref().filter(|name| !name.is_empty()),
                library: library(own),
                edition,
                dependencies,
                known_features,
                features,
                targets,
                root: root.map(|(root, _)| *root),
            };
            packages.insert(folder, package);
        }
        let broken = manifests().filter(|((_, source), _)| !source.gaps.is_empty()).map(|(_, folder)| folder.clone());
        let members = members(&packages, &workspaces);
        Self { packages, broken: broken.collect(), members }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &CargoPackage<'r>> {
        self.packages.values()
    }

    /// The workspace of which a package is a member; the root is one itself.
    pub(super) fn workspace_of(&self, package: &CargoPackage<'_>) -> Option<&FilePath> {
        self.members.get(package.folder)
    }

    /// The package to which a file in a folder belongs; `None` where there is none, or the manifest is not understood.
    pub(super) fn around(&self, folder: &FilePath) -> Option<&CargoPackage<'r>> {
        for folder in above(folder.clone()) {
            if let Some(package) = self.packages.get(&folder) {
                return Some(package);
            }
            if self.broken.contains(&folder) {
                return None;
            }
        }
        None
    }

    /// The crates that code of a package may name: the name in code, the kind of code, the place that says so.
    pub(super) fn available(&self, package: &CargoPackage<'_>) -> Vec<(String, &'static str, Span)> {
        let mut found = Vec::new();
        for kind in KINDS {
            found.extend(STANDARD.iter().map(|name| ((*name).to_owned(), kind, package.span)));
        }
        // The library itself, for programs, tests, examples and benches; where it names itself, an `extern crate self` says so.
        found.push((package.library.clone(), "normal", package.span));
        found.push((package.library.clone(), "dev", package.span));
        for dependency in &package.dependencies {
            let name = self.name_in_code(dependency);
            if dependency.kind == CargoDependencyKind::Normal {
                found.push((name.clone(), "normal", dependency.span));
            }
            let kind = if dependency.kind == CargoDependencyKind::Build { "build" } else { "dev" };
            found.push((name, kind, dependency.span));
        }
        found
    }

    /// The name of a dependency in code.
    pub(super) fn name_in_code(&self, dependency: &CargoDependency<'_>) -> String {
        let own = dependency.folder.as_ref().filter(|_| !dependency.is_renamed());
        let library = own.and_then(|folder| self.packages.get(folder)).map(|package| package.library.clone());
        library.unwrap_or_else(|| in_code(dependency.name))
    }
}

impl CargoDependency<'_> {
    pub(super) fn is_renamed(&self) -> bool {
        self.name != self.package
    }

    /// Whether the library may have another name than the package, and nobody can say which.
    pub(super) fn may_be_named_otherwise(&self) -> bool {
        !self.is_renamed() && self.folder.is_none()
    }
}

impl CargoPackage<'_> {
    /// Whether a feature is one of the package, so that code under it is compiled for somebody.
    pub(super) fn has_feature(&self, name: &str) -> bool {
        self.known_features.contains(name)
    }
}

/// A name of a package or dependency as code spells it.
pub(super) fn in_code(name: &str) -> String {
    name.replace('-', "_")
}

fn package_of(source: &Facts) -> Option<(Span, &cargo_toml::PackageSection)> {
    source.facts.iter().find_map(|said| match &said.fact {
        CargoFact::Package(package) => Some((said.span, &**package)),
        _ => None,
    })
}

fn library(package: &cargo_toml::PackageSection) -> String {
    in_code(package.library.as_ref().or(package.name.as_ref()).map(|name| &**name).unwrap_or_default())
}

fn workspace(source: &Facts) -> Option<CargoWorkspace<'_>> {
    let mut found = None::<CargoWorkspace<'_>>;
    let plain = |text: &'_ Option<Arc<str>>| -> bool { text.as_ref().is_some_and(|text| !text.is_empty()) };
    for said in &source.facts {
        match (&said.fact, &mut found) {
            (CargoFact::Workspace { edition }, found) => {
                let edition = edition.as_deref().filter(|edition| !edition.is_empty());
                *found = Some(CargoWorkspace { edition, ..CargoWorkspace::default() });
            }
            (CargoFact::Member { glob, is_taken }, Some(found)) if plain(glob) => {
                let list = if *is_taken { &mut found.taken } else { &mut found.left };
                list.extend(glob.as_deref());
            }
            (CargoFact::Shared(shared), Some(found)) if !shared.name.is_empty() => {
                found.shared.insert(&shared.name, shared);
            }
            _ => {}
        }
    }
    found
}

fn dependency<'r>(
    span: Span,
    said: &'r cargo_toml::DependencyEntry,
    folder: &FilePath,
    root: Option<(&&'r FilePath, &CargoWorkspace<'r>)>,
    packages: &BTreeMap<&FilePath, (Span, &cargo_toml::PackageSection)>,
) -> CargoDependency<'r> {
    let name = &*said.name;
    let shared = root.filter(|_| said.is_inherited).and_then(|(root, workspace)| {
        let shared: &'r WorkspaceDependency = workspace.shared.get(name)?;
        Some((*root, shared))
    });
    let (base, package, version, path) = match shared {
        Some((root, shared)) => (root, &shared.package, &shared.version, &shared.path),
        None => (folder, &said.package, &said.version, &said.path),
    };
    let path = path.as_deref().filter(|path| !path.is_empty()).map(|path| base.join(path));
    CargoDependency {
        span,
        name,
        package: package.as_deref().filter(|package| !package.is_empty()).unwrap_or(name),
        kind: said.kind,
        optional: said.is_optional,
        version: version.as_ref(),
        target: said.target.as_ref(),
        folder: path.filter(|path| packages.contains_key(path)),
    }
}

/// The workspace of each member: the root itself, what the globs take, and what members depend on by path inside of the root's folder.
/// Packages may depend on each other in a circle.
fn members(
    packages: &BTreeMap<&FilePath, CargoPackage<'_>>,
    workspaces: &BTreeMap<&FilePath, CargoWorkspace<'_>>,
) -> BTreeMap<FilePath, FilePath> {
    let globs: BTreeMap<&FilePath, GlobSet> =
        workspaces.iter().map(|(root, workspace)| (*root, set(root, &workspace.taken))).collect();
    let joined =
        |root: &FilePath, paths: &[&str]| -> BTreeSet<FilePath> { paths.iter().map(|path| root.join(path)).collect() };
    let folders: BTreeMap<&FilePath, [BTreeSet<FilePath>; 2]> = workspaces
        .iter()
        .map(|(root, workspace)| (*root, [joined(root, &workspace.left), joined(root, &workspace.taken)]))
        .collect();
    let is_left = |root: &FilePath, folder: &FilePath| {
        let [left, taken] = &folders[root];
        let is_below = |paths: &BTreeSet<FilePath>| above(folder.clone()).any(|folder| paths.contains(&folder));
        is_below(left) && !is_below(taken)
    };
    let mut found: BTreeMap<FilePath, FilePath> = BTreeMap::new();
    let mut open: Vec<&FilePath> = Vec::new();
    for (folder, package) in packages {
        let Some(root) = package.root else { continue };
        if root == *folder || (globs[root].is_match(folder.as_str()) && !is_left(root, folder)) {
            found.insert((*folder).clone(), root.clone());
            open.push(folder);
        }
    }
    while let Some(folder) = open.pop() {
        let root = found[folder].clone();
        for next in packages[folder].dependencies.iter().filter_map(|dependency| dependency.folder.as_ref()) {
            let Some((next, package)) = packages.get_key_value(next) else { continue };
            if package.root == Some(&root) && !found.contains_key(*next) && !is_left(&root, next) {
                found.insert((*next).clone(), root.clone());
                open.push(next);
            }
        }
    }
    found
}

fn set(root: &FilePath, globs: &[&str]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in globs.iter().filter(|glob| glob.len() <= MAX_GLOB) {
        // What is not a glob takes no package.
        if let Ok(glob) = GlobBuilder::new(root.join(glob).as_str()).literal_separator(true).build() {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}

/// The folder of each file.
pub(super) fn folders(sources: &[(FilePath, &Facts)]) -> Vec<FilePath> {
    sources.iter().map(|(path, _)| folder_of(path)).collect()
}
