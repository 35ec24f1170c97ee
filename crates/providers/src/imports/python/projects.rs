//! The projects of a repository that manifests of Python describe, and what their code may import.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::{above, shown};
use auditlint_source::{FilePath, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::fact::{Facts, ModuleFact};
use super::distributions;
use super::fact::PythonFact;
use super::manifest;
use super::stdlib::PythonVersions;

/// What the manifests of one folder say.
pub(super) struct PythonProject<'r> {
    /// The manifest that a message names.
    pub(super) manifest: &'r FilePath,
    pub(super) span: Span,
    /// Whether that one declares nothing.
    is_empty: bool,
    name: Option<&'r str>,
    python: Option<&'r str>,
    /// Distributions in their normal spelling.
    distributions: BTreeSet<String>,
}

/// The projects by their folders.
pub(super) struct PythonProjects<'r> {
    by_folder: BTreeMap<FilePath, PythonProject<'r>>,
    /// Modules of distributions that an installer or a configuration names.
    told: FxHashMap<String, Vec<&'r str>>,
    /// Folders whose manifests name requirements that nobody read, with what says so.
    pub(super) unread: Vec<(FilePath, FilePath, Span, String)>,
}

/// What code of a folder may import.
#[derive(Default)]
pub(super) struct Available {
    /// First names of modules, in small letters where a name was guessed.
    modules: FxHashSet<String>,
    /// Those of the projects themselves.
    own: FxHashSet<String>,
    /// Distributions of which nobody knows which modules they bring.
    unknown: Vec<String>,
}

/// What a distribution of requirements names: its own, and the files that it includes.
type ListedRequirements<'r> = (Vec<&'r str>, Vec<(FilePath, Span)>);

/// How many files of requirements one may include, through others.
const MOST_INCLUDED: usize = 64;

impl<'r> PythonProjects<'r> {
    pub(super) fn of(sources: &[(&'r FilePath, &'r Facts)], scope: &ProjectScope<'_>) -> Self {
        let mut listed: BTreeMap<&FilePath, ListedRequirements<'r>> = BTreeMap::new();
        let mut projects = Self { by_folder: BTreeMap::new(), told: FxHashMap::default(), unread: Vec::new() };
        for (path, facts) in sources.iter().filter(|(path, _)| manifest::is_manifest(path)) {
            let (names, includes) = listed.entry(path).or_default();
            let folder = manifest::folder_of(path);
            for said in &facts.facts {
                let ModuleFact::Python(fact) = &said.fact else { continue };
                match fact {
                    PythonFact::Distribution(name) => names.push(name),
                    PythonFact::Include(other) => {
                        let base = auditlint_facts::folder::folder_of(path);
                        includes.push((base.join(other), said.span));
                    }
                    PythonFact::Manifest { name, python } => {
                        let project = projects.by_folder.entry(folder.clone()).or_insert_with(|| PythonProject {
                            manifest: path,
                            span: said.span,
                            is_empty: !declares(facts),
                            name: None,
                            python: None,
                            distributions: BTreeSet::new(),
                        });
                        project.name = project.name.or(name.as_deref());
                        project.python = project.python.or(python.as_deref());
                        // The one that others are made from, where several declare something.
                        let declares = declares(facts);
                        if (!declares, rank(path)) < (project.is_empty, rank(project.manifest)) {
                            (project.manifest, project.span, project.is_empty) = (path, said.span, !declares);
                        }
                    }
                    PythonFact::Module { distribution, module } => {
                        projects.told.entry(distributions::normal(distribution)).or_default().push(module);
                    }
                    _ => {}
                }
            }
        }
        let paths: Vec<&FilePath> = listed.keys().copied().collect();
        for path in paths {
            let folder = manifest::folder_of(path);
            if !projects.by_folder.contains_key(&folder) {
                continue;
            }
            let mut open = vec![path];
            let mut seen: BTreeSet<&FilePath> = BTreeSet::new();
            while let Some(path) = open.pop() {
                if !seen.insert(path) || seen.len() > MOST_INCLUDED {
                    continue;
                }
                let Some((names, includes)) = listed.get(path) else { continue };
                if let Some(project) = projects.by_folder.get_mut(&folder) {
                    project.distributions.extend(names.iter().map(|name| distributions::normal(name)));
                }
                for (other, span) in includes {
                    match listed.get_key_value(other) {
                        Some((other, _)) => open.push(other),
                        None if scope.has_file(other) || scope.is_out_of_sight(other) => {
                            let message = format!("the requirements in `{other}` are not read");
                            projects.unread.push((folder.clone(), path.clone(), *span, message));
                        }
                        // pip would fail too.
                        None => {}
                    }
                }
            }
        }
        projects
    }

    /// The folder of the project that a file belongs to.
    pub(super) fn around(&self, folder: &FilePath) -> Option<&FilePath> {
        above(folder.clone()).find_map(|folder| self.by_folder.get_key_value(&folder).map(|(folder, _)| folder))
    }

