//! One state of a project: its files, tasks and roles.

use std::borrow::Cow;
use std::sync::OnceLock;

use auditlint_rules::{ModuleKinds, Role, Rule};
use auditlint_source::{FilePath, Files, Problem};
use auditlint_tasks::{Task, TaskSet, TaskSource};

use crate::RunOptions;
use crate::apart::linked_tasks;
use crate::baseline::BaselineFile;
use crate::catalogue::Catalogue;
use crate::clock::PhaseClock;
use crate::config::Config;
use crate::discovery::{Discovered, Ignored};
use crate::engine::Engine;
use crate::git_attributes::GitAttributes;
use crate::project_imports::ProjectImports;
use crate::projects::Projects;
use crate::roles::Roles;
use crate::scope::{DiscoveredScope, ScopedSource, attribute_folders, discover_scope};
use crate::unknown_rules::UnknownRules;

/// What an [`Engine`] sees of a project at one time.
pub struct Snapshot<'e> {
    /// Configuration and rules.
    pub engine: &'e Engine,
    /// Where everything comes from.
    pub files: &'e dyn Files,
    /// The tasks.
    pub tasks: TaskSet,
    /// The files that the walk found.
    pub discovered: Discovered,
    /// The sources in the report scope, in the order of their paths.
    pub scope: Vec<ScopedSource>,
    pub(crate) roles: Roles<'e>,
    pub(crate) options: RunOptions,
    pub(crate) phases: PhaseClock,
    /// What kinds of code the modules are, once something depends on it.
    pub(crate) modules: OnceLock<ModuleKinds>,
    /// What the sources import from each other, once a rule asked.
    pub(crate) imports: OnceLock<ProjectImports>,
    unknown_rules: OnceLock<UnknownRules>,
    problems: Vec<Problem>,
    /// Those of the projects, read where they are asked for.
    pub(crate) baselines: OnceLock<Vec<BaselineFile>>,
}

impl Engine {
    /// The present state of the files: which there are, which of them are tasks, which role each has.
    #[must_use]
    pub fn snapshot<'e>(&'e self, files: &'e dyn Files) -> Snapshot<'e> {
        Snapshot::take(self, files, self.options.clone())
    }

    /// The same for a report on these files and folders only.
    #[must_use]
    pub fn snapshot_of<'e>(&'e self, files: &'e dyn Files, paths: Vec<FilePath>) -> Snapshot<'e> {
        Snapshot::take(self, files, RunOptions { paths, ..self.options.clone() })
    }
}

impl<'e> Snapshot<'e> {
    /// Lists the files, reads the tasks and what tells roles.
    fn take(engine: &'e Engine, files: &'e dyn Files, options: RunOptions) -> Self {
        let mut phases = engine.phases.clone().resume();
        let mut problems = engine.problems.clone();
        let readers = engine.catalogue.readers();
        let feeds_facts = |path: &FilePath| readers.iter().any(|reader| reader.reads(path));
        let walk = engine.walk_of(files);
        let found = discover_scope(files, &engine.projects, walk, &options, &feeds_facts, &mut problems);
        let DiscoveredScope { discovered, sources: scope } = found;
        phases.lap("list files");
        let mut task_files = Cow::Borrowed(&discovered.files);
        let sources = &engine.joined.tasks;
        if !sources.is_empty() && !discovered.apart.is_empty() {
            let globs = sources.iter().flat_map(|source| &source.files);
            let is_task = |path: &FilePath| globs.clone().any(|glob| glob.is_match(path.as_str()));
            let mut ignored = Ignored::new(files, &engine.projects, &options.below_repository);
            let (linked, faults) = linked_tasks(files, &discovered, is_task, &mut ignored);
            task_files.to_mut().extend(linked);
            problems.extend(faults);
        }
        let (mut tasks, task_problems) = auditlint_tasks::load(sources, &task_files, files);
        let folders = &engine.joined.task_folders;
        tasks.count_files_from(&|source| folders.get(source).cloned().unwrap_or_default());
        // A run on a part says nothing about task files that are untidy: a hook would say it at every commit.
        if !options.is_partial() {
            // A glob of the configuration has its place there.
            problems.extend(task_problems.into_iter().map(|problem| match (problem.span, &problem.path) {
                (Some(span), None) => engine.projects.problem(span, problem),
                _ => problem,
            }));
        }
        phases.lap("load tasks");
        let attributes = GitAttributes::read(files, attribute_folders(&options, &discovered, &scope), &mut problems);
        problems.retain(|problem| engine.projects.concern(problem));
        let roles = Roles::new(&engine.role_patterns, engine.projects.folders(), files, attributes);
        let (modules, imports) = (OnceLock::new(), OnceLock::new());
        let (unknown_rules, baselines) = (OnceLock::new(), OnceLock::new());
        Self {
            engine,
            files,
            tasks,
            discovered,
            scope,
            roles,
            options,
            phases,
            modules,
            imports,
            unknown_rules,
            problems,
            baselines,
        }
    }

    /// What is configured at the root of the run.
    #[must_use]
    pub fn config(&self) -> &'e Config {
        self.engine.config()
    }

    /// The projects of the run.
    #[must_use]
    pub fn projects(&self) -> &'e Projects {
        &self.engine.projects
    }

    /// What is configured for a file.
    #[must_use]
    pub fn config_of(&self, path: &FilePath) -> &'e Config {
        self.engine.projects.of(path)
    }

    /// Whether a task that names a rule means this one of its set: a task of a project is about the files of that project.
    pub(crate) fn may_check(&self, task: &Task, rule: &Rule) -> bool {
        let folder = self.engine.joined.task_folders.get(task.source);
        folder.is_none_or(|folder| self.projects().are_below(rule, folder))
    }

    /// Where tasks are kept, in all projects.
    #[must_use]
    pub fn task_sources(&self) -> &'e [TaskSource] {
        &self.engine.joined.tasks
    }

    /// The rules.
    #[must_use]
    pub fn catalogue(&self) -> &'e Catalogue {
        &self.engine.catalogue
    }

    /// The rules that tasks name and that are not there.
    pub(crate) fn unknown_rules(&self) -> &UnknownRules {
        self.unknown_rules.get_or_init(|| UnknownRules::of(self.catalogue(), &self.tasks))
    }

    /// Problems of loading.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The role of a source, and by what it was given; nothing for a source that nothing makes something else.
    #[must_use]
    pub fn role(&self, path: &FilePath) -> (Role, Option<String>) {
        let text = self.files.read(path, self.config_of(path).max_file_size).unwrap_or_default();
        self.roles.explain(path, &text)
    }
}
