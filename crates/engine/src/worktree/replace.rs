//! Writing one file whole or not at all.
//!
//! The new content goes into a temporary file of the same folder, which takes the place of the old one in one step. A file
//! that has other names (hard links), or whose owner or attributes a new file cannot be given, is written in place
//! instead, so that it stays what it is. What is not a regular file is written through, what is read-only is refused.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use auditlint_source::{FilePath, Files, ReadError, name_of};
use cap_fs_ext::OpenOptionsSyncExt;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata, OpenOptions};

use super::{Worktree, normalise};

/// How the names of temporary files begin and end; the number of the process and a counter stand between.
const TEMPORARY: (&str, &str) = (".auditlint-write-", ".tmp");

/// Why a file stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Somebody changed it since it was analysed.
    #[error("the file changed while auditlint was running, and was left as it is")]
    Changed,
    /// Its rights say so.
    #[error("the file is read-only and was left as it is")]
    ReadOnly,
    /// A folder stands there.
    #[error("there is a folder of that name")]
    IsFolder,
    /// A device, a pipe or a socket where a source should be.
    #[error("it is not a regular file and was left as it is")]
    NotAFile,
    /// A pipe that nobody reads.
    #[error("it is a pipe without a reader")]
    NoReader,
    /// A link on the way leads out of the repository.
    #[error("it leads outside the repository and was left as it is")]
    Outside,
    /// There is no folder to write into.
    #[error("there is no folder {}", .0.display())]
    NoFolder(PathBuf),
    /// Anything else that the operating system says.
    #[error("it cannot be written: {0}")]
    Io(io::Error),
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        if super::is_escape(&error) { Self::Outside } else { Self::Io(error) }
    }
}

/// Whether a name is that of a temporary file of this module.
pub(super) fn is_temporary(name: &str) -> bool {
    let numbers = name.strip_prefix(TEMPORARY.0).and_then(|rest| rest.strip_suffix(TEMPORARY.1));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numbers
        .and_then(|numbers| numbers.split_once('-'))
        .is_some_and(|(process, count)| is_number(process) && is_number(count))
}

impl Worktree {
    /// Replaces the content of a source, provided that it is still what was `analysed`.
    ///
    /// # Errors
    /// Where the file stays as it is, and why.
    pub fn replace(&self, path: &FilePath, analysed: &[u8], new: &[u8]) -> Result<(), WriteError> {
        let (folder, name) = self.open_folder_of(self.inside(path).map_err(outside)?)?;
        self.clean_up_once(&folder, path);
        replace(&folder, Path::new(&name), Old::Same(analysed), new)
    }

    /// Writes a file that need not be there yet; its folder is made where it is missing.
    ///
    /// # Errors
    /// Where nothing was written, and why.
    pub fn create(&self, path: &FilePath, new: &[u8]) -> Result<(), WriteError> {
        if let Some(parent) = path.parent().filter(|parent| self.kind(parent).is_none()) {
            self.boundary.create_dir_all(self.inside(&parent).map_err(outside)?)?;
        }
        let (folder, name) = self.open_folder_of(self.inside(path).map_err(outside)?)?;
        replace(&folder, Path::new(&name), Old::Any, new)
    }

    /// Takes away what a killed run left beside a file, at the first write into its folder.
    fn clean_up_once(&self, folder: &Dir, path: &FilePath) {
        let mut cleaned = self.cleaned.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if cleaned.insert(path.parent().unwrap_or_default()) {
            clean_up(folder);
        }
    }

    /// Writes what a person asked for at a place that they named, which may be anywhere: a file is replaced as a whole, what
    /// a link leads to with it; a device or a pipe is written to. A link of the repository that leads out of it is not what
    /// the person named, and is refused.
    ///
    /// # Errors
    /// Where nothing was written, and why.
    pub fn write_output(&self, path: &Path, new: &[u8]) -> Result<(), WriteError> {
        let (folder, name, is_ours) = match self.resolve(&std::path::absolute(path)?)? {
            ResolvedPath::Inside(inside) => self.open_folder_of(inside).map(|(folder, name)| (folder, name, true)),
            ResolvedPath::Elsewhere(real) => open_folder(&real).map(|(folder, name)| (folder, name, false)),
        }
        .map_err(|error| match (error, path.parent()) {
            (WriteError::Io(error), Some(folder)) if error.kind() == io::ErrorKind::NotFound => {
                WriteError::NoFolder(folder.to_path_buf())
            }
            (error, _) => error,
        })?;
        match folder.symlink_metadata(&name) {
            Ok(meta) if !meta.is_file() && !meta.is_dir() => {
                // The person waits for the reader that they will start, and for nobody on behalf of a repository.
                // A reader reads it as the end when the last writer goes away, so the first handle stays open.
                let _held = if is_ours { Some(wait_for_reader(&folder, &name)?) } else { None };
                let mut file = folder.open_with(&name, OpenOptions::new().write(true))?;
                file.write_all(new)?;
                Ok(file.flush()?)
            }
            _ => {
                clean_up(&folder);
                replace(&folder, &name, Old::Any, new)
            }
        }
    }

