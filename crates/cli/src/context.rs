//! Where a run stands: its root, its configuration, the streams it writes to.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{CONFIG_NAME, CheckedOut, Config, Date, Kept, Repository, RunOptions, SGCONFIG_NAME, Worktree};
use auditlint_report::{WorkingFolder, shown_path};
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind, name_of};

use crate::args::ProjectArgs;
use crate::environment;
use crate::kept::{self, KeptProject, NotKept};
use crate::project_args::CacheArgs;

/// The largest configuration that is read, in bytes.
const CONFIG_LIMIT: u64 = 4 << 20;

/// The project that a command works on.
pub(crate) struct CommandContext {
    /// The root of the run, absolute.
    pub(crate) root: PathBuf,
    /// The file system: paths as they are written on the command line, and everything that is written.
    pub(crate) worktree: Worktree,
    /// What is read.
    files: Box<dyn Files>,
    /// Where the root of the run lies below the root of the repository; the root where both are the same.
    pub(crate) below_repository: FilePath,
    /// The repository around the root.
    repository: Option<Repository>,
    /// Where the configuration stands below the root.
    config_path: Option<FilePath>,
    /// The folder of the project that the working folder is in; the root unless it is one below.
    pub(crate) project: FilePath,
    /// Whether the configuration holds for all files, those of other projects among them.
    one_project: bool,
    isolated: bool,
    /// What is kept of the project between runs, opened where a run asks.
    kept: OnceLock<Result<Arc<Kept>, NotKept>>,
    cache: CacheArgs,
}

/// Where a run stands, as folders tell.
struct RunPlace {
    root: PathBuf,
    /// The name of the configuration in the root.
    config: Option<String>,
    /// The folder of the nearest configuration.
    project: Option<PathBuf>,
}

impl RunPlace {
    /// Looks from a folder upwards. The nearest configuration is that of the project, the furthest that of the root: the search goes on
    /// to the root of the repository, outside of one to below the home folder, and ends at a configuration that says so.
    fn above(start: &Path) -> Self {
        // What has the name and is not one is reported, not passed over.
        let has = |folder: &Path, name: &str| std::fs::symlink_metadata(folder.join(name)).is_ok();
        let repository = || start.ancestors().find(|folder| folder.join(".git").exists());
        let Some(nearest) = start.ancestors().find(|folder| has(folder, CONFIG_NAME)) else {
            let with = |name: &str| start.ancestors().find(|folder| has(folder, name));
            let root = with(SGCONFIG_NAME).or_else(repository).unwrap_or(start);
            return Self { root: root.to_path_buf(), config: None, project: None };
        };
        let around = nearest.ancestors().find(|folder| folder.join(".git").exists());
        let home = environment::home();
        let is_beyond = |folder: &Path| match around {
            Some(repository) => !folder.starts_with(repository),
            None => folder.parent().is_none() || home.as_deref().is_some_and(|home| home.starts_with(folder)),
        };
        let mut root = nearest;
        for folder in nearest.ancestors().take_while(|folder| *folder == nearest || !is_beyond(folder)) {
            if has(folder, CONFIG_NAME) {
                root = folder;
                if ends_search(folder) {
                    break;
                }
            }
        }
        Self { root: root.to_path_buf(), config: Some(CONFIG_NAME.to_owned()), project: Some(nearest.to_path_buf()) }
    }
}

/// Whether the configuration in a folder says that nothing is inherited from those above it. What is wrong with it is told where it
/// is read.
fn ends_search(folder: &Path) -> bool {
    let bytes =
        Worktree::open(folder, None).ok().and_then(|files| files.read(&FilePath::new(CONFIG_NAME), CONFIG_LIMIT).ok());
    bytes.is_some_and(|bytes| Config::ends_search(&String::from_utf8_lossy(&bytes)))
}

fn working_folder() -> Result<PathBuf> {
    env::current_dir().context("the working folder cannot be read")
}

impl CommandContext {
    /// Finds the root: the folder of `--config`, else the furthest folder from the working folder upwards that holds an
    /// auditlint.toml, as far as the search goes, else one with an sgconfig.yml, else the root of the repository, else the working
    /// folder.
    pub(crate) fn find(args: &ProjectArgs) -> Result<Self> {
        let working = working_folder()?;
        Self::find_from(args, &working)
    }

