//! Where a run stands: its root, its configuration, the streams it writes to.

use std::env;
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{CONFIG_NAME, Config, Date, RunOptions, SGCONFIG_NAME, Worktree};
use auditlint_report::wants_color;
use auditlint_source::{FilePath, Files, Problem};
use console::Term;

use crate::args::{ColorChoice, ProjectArgs};

/// The largest configuration that is read, in bytes.
const CONFIG_LIMIT: u64 = 4 << 20;

/// The project that a command works on.
pub(crate) struct Context {
    /// The root of the run, absolute.
    pub(crate) root: PathBuf,
    /// Its files.
    pub(crate) files: Worktree,
    /// Where the root of the run lies below the root of the repository; the root where both are the same.
    pub(crate) below_repository: FilePath,
    /// Whether there is a configuration file.
    pub(crate) configured: bool,
    /// Where the configuration stands below the root.
    config_path: Option<FilePath>,
    isolated: bool,
}

impl Context {
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
            let name = config.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (config.parent().unwrap_or(&working).to_path_buf(), Some(name))
        } else if args.isolated {
            (working, None)
        } else {
            let with = |name: &str| working.ancestors().find(|folder| folder.join(name).is_file());
            let repository = || working.ancestors().find(|folder| folder.join(".git").exists());
            match with(CONFIG_NAME) {
                Some(folder) => (folder.to_path_buf(), Some(CONFIG_NAME.to_owned())),
                None => {
                    let root = with(SGCONFIG_NAME).or_else(repository).unwrap_or(&working);
                    (root.to_path_buf(), None)
                }
            }
        };
        let repository = root.ancestors().find(|folder| folder.join(".git").exists());
        let below = repository.and_then(|repository| root.strip_prefix(repository).ok()).unwrap_or(Path::new(""));
        let below_repository = FilePath::new(&below.to_string_lossy());
        let files = Worktree::new(root.clone());
        let config_path = config.map(|name| FilePath::new(&name));
        Ok(Self {
            root,
            files,
            below_repository,
            configured: config_path.is_some(),
            config_path,
            isolated: args.isolated,
        })
    }

    /// A project in a folder, without a configuration.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            files: Worktree::new(root.to_path_buf()),
            below_repository: FilePath::root(),
            configured: false,
            config_path: None,
            isolated: true,
        }
    }

    /// Reads the configuration; the default where there is none.
    pub(crate) fn config(&self) -> Result<(Config, Vec<Problem>)> {
        let Some(path) = &self.config_path else { return Ok((Config::default(), Vec::new())) };
        let bytes = self.files.read(path, CONFIG_LIMIT).with_context(|| format!("{path} cannot be read"))?;
        let text = String::from_utf8(bytes).with_context(|| format!("{path} is not UTF-8"))?;
        Ok(Config::read(path, &text))
    }

    /// The options that every run of this project has.
    pub(crate) fn options(&self) -> RunOptions {
        RunOptions { below_repository: self.below_repository.clone(), isolated: self.isolated, ..RunOptions::default() }
    }

    /// The path of the run for a path as it was given, which is relative to the working folder.
    pub(crate) fn relative(&self, path: &Path) -> Result<FilePath> {
        let absolute = env::current_dir().context("the working folder cannot be read")?.join(path);
        let normal = normalise(&absolute);
        self.files.relative(&normal).with_context(|| {
            format!("{} lies outside of the root of this run, {}", path.display(), self.root.display())
        })
    }

    /// The day of the checked-out commit, in the committer's own time zone; `None` outside of a repository.
    pub(crate) fn commit_date(&self) -> Option<Date> {
        let output = Command::new("git")
            .args(["-C".as_ref(), self.root.as_os_str()])
            .args(["log", "-1", "--format=%cd", "--date=short"])
            .output()
            .ok()?;
        Date::parse(String::from_utf8_lossy(&output.stdout).trim())
    }
}

/// Takes `.` and `..` out of a path without asking the file system.
fn normalise(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// Whether to colour what goes to standard output (or to a file, with `to_file`).
pub(crate) fn color(choice: ColorChoice, to_file: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let variable = |name: &str| env::var(name).ok();
            wants_color(
                variable("NO_COLOR").as_deref(),
                variable("CLICOLOR").as_deref(),
                variable("CLICOLOR_FORCE").as_deref(),
                !to_file && std::io::stdout().is_terminal(),
            )
        }
    }
}

/// How wide text may be: the columns of the terminal, within reason.
pub(crate) fn width() -> usize {
    let asked = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = asked.or_else(|| std::io::stdout().is_terminal().then(|| usize::from(Term::stdout().size().1)));
    columns.unwrap_or(100).clamp(40, 120)
}

/// "1 rule", "2 rules".
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Writes a file whole or not at all, with the rights that it had.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    replace(path, None, bytes).map(|_| ())
}

/// Writes a file whole or not at all, with the rights that it had; where `expected` is given, only if that is what it holds.
/// `false` where it holds something else.
pub(crate) fn replace(path: &Path, expected: Option<&[u8]>, bytes: &[u8]) -> Result<bool> {
    // A link keeps pointing at what it points at.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = || format!("{} cannot be written", path.display());
    let file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    fs::write(file.path(), bytes).with_context(failed)?;
    let permissions = match fs::metadata(&path) {
        Ok(meta) => Some(meta.permissions()),
        Err(_) => default_permissions(),
    };
    if let Some(permissions) = permissions {
        fs::set_permissions(file.path(), permissions).with_context(failed)?;
    }
    // Everything else is done, so that nobody has time to write between this look and the renaming.
    if expected.is_some_and(|expected| !holds(&path, expected)) {
        return Ok(false);
    }
    file.persist(&path).with_context(failed)?;
    Ok(true)
}

/// Whether a file holds these bytes and no others.
fn holds(path: &Path, expected: &[u8]) -> bool {
    let is_as_long = fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == expected.len() as u64);
    is_as_long && fs::read(path).is_ok_and(|bytes| bytes == expected)
}

/// What a new file may be used for: temporary files are private, others are not.
fn default_permissions() -> Option<fs::Permissions> {
    #[cfg(unix)]
    return Some(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    #[cfg(not(unix))]
    return None;
}
