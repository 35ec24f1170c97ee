//! Writing one file whole or not at all.
//!
//! The new content goes into a temporary file of the same folder, which takes the place of the old one in one step. A file
//! that has other names (hard links), or whose owner or attributes a new file cannot be given, is written in place
//! instead, so that it stays what it is. What is no regular file is written through, what is read-only is refused.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use auditlint_source::{FilePath, Files, ReadError, name_of};
use cap_fs_ext::OpenOptionsSyncExt;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata, OpenOptions, Permissions};

use super::{Worktree, normalise};

/// How the names of temporary files begin and end; the number of the process and a counter stand between.
const TEMPORARY: (&str, &str) = (".auditlint-", ".tmp");

/// Why a file stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Somebody changed it since it was analysed.
    #[error("the file was changed while auditlint ran, and stays as it is")]
    Changed,
    /// Its rights say so.
    #[error("the file is read-only and stays as it is")]
    ReadOnly,
    /// A folder stands there.
    #[error("a folder stands there")]
    IsFolder,
    /// A device, a pipe or a socket where a source should be.
    #[error("it is not a regular file and stays as it is")]
    NotAFile,
    /// A link on the way leads out of the repository.
    #[error("it leads outside of the repository and stays as it is")]
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
    name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1)
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
        let absolute = normalise(&std::path::absolute(path)?);
        let (folder, name) = match absolute.strip_prefix(&self.boundary_path) {
            Ok(inside) => self.open_folder_of(inside.to_path_buf()),
            Err(_) => open_named(&absolute),
        }
        .map_err(|error| match (error, path.parent()) {
            (WriteError::Io(error), Some(folder)) if error.kind() == io::ErrorKind::NotFound => {
                WriteError::NoFolder(folder.to_path_buf())
            }
            (error, _) => error,
        })?;
        match folder.symlink_metadata(&name) {
            Ok(meta) if !meta.is_file() && !meta.is_dir() => {
                let mut options = OpenOptions::new();
                let mut file = folder.open_with(&name, options.write(true))?;
                file.write_all(new)?;
                Ok(file.flush()?)
            }
            _ => {
                clean_up(&folder);
                replace(&folder, &name, Old::Any, new)
            }
        }
    }

    /// The folder that holds what a path below the boundary leads to, links resolved, and its name there.
    fn open_folder_of(&self, inside: PathBuf) -> Result<(Dir, PathBuf), WriteError> {
        let real = match self.boundary.symlink_metadata(&inside) {
            Ok(meta) if meta.is_symlink() => self.without_links(&inside).ok_or(WriteError::Outside)?,
            Err(error) if super::is_escape(&error) => self.without_links(&inside).ok_or(WriteError::Outside)?,
            _ => inside,
        };
        let name = real.file_name().ok_or(WriteError::IsFolder)?;
        let folder = match real.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => self.boundary.open_dir(parent)?,
            None => self.boundary.try_clone()?,
        };
        Ok((folder, name.into()))
    }
}

/// The folder that holds what a path leads to, wherever that is, and its name there.
fn open_named(path: &Path) -> Result<(Dir, PathBuf), WriteError> {
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        // A link to a place where nothing stands yet is followed one step.
        Err(_) => match fs::read_link(path) {
            Ok(target) => path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => path.to_path_buf(),
        },
    };
    let name = real.file_name().ok_or(WriteError::IsFolder)?;
    let folder = real.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((Dir::open_ambient_dir(folder, ambient_authority())?, name.into()))
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
    let temporary = Temporary::new(folder)?;
    (&temporary.file).write_all(new)?;
    let Some(meta) = meta else {
        temporary.file.set_permissions(default_permissions(&temporary.file)?)?;
        return temporary.rename_to(name);
    };
    let target = open_target(folder, name)?;
    if has_other_names(&meta) || !take_over(&target, &meta, &temporary.file) {
        unchanged(&target, old)?;
        return write_in_place(&target, new);
    }
    temporary.file.set_permissions(meta.permissions())?;
    // The last look: what comes between it and the next line is what no file system can rule out.
    unchanged(&target, old)?;
    temporary.rename_to(name)
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
    let Old::Same(old) = old else { return Ok(()) };
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

/// What a new file may be used for: temporary files are private, others are not.
#[cfg(unix)]
fn default_permissions(_: &File) -> io::Result<Permissions> {
    use cap_std::fs::PermissionsExt;
    Ok(Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn default_permissions(file: &File) -> io::Result<Permissions> {
    Ok(file.metadata()?.permissions())
}

/// A file with a name of its own that goes away unless it is renamed. It is locked as long as its writer lives, so that
/// whoever comes later can tell what was left behind.
struct Temporary<'d> {
    folder: &'d Dir,
    name: String,
    file: File,
    renamed: bool,
}

impl<'d> Temporary<'d> {
    fn new(folder: &'d Dir) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, 0o600);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}{}-{count}{}", TEMPORARY.0, std::process::id(), TEMPORARY.1);
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
