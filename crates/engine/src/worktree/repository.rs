//! The git repository that a root lies in.
//!
//! Its objects and refs are read directly; git itself is never run, because a repository's configuration, attributes and
//! hooks can name programs that git would start. The configuration of the repository is read only for what says how its
//! objects are stored, nobody else's is read at all, and an object may not take more than a fixed amount of memory.

use std::fs;
use std::path::{Path, PathBuf};

use gix::sec::Trust;

use crate::Date;

/// How many entries of a repository's own folder are looked at before it is read.
const MOST_ENTRIES: usize = 2_000_000;

/// A folder with a `.git` in it.
#[derive(Clone, Debug)]
pub struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// The nearest folder from `root` upwards that holds a `.git`. A bare repository is none: it may be the content of
    /// another one.
    #[must_use]
    pub fn around(root: &Path) -> Option<Self> {
        let folder = root.ancestors().find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok())?;
        Some(Self { folder: folder.to_path_buf() })
    }

    /// The folder that holds the `.git`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The day of the checked-out commit, in the committer's own time zone; `None` where there is no commit yet.
    ///
    /// # Errors
    /// Why the commit cannot be read.
    pub fn commit_date(&self) -> Result<Option<Date>, String> {
        let place = self.folder.join(".git");
        let place = fs::canonicalize(&place).map_err(|error| error.to_string())?;
        look_for_special_files(&place)?;
        let failed = |error: &dyn std::error::Error| error.to_string();
        let options = gix::open::Options::isolated().with(Trust::Reduced).open_path_as_is(true);
        let repository: gix::Repository = options.open(place).map_err(|error| failed(&error))?.into();
        for folder in [repository.common_dir(), repository.git_dir()] {
            look_for_special_files(folder)?;
        }
        let mut head = repository.head().map_err(|error| failed(&error))?;
        if head.is_unborn() {
            return Ok(None);
        }
        let commit = head.peel_to_commit().map_err(|error| failed(&error))?;
        let time = commit.time().map_err(|error| failed(&error))?;
        let day = time.format(gix::date::time::format::SHORT).map_err(|error| failed(&error))?;
        Date::parse(&day).map(Some).ok_or_else(|| format!("the day of the commit, `{day}`, is out of range"))
    }
}

/// Says no where something stands that waits to be opened.
fn look_for_special_files(place: &Path) -> Result<(), String> {
    let mut open = vec![place.to_path_buf()];
    let mut seen = 0_usize;
    while let Some(place) = open.pop() {
        seen += 1;
        if seen > MOST_ENTRIES {
            return Err(format!("{} holds more than {MOST_ENTRIES} files", place.display()));
        }
        // What a link leads to is opened, too; a folder behind a link is not walked.
        let Ok(meta) = fs::metadata(&place) else { continue };
        if meta.is_dir() {
            let is_link = fs::symlink_metadata(&place).is_ok_and(|meta| meta.is_symlink());
            if !is_link {
                open.extend(fs::read_dir(&place).into_iter().flatten().flatten().map(|entry| entry.path()));
            }
        } else if !meta.is_file() && !is_socket(&meta) {
            return Err(format!("{} is not a regular file", place.display()));
        }
    }
    Ok(())
}

/// Whether it is a socket: git's monitor of the worktree keeps one, and opening it fails at once.
#[cfg(unix)]
fn is_socket(meta: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&meta.file_type())
}

#[cfg(not(unix))]
fn is_socket(_: &fs::Metadata) -> bool {
    false
}
