//! The git repository that a root lies in.
//!
//! Its objects and refs are read directly; git itself is never run, because a repository's configuration, attributes and
//! hooks can name programs that git would start. The configuration of the repository is read only for what says how its
//! objects are stored and where it was cloned from, nobody else's is read at all, and an object may not take more than a fixed amount of memory.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use gix::sec::Trust;

use crate::Date;

/// How many entries of a repository's own folder are looked at before it is read.
const MOST_ENTRIES: usize = 2_000_000;

/// A folder with a `.git` in it.
#[derive(Clone, Debug)]
pub struct Repository {
    folder: PathBuf,
    /// It, once it was opened: what may wait to be opened is looked for once.
    opened: Arc<OnceLock<Result<gix::ThreadSafeRepository, String>>>,
}

impl Repository {
    /// The nearest folder from `root` upwards that holds a `.git`. A bare repository is not one: it may be the content of
    /// another one.
    #[must_use]
    pub fn around(root: &Path) -> Option<Self> {
        let folder = root.ancestors().find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok())?;
        Some(Self { folder: folder.to_path_buf(), opened: Arc::default() })
    }

    /// The folder that holds the `.git`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens it for reading.
    pub(super) fn open(&self) -> Result<gix::Repository, String> {
        self.opened
            .get_or_init(|| self.open_first())
            .as_ref()
            .map(gix::ThreadSafeRepository::to_thread_local)
            .map_err(String::clone)
    }

    fn open_first(&self) -> Result<gix::ThreadSafeRepository, String> {
        let place = fs::canonicalize(self.folder.join(".git")).map_err(|error| error.to_string())?;
        look_for_special_files(&place)?;
        // The words of the errors quote what was read, and links and paths of a repository may lead anywhere.
        let options = gix::open::Options::isolated().with(Trust::Reduced).open_path_as_is(true);
        options.open(place).map_err(|_| "git's own folder cannot be opened".to_owned())
    }

    /// The day of the checked-out commit, in the committer's own time zone; `None` where there is no commit yet.
    ///
    /// # Errors
    /// Why the commit cannot be read.
    pub fn commit_date(&self) -> Result<Option<Date>, String> {
        let repository = self.open()?;
        let mut head = repository.head().map_err(|_| "HEAD cannot be read".to_owned())?;
        if head.is_unborn() {
            return Ok(None);
        }
        let unread = || "the commit of HEAD cannot be read".to_owned();
        let commit = head.peel_to_commit().map_err(|_| unread())?;
        let time = commit.time().map_err(|_| unread())?;
        let day = time.format(gix::date::time::format::SHORT).map_err(|_| unread())?;
        Date::parse(&day).map(Some).ok_or_else(|| format!("the day of the commit, `{day}`, is out of range"))
    }
}

/// Says no where something stands that waits to be opened: in the repository's own folder, and in those that its files lead to.
fn look_for_special_files(place: &Path) -> Result<(), String> {
    let mut open = vec![place.to_path_buf()];
    let mut known = BTreeSet::new();
    while let Some(place) = open.pop() {
        if known.len() > MOST_ENTRIES {
            return Err(format!("{} holds more than {MOST_ENTRIES} files", place.display()));
        }
        let Ok(place) = fs::canonicalize(&place) else { continue };
        let Ok(meta) = fs::metadata(&place) else { continue };
        if meta.is_dir() {
            if known.insert(place.clone()) {
                let entries = fs::read_dir(&place).into_iter().flatten().flatten();
                // A folder says what its entries are; most are files that lead nowhere, and there may be very many.
                let is_plain = |entry: &fs::DirEntry| {
                    entry.file_type().is_ok_and(|kind| kind.is_file()) && !leads(&entry.file_name())
                };
                open.extend(entries.filter(|entry| !is_plain(entry)).map(|entry| entry.path()));
            }
        } else if meta.is_file() {
            open.extend(led_to(&place));
        } else if !is_socket(&meta) {
            return Err(format!("{} is not a regular file", place.display()));
        }
    }
    Ok(())
}

/// Whether a file of this name leads to other folders.
fn leads(name: &OsStr) -> bool {
    [".git", "commondir", "alternates"].iter().any(|known| name == *known)
}

/// The folders that a file of a repository leads to: of a linked worktree, of a submodule, and where objects are borrowed.
fn led_to(file: &Path) -> Vec<PathBuf> {
    const LIMIT: u64 = 64 << 10;
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = file.parent().unwrap_or(file);
    let base = match name {
        ".git" | "commondir" => folder,
        // Alternates are seen from the folder of the objects.
        "alternates" => folder.parent().unwrap_or(folder),
        _ => return Vec::new(),
    };
    let mut text = Vec::new();
    let read = fs::File::open(file).and_then(|file| file.take(LIMIT).read_to_end(&mut text));
    if read.is_err() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let paths = text.lines().map(|line| line.strip_prefix("gitdir:").unwrap_or(line).trim());
    paths.filter(|path| !path.is_empty()).map(|path| base.join(path)).collect()
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