    /// Adds to the end of a file that the environment of the program names, which may be anywhere and need not be there yet.
    ///
    /// # Errors
    /// Where nothing was added, and why.
    pub fn append_output(&self, path: &Path, more: &[u8]) -> Result<(), WriteError> {
        let (folder, name) = match self.resolve(&std::path::absolute(path)?)? {
            ResolvedPath::Inside(inside) => self.open_folder_of(inside)?,
            ResolvedPath::Elsewhere(real) => open_folder(&real)?,
        };
        let mut file = folder.open_with(&name, OpenOptions::new().create(true).append(true))?;
        file.write_all(more)?;
        Ok(file.flush()?)
    }

    /// Follows the links of a path one by one, up to the boundary: what lies behind it is for the door to follow.
    fn resolve(&self, path: &Path) -> Result<ResolvedPath, WriteError> {
        let boundary = fs::canonicalize(&self.boundary_path)?;
        let mut rest: Vec<OsString> = path.components().rev().map(|part| part.as_os_str().to_owned()).collect();
        let (mut at, mut links) = (PathBuf::new(), 0);
        while let Some(part) = rest.pop() {
            match Path::new(&part).components().next() {
                Some(Component::ParentDir) => {
                    at.pop();
                    continue;
                }
                Some(Component::CurDir) | None => continue,
                Some(Component::Prefix(_) | Component::RootDir | Component::Normal(_)) => at.push(&part),
            }
            if let Ok(inside) = at.strip_prefix(&boundary) {
                let rest: PathBuf = rest.into_iter().rev().collect();
                return Ok(ResolvedPath::Inside(inside.join(rest)));
            }
            if let Ok(target) = fs::read_link(&at) {
                links += 1;
                if links > MOST_LINKS {
                    return Err(io::Error::from(io::ErrorKind::NotFound).into());
                }
                at.pop();
                rest.extend(target.components().rev().map(|part| part.as_os_str().to_owned()));
            }
        }
        Ok(ResolvedPath::Elsewhere(at))
    }

    /// The folder that holds what a path below the boundary leads to, links resolved, and its name there.
    fn open_folder_of(&self, inside: PathBuf) -> Result<(Dir, PathBuf), WriteError> {
        let mut real = normalise(&inside);
        for _ in 0..MOST_LINKS {
            let is_link = match self.boundary.symlink_metadata(&real) {
                Ok(meta) => meta.is_symlink(),
                Err(error) => super::is_escape(&error),
            };
            if !is_link {
                break;
            }
            real = match self.without_links(&real) {
                Some(real) => real,
                // A link to a place where nothing stands yet: the folder of that place is there.
                None => {
                    let target = self.boundary.read_link_contents(&real).map_err(|_| WriteError::Outside)?;
                    let place = real.parent().unwrap_or(Path::new("")).join(target);
                    let folder = place.parent().and_then(|folder| self.without_links(folder));
                    let (Some(folder), Some(name)) = (folder, place.file_name()) else {
                        return Err(WriteError::Outside);
                    };
                    folder.join(name)
                }
            };
        }
        let name = real.file_name().ok_or(WriteError::IsFolder)?;
        let folder = match real.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => self.boundary.open_dir(parent)?,
            None => self.boundary.try_clone()?,
        };
        Ok((folder, name.into()))
    }
}

/// How many links are followed one after the other.
const MOST_LINKS: usize = 40;

/// Where a named path leads.
enum ResolvedPath {
    /// To a place below the boundary, seen from there.
    Inside(PathBuf),
    /// To a place that has nothing to do with the repository, without links.
    Elsewhere(PathBuf),
}

