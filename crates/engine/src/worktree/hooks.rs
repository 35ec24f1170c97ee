//! The folder from which git runs the hooks of a repository, and the files in it.
//!
//! Where that folder is may be said by the configuration of the user or the system too, and a hook that stands elsewhere would never run.
//! So here, where a person asks for a hook, these are read; no program that they name is run.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use gix::open::permissions::{Attributes, Config, Environment};
use gix::open::{Options, Permissions};
use gix::sec::Trust;

use super::Repository;
use super::index::read;

/// The largest hook that is read, in bytes.
const MAX_HOOK: u64 = 1 << 20;

/// Where git looks for hooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksFolder {
    path: PathBuf,
    /// Why there.
    pub origin: HooksOrigin,
}

/// Why git looks for hooks in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HooksOrigin {
    /// It is that of the repository, in `.git`.
    Repository,
    /// `core.hooksPath` names it, and it lies in the checked-out files or in `.git`.
    Configured,
    /// `core.hooksPath` names it, and it lies elsewhere: other repositories may use it too.
    Outside,
}

/// What stands where a hook is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookEntry {
    /// Nothing.
    None,
    /// A file, or a link to one.
    Text {
        /// What it holds.
        bytes: Vec<u8>,
        /// Whether git would run it.
        is_executable: bool,
    },
    /// Something else, or something that cannot be read.
    Unreadable(String),
}

impl Repository {
    /// The folder from which git runs hooks.
    ///
    /// # Errors
    /// Why it is not known, as a sentence.
    pub fn hooks(&self) -> Result<HooksFolder, String> {
        let place = fs::canonicalize(self.folder().join(".git")).map_err(|error| error.to_string())?;
        let permissions =
            Permissions { env: Environment::all(), config: Config::all(), attributes: Attributes::isolated() };
        let options = Options::default().permissions(permissions).with(Trust::Full).open_path_as_is(true);
        let opened = options.open(place).map_err(|_| "git's configuration cannot be read".to_owned())?;
        let repository = gix::Repository::from(opened);
        let configured = repository
            .config_snapshot()
            .trusted_path("core.hooksPath")
            .map_err(|_| "`core.hooksPath` of git's configuration is not a path".to_owned())?;
        let own = repository.common_dir();
        let own = fs::canonicalize(own).unwrap_or_else(|_| own.to_path_buf());
        let Some(configured) = configured.filter(|path| !path.as_os_str().is_empty()) else {
            return Ok(HooksFolder { path: own.join("hooks"), origin: HooksOrigin::Repository });
        };
        // Hooks of a commit run at the root of the checked-out files.
        let path = self.folder().join(configured);
        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let folder = fs::canonicalize(self.folder()).unwrap_or_else(|_| self.folder().to_path_buf());
        let origin = if real == own.join("hooks") {
            HooksOrigin::Repository
        } else if real.starts_with(&folder) || real.starts_with(&own) {
            HooksOrigin::Configured
        } else {
            HooksOrigin::Outside
        };
        Ok(HooksFolder { path, origin })
    }
}

impl HooksFolder {
    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stands there under a name.
    #[must_use]
    pub fn hook(&self, name: &str) -> HookEntry {
        let path = self.path.join(name);
        match read(&path, MAX_HOOK) {
            Ok(Some(bytes)) => HookEntry::Text { bytes, is_executable: is_executable(&path) },
            // A link that leads nowhere is not nothing.
            Ok(None) if fs::symlink_metadata(&path).is_ok() => HookEntry::Unreadable("it is a broken link".to_owned()),
            Ok(None) => HookEntry::None,
            Err(error) => HookEntry::Unreadable(error),
        }
    }

    /// Whether an entry of that name is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        fs::symlink_metadata(self.path.join(name)).is_ok()
    }

    /// Writes a hook that git runs, in one step; the folder is made where it is missing.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, name: &str, text: &str) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        let temporary = self.path.join(format!("{name}.{}.new", std::process::id()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o777);
        let written = options.open(&temporary).and_then(|mut file| file.write_all(text.as_bytes()));
        let done = written.and_then(|()| fs::rename(&temporary, self.path.join(name)));
        if done.is_err() {
            // What is left of it is in nobody's way; why it failed is told.
            let _ = fs::remove_file(&temporary);
        }
        done
    }

    /// Gives a hook another name, under which nothing stands.
    ///
    /// # Errors
    /// What the file system says.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    /// Takes a hook away.
    ///
    /// # Errors
    /// What the file system says.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }
}

/// Whether git would run a file. Windows knows no such right, and git runs every hook there.
#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o111 != 0)
}

/// Whether git would run a file. Windows knows no such right, and git runs every hook there.
#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    true
}
