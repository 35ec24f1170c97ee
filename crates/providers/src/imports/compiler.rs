//! What `tsconfig.json` and its like say about where specifiers lead.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use auditlint_facts::folder::folder_of;
use auditlint_source::FilePath;
use rustc_hash::FxHashMap;

use super::fact::{Facts, ModuleFact};
use super::patterns::Patterns;
use crate::read::compiler_config::is_compiler_config;

/// How many configurations of a folder are asked for one specifier: a root may refer to every package of a project. What more of them
/// may say, nobody can say.
const MOST_ASKED: usize = 256;

/// One configuration as it is written.
struct WrittenConfig<'r> {
    folder: FilePath,
    extends: Vec<&'r str>,
    references: Vec<&'r str>,
    base: Option<&'r str>,
    /// `None` where there are no `paths`.
    paths: Option<Rc<Patterns<'r>>>,
    root_folders: Vec<&'r str>,
    is_broken: bool,
}

/// What a configuration says itself or inherits, each with the folder of the one that says it.
#[derive(Clone, Copy, Default)]
struct Effective<'w, 'r> {
    base: Option<(&'w FilePath, &'r str)>,
    paths: Option<(&'w FilePath, &'w Rc<Patterns<'r>>)>,
    root_folders: Option<(&'w FilePath, &'w [&'r str])>,
    is_partial: bool,
    may_map_more: bool,
}

/// One configuration with what it inherits.
pub(super) struct EffectiveConfig<'r> {
    /// The folder in which names are looked up.
    pub(super) base: Option<FilePath>,
    paths: Option<EffectivePaths<'r>>,
    root_folders: Vec<FilePath>,
    /// Whether a part of it is not there to be read.
    pub(super) is_partial: bool,
    /// Whether that part may give names meanings that stand nowhere else.
    may_map_more: bool,
}

struct EffectivePaths<'r> {
    patterns: Rc<Patterns<'r>>,
    /// From where targets are seen.
    folder: FilePath,
    /// What `${configDir}` stands for.
    own_folder: FilePath,
}

/// The configurations of a folder: its own, and those of other folders that they refer to.
#[derive(Default)]
pub(super) struct Configs<'r> {
    all: Vec<EffectiveConfig<'r>>,
    /// Whether one of them may give names meanings that stand nowhere else.
    pub(super) may_map_more: bool,
    /// By the beginnings of their patterns: which of them have one.
    starts: FxHashMap<&'r str, Vec<usize>>,
    lengths: BTreeSet<usize>,
    exact: FxHashMap<&'r str, Vec<usize>>,
    /// Those that have a `baseUrl`.
    with_base: Vec<usize>,
    /// Those that have `rootDirs`.
    with_roots: Vec<usize>,
}

/// The configurations of every folder that has some.
pub(super) fn configs<'r>(
    sources: &'r [(FilePath, &Facts)],
    of_package: &dyn Fn(&str) -> Option<FilePath>,
) -> BTreeMap<FilePath, Configs<'r>> {
    let mut written: BTreeMap<FilePath, WrittenConfig<'r>> = BTreeMap::new();
    for (path, source) in sources.iter().filter(|(path, _)| is_json(path)) {
        written.insert(path.clone(), WrittenConfig::of(path, source));
    }
    let mut known = FxHashMap::default();
    let mut configs: BTreeMap<FilePath, Configs<'r>> = BTreeMap::new();
    for (path, own) in written.iter().filter(|(path, _)| is_compiler_config(path)) {
        let in_folder = configs.entry(own.folder.clone()).or_default();
        in_folder.add(EffectiveConfig::of(&own.folder, effective(path, &written, of_package, &mut known)));
        for reference in &own.references {
            let target = own.folder.join(reference);
            let named = [target.clone(), target.join("tsconfig.json")];
            // A configuration below speaks for its own folder.
            let apart = named.iter().find_map(|named| written.get_key_value(named));
            if let Some((path, apart)) = apart.filter(|(_, apart)| apart.folder != own.folder) {
                in_folder.add(EffectiveConfig::of(&apart.folder, effective(path, &written, of_package, &mut known)));
            }
        }
    }
    configs
}