/// The folder of a path without links, and the name there.
fn open_folder(real: &Path) -> Result<(Dir, PathBuf), WriteError> {
    let name = real.file_name().ok_or(WriteError::IsFolder)?;
    let folder = real.parent().ok_or(WriteError::IsFolder)?;
    Ok((Dir::open_ambient_dir(folder, ambient_authority())?, name.into()))
}

/// Waits a little until somebody reads what is not a file, if it is a pipe; a handle on it.
fn wait_for_reader(folder: &Dir, name: &Path) -> Result<File, WriteError> {
    const TRIES: u32 = 250;
    const PAUSE: Duration = Duration::from_millis(20);
    let mut options = OpenOptions::new();
    options.write(true).nonblock(true);
    let mut tried = folder.open_with(name, &options);
    for _ in 0..TRIES {
        if tried.is_ok() {
            break;
        }
        std::thread::sleep(PAUSE);
        tried = folder.open_with(name, &options);
    }
    tried.map_err(|_| WriteError::NoReader)
}

fn outside(_: ReadError) -> WriteError {
    WriteError::Outside
}

/// What may be written over.
#[derive(Clone, Copy)]
enum Old<'b> {
    /// A file with this content.
    Same(&'b [u8]),
    /// Any regular file, or none.
    Any,
}

/// Replaces the entry `name` of a folder.
fn replace(folder: &Dir, name: &Path, old: Old<'_>, new: &[u8]) -> Result<(), WriteError> {
    let meta = match folder.symlink_metadata(name) {
        Ok(meta) if meta.is_dir() => return Err(WriteError::IsFolder),
        Ok(meta) if !meta.is_file() => return Err(WriteError::NotAFile),
        Ok(meta) if meta.permissions().readonly() => return Err(WriteError::ReadOnly),
        Ok(meta) => Some(meta),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match old {
            Old::Same(_) => return Err(WriteError::Changed),
            Old::Any => None,
        },
        Err(error) => return Err(error.into()),
    };
    let Some(meta) = meta else {
        let temporary = Temporary::new(folder, NEW_FILE)?;
        (&temporary.file).write_all(new)?;
        return temporary.rename_to(name);
    };
    let target = open_target(folder, name)?;
    if has_other_names(&meta) {
        unchanged(&target, old)?;
        return write_in_place(&target, new);
    }
    let temporary = Temporary::new(folder, PRIVATE_FILE)?;
    (&temporary.file).write_all(new)?;
    if !take_over(&target, &meta, &temporary.file) {
        drop(temporary);
        unchanged(&target, old)?;
        return write_in_place(&target, new);
    }
    temporary.file.set_permissions(meta.permissions())?;
    unchanged(&target, old)?;
    // Somebody may have begun to write since that look. What they write goes into the old file, which keeps a name until it
    // was looked at once more.
    let kept = match old {
        Old::Same(_) => SecondName::new(folder, name, &target),
        Old::Any => None,
    };
    temporary.rename_to(name)?;
    match kept {
        Some(kept) => unchanged(&target, old).or_else(|changed| kept.put_back(name).and(Err(changed))),
        None => Ok(()),
    }
}

/// Opens an existing file to be read and written, without waiting should it have become a pipe.
fn open_target(folder: &Dir, name: &Path) -> Result<File, WriteError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).nonblock(true);
    let file = folder.open_with(name, &options).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied if !super::is_escape(&error) => WriteError::ReadOnly,
        _ => WriteError::from(error),
    })?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(WriteError::NotAFile) }
}

/// Whether a file holds what it held.
fn unchanged(target: &File, old: Old<'_>) -> Result<(), WriteError> {
    use std::io::Seek;
    let Old::Same(old) = old else { return Ok(()) };
    let mut target = target;
    target.seek(io::SeekFrom::Start(0))?;
    let mut now = Vec::with_capacity(old.len() + 1);
    target.take(old.len() as u64 + 1).read_to_end(&mut now)?;
    if now == old { Ok(()) } else { Err(WriteError::Changed) }
}

/// Overwrites a file that keeps its identity. A reader may see half of it for a moment.
fn write_in_place(target: &File, new: &[u8]) -> Result<(), WriteError> {
    use std::io::Seek;
    let mut file = target;
    file.seek(io::SeekFrom::Start(0))?;
    file.write_all(new)?;
    Ok(target.set_len(new.len() as u64)?)
}

