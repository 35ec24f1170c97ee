//! The projects of a run: that of the root, and those in the folders below that have a configuration of their own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use auditlint_rules::{ProjectFolders, Rule, RuleId};
use auditlint_source::document::NamedTable;
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind, Span};
use auditlint_tasks::TaskSource;

use crate::config::{Config, ConfigReader, FactsSettings, RuleSettings, config_problem};
use crate::discovery::{CONFIG_NAME, Discovered, Ignored, discover, is_excluded, is_listed};
use crate::limits::MAX_PROJECTS;
use crate::{Finding, RunOptions};

/// The configurations of a run. The nearest one above a file holds for it.
#[derive(Clone, Debug)]
pub struct Projects {
    /// By number: that of the root, then the nested ones in the order of their folders.
    configs: Vec<Arc<Config>>,
    folders: Arc<ProjectFolders>,
}

impl Projects {
    /// Finds the projects of a run. `root` is what is configured at its root.
    #[must_use]
    pub fn find(files: &dyn Files, root: Config, options: &RunOptions, problems: &mut Vec<Problem>) -> Self {
        survey(files, root, options, problems).0
    }

    /// One project alone: what lies below it belongs to it.
    #[must_use]
    pub fn of_root(root: Config) -> Self {
        Self { configs: vec![Arc::new(root)], folders: Arc::default() }
    }

    fn new(root: Arc<Config>, mut nested: Vec<Arc<Config>>) -> Self {
        nested.sort_by(|a, b| a.folder.cmp(&b.folder));
        let folders = ProjectFolders::new(nested.iter().map(|config| config.folder.clone()).collect());
        let configs = std::iter::once(root).chain(nested).collect();
        Self { configs, folders: Arc::new(folders) }
    }

    /// What is configured at the root of the run.
    #[must_use]
    pub fn root(&self) -> &Config {
        &self.configs[0]
    }

