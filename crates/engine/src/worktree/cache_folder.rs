//! The folder in which results are kept between runs, and its files.
//!
//! It lies below the root of the project, where whoever wrote the repository may have put anything, or where a person says. Below
//! the root no link is followed, so nothing is written elsewhere; what stands in the files is trusted by nobody here.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use auditlint_source::Moment;
use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

use super::stamps::stamp_of;
use super::{Worktree, is_escape};

/// Where results are kept below the root of a project.
const FOLDERS: [&str; 2] = [".auditlint", "cache"];
/// The file that holds them, and what it is called while it is written.
const RESULTS: &str = "results";
const NEW_RESULTS: &str = "results.new";
/// Whoever writes holds a lock on this file.
const LOCK: &str = "lock";
/// Keeps git from taking the folder in, and programs that make copies from copying it.
const GIT_IGNORE: (&str, &str) = (".gitignore", "# Written by auditlint.\n*\n");
const CACHE_TAG: (&str, &str) = (
    "CACHEDIR.TAG",
    "Signature: 8a477f597d28d172789f06886806bc55\n# Written by auditlint. `auditlint cache clean` takes the folder away.\n",
);

/// Whether an entry of a folder is a file in which results are kept. Whatever else lies in such a folder is looked at like any other file.
pub(crate) fn is_kept_file(folder: &str, name: &str) -> bool {
    let above = folder.strip_suffix(FOLDERS[1]).and_then(|above| above.strip_suffix('/'));
    let is_ours = above.is_some_and(|above| above.rsplit('/').next() == Some(FOLDERS[0]));
    is_ours && [RESULTS, NEW_RESULTS, LOCK, GIT_IGNORE.0, CACHE_TAG.0].contains(&name)
}

/// Where results are kept.
#[derive(Clone)]
pub struct CacheFolder {
    place: CachePlace,
    /// The name of the project among others that keep their results in the same folder; nothing below the root.
    prefix: String,
}

#[derive(Clone)]
enum CachePlace {
    /// Below the root of this project.
    Project(Arc<Worktree>),
    /// Where a person says.
    Named(PathBuf),
}

impl fmt::Debug for CacheFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheFolder").field("path", &self.path()).finish_non_exhaustive()
    }
}

/// What of a folder can be used.
pub(crate) struct LockedFolder<'f> {
    folder: &'f CacheFolder,
    dir: Dir,
    /// Held until this is dropped.
    _lock: std::fs::File,
}

/// A file that was opened for reading. What replaces it is another file.
pub(crate) struct CacheFile {
    file: Mutex<std::fs::File>,
    pub(crate) len: u64,
}

impl CacheFolder {
    /// The folder below the root of a project.
    #[must_use]
    pub fn of_project(worktree: &Worktree) -> Self {
        Self { place: CachePlace::Project(Arc::new(worktree.clone())), prefix: String::new() }
    }

    /// A folder that a person names, in which the project at `root` has a file of its own.
    #[must_use]
    pub fn at(path: &Path, root: &Path) -> Self {
        let hash = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
        Self { place: CachePlace::Named(path.to_path_buf()), prefix: format!("{}-", &hash[..16]) }
    }