/// Configurations may extend any file.
fn is_json(path: &FilePath) -> bool {
    path.name() != "package.json" && super::manifest::is_json(path)
}

impl<'r> WrittenConfig<'r> {
    fn of(path: &FilePath, source: &'r Facts) -> Self {
        let mut written = Self {
            folder: folder_of(path),
            extends: Vec::new(),
            references: Vec::new(),
            base: None,
            paths: None,
            root_folders: Vec::new(),
            is_broken: !source.gaps.is_empty(),
        };
        let mut paths: Option<Vec<(&str, &str)>> = None;
        for said in &source.facts {
            match &said.fact {
                ModuleFact::Extends(name) => written.extends.push(name),
                ModuleFact::Reference(path) => written.references.push(path),
                ModuleFact::Base(folder) => written.base = Some(folder),
                ModuleFact::Paths => drop(paths.get_or_insert_default()),
                ModuleFact::Path { pattern, target } => paths.get_or_insert_default().push((pattern, target)),
                ModuleFact::RootFolder(folder) => written.root_folders.push(folder),
                _ => {}
            }
        }
        written.paths = paths.map(|paths| Rc::new(Patterns::of(paths)));
        written
    }

    fn own<'w>(&'w self) -> Effective<'w, 'r> {
        let folder = &self.folder;
        Effective {
            base: self.base.map(|base| (folder, base)),
            paths: self.paths.as_ref().map(|paths| (folder, paths)),
            root_folders: (!self.root_folders.is_empty()).then_some((folder, self.root_folders.as_slice())),
            is_partial: self.is_broken,
            may_map_more: self.is_broken,
        }
    }
}

impl Effective<'_, '_> {
    /// Takes what it does not say itself.
    fn inherit(&mut self, other: Self) {
        self.base = self.base.or(other.base);
        self.paths = self.paths.or(other.paths);
        self.root_folders = self.root_folders.or(other.root_folders);
        self.is_partial |= other.is_partial;
        self.may_map_more |= other.may_map_more;
    }
}

/// By configuration: what it says with everything that it inherits; nothing while that is worked out.
type KnownConfigs<'w, 'r> = FxHashMap<&'w FilePath, Option<Effective<'w, 'r>>>;

/// A configuration with everything that it inherits: the nearest that says a thing wins, and the last of several that it extends.
fn effective<'w, 'r>(
    path: &'w FilePath,
    written: &'w BTreeMap<FilePath, WrittenConfig<'r>>,
    of_package: &dyn Fn(&str) -> Option<FilePath>,
    known: &mut KnownConfigs<'w, 'r>,
) -> Effective<'w, 'r> {
    let extended = |own: &WrittenConfig<'r>, extended: &str| extended_file(&own.folder, extended, written, of_package);
    // What is extended is worked out before who extends it.
    let mut open = vec![(path, false)];
    while let Some((path, is_ready)) = open.pop() {
        let own = &written[path];
        if !is_ready {
            if known.contains_key(path) {
                continue;
            }
            known.insert(path, None);
            open.push((path, true));
            open.extend(own.extends.iter().filter_map(|name| Some((extended(own, name)?, false))));
            continue;
        }
        let mut found = own.own();
        for name in own.extends.iter().rev() {
            match extended(own, name).map(|path| known.get(path).copied().flatten()) {
                Some(Some(other)) => found.inherit(other),
                // What a package from outside says cannot be about files of this project.
                None if !name.starts_with(['.', '/']) => {}
                // Configurations that extend each other are refused by the compiler.
                Some(None) => (found.is_partial, found.may_map_more) = (true, true),
                None => {
                    found.is_partial = true;
                    // SvelteKit writes there what its configuration says.
                    found.may_map_more |= !name.contains(".svelte-kit/");
                }
            }
        }
        known.insert(path, Some(found));
    }
    known.get(path).copied().flatten().unwrap_or_default()
}

