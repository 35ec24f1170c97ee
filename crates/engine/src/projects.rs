//! The projects of a run: that of the root, and those in the folders below that have a configuration of their own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use auditlint_rules::{ProjectFolders, Rule, RuleId};
use auditlint_source::document::NamedTable;
use auditlint_source::{FilePath, Problem, Span};
use auditlint_tasks::TaskSource;

use crate::Finding;
use crate::config::reader::ConfigReader;
use crate::config::{Config, FactsSettings, RuleSettings, config_problem};

/// The configurations of a run. The nearest one above a file holds for it.
#[derive(Clone, Debug)]
pub struct Projects {
    /// By number: that of the root, then the nested ones in the order of their folders.
    pub(crate) configs: Vec<Arc<Config>>,
    folders: Arc<ProjectFolders>,
    /// The files and folders that the run names; rules of projects that those have nothing to do with are left unread.
    named: Vec<FilePath>,
}

impl Projects {
    /// One project alone: what lies below it belongs to it.
    #[must_use]
    pub fn of_root(root: Config) -> Self {
        Self { configs: vec![Arc::new(root)], folders: Arc::default(), named: Vec::new() }
    }

    pub(crate) fn new(root: Arc<Config>, mut nested: Vec<Arc<Config>>) -> Self {
        nested.sort_by(|a, b| a.folder.cmp(&b.folder));
        let folders = ProjectFolders::new(nested.iter().map(|config| config.folder.clone()).collect());
        let configs = std::iter::once(root).chain(nested).collect();
        Self { configs, folders: Arc::new(folders), named: Vec::new() }
    }

    /// The same for a run that names these files and folders.
    pub(crate) fn naming(self, named: Vec<FilePath>) -> Self {
        Self { named, ..self }
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

    /// Whether a run that names files and folders is about a project: one of them lies in it, or it lies in one of them.
    pub(crate) fn is_asked(&self, config: &Config) -> bool {
        let folder = &config.folder;
        self.named.is_empty() || self.named.iter().any(|named| folder.is_under(named) || named.is_under(folder))
    }

    /// Whether a problem concerns the run: it lies in a project that the run is about.
    pub(crate) fn concern(&self, problem: &Problem) -> bool {
        let path = problem.path.as_ref().filter(|_| self.are_nested());
        path.is_none_or(|path| self.is_asked(self.of(path)))
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
        // A project that is looked at alone stands for the root, wherever it lies.
        Some(self.of(&config.folder.parent()?)).filter(|above| above.folder != config.folder)
    }

    /// The project whose folder this is.
    pub(crate) fn at(&self, folder: &FilePath) -> Option<&Arc<Config>> {
        self.configs.get(self.number_of(folder)).filter(|config| config.folder == *folder)
    }

    /// Whether a file or folder, or a folder above it, is excluded: by its own project, or with that project by one above.
    pub(crate) fn excludes(&self, path: &FilePath) -> bool {
        let mut config = self.of(path);
        if config.exclude.exclude(path) {
            return true;
        }
        while let Some(above) = self.above(config) {
            if above.exclude.exclude(&config.folder) {
                return true;
            }
            config = above;
        }
        false
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
    pub(crate) root: Arc<Config>,
    pub(crate) reader: &'p ConfigReader<'p>,
    pub(crate) found: Mutex<Vec<Arc<Config>>>,
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