    /// The same for a run on named files and folders, which may lie outside of the root that the working folder has: where all of
    /// them have another one, that is the root.
    pub(crate) fn find_for(args: &ProjectArgs, paths: &[PathBuf]) -> Result<Self> {
        let working = working_folder()?;
        let context = Self::find_from(args, &working)?;
        let is_inside = |path: &PathBuf| context.worktree.relative(&working.join(path)).is_some();
        // Where nothing says what the working folder is part of, the named files may.
        let is_nowhere = context.config_path.is_none() && context.repository.is_none() && !args.isolated;
        let elsewhere = paths.iter().find(|path| is_nowhere || !is_inside(path));
        let Some(first) = elsewhere.filter(|_| args.config.is_none()) else {
            return Ok(context);
        };
        let absolute = std::fs::canonicalize(working.join(first)).unwrap_or_else(|_| working.join(first));
        let folder = if absolute.is_dir() { &absolute } else { absolute.parent().unwrap_or(&absolute) };
        let start = match args.isolated {
            true => folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(folder),
            false => folder,
        };
        let other = Self::find_from(args, start)?;
        // Without a configuration of its own it is under nobody's settings.
        let is_whole = paths.iter().all(|path| other.worktree.relative(&working.join(path)).is_some());
        Ok(if is_whole && (args.isolated || other.config_path.is_some()) { other } else { context })
    }

    fn find_from(args: &ProjectArgs, start: &Path) -> Result<Self> {
        let working = working_folder()?;
        if let Some(threads) = args.threads {
            // Fails only where the pool was built before, and then the first answer holds.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
        }
        let place = if let Some(config) = &args.config {
            let config = working.join(config);
            if !config.is_file() {
                bail!("there is no configuration file {}", config.display());
            }
            let name = name_of(config.file_name().unwrap_or_default());
            RunPlace { root: config.parent().unwrap_or(&working).to_path_buf(), config: Some(name), project: None }
        } else if args.isolated {
            RunPlace { root: start.to_path_buf(), config: None, project: None }
        } else {
            RunPlace::above(start)
        };
        let RunPlace { root, config, project } = place;
        // A root that was named through a link is the folder that the link leads to.
        let root = std::fs::canonicalize(&root).unwrap_or(root);
        let repository = Repository::around(&root);
        let worktree = Worktree::open(&root, repository.as_ref().map(Repository::folder))
            .with_context(|| format!("the folder {} cannot be read", root.display()))?;
        let below_repository = worktree.below_repository();
        let config_path = config.map(|name| FilePath::root().child(&name));
        let project = project.and_then(|folder| worktree.relative(&folder)).unwrap_or_default();
        Ok(Self {
            project,
            one_project: args.config.is_some(),
            root,
            files: Box::new(worktree.clone()),
            worktree,
            below_repository,
            repository,
            config_path,
            isolated: args.isolated,
            kept: OnceLock::new(),
            cache: args.cache.clone(),
        })
    }