    /// All of them, that of the root first, then in the order of their folders.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Config> {
        self.configs.iter().map(|config| &**config)
    }

    /// Whether there are projects below that of the root.
    #[must_use]
    pub fn are_nested(&self) -> bool {
        !self.folders.is_empty()
    }

    /// The folders of those below that of the root.
    pub(crate) fn folders(&self) -> &Arc<ProjectFolders> {
        &self.folders
    }

    /// The number of the project of a file, as in [`Projects::iter`].
    #[must_use]
    pub fn number_of(&self, path: &FilePath) -> usize {
        self.folders.of(path) as usize
    }

    /// The findings that belong to the project with a number.
    #[must_use]
    pub fn findings_of(&self, project: usize, findings: &[Finding]) -> Vec<Finding> {
        findings.iter().filter(|finding| self.number_of(&finding.path) == project).cloned().collect()
    }

    /// What is configured for a file.
    #[must_use]
    pub fn of(&self, path: &FilePath) -> &Config {
        &self.configs[self.number_of(path)]
    }

    /// Where tasks are kept, and what facts are compared with: that of all projects together, since tasks and facts are those of the
    /// whole repository.
    pub(crate) fn joined(&self) -> JoinedSettings {
        let mut joined = JoinedSettings::default();
        let mut known: BTreeSet<Span> = BTreeSet::new();
        for (number, config) in self.iter().enumerate() {
            let mut is_new = |span: Span| number == 0 || known.insert(span);
            joined.tasks.extend(config.tasks.iter().filter(|source| is_new(source.span)).cloned());
            joined.task_folders.resize(joined.tasks.len(), config.folder.clone());
            let FactsSettings { ci_commands, token_columns, env_documents } = &config.facts;
            joined.facts.ci_commands.extend(ci_commands.iter().filter(|(span, _)| is_new(*span)).cloned());
            joined.facts.env_documents.extend(env_documents.iter().filter(|glob| is_new(glob.span)).cloned());
            for column in token_columns {
                if number == 0 || !joined.facts.token_columns.contains(column) {
                    joined.facts.token_columns.push(column.clone());
                }
            }
            if number == 0 {
                known.extend(config.tasks.iter().map(|source| source.span));
                known.extend(ci_commands.iter().map(|(span, _)| *span));
                known.extend(env_documents.iter().map(|glob| glob.span));
            }
        }
        joined
    }

    /// A problem at a place in whichever configuration holds it.
    pub(crate) fn problem(&self, span: Span, problem: Problem) -> Problem {
        match self.iter().find(|config| config.place(span).is_some()) {
            Some(config) => config_problem(config, span, problem),
            None => problem,
        }
    }

    /// The nearest project, from the one with a number upwards, that keeps tasks of its own; else that of the root.
    pub(crate) fn keeper_of_tasks(&self, number: usize) -> usize {
        let mut config = &*self.configs[number];
        while config.tasks.is_empty() {
            match self.above(config) {
                Some(above) => config = above,
                None => return 0,
            }
        }
        self.number_of(&config.folder)
    }

    /// Whether a place in a configuration is about the projects in a folder alone: it stands in one of their own, or in what those extend,
    /// and in none above.
    pub(crate) fn is_within(&self, span: Span, folder: &FilePath) -> bool {
        if folder.is_root() {
            return true;
        }
        let mut outside = self.iter().filter(|config| !config.folder.is_under(folder));
        !outside.any(|config| config.place(span).is_some())
    }

    /// Whether a problem concerns a run on some files and folders: it lies in one of their projects, in one below or in one above.
    pub(crate) fn concern(&self, named: &[FilePath], problem: &Problem) -> bool {
        let Some(path) = problem.path.as_ref().filter(|_| self.are_nested()) else { return true };
        let project = &self.of(path).folder;
        named.is_empty() || named.iter().any(|named| project.is_under(named) || named.is_under(project))
    }

    /// Whether all projects in which a rule of the set holds lie in a folder.
    pub(crate) fn are_below(&self, rule: &Rule, folder: &FilePath) -> bool {
        let of_rule = (0..).zip(self.iter()).filter(|(number, _)| rule.territory.holds(*number));
        folder.is_root() || of_rule.map(|(_, config)| config).all(|config| config.folder.is_under(folder))
    }

    /// The configuration that says to which tasks a rule of the set belongs; none where its own document does.
    pub(crate) fn linking(&self, rule: &Rule) -> Option<&Config> {
        let config = self.first_of(rule)?;
        let settings = config.of_rule(&rule.id)?;
        settings.value.tasks.is_some().then_some(config)
    }

    /// The table of a rule of the set in the configurations of the projects in which it holds.
    pub(crate) fn configuring(&self, rule: &Rule) -> Option<&NamedTable<RuleId, RuleSettings>> {
        self.first_of(rule)?.of_rule(&rule.id)
    }

    /// The first project in which a rule of the set holds; all of them configure it alike.
    pub(crate) fn first_of(&self, rule: &Rule) -> Option<&Config> {
        (0..).zip(self.iter()).find(|(number, _)| rule.territory.holds(*number)).map(|(_, config)| config)
    }

    /// The project that a project lies in; none for that of the root.
    pub(crate) fn above(&self, config: &Config) -> Option<&Config> {
        Some(self.of(&config.folder.parent()?))
    }

    /// The project whose folder this is.
    pub(crate) fn at(&self, folder: &FilePath) -> Option<&Arc<Config>> {
        self.configs.get(self.number_of(folder)).filter(|config| config.folder == *folder)
    }

    /// Whether a file or folder, or a folder above it, is excluded.
    pub(crate) fn excludes(&self, path: &FilePath) -> bool {
        is_excluded(&self.of(path).exclude, path)
    }
}

/// What the configurations of all projects say together.
#[derive(Clone, Debug, Default)]
pub(crate) struct JoinedSettings {
    pub(crate) tasks: Vec<TaskSource>,
    /// Of each of these, the folder of the project that keeps tasks there.
    pub(crate) task_folders: Vec<FilePath>,
    pub(crate) facts: FactsSettings,
}

/// How a walk finds out which folders are projects.
pub(crate) enum NestedProjects<'p> {
    /// They are known.
    Known(&'p Projects),
    /// Their configurations are read where they are met.
    Read(NestedReader<'p>),
}

/// Configurations that are read while folders are walked.
pub(crate) struct NestedReader<'p> {
    root: Arc<Config>,
    reader: &'p ConfigReader<'p>,
    found: Mutex<Vec<Arc<Config>>>,
}

impl NestedProjects<'_> {
    /// What is configured at the root.
    pub(crate) fn root(&self) -> Arc<Config> {
        match self {
            Self::Known(projects) => Arc::clone(&projects.configs[0]),
            Self::Read(reader) => Arc::clone(&reader.root),
        }
    }

    /// What holds in a folder that has a configuration, below one where `above` holds.
    pub(crate) fn enter(&self, folder: &FilePath, above: &Arc<Config>) -> Arc<Config> {
        match self {
            Self::Known(projects) => projects.at(folder).unwrap_or(above).clone(),
            Self::Read(reader) => reader.enter(folder, above),
        }
    }
}

