//! Where specifiers lead.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::{above, folder_of};
use auditlint_names::is_builtin_module;
use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::compiler::{Configs, configs};
use super::fact::{Facts, ModuleFact};
use super::files::{FileId, FileIndex};
use super::package::ModuleManifest;
use super::project::SpecifierContext;
use super::sources::BuiltSources;
use super::specifier::{Aliases, SpecifierAlias, package_of, types_package};
use super::supplies::Supplies;
use super::wasm;
use crate::conventions;
use crate::read::commands::places;

/// Where a specifier leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImportTarget {
    /// To a file of the project; `is_said` where that is not a guess and no other version of the package can be meant.
    File { file: FileId, is_said: bool },
    /// To a package of npm or a module of Node.js.
    Package,
    /// To no file, though it is a path or an alias.
    Missing,
    /// To a part of a package that its `exports` do not give. A compiler may take types from it all the same.
    Hidden,
    /// Nobody can say.
    Unknown,
}

impl ImportTarget {
    pub(super) fn file(self) -> Option<FileId> {
        if let Self::File { file, .. } = self { Some(file) } else { None }
    }

    /// The word for it.
    pub(super) fn state(self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Package => "package",
            Self::Missing | Self::Hidden => "missing",
            Self::Unknown => "unknown",
        }
    }
}

/// Where the configurations of compilers say that a specifier leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MappedSpecifier {
    /// To a file; `is_said` where nothing else can be meant.
    File { file: FileId, is_said: bool },
    /// To a file that is not there.
    Missing,
    /// They do not say.
    Nowhere,
    /// There are more configurations than are asked.
    Unknown,
}

/// What code of a folder sees.
pub(super) struct FolderScope<'r> {
    folder: FilePath,
    /// The folder of the nearest `package.json`.
    pub(super) directory: Option<FilePath>,
    /// The folders from the nearest to the root that have configurations of the compiler.
    configs: Vec<FilePath>,
    known: RefCell<FxHashMap<&'r str, ImportTarget>>,
}

/// Everything that decides where specifiers lead.
pub(super) struct Resolver<'r, 'p> {
    scope: &'p ProjectScope<'p>,
    pub(super) files: FileIndex<'p>,
    project: &'p SpecifierContext<'r>,
    pub(super) manifests: BTreeMap<FilePath, ModuleManifest<'r>>,
    /// The folder of each package by name; nothing where several have the name.
    by_name: FxHashMap<&'r str, Option<FilePath>>,
    configs: BTreeMap<FilePath, Configs<'r>>,
    /// Aliases of bundlers and test runners, by the folder of the package that they stand in.
    bundlers: BTreeMap<FilePath, Bundler>,
    /// What commands make.
    made: FxHashSet<FilePath>,
    /// Patterns of `declare module`.
    ambient: Aliases,
    supplies: Supplies,
    sources: BuiltSources<'r>,
    /// By name: the folders of packages of Rust.
    crates: FxHashMap<&'r str, BTreeSet<FilePath>>,
    /// Whether nothing makes a path that is not there, as far as it was asked.
    missing: RefCell<FxHashMap<FilePath, bool>>,
}