#[cfg(unix)]
fn has_other_names(meta: &Metadata) -> bool {
    cap_std::fs::MetadataExt::nlink(meta) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

/// Gives the new file the owner and the extended attributes of the old one; `false` where the system does not let it.
#[cfg(unix)]
fn take_over(old: &File, meta: &Metadata, new: &File) -> bool {
    use cap_std::fs::MetadataExt;
    use xattr::FileExt;
    let (Ok(old), Ok(new)) = (old.try_clone().map(File::into_std), new.try_clone().map(File::into_std)) else {
        return false;
    };
    let fresh = new.metadata();
    let same_owner = fresh.is_ok_and(|fresh| {
        use std::os::unix::fs::MetadataExt;
        (fresh.uid(), fresh.gid()) == (meta.uid(), meta.gid())
    });
    if !same_owner && std::os::unix::fs::fchown(&new, Some(meta.uid()), Some(meta.gid())).is_err() {
        return false;
    }
    // A file system without attributes has none to lose.
    let Ok(names) = old.list_xattr() else { return true };
    names.into_iter().all(|name| match old.get_xattr(&name) {
        Ok(Some(value)) => {
            new.get_xattr(&name).is_ok_and(|given| given.as_ref() == Some(&value))
                || new.set_xattr(&name, &value).is_ok()
        }
        // It was taken away meanwhile.
        Ok(None) => true,
        Err(_) => false,
    })
}

#[cfg(not(unix))]
fn take_over(_: &File, _: &Metadata, _: &File) -> bool {
    true
}

/// The rights of a new file, of which the system takes away what the person does not want others to have.
const NEW_FILE: u32 = 0o666;

/// The rights of a file that takes the place of another, until it has those.
const PRIVATE_FILE: u32 = 0o600;

/// A file with a name of its own that goes away unless it is renamed. It is locked as long as its writer lives, so that
/// whoever comes later can tell what was left behind.
struct Temporary<'d> {
    folder: &'d Dir,
    name: String,
    file: File,
    renamed: bool,
}

impl<'d> Temporary<'d> {
    #[cfg_attr(not(unix), expect(unused_variables, reason = "rights are a matter of Unix"))]
    fn new(folder: &'d Dir, rights: u32) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, rights);
        loop {
            let name = temporary_name();
            match folder.open_with(&name, &options) {
                Ok(file) => {
                    // Where locks are not known, nothing is cleaned up either.
                    let _ = file.try_clone()?.into_std().try_lock();
                    return Ok(Self { folder, name, file, renamed: false });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn rename_to(mut self, name: &Path) -> Result<(), WriteError> {
        self.folder.rename(&self.name, self.folder, name)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if !self.renamed {
            // Nobody can be told; the next run that writes here tries again.
            let _ = self.folder.remove_file(&self.name);
        }
    }
}

/// A second name of a file that is being replaced; it goes away unless the file is put back.
struct SecondName<'d> {
    folder: &'d Dir,
    name: String,
}

impl<'d> SecondName<'d> {
    /// `None` where the file system knows no second names.
    fn new(folder: &'d Dir, name: &Path, file: &File) -> Option<Self> {
        // As long as it is locked nobody mistakes it for what a killed run left behind.
        let _ = file.try_clone().ok()?.into_std().try_lock();
        loop {
            let second = temporary_name();
            match folder.hard_link(name, folder, &second) {
                Ok(()) => return Some(Self { folder, name: second }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(_) => return None,
            }
        }
    }

    fn put_back(self, name: &Path) -> Result<(), WriteError> {
        Ok(self.folder.rename(&self.name, self.folder, name)?)
    }
}

impl Drop for SecondName<'_> {
    fn drop(&mut self) {
        let _ = self.folder.remove_file(&self.name);
    }
}

/// A name that no temporary file of this process has had.
fn temporary_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}{}-{count}{}", TEMPORARY.0, std::process::id(), TEMPORARY.1)
}

/// Takes away the temporary files in a folder that nobody holds any more.
fn clean_up(folder: &Dir) {
    for entry in folder.entries().into_iter().flatten().flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_temporary(&name_of(&entry.file_name())) {
            let is_left = entry.open().is_ok_and(|file| file.into_std().try_lock().is_ok());
            if is_left {
                let _ = entry.remove_file();
            }
        }
    }
}
