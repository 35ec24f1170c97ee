//! Where a run stands: its root, its configuration, the streams it writes to.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{CONFIG_NAME, CheckedOut, Config, Date, Kept, Repository, RunOptions, SGCONFIG_NAME, Worktree};
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind, name_of};

use crate::args::ProjectArgs;
use crate::kept::{self, NotKept};
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
    isolated: bool,
    /// What is kept of the project between runs, opened where a run asks.
    kept: OnceLock<Result<Arc<Kept>, NotKept>>,
    cache: CacheArgs,
}

impl CommandContext {
    /// Finds the root: the folder of `--config`, else the nearest folder from the working folder upwards that holds an
    /// auditlint.toml, else one with an sgconfig.yml, else the root of the repository, else the working folder.
    pub(crate) fn find(args: &ProjectArgs) -> Result<Self> {
        let working = env::current_dir().context("the working folder cannot be read")?;
        if let Some(threads) = args.threads {
            // Fails only where the pool was built before, and then the first answer holds.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
        }
        let (root, config) = if let Some(config) = &args.config {
            let config = working.join(config);
            if !config.is_file() {
                bail!("there is no configuration file {}", config.display());
            }
            let name = name_of(config.file_name().unwrap_or_default());
            (config.parent().unwrap_or(&working).to_path_buf(), Some(name))
        } else if args.isolated {
            (working, None)
        } else {
            // What is none and has the name is told of, not passed over.
            let with =
                |name: &str| working.ancestors().find(|folder| std::fs::symlink_metadata(folder.join(name)).is_ok());
            let repository = || working.ancestors().find(|folder| folder.join(".git").exists());
            match with(CONFIG_NAME) {
                Some(folder) => (folder.to_path_buf(), Some(CONFIG_NAME.to_owned())),
                None => {
                    let root = with(SGCONFIG_NAME).or_else(repository).unwrap_or(&working);
                    (root.to_path_buf(), None)
                }
            }
        };
        // A root that was named through a link is the folder that the link leads to.
        let root = std::fs::canonicalize(&root).unwrap_or(root);
        let repository = Repository::around(&root);
        let worktree = Worktree::open(&root, repository.as_ref().map(Repository::folder))
            .with_context(|| format!("the folder {} cannot be read", root.display()))?;
        let below_repository = worktree.below_repository();
        let config_path = config.map(|name| FilePath::root().child(&name));
        Ok(Self {
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
        Ok(Config::read(path, &text))
    }

    /// What is kept of the project between runs.
    ///
    /// # Errors
    /// Why nothing is.
    pub(crate) fn kept(&self) -> Result<&Arc<Kept>, &NotKept> {
        self.kept.get_or_init(|| kept::open(self, &self.cache).map(Arc::new)).as_ref()
    }

    /// Whether the root is that of a project: it holds a configuration, or it lies in a repository.
    pub(crate) fn is_project(&self) -> bool {
        let has_sgconfig = || self.files.kind(&FilePath::new(SGCONFIG_NAME)).is_some();
        self.config_path.is_some() || self.repository.is_some() || has_sgconfig()
    }

    /// The options that every run of this project has.
    pub(crate) fn options(&self) -> RunOptions {
        RunOptions {
            below_repository: self.below_repository.clone(),
            isolated: self.isolated,
            kept: self.kept().ok().cloned(),
            ..RunOptions::default()
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
        let absolute = env::current_dir().context("the working folder cannot be read")?.join(path);
        self.worktree
            .relative(&absolute)
            .with_context(|| format!("{} is outside the root of this run, {}", path.display(), self.root.display()))
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