impl NestedReader<'_> {
    fn enter(&self, folder: &FilePath, above: &Arc<Config>) -> Arc<Config> {
        let config = Arc::new(self.reader.nested(folder, above));
        self.found.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&config));
        config
    }
}

/// The projects of a run, and the walk over all files where one was needed to find them.
pub(crate) fn survey(
    files: &dyn Files,
    root: Config,
    options: &RunOptions,
    problems: &mut Vec<Problem>,
) -> (Projects, Option<Discovered>) {
    if options.isolated || options.one_project || root.is_unreadable {
        return (Projects::of_root(root), None);
    }
    let reader = ConfigReader::new(files, &root);
    let root = Arc::new(root);
    let nested = NestedReader { root: Arc::clone(&root), reader: &reader, found: Mutex::default() };
    let nested = NestedProjects::Read(nested);
    let walk = match files.all() {
        // Where every file is known, no folder has to be looked into.
        Some(all) => {
            enter_listed(files, all, &nested, &options.below_repository);
            None
        }
        None => needs_walk(files, options, &root).then(|| discover(files, &nested, &options.below_repository)),
    };
    let NestedProjects::Read(nested) = nested else { return (Projects::new(root, Vec::new()), walk) };
    let mut found = nested.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    // A folder that is ignored and named all the same is not walked.
    for path in &options.paths {
        let mut above = Arc::clone(&root);
        for folder in folders_to(path) {
            if let Some(known) = found.iter().find(|config| config.folder == folder) {
                above = Arc::clone(known);
            } else if has_config(files, &folder) {
                above = Arc::new(reader.nested(&folder, &above));
                found.push(Arc::clone(&above));
            }
        }
    }
    problems.extend(reader.into_problems());
    if found.len() > MAX_PROJECTS {
        found.sort_by(|a, b| a.folder.cmp(&b.folder));
        let first = found[MAX_PROJECTS].path.clone().unwrap_or_default();
        let message =
            format!("there are more than {MAX_PROJECTS} projects: this configuration and later ones are not used");
        let problem = Problem::error(ProblemKind::Config, message).in_file(&first);
        problems.push(problem.help("run auditlint in parts of the repository, or exclude what is no project of yours"));
        found.truncate(MAX_PROJECTS);
    }
    (Projects::new(root, found), walk)
}

/// Reads the configurations among files that are known, where a walk would have met them.
fn enter_listed(files: &dyn Files, all: &[FilePath], nested: &NestedProjects<'_>, below_repository: &FilePath) {
    let root = Projects { configs: vec![nested.root()], folders: Arc::default() };
    let mut ignored = Ignored::new(files, &root, below_repository);
    let mut known = root.clone();
    for path in all.iter().filter(|path| path.name() == CONFIG_NAME) {
        let Some(folder) = path.parent().filter(|folder| !folder.is_root()) else { continue };
        // Its own configuration does not decide whether it is one.
        let above = folder.parent().unwrap_or_default();
        if known.excludes(&folder) || ignored.ignores(&folder, true) || has_repository(files, &folder) {
            continue;
        }
        let config = nested.enter(&folder, &known.configs[known.number_of(&above)]);
        let others = known.configs.drain(..).skip(1).chain([config]).collect();
        known = Projects::new(nested.root(), others);
    }
}

/// Whether a folder is a repository of its own.
fn has_repository(files: &dyn Files, folder: &FilePath) -> bool {
    files.kind(&folder.child(".git")).is_some()
}

/// Whether a run has to walk over all files. A hook that names its files needs that only to find the task files.
pub(crate) fn needs_walk(files: &dyn Files, options: &RunOptions, config: &Config) -> bool {
    options.paths.is_empty() || !config.tasks.is_empty() || options.paths.iter().any(|path| is_folder(files, path))
}

fn is_folder(files: &dyn Files, path: &FilePath) -> bool {
    files.kind(path) == Some(EntryKind::Folder)
}

/// The folders from below the root down to a path, that path among them.
fn folders_to(path: &FilePath) -> Vec<FilePath> {
    let mut folders: Vec<FilePath> =
        std::iter::successors(Some(path.clone()), FilePath::parent).filter(|folder| !folder.is_root()).collect();
    folders.reverse();
    folders
}

/// Whether a folder has a configuration, be it one that cannot be read.
fn has_config(files: &dyn Files, folder: &FilePath) -> bool {
    let path = folder.child(CONFIG_NAME);
    files.kind(&path).is_some() || (is_folder(files, folder) && is_listed(files, &path))
}