    pub(super) fn get(&self, folder: &FilePath) -> &PythonProject<'r> {
        &self.by_folder[folder]
    }

    /// Which versions of Python a project is for.
    pub(super) fn versions(&self, folder: Option<&FilePath>) -> PythonVersions {
        let said = folder.and_then(|folder| self.above(folder).find_map(|project| project.python));
        PythonVersions::of(said)
    }

    fn above(&self, folder: &FilePath) -> impl Iterator<Item = &PythonProject<'r>> {
        above(folder.clone()).filter_map(|folder| self.by_folder.get(&folder))
    }

    /// The modules that code of a project may import, given the first names of all that it does import.
    pub(super) fn available(&self, folder: &FilePath, imported: &BTreeSet<String>) -> Available {
        let mut available = Available::default();
        for project in self.above(folder) {
            let own = project.name.map(|name| distributions::guessed(&distributions::normal(name)));
            available.modules.extend(own.clone());
            available.own.extend(own);
            for distribution in &project.distributions {
                let is_of_types = distribution.starts_with("types-") || distribution.ends_with("-stubs");
                let guessed = distributions::guessed(distribution);
                let told = self.told.get(distribution);
                let known = distributions::known(distribution);
                available.modules.extend(told.into_iter().flatten().map(|module| (*module).to_owned()));
                available.modules.extend(known.into_iter().flatten().map(|module| (*module).to_owned()));
                let shared = distributions::shared(distribution);
                available.modules.extend(shared.map(str::to_owned));
                let is_used = imported.iter().any(|module| module.to_ascii_lowercase() == guessed);
                // Of one that is well known the modules are known, and one whose name is imported has that module.
                let is_told = told.is_some() || known.is_some() || shared.is_some();
                if !is_told && !is_used && !is_of_types {
                    available.modules.extend(distributions::shortened(distribution));
                    available.unknown.push(distribution.clone());
                }
                available.modules.insert(guessed);
            }
        }
        available
    }

    /// Whether stubs for a module are declared for the code of a folder.
    pub(super) fn has_types_of(&self, folder: &FilePath, module: &str) -> bool {
        let name = distributions::normal(module);
        let names = [format!("types-{name}"), format!("{name}-stubs")];
        self.above(folder).any(|project| names.iter().any(|name| project.distributions.contains(name)))
    }

    /// The folders of all projects at or below a folder.
    pub(super) fn below<'s>(&'s self, folder: &'s FilePath) -> impl Iterator<Item = &'s FilePath> {
        self.by_folder.keys().filter(move |project| *project == folder || folder.is_root() || project.is_under(folder))
    }
}

impl Available {
    /// Whether a module may be imported.
    pub(super) fn has(&self, module: &str) -> bool {
        distributions::is_always_there(module)
            || self.modules.contains(module)
            || self.modules.contains(&module.to_ascii_lowercase())
    }

    /// Whether a distribution brings a module, the project itself aside.
    pub(super) fn has_foreign(&self, module: &str) -> bool {
        !self.own.contains(&module.to_ascii_lowercase()) && self.has(module)
    }

    /// The distribution that may bring a module, where nobody can say whether it does.
    pub(super) fn may_bring(&self, module: &str) -> Option<&str> {
        self.unknown.iter().map(String::as_str).find(|distribution| distributions::may_be_of(module, distribution))
    }
}

fn declares(facts: &Facts) -> bool {
    let is_declaration = |fact: &ModuleFact| matches!(fact, ModuleFact::Python(PythonFact::Distribution(_)));
    facts.facts.iter().any(|said| is_declaration(&said.fact))
}

/// The modules that some distributions are taken to bring by what is known of them and by their names.
pub(super) fn brought_by<'n>(names: impl Iterator<Item = &'n str>) -> FxHashSet<String> {
    let mut modules = FxHashSet::default();
    for name in names.map(distributions::normal) {
        modules.extend(distributions::known(&name).into_iter().flatten().map(|module| (*module).to_owned()));
        modules.extend(distributions::shared(&name).map(str::to_owned));
        modules.extend(distributions::shortened(&name));
        modules.insert(distributions::guessed(&name));
    }
    modules
}

/// Which of several manifests of one folder the others follow.
fn rank(path: &FilePath) -> usize {
    const ORDER: [&str; 6] =
        ["pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements.in", "requirements.txt"];
    ORDER.iter().position(|name| *name == path.name()).unwrap_or(ORDER.len())
}

/// The manifest of a project as a message names it.
pub(super) fn named(project: &PythonProject<'_>, folder: &FilePath) -> String {
    let path = project.manifest.as_str();
    match folder.is_root() {
        true => path.to_owned(),
        false => path.strip_prefix(shown(folder)).map_or(path, |rest| rest.trim_start_matches('/')).to_owned(),
    }
}