    /// A project in a folder, without a configuration.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        let worktree = Worktree::open(root, None).unwrap();
        Self {
            root: root.to_path_buf(),
            files: Box::new(worktree.clone()),
            worktree,
            repository: None,
            below_repository: FilePath::root(),
            config_path: None,
            project: FilePath::root(),
            one_project: false,
            isolated: true,
            kept: OnceLock::new(),
            cache: CacheArgs { no_cache: true, ..CacheArgs::default() },
        }
    }

    /// The configuration file, where there is one.
    pub(crate) fn config_path(&self) -> Option<&FilePath> {
        self.config_path.as_ref()
    }

    /// The repository around the root, where there is one.
    pub(crate) fn repository(&self) -> Option<&Repository> {
        self.repository.as_ref()
    }

    /// What is read.
    pub(crate) fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// Reads the configuration; the default where there is none.
    pub(crate) fn config(&self) -> Result<(Config, Vec<Problem>)> {
        self.config_of(self.files())
    }

    /// Reads the configuration as it stands among other files of the project; the default where it is not there.
    pub(crate) fn config_of(&self, files: &dyn Files) -> Result<(Config, Vec<Problem>)> {
        let (config, mut problems) = self.read_config(files)?;
        problems.extend(self.kept().err().and_then(NotKept::problem));
        Ok((config, problems))
    }

    fn read_config(&self, files: &dyn Files) -> Result<(Config, Vec<Problem>)> {
        // One that is staged holds, also where it is not checked out.
        let staged = FilePath::new(CONFIG_NAME);
        let is_staged = || !self.isolated && files.kind(&staged) == Some(EntryKind::File);
        let path = self.config_path.as_ref().or_else(|| is_staged().then_some(&staged));
        let Some(path) = path else { return Ok((Config::default(), Vec::new())) };
        if files.kind(path).is_none() && self.files.kind(path).is_some() {
            let problem =
                Problem::warning(ProblemKind::Config, "the configuration is not staged, so the defaults hold");
            let problem = problem.in_file(path).help("stage it with `git add`");
            return Ok((Config::default(), vec![problem]));
        }
        let bytes = files.read(path, CONFIG_LIMIT).with_context(|| format!("{path} cannot be read"))?;
        let text = String::from_utf8(bytes).with_context(|| format!("{path} is not UTF-8"))?;
        Ok(Config::of_file(files, path, &text))
    }

    /// Says that the folder of `--config` is checked, where that is not the working folder or one around it.
    pub(crate) fn root_elsewhere(&self) -> Option<String> {
        let working = working_folder().ok().filter(|_| self.one_project)?;
        if self.worktree.relative(&working).is_some() {
            return None;
        }
        let root = shown_path(&self.working().sees(&FilePath::root()));
        Some(format!("the root of this run is {root}, the folder of --config; nothing outside of it is checked"))
    }

    /// Where the working folder lies, for paths that people are shown.
    pub(crate) fn working(&self) -> WorkingFolder {
        let Ok(working) = working_folder() else { return WorkingFolder::default() };
        if let Some(below) = self.worktree.relative(&working) {
            return WorkingFolder::below(below);
        }
        let working = std::fs::canonicalize(&working).unwrap_or(working);
        let common = working.ancestors().find(|folder| self.root.starts_with(folder)).unwrap_or(&working);
        let up = working.strip_prefix(common).map_or(0, |below| below.components().count());
        let mut root = PathBuf::from_iter(std::iter::repeat_n("..", up));
        root.extend(self.root.strip_prefix(common).ok());
        WorkingFolder::outside(FilePath::from_path(&root))
    }

    /// What is kept of the project between runs.
    ///
    /// # Errors
    /// Why nothing is.
    pub(crate) fn kept(&self) -> Result<&Arc<Kept>, &NotKept> {
        self.kept.get_or_init(|| kept::open(&self.kept_project(), &self.cache).map(Arc::new)).as_ref()
    }

    /// The project, as far as what is kept of it depends on it.
    pub(crate) fn kept_project(&self) -> KeptProject<'_> {
        let has_sgconfig = || self.files.kind(&FilePath::new(SGCONFIG_NAME)).is_some();
        let is_project = self.config_path.is_some() || self.repository.is_some() || has_sgconfig();
        KeptProject { root: &self.root, worktree: &self.worktree, repository: self.repository.as_ref(), is_project }
    }

    /// The options that every run of this project has.
    pub(crate) fn options(&self) -> RunOptions {
        RunOptions {
            below_repository: self.below_repository.clone(),
            isolated: self.isolated,
            kept: self.kept().ok().cloned(),
            one_project: self.one_project,
            ..RunOptions::default()
        }
    }

    /// Makes a run that names no files one on the project of the working folder, where that is one below the root.
    pub(crate) fn limit_to_project(&self, options: &mut RunOptions) {
        if options.paths.is_empty() && !self.project.is_root() {
            options.within = self.project.clone();
            options.paths = vec![self.project.clone()];
        }
    }

    /// Where the configuration stands below the root of the repository, if not where a run at that root looks for it.
    pub(crate) fn config_below_repository(&self) -> Option<String> {
        let path = self.config_path.as_ref()?;
        let below = self.below_repository.join(path.as_str());
        (below.as_str() != CONFIG_NAME).then(|| below.as_str().to_owned())
    }

    /// The path of the run for a path as it was given, which is relative to the working folder.
    pub(crate) fn relative(&self, path: &Path) -> Result<FilePath> {
        let absolute = working_folder()?.join(path);
        self.worktree.relative(&absolute).with_context(|| {
            format!(
                "{} is outside the root of this run, {}, and has no auditlint.toml above it; --isolated checks it under the \
                 defaults",
                path.display(),
                self.root.display()
            )
        })
    }

    /// The checked-out commit, and where the repository was cloned from; nothing outside a repository.
    ///
    /// # Errors
    /// The problem that says why the repository does not tell.
    pub(crate) fn checked_out(&self) -> Result<CheckedOut, Problem> {
        let Some(repository) = &self.repository else { return Ok(CheckedOut::default()) };
        repository.checked_out().map_err(|error| {
            Problem::warning(ProblemKind::Config, format!("the checked-out commit cannot be read: {error}"))
                .help("the report names no commit and has no links; --url-pattern says where places can be looked at")
        })
    }

    /// The day of the checked-out commit, in the committer's own time zone; `None` outside a repository.
    ///
    /// # Errors
    /// The problem that says why the repository does not tell.
    pub(crate) fn commit_date(&self) -> Result<Option<Date>, Problem> {
        let Some(repository) = &self.repository else { return Ok(None) };
        repository.commit_date().map_err(|error| {
            let message = format!("the date of the checked-out commit cannot be read: {error}");
            Problem::warning(ProblemKind::Config, message)
                .help("suppressions with `until` are treated as not yet expired; give the day with --as-of")
        })
    }
}

/// "1 rule", "2 rules".
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
