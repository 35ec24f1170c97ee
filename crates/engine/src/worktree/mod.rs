//! The checked-out files below one folder: the one door to the file system.
//!
//! Everything is opened relative to a handle on the repository (without one, on the root), and the kernel or `cap-std`
//! refuses whatever leads out of it: a link, a chain of links, a `..`, also one that is put there between a look and an
//! opening. So neither a configuration nor a link of a repository makes auditlint read or write somewhere else.

mod cache_folder;
mod cache_key;
mod cache_tree;
mod commits;
mod git_files;
mod hooks;
mod index;
mod index_entry;
mod overlay;
mod remote;
mod replace;
mod repository;
mod split_index;
mod stamps;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use auditlint_source::{Entry, EntryKind, FilePath, Files, FilesState, ReadError, Stamp, name_of};
use cap_fs_ext::OpenOptionsSyncExt;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, FileType, OpenOptions};

use stamps::stamp_of;

pub(crate) use cache_folder::{CacheFile, is_kept_file};
pub use cache_folder::{CacheFolder, cache_fault};
pub use cache_key::CacheKey;
pub use commits::{CommitId, CommitLine, CommitNote, Commits, LineStart};
pub use git_files::{GitFiles, Staged};
pub use hooks::{HookEntry, HooksFolder, HooksOrigin};
pub use overlay::Overlay;
pub use remote::{CheckedOut, RemoteOrigin};
pub use replace::WriteError;
pub use repository::Repository;

/// Files of the file system below a root.
#[derive(Clone, Debug)]
pub struct Worktree {
    /// The root as it was given.
    root: PathBuf,
    /// The folder that nothing leads out of: the repository, or the root where there is none.
    boundary: Arc<Dir>,
    /// The same as a path.
    boundary_path: PathBuf,
    /// The root, seen from there.
    below: PathBuf,
    /// The folders in which leftovers of killed runs were looked for.
    cleaned: Arc<Mutex<BTreeSet<FilePath>>>,
    /// Whether the boundary is a repository.
    is_repository: bool,
    state: FilesState,
    /// What git tracks below the root, read where it is asked for.
    tracked: Arc<OnceLock<Result<Vec<FilePath>, String>>>,
}

impl Worktree {
    /// The files below `root`, which is a folder of the `repository` if there is one. Nothing outside the repository is
    /// reached.
    ///
    /// # Errors
    /// Where the folder cannot be opened, or the root is not inside the repository.
    pub fn open(root: &Path, repository: Option<&Path>) -> io::Result<Self> {
        let boundary_path = repository.unwrap_or(root).to_path_buf();
        let below = root
            .strip_prefix(&boundary_path)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "the root is not inside the repository"))?
            .to_path_buf();
        let boundary = Dir::open_ambient_dir(&boundary_path, ambient_authority())?;
        Ok(Self {
            root: root.to_path_buf(),
            boundary: Arc::new(boundary),
            boundary_path,
            below,
            cleaned: Arc::default(),
            state: FilesState::default(),
            is_repository: repository.is_some(),
            tracked: Arc::default(),
        })
    }

    /// Where the root of the run lies below the repository; the root where both are the same.
    #[must_use]
    pub fn below_repository(&self) -> FilePath {
        FilePath::from_path(&self.below)
    }

    /// The path of the run for a place in the file system; `None` where it lies outside the root. Links are resolved: a file
    /// has one path, whatever it was called. A link that leads out of the root keeps its own.
    #[must_use]
    pub fn relative(&self, path: &Path) -> Option<FilePath> {
        let resolved = fs::canonicalize(path).ok().or_else(|| {
            // The file may not exist (standard input under a name): its folder does.
            Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?))
        });
        let below = resolved.and_then(|resolved| {
            let root = fs::canonicalize(&self.root).ok()?;
            resolved.strip_prefix(root).map(Path::to_path_buf).ok()
        });
        let below = match below {
            Some(below) => below,
            None => normalise(path).strip_prefix(&self.root).ok()?.to_path_buf(),
        };
        Some(FilePath::from_path(&below))
    }

    /// Where a path stands, seen from the boundary. Takes `..` away without asking the file system.
    fn inside(&self, path: &FilePath) -> Result<PathBuf, ReadError> {
        let mut inside = self.below.clone();
        let mut rest = path.as_str();
        while let Some(after) = rest.strip_prefix("..").filter(|after| after.is_empty() || after.starts_with('/')) {
            if !inside.pop() {
                return Err(ReadError::Outside);
            }
            rest = after.trim_start_matches('/');
        }
        inside.push(FilePath::new(rest).to_path());
        // The empty path names nothing to the system.
        Ok(if inside.as_os_str().is_empty() { PathBuf::from(".") } else { inside })
    }

    /// Does `act` at a path; a link with an absolute target is followed by where it leads.
    fn at<T>(&self, path: &FilePath, act: impl Fn(&Dir, &Path) -> io::Result<T>) -> Result<T, ReadError> {
        let inside = self.inside(path)?;
        match act(&self.boundary, &inside) {
            Err(error) if is_escape(&error) => {
                let refused = || if self.is_missing(&inside) { ReadError::NotFound } else { ReadError::Outside };
                let real = self.without_links(&inside).ok_or_else(refused)?;
                act(&self.boundary, &real).map_err(|error| read_error(&error))
            }
            done => done.map_err(|error| read_error(&error)),
        }
    }

    /// A path below the boundary with every link resolved, also those whose target is absolute; `None` where it leads out.
    /// What it gives is opened like any other path, so a link that is changed in between leads nowhere either.
    fn without_links(&self, inside: &Path) -> Option<PathBuf> {
        let boundary = fs::canonicalize(&self.boundary_path).ok()?;
        let real = fs::canonicalize(self.boundary_path.join(inside)).ok()?;
        let below = real.strip_prefix(boundary).ok()?;
        Some(if below.as_os_str().is_empty() { PathBuf::from(".") } else { below.to_path_buf() })
    }
}

