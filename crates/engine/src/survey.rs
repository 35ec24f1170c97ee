//! Which projects a run has: their configurations are read where the walk over the folders meets them.

use std::sync::{Arc, Mutex, PoisonError};

use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind};

use crate::RunOptions;
use crate::config::Config;
use crate::config::reader::ConfigReader;
use crate::discovery::{Discovered, Ignored, discover};
use crate::entries::{CONFIG_NAME, is_listed};
use crate::limits::MAX_PROJECTS;
use crate::projects::{NestedProjects, NestedReader, Projects};

impl Projects {
    /// Finds the projects of a run. `root` is what is configured at its root.
    #[must_use]
    pub fn find(files: &dyn Files, root: Config, options: &RunOptions, problems: &mut Vec<Problem>) -> Self {
        survey(files, root, options, problems).0
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
                if options.force_exclude && is_passed_over(files, &root, &found, &folder, &options.below_repository) {
                    break;
                }
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
        problems.push(problem.help("run auditlint in parts of the repository, or exclude projects that are not yours"));
        found.truncate(MAX_PROJECTS);
    }
    (Projects::new(root, found).naming(options.paths.clone()), walk)
}

/// Whether a walk would not enter a folder.
fn is_passed_over(
    files: &dyn Files,
    root: &Arc<Config>,
    found: &[Arc<Config>],
    folder: &FilePath,
    below_repository: &FilePath,
) -> bool {
    let known = Projects::new(Arc::clone(root), found.to_vec());
    Ignored::new(files, &known, below_repository).ignores(folder, true)
}

/// Reads the configurations among files that are known, where a walk would have met them.
fn enter_listed(files: &dyn Files, all: &[FilePath], nested: &NestedProjects<'_>, below_repository: &FilePath) {
    let root = Projects::new(nested.root(), Vec::new());
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
    is_folder(files, folder) && (files.kind(&path).is_some() || is_listed(files, &path))
}
