//! Where results of a project are kept between runs, and why none are.

use std::fmt;
use std::path::{Path, PathBuf};

use auditlint_engine::{CacheFolder, CacheKey, Kept, Repository, Worktree};
use auditlint_source::{FilePath, Files, Problem, ProblemKind};

use crate::environment;
use crate::project_args::CacheArgs;

/// The project whose results are kept.
pub(crate) struct KeptProject<'c> {
    pub(crate) root: &'c Path,
    pub(crate) worktree: &'c Worktree,
    pub(crate) repository: Option<&'c Repository>,
    /// Whether it is one: it has a configuration, or lies in a repository.
    pub(crate) is_project: bool,
}

/// Why nothing is kept.
#[derive(Debug)]
pub(crate) enum NotKept {
    /// Somebody asked for it.
    Off,
    /// The root is that of no project, so nothing is written into it.
    NoProject,
    /// There is no secret to prove results with.
    NoKey(String),
    /// Git tracks the file, so whoever wrote the repository may have written it.
    Tracked(FilePath),
}

impl fmt::Display for NotKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("--no-cache says so"),
            Self::NoProject => f.write_str("this is no project: there is no configuration and no repository"),
            Self::NoKey(reason) => f.write_str(reason),
            Self::Tracked(path) => write!(f, "git tracks {path}"),
        }
    }
}

impl NotKept {
    /// What a run says about it. That there is no place for results is in order; that somebody committed them is not.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let Self::Tracked(path) = self else { return None };
        let message = "git tracks the file of kept results, so it is left alone and no result is kept";
        let help = format!("take it out of the repository: git rm --cached {path}");
        Some(Problem::warning(ProblemKind::Config, message).in_file(path).help(help))
    }
}

/// The folder in which results of a project are kept.
pub(crate) fn folder(project: &KeptProject<'_>, args: &CacheArgs) -> CacheFolder {
    match args.cache_dir.clone().or_else(environment::cache_folder) {
        Some(named) => CacheFolder::at(&named, project.root),
        None => CacheFolder::of_project(project.worktree),
    }
}

/// Opens what is kept of a project.
///
/// # Errors
/// Why nothing is.
pub(crate) fn open(project: &KeptProject<'_>, args: &CacheArgs) -> Result<Kept, NotKept> {
    if args.no_cache {
        return Err(NotKept::Off);
    }
    if !project.is_project {
        return Err(NotKept::NoProject);
    }
    let folder = folder(project, args);
    if let Some(path) = folder.file_below_root().map(|path| FilePath::new(&path)) {
        let is_there = project.worktree.kind(&path).is_some();
        // Where git does not say, the proof of each result has to do.
        let tracked = if is_there { project.worktree.tracked().unwrap_or_default() } else { &[] };
        if tracked.binary_search(&path).is_ok() {
            return Err(NotKept::Tracked(path));
        }
    }
    let key = match environment::cache_words() {
        Some(words) => CacheKey::of_words(&words),
        None => CacheKey::of_user(&user_folder(project)?).map_err(|error| NotKept::NoKey(no_key(&error)))?,
    };
    Ok(Kept::open(folder, &key))
}

fn no_key(error: &std::io::Error) -> String {
    format!("the key of kept results cannot be read or made: {error}")
}

/// Where the user's key lies. In the repository it is no secret.
fn user_folder(project: &KeptProject<'_>) -> Result<PathBuf, NotKept> {
    let missing = "there is no folder for the key of kept results: neither XDG_CACHE_HOME nor HOME is set";
    let folder = environment::user_cache_folder().ok_or_else(|| NotKept::NoKey(missing.to_owned()))?;
    let around = project.repository.map_or(project.root, Repository::folder);
    match folder.starts_with(around) || project.worktree.relative(&folder).is_some() {
        true => {
            Err(NotKept::NoKey(format!("the key of kept results would lie in the repository, in {}", folder.display())))
        }
        false => Ok(folder),
    }
}