impl<'r, 'p> Resolver<'r, 'p> {
    pub(super) fn new(
        sources: &'r [(FilePath, &'r Facts)],
        project: &'p SpecifierContext<'r>,
        scope: &'p ProjectScope<'p>,
    ) -> Self {
        let manifests = ModuleManifest::all(sources);
        let mut by_name: FxHashMap<&str, Option<FilePath>> = FxHashMap::default();
        for manifest in manifests.values().filter(|manifest| !manifest.name.is_empty()) {
            let known = by_name.entry(manifest.name);
            known.and_modify(|folder| *folder = None).or_insert_with(|| Some(manifest.folder.clone()));
        }
        let of_package = |specifier: &str| {
            let (name, part) = split_package(specifier);
            Some(by_name.get(name)?.as_ref()?.join(part))
        };
        let configs = configs(sources, &of_package);
        let mut bundlers: BTreeMap<FilePath, Bundler> = BTreeMap::new();
        let mut made: FxHashSet<FilePath> = FxHashSet::default();
        let mut ambient = Aliases::default();
        let mut crates: FxHashMap<&str, BTreeSet<FilePath>> = FxHashMap::default();
        for (path, source) in sources {
            let mut plain: FxHashSet<&str> = FxHashSet::default();
            let around = || project.package_above(path).map_or_else(FilePath::root, |(folder, _)| folder.clone());
            for said in &source.facts {
                match &said.fact {
                    ModuleFact::AliasTarget { pattern, target } => {
                        plain.insert(pattern);
                        bundlers.entry(around()).or_default().lead(pattern, folder_of(path).join(target));
                    }
                    ModuleFact::Alias(pattern) => {
                        let is_plain = plain.contains(&**pattern);
                        bundlers.entry(around()).or_default().add(pattern, is_plain);
                    }
                    ModuleFact::Made { path: written, folder } => made.extend(places(path, folder, written)),
                    // Where it holds sources they are there.
                    ModuleFact::Output(written) => {
                        let written = FilePath::new(written);
                        made.extend(Some(written).filter(|folder| !scope.has_folder(folder)));
                    }
                    ModuleFact::Ambient(pattern) if !super::manifest::is_json(path) && &**pattern != "*" => {
                        ambient.extend([SpecifierAlias::of_pattern(pattern)]);
                    }
                    ModuleFact::Crate(name) => {
                        crates.entry(name).or_default().insert(folder_of(path));
                    }
                    _ => {}
                }
            }
        }
        let supplies = Supplies::of(&manifests, scope);
        made.remove(&FilePath::root());
        let files = FileIndex::new(scope);
        let built = BuiltSources::of(sources, &manifests, &files);
        Self {
            sources: built,
            made,
            crates,
            missing: RefCell::default(),
            scope,
            files,
            project,
            manifests,
            by_name,
            configs,
            bundlers,
            ambient,
            supplies,
        }
    }

    /// What code of the folder of a file sees.
    pub(super) fn place(&self, path: &FilePath) -> Rc<FolderScope<'r>> {
        let folder = folder_of(path);
        let directory = self.project.package_above(path).map(|(folder, _)| folder.clone());
        let configs = above(folder.clone()).filter(|folder| self.configs.contains_key(folder)).collect();
        Rc::new(FolderScope { folder, directory, configs, known: RefCell::default() })
    }

    /// The `package.json` nearest to a place.
    pub(super) fn manifest(&self, place: &FolderScope<'r>) -> Option<&ModuleManifest<'r>> {
        above(place.folder.clone()).find_map(|folder| self.manifests.get(&folder))
    }

    /// The `package.json` nearest to a place, and those above up to one that has a name.
    pub(super) fn packages_around(&self, place: &FolderScope<'r>) -> impl Iterator<Item = &ModuleManifest<'r>> {
        let mut is_named = false;
        above(place.folder.clone())
            .filter_map(|folder| self.manifests.get(&folder))
            .take_while(move |manifest| !std::mem::replace(&mut is_named, !manifest.name.is_empty()))
    }

    /// Whether tools of a package above a place, or of one beside it, import names where they are used.
    pub(super) fn imports_by_itself(&self, place: &FolderScope<'r>) -> bool {
        let has = |manifest: &ModuleManifest<'_>| manifest.imports_by_itself();
        above(place.folder.clone()).filter_map(|folder| self.manifests.get(&folder)).any(has)
            || self.manifest(place).is_some_and(|own| {
                self.manifests.values().any(|manifest| has(manifest) && manifest.folder.is_under(&own.folder))
            })
    }

    /// The npm package that a specifier names; nothing where something else may give it a meaning.
    pub(super) fn package<'s>(&self, place: &FolderScope<'r>, specifier: &'s str) -> Option<&'s str> {
        let name = self.project.package(place.directory.as_ref(), specifier, self.scope)?;
        (self.declares(place, name) || !self.may_be_given(place, specifier, name)).then_some(name)
    }

    /// Whether a package that nobody declares may come from elsewhere than the dependencies.
    fn may_be_given(&self, place: &FolderScope<'r>, specifier: &str, name: &str) -> bool {
        let nearest = place.configs.first().and_then(|folder| self.configs.get(folder));
        let is_given = |directory| self.supplies.may_give(&place.folder, directory, name);
        let may_map = || !matches!(self.mapped(place, specifier), MappedSpecifier::Nowhere | MappedSpecifier::Missing);
        nearest.is_some_and(|configs| configs.may_map_more)
            || place.directory.as_ref().is_some_and(is_given)
            || may_map()
    }

    /// Where a specifier leads.
    pub(super) fn resolve(&self, place: &FolderScope<'r>, specifier: &'r str) -> ImportTarget {
        if let Some(known) = place.known.borrow().get(specifier) {
            return *known;
        }
        let target = match self.look(place, specifier) {
            ImportTarget::File { file, .. } if self.may_be_another(specifier, file) => {
                ImportTarget::File { file, is_said: false }
            }
            target => target,
        };
        place.known.borrow_mut().insert(specifier, target);
        target
    }

    /// Whether something else than the module in a file may be meant: `./a?worker`, another version of it for some platform.
    fn may_be_another(&self, specifier: &str, file: FileId) -> bool {
        specifier.contains('?')
            || self.files.path(file).name().contains(".worker.")
            || self.is_ambient(specifier)
            || !self.files.for_platforms(file).is_empty()
    }

    fn look(&self, place: &FolderScope<'r>, specifier: &'r str) -> ImportTarget {
        if is_builtin_module(specifier)
            || ["node:", "bun:", "npm:", "jsr:"].iter().any(|start| specifier.starts_with(start))
        {
            return ImportTarget::Package;
        }
        let path = specifier.split('?').next().unwrap_or_default();
        if path.is_empty() || path.starts_with('/') || path.contains(['!', '\\', ':', '*']) {
            return ImportTarget::Unknown;
        }
        if path == "." || path == ".." || path.starts_with("./") || path.starts_with("../") {
            return self.relative(place, path);
        }
        if path.starts_with('#')
            && let Some(found) = self.own_import(place, path)
        {
            return found;
        }
        let mapped = self.mapped(place, path);
        if let MappedSpecifier::File { file, is_said } = mapped {
            return ImportTarget::File { file, is_said };
        }
        let is_configured = self.is_configured(place, path);
        if let Some(found) = self.of_workspace(place, path) {
            return match found {
                ImportTarget::File { file, is_said } => ImportTarget::File { file, is_said: is_said && !is_configured },
                other => other,
            };
        }
        if package_of(path).is_some_and(|name| self.declares(place, name)) {
            return ImportTarget::Package;
        }
        if is_configured || self.is_ambient(path) {
            // The alias of a bundler often repeats what `paths` says.
            let is_missing =
                mapped == MappedSpecifier::Missing && !self.is_ambient(path) && self.aliases_lead_nowhere(place, path);
            return if is_missing { ImportTarget::Missing } else { ImportTarget::Unknown };
        }
        if self.package(place, specifier).is_some() {
            return ImportTarget::Package;
        }
        let is_own = path.starts_with('#') && self.manifest(place).is_some_and(ModuleManifest::has_own_imports);
        if is_own && mapped == MappedSpecifier::Nowhere && !self.imports_by_itself(place) {
            return ImportTarget::Missing;
        }
        if mapped == MappedSpecifier::Missing { ImportTarget::Missing } else { ImportTarget::Unknown }
    }

    /// Whether a path is that of the tree of routes that a router writes when a package of the project is built.
    fn is_tree_of_routes(&self, target: &FilePath) -> bool {
        const ROUTERS: [&str; 7] = [
            "@tanstack/router-plugin",
            "@tanstack/router-vite-plugin",
            "@tanstack/router-cli",
            "@tanstack/react-start",
            "@tanstack/solid-start",
            "@tanstack/start",
            "@tanstack/react-router",
        ];
        // A package of a workspace may bring it for the others.
        let declares = |manifest: &ModuleManifest<'_>| ROUTERS.iter().any(|router| manifest.declares(router));
        target.name().starts_with("routeTree.gen") && self.manifests.values().any(declares)
    }

    /// Whether a package is declared where a place can see it, so that it is one whatever `paths` does not find.
    fn declares(&self, place: &FolderScope<'r>, package: &str) -> bool {
        above(place.folder.clone())
            .filter_map(|folder| self.manifests.get(&folder))
            .any(|manifest| manifest.declares(package))
    }

    /// The package with the types of another one, where only that is declared.
    pub(super) fn types_of(&self, place: &FolderScope<'r>, package: &str) -> Option<String> {
        let types = types_package(package);
        (!self.declares(place, package) && self.declares(place, &types)).then_some(types)
    }

    /// The same of the package that a specifier names.
    pub(super) fn is_declared(&self, place: &FolderScope<'r>, specifier: &str) -> bool {
        package_of(specifier).is_none_or(|name| self.declares(place, name))
    }

    fn is_ambient(&self, specifier: &str) -> bool {
        self.ambient.cover(specifier)
    }

    fn relative(&self, place: &FolderScope<'r>, path: &str) -> ImportTarget {
        let target = place.folder.join(path);
        // Beside a folder there may be a file by its name.
        let names_folder = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
        let found = if names_folder { self.files.of_folder(&target) } else { self.files.of_module(&target) };
        if let Some(file) = found.or_else(|| self.main_of_folder(&target)) {
            return ImportTarget::File { file, is_said: true };
        }
        let nearest = place.configs.first().and_then(|folder| self.configs.get(folder));
        let (root_folders, has_more) = nearest.map(Configs::root_folders).unzip();
        for roots in root_folders.into_iter().flatten() {
            for root in roots.iter().filter(|root| target.is_under(root)) {
                let inner = target.as_str()[root.as_str().len()..].trim_start_matches('/');
                for other in roots {
                    if let Some(file) = self.files.of_module(&other.join(inner)) {
                        return ImportTarget::File { file, is_said: true };
                    }
                    if !self.is_missing(&other.join(inner)) {
                        return ImportTarget::Unknown;
                    }
                }
            }
        }
        if has_more == Some(true) {
            return ImportTarget::Unknown;
        }
        let is_replaced = self.manifest(place).is_some_and(|manifest| manifest.replaces);
        if self.is_tree_of_routes(&target) {
            return ImportTarget::Unknown;
        }
        if !is_replaced && !self.supplies.may_merge(&place.folder) && !self.is_ambient(path) && self.is_missing(&target)
        {
            ImportTarget::Missing
        } else {
            ImportTarget::Unknown
        }
    }

    /// `./folder` with a `package.json` of its own.
    fn main_of_folder(&self, folder: &FilePath) -> Option<FileId> {
        self.manifests.get(folder)?.part(".", &self.files).map(|given| given.file)
    }

    /// `#name` as `imports` of the nearest package says.
    fn own_import(&self, place: &FolderScope<'r>, specifier: &str) -> Option<ImportTarget> {
        let manifest = self.manifest(place)?;
        let targets = manifest.own_import(specifier);
        let paths = targets.iter().map(|target| manifest.folder.join(target));
        if let Some((file, is_said)) = self.files.of_targets(paths) {
            return Some(ImportTarget::File { file, is_said });
        }
        let built = targets.iter().find_map(|target| self.files.source_of_built(&manifest.folder, target));
        if let Some(file) = built {
            return Some(ImportTarget::File { file, is_said: false });
        }
        // A target that is not a path is a package.
        let is_missing = |target: &String| target.starts_with("./") && self.is_missing(&manifest.folder.join(target));
        let found = if targets.iter().all(is_missing) { ImportTarget::Missing } else { ImportTarget::Unknown };
        (!targets.is_empty()).then_some(found)
    }

    /// The file to which `paths` and `baseUrl` lead. Whether there is none the nearest configurations alone say.
    fn mapped(&self, place: &FolderScope<'r>, path: &str) -> MappedSpecifier {
        let mut is_certain = false;
        let mut is_cut = false;
        for (distance, folder) in place.configs.iter().enumerate() {
            let (configs, has_more) = self.configs[folder].about(path);
            is_cut |= has_more;
            for config in configs {
                let (pattern, targets) = config.mapped(path);
                let found = targets.iter().find_map(|target| self.files.of_module(target));
                if let Some(file) = found {
                    // A bundler's alias stands nearer than the `paths` of a folder above.
                    let mut nearer = above(place.folder.clone()).take_while(|nearer| nearer != folder);
                    return MappedSpecifier::File {
                        file,
                        is_said: !nearer.any(|nearer| self.has_alias(&nearer, path)),
                    };
                }
                if distance == 0 && !targets.is_empty() && pattern != "*" {
                    is_certain = !config.is_partial && targets.iter().all(|target| self.is_missing(target));
                    if !is_certain {
                        return if is_cut { MappedSpecifier::Unknown } else { MappedSpecifier::Nowhere };
                    }
                }
                // A bundler looks for packages first: `mobx` beside `mobx.jsx` is the package.
                let is_package = || package_of(path).is_some_and(|name| self.declares(place, name));
                if let Some(base) = &config.base
                    && let Some(file) = self.files.of_module(&base.join(path))
                    && !is_package()
                {
                    return MappedSpecifier::File { file, is_said: path.contains('/') };
                }
                // The folder is there and the module in it is not: no package has the name of the folder.
                let is_in_folder = |base: &FilePath| {
                    let first = path.split('/').next().unwrap_or_default();
                    self.scope.has_folder(&base.join(first)) && self.is_missing(&base.join(path))
                };
                let is_plain = distance == 0 && !config.is_partial && !path.starts_with(['@', '#', '~']);
                is_certain |= is_plain && config.base.as_ref().is_some_and(is_in_folder) && !is_package();
            }
        }
        match (is_cut, is_certain) {
            (true, _) => MappedSpecifier::Unknown,
            (_, true) => MappedSpecifier::Missing,
            _ => MappedSpecifier::Nowhere,
        }
    }

    /// Whether a file is a module of CommonJS for a place whose own modules are not: then its `default` is whatever it assigns to
    /// `module.exports`.
    pub(super) fn wraps_default(&self, path: &FilePath, file: FileId) -> bool {
        let is_of_module = |path: &FilePath| {
            let manifest = above(folder_of(path)).find_map(|folder| self.manifests.get(&folder));
            match path.extension() {
                Some("mts" | "mjs") => true,
                Some("cts" | "cjs") => false,
                _ => manifest.is_some_and(|manifest| manifest.is_module),
            }
        };
        is_of_module(path) && !is_of_module(self.files.path(file))
    }

    /// Whether a bundler or a test runner may give a specifier another meaning.
    fn is_configured(&self, place: &FolderScope<'r>, specifier: &str) -> bool {
        above(place.folder.clone()).any(|folder| self.has_alias(&folder, specifier))
    }

    /// Whether the bundler of a package in a folder gives a specifier a meaning.
    fn has_alias(&self, folder: &FilePath, specifier: &str) -> bool {
        self.bundlers.get(folder).is_some_and(|bundler| bundler.all.cover(specifier))
    }

    /// Whether it is certain that every alias for a specifier leads to no file.
    fn aliases_lead_nowhere(&self, place: &FolderScope<'r>, specifier: &str) -> bool {
        let mut bundlers = above(place.folder.clone()).filter_map(|folder| self.bundlers.get(&folder));
        bundlers.all(|bundler| {
            !bundler.opaque.cover(specifier) && bundler.targets(specifier).all(|target| self.is_missing(&target))
        })
    }

    /// A file of a package of the project.
    fn of_workspace(&self, place: &FolderScope<'r>, specifier: &str) -> Option<ImportTarget> {
        let (name, part) = split_package(specifier);
        let Some(folder) = self.by_name.get(name)? else { return Some(ImportTarget::Unknown) };
        let manifest = &self.manifests[folder];
        let part = if part.is_empty() { ".".to_owned() } else { format!("./{part}") };
        let is_linked = self.manifest(place).is_some_and(|own| own.links(name));
        if is_linked && manifest.hides(&part) && !self.is_configured(place, specifier) && !self.ignores_exports(place) {
            return Some(ImportTarget::Hidden);
        }
        let Some(given) = manifest.part(&part, &self.files) else {
            let needed = manifest.needed(&part);
            let is_missing = |target: &String| self.is_missing(&folder.join(target));
            // What is built needs the source of it.
            let has_no_source = || {
                let source = self.sources.needed(manifest, &self.files, self.scope).filter(|_| part == ".");
                source.is_some_and(|source| self.files.of_module(&source).is_none() && self.is_missing(&source))
            };
            let is_gone = || !needed.is_empty() && needed.iter().all(is_missing);
            let is_certain = is_linked && !manifest.is_broken && (is_gone() || has_no_source());
            let may_be_other = self.is_configured(place, specifier) || self.is_ambient(specifier);
            return Some(if is_certain && !may_be_other { ImportTarget::Missing } else { ImportTarget::Unknown });
        };
        Some(ImportTarget::File { file: given.file, is_said: given.is_said && is_linked })
    }

    /// Whether a bundler of a package above a place looks for files without asking the `exports` of packages.
    fn ignores_exports(&self, place: &FolderScope<'r>) -> bool {
        let manifests = above(place.folder.clone()).filter_map(|folder| self.manifests.get(&folder));
        manifests.into_iter().any(ModuleManifest::ignores_exports)
    }

    /// Whether it is certain that nothing lies at a path and that nothing makes it.
    fn is_missing(&self, target: &FilePath) -> bool {
        if let Some(known) = self.missing.borrow().get(target) {
            return *known;
        }
        let is_missing = self.find_missing(target);
        self.missing.borrow_mut().insert(target.clone(), is_missing);
        is_missing
    }

    fn find_missing(&self, target: &FilePath) -> bool {
        let Some(folder) = target.parent() else { return false };
        // Where they hold sources they are there.
        let is_output =
            |folder: FilePath| conventions::is_made_unless_committed(folder.name()) && !self.scope.has_folder(&folder);
        if target.as_str().split('/').any(conventions::is_made_for_imports) || above(target.clone()).any(is_output) {
            return false;
        }
        // The folders that are not there may be links.
        let absent = above(folder).take_while(|folder| !self.scope.has_folder(folder));
        let is_there = absent.into_iter().all(|folder| !self.scope.is_out_of_sight(&folder));
        let is_binary = matches!(target.extension(), Some("node" | "wasm"));
        let crates = self.crates.get(wasm::package_of(target));
        let is_crate = crates.is_some_and(|folders| above(target.clone()).any(|folder| folders.contains(&folder)));
        // A folder is a module by its `package.json` or by its index alone.
        let may_be_folder = || self.manifests.contains_key(target) || self.files.has_kin(&target.join("index"));
        let is_folder = self.scope.has_folder(target) && may_be_folder();
        let is_made = above(target.clone()).any(|folder| self.made.contains(&folder));
        if !is_there || is_binary || is_crate || is_made || self.files.has_kin(target) || is_folder {
            return false;
        }
        let stem = target.as_str();
        let source =
            [".js", ".mjs", ".cjs", ".jsx"].iter().find_map(|ending| stem.strip_suffix(ending)).unwrap_or(stem);
        let endings = ["", ".ts", ".tsx", ".mts", ".js", ".d.ts", ".json", "/index.ts", "/index.js"];
        let stems = std::iter::once(stem).chain((source != stem).then_some(source));
        let mut possible = stems.flat_map(|stem| endings.map(|ending| FilePath::new(&format!("{stem}{ending}"))));
        !possible.any(|path| self.scope.is_out_of_sight(&path) || self.made.contains(&path))
    }
}

/// What a bundler or test runner replaces.
#[derive(Default)]
struct Bundler {
    all: Aliases,
    /// Those of which nobody can say where they lead.
    opaque: Aliases,
    /// By how they begin: where the others lead.
    known: FxHashMap<String, Vec<FilePath>>,
    lengths: BTreeSet<usize>,
}

impl Bundler {
    fn add(&mut self, pattern: &str, is_plain: bool) {
        self.all.extend(SpecifierAlias::of_configuration(pattern));
        if !is_plain {
            self.opaque.extend(SpecifierAlias::of_configuration(pattern));
        }
    }

    fn lead(&mut self, pattern: &str, target: FilePath) {
        if let Some(start) = SpecifierAlias::of_configuration(pattern).map(SpecifierAlias::into_start) {
            self.lengths.insert(start.len());
            self.known.entry(start).or_default().push(target);
        }
    }

    /// Where a specifier leads by each alias that covers it.
    fn targets(&self, specifier: &str) -> impl Iterator<Item = FilePath> {
        self.lengths.range(..=specifier.len()).flat_map(|length| {
            let known = specifier.get(..*length).and_then(|start| Some((start, self.known.get(start)?)));
            let rest = &specifier[(*length).min(specifier.len())..];
            let known = known.filter(|(start, _)| rest.is_empty() || rest.starts_with('/') || start.ends_with('/'));
            let targets = known.map(|(_, targets)| targets).into_iter().flatten();
            targets.map(move |target| target.join(rest.trim_start_matches('/')))
        })
    }
}

/// The name of a package, and the part of it.
fn split_package(specifier: &str) -> (&str, &str) {
    let mut slashes = specifier.match_indices('/').map(|(at, _)| at);
    let end = if specifier.starts_with('@') { slashes.nth(1) } else { slashes.next() };
    end.map_or((specifier, ""), |end| (&specifier[..end], &specifier[end + 1..]))
}