fn extended_file<'w>(
    folder: &FilePath,
    extended: &str,
    written: &'w BTreeMap<FilePath, WrittenConfig<'_>>,
    of_package: &dyn Fn(&str) -> Option<FilePath>,
) -> Option<&'w FilePath> {
    let target = if extended.starts_with('.') { folder.join(extended) } else { of_package(extended)? };
    let named = [target.clone(), FilePath::new(&format!("{}.json", target.as_str())), target.join("tsconfig.json")];
    named.iter().find_map(|named| written.get_key_value(named)).map(|(path, _)| path)
}

/// What a path of a configuration means, seen from the folder of the one that has it; `own` is that of the one that inherits it.
fn seen_from(folder: &FilePath, own: &FilePath, text: &str) -> FilePath {
    match text.strip_prefix("${configDir}") {
        Some(rest) => own.join(rest.trim_start_matches('/')),
        None => folder.join(text),
    }
}

impl<'r> EffectiveConfig<'r> {
    fn of(own: &FilePath, found: Effective<'_, 'r>) -> Self {
        let base = found.base.map(|(folder, base)| seen_from(folder, own, base));
        let paths = found.paths.map(|(folder, patterns)| EffectivePaths {
            patterns: Rc::clone(patterns),
            folder: base.clone().unwrap_or_else(|| folder.clone()),
            own_folder: own.clone(),
        });
        let root_folders = found.root_folders.into_iter();
        let root_folders =
            root_folders.flat_map(|(folder, roots)| roots.iter().map(|root| seen_from(folder, own, root)));
        Self {
            root_folders: root_folders.collect(),
            base,
            paths,
            is_partial: found.is_partial,
            may_map_more: found.may_map_more,
        }
    }

    /// The best pattern of `paths` for a specifier, and its targets, relative to the root of the project.
    pub(super) fn mapped(&self, specifier: &str) -> (&'r str, Vec<FilePath>) {
        let Some(paths) = &self.paths else { return ("", Vec::new()) };
        let Some(fit) = paths.patterns.best(specifier).pop() else { return ("", Vec::new()) };
        let seen = |target: &&str| {
            let target = seen_from(&paths.folder, &paths.own_folder, target);
            FilePath::new(&target.as_str().replace('*', fit.star))
        };
        (fit.pattern, fit.targets.iter().map(seen).collect())
    }
}

impl<'r> Configs<'r> {
    fn add(&mut self, config: EffectiveConfig<'r>) {
        let at = self.all.len();
        self.may_map_more |= config.may_map_more;
        if let Some(paths) = &config.paths {
            for start in paths.patterns.starts() {
                self.lengths.insert(start.len());
                self.starts.entry(start).or_default().push(at);
            }
            for exact in paths.patterns.exacts() {
                self.exact.entry(exact).or_default().push(at);
            }
        }
        if config.base.is_some() {
            self.with_base.push(at);
        }
        if !config.root_folders.is_empty() {
            self.with_roots.push(at);
        }
        self.all.push(config);
    }

    /// Those that may say where a specifier leads, in their order, and whether there are more than are asked.
    pub(super) fn about(&self, specifier: &str) -> (Vec<&EffectiveConfig<'r>>, bool) {
        let starting = self.lengths.range(..=specifier.len());
        let starting = starting.filter_map(|length| self.starts.get(specifier.get(..*length)?));
        let lists = starting.chain(self.exact.get(specifier)).chain([&self.with_base]);
        // The first of each list are the first of all.
        let found: BTreeSet<usize> = lists.flat_map(|list| list.iter().take(MOST_ASKED + 1).copied()).collect();
        let is_cut = found.len() > MOST_ASKED;
        (found.into_iter().take(MOST_ASKED).map(|at| &self.all[at]).collect(), is_cut)
    }

    /// The `rootDirs` of those that have some, and whether there are more than are looked at.
    pub(super) fn root_folders(&self) -> (impl Iterator<Item = &[FilePath]>, bool) {
        let asked = self.with_roots.iter().take(MOST_ASKED);
        (asked.map(|at| self.all[*at].root_folders.as_slice()), self.with_roots.len() > MOST_ASKED)
    }
}