    /// Its path, to be shown.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        match &self.place {
            CachePlace::Project(worktree) => FOLDERS.iter().fold(worktree.root.clone(), |path, name| path.join(name)),
            CachePlace::Named(path) => path.clone(),
        }
    }

    /// Its path below the root of the project, where it lies there.
    #[must_use]
    pub fn below_root(&self) -> Option<String> {
        matches!(self.place, CachePlace::Project(_)).then(|| FOLDERS.join("/"))
    }

    /// The path of the file with the results below the root, where it lies there.
    #[must_use]
    pub fn file_below_root(&self) -> Option<String> {
        Some(format!("{}/{RESULTS}", self.below_root()?))
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn open(&self) -> io::Result<Dir> {
        match &self.place {
            CachePlace::Named(path) => Dir::open_ambient_dir(path, ambient_authority()),
            CachePlace::Project(worktree) => {
                FOLDERS.iter().try_fold(Self::root(worktree)?, |dir, name| dir.open_dir_nofollow(name))
            }
        }
    }

    /// The same, made where it is missing.
    fn make(&self) -> io::Result<Dir> {
        let dir = match &self.place {
            CachePlace::Named(path) => {
                Dir::create_ambient_dir_all(path, ambient_authority())?;
                Dir::open_ambient_dir(path, ambient_authority())?
            }
            CachePlace::Project(worktree) => FOLDERS.iter().try_fold(Self::root(worktree)?, |dir, name| {
                match dir.create_dir(name) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                    _ => {}
                }
                dir.open_dir_nofollow(name)
            })?,
        };
        for (name, text) in [GIT_IGNORE, CACHE_TAG] {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            match dir.open_with(name, &options) {
                Ok(mut file) => file.write_all(text.as_bytes())?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(dir)
    }

    fn root(worktree: &Worktree) -> io::Result<Dir> {
        match worktree.below.as_os_str().is_empty() {
            true => worktree.boundary.try_clone(),
            false => worktree.boundary.open_dir(&worktree.below),
        }
    }

    /// The file with the results, where there is one.
    pub(crate) fn results(&self) -> io::Result<CacheFile> {
        Self::open_results(&self.open()?, &self.name(RESULTS))
    }

    fn open_results(dir: &Dir, name: &str) -> io::Result<CacheFile> {
        let mut options = OpenOptions::new();
        options.read(true).nonblock(true).follow(FollowSymlinks::No);
        let file = dir.open_with(name, &options)?;
        let meta = file.metadata()?;
        if !meta.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        Ok(CacheFile { len: meta.len(), file: Mutex::new(file.into_std()) })
    }

    /// The folder for whoever writes; `None` where another run writes at this time.
    pub(crate) fn lock(&self) -> io::Result<Option<LockedFolder<'_>>> {
        let dir = self.make()?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).nonblock(true).follow(FollowSymlinks::No);
        let lock = dir.open_with(self.name(LOCK), &options)?.into_std();
        match lock.try_lock() {
            Ok(()) => Ok(Some(LockedFolder { folder: self, dir, _lock: lock })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Takes away what is kept of the project, and the folder where nothing else lies in it. Gives how many bytes were kept.
    ///
    /// # Errors
    /// Where something cannot be taken away.
    pub fn clean(&self) -> io::Result<u64> {
        let dir = match self.open() {
            Ok(dir) => dir,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut bytes = 0;
        for name in [RESULTS, NEW_RESULTS, LOCK] {
            let name = self.name(name);
            let size = dir.symlink_metadata(&name).map_or(0, |meta| meta.len());
            match dir.remove_file(&name) {
                Ok(()) => bytes += size,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let is_tag = |name: &str| [GIT_IGNORE.0, CACHE_TAG.0].contains(&name);
        let is_left = dir.entries()?.flatten().any(|entry| !is_tag(&entry.file_name().to_string_lossy()));
        if let (CachePlace::Project(worktree), false) = (&self.place, is_left) {
            [GIT_IGNORE.0, CACHE_TAG.0].into_iter().for_each(|name| drop(dir.remove_file(name)));
            drop(dir);
            let root = Self::root(worktree)?;
            root.open_dir_nofollow(FOLDERS[0])?.remove_dir(FOLDERS[1])?;
            // Stays where something else lies in it.
            let _ = root.remove_dir(FOLDERS[0]);
        }
        Ok(bytes)
    }
}

impl LockedFolder<'_> {
    /// The file with the results as it is now.
    pub(crate) fn results(&self) -> io::Result<CacheFile> {
        CacheFolder::open_results(&self.dir, &self.folder.name(RESULTS))
    }

    /// Replaces the file with the results in one step. `write` is told what time it is in this file system.
    pub(crate) fn replace(&self, write: impl FnOnce(Moment, &mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let name = self.folder.name(NEW_RESULTS);
        // What a run that was killed left, or a link that somebody put there.
        match self.dir.remove_file(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let file = self.dir.open_with(&name, &options)?;
        let now = stamp_of(&file.metadata()?).modified;
        let mut buffered = io::BufWriter::with_capacity(1 << 18, file);
        write(now, &mut buffered)?;
        drop(buffered.into_inner().map_err(io::IntoInnerError::into_error)?);
        self.dir.rename(&name, &self.dir, self.folder.name(RESULTS))
    }
}

impl CacheFile {
    /// Some bytes of it, all or none.
    pub(crate) fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(into)
    }

    /// All of it, as long as it was when it was opened.
    pub(crate) fn read_all(&self) -> io::Result<Vec<u8>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; usize::try_from(self.len).map_err(io::Error::other)?];
        file.seek(SeekFrom::Start(0))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// What is wrong with a folder, as a person says it.
#[must_use]
pub fn cache_fault(error: &io::Error) -> String {
    match error.kind() {
        _ if is_escape(error) => "a link leads out of the repository".to_owned(),
        io::ErrorKind::NotADirectory => "a link or a file stands where the folder should be".to_owned(),
        _ => error.to_string(),
    }
}