impl Worktree {
    /// Whether a path leads to a folder below the boundary that does not hold what the path goes on with.
    fn is_missing(&self, inside: &Path) -> bool {
        let folders = inside.ancestors().skip(1).filter_map(|folder| Some((folder, self.without_links(folder)?)));
        folders.take(1).any(|(folder, real)| {
            let rest = inside.strip_prefix(folder).ok().and_then(|rest| rest.components().next());
            let looked_at = rest.map(|name| self.boundary.symlink_metadata(real.join(name)));
            looked_at.is_some_and(|meta| meta.is_err_and(|error| error.kind() == io::ErrorKind::NotFound))
        })
    }
}

/// Takes `.` and `..` out of a path without asking the file system.
fn normalise(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// How a file is opened for reading: without waiting for the other end, should it have become a pipe since it was looked at.
fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).nonblock(true);
    options
}

/// Whether an error says that a path leads out of the boundary. The system's own refusals carry its number.
fn is_escape(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

fn kind_of(kind: FileType) -> EntryKind {
    if kind.is_symlink() {
        EntryKind::Link
    } else if kind.is_dir() {
        EntryKind::Folder
    } else if kind.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    }
}

fn read_error(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound,
        _ if is_escape(error) => ReadError::Outside,
        io::ErrorKind::PermissionDenied => ReadError::Denied,
        io::ErrorKind::IsADirectory => ReadError::IsFolder,
        _ => ReadError::Other(error.to_string()),
    }
}

impl Files for Worktree {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        let entries = self.at(folder, |dir, path| dir.read_dir(path))?;
        let mut list = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| read_error(&error))?;
            let kind = entry.file_type().map_err(|error| read_error(&error))?;
            let name = name_of(&entry.file_name());
            // What a run that was killed in the middle of a write left behind is not a file of the project.
            if !(kind.is_file() && replace::is_temporary(&name)) {
                list.push(Entry { name, kind: kind_of(kind) });
            }
        }
        Ok(list)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.read_stamped(path, limit).map(|(bytes, _)| bytes)
    }

    fn stamp(&self, path: &FilePath) -> Option<Stamp> {
        let meta = self.at(path, |dir, path| dir.metadata(path)).ok()?;
        meta.is_file().then(|| stamp_of(&meta))
    }

    fn read_stamped(&self, path: &FilePath, limit: u64) -> Result<(Vec<u8>, Option<Stamp>), ReadError> {
        let mut file = self.at(path, |dir, path| {
            // Opening is an act of its own to a device, so it is looked at before.
            let kind = dir.metadata(path)?.file_type();
            if kind.is_file() { dir.open_with(path, &reading()).map(Ok) } else { Ok(Err(kind)) }
        })?;
        let mut file = match &mut file {
            Ok(file) => file,
            Err(kind) if kind.is_dir() => return Err(ReadError::IsFolder),
            Err(_) => return Err(ReadError::NotAFile),
        };
        let meta = file.metadata().map_err(|error| read_error(&error))?;
        if !meta.is_file() {
            return Err(ReadError::NotAFile);
        }
        if meta.len() > limit {
            return Err(ReadError::TooLarge { size: meta.len(), limit });
        }
        let mut bytes = Vec::with_capacity(meta.len() as usize + 1);
        // The file may grow meanwhile, and some report no size at all.
        Read::by_ref(&mut file)
            .take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| read_error(&error))?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { size: bytes.len() as u64, limit });
        }
        Ok((bytes, Some(stamp_of(&meta))))
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        match self.at(path, |dir, path| dir.metadata(path)) {
            Ok(meta) => Some(kind_of(meta.file_type())),
            Err(ReadError::Outside) => Some(EntryKind::Link),
            Err(_) => None,
        }
    }

    fn target(&self, path: &FilePath) -> Option<FilePath> {
        let real = self.without_links(&self.inside(path).ok()?)?;
        let root = self.without_links(&self.below)?;
        let below = if root == Path::new(".") { &real } else { real.strip_prefix(root).ok()? };
        Some(FilePath::from_path(below)).filter(|target| target != path)
    }

    fn state(&self) -> Option<FilesState> {
        Some(self.state.clone())
    }

    fn tracked(&self) -> Result<&[FilePath], String> {
        let read =
            || if self.is_repository { index::tracked(&self.boundary_path, &self.below) } else { Ok(Vec::new()) };
        self.tracked.get_or_init(read).as_deref().map_err(Clone::clone)
    }
}
