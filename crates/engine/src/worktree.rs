//! The checked-out files below one folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use auditlint_source::{Entry, EntryKind, FilePath, Files, ReadError};

/// Files of the file system below a root.
#[derive(Clone, Debug)]
pub struct Worktree {
    root: PathBuf,
}

impl Worktree {
    /// The files below `root`.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Where a path of the run stands in the file system.
    #[must_use]
    pub fn absolute(&self, path: &FilePath) -> PathBuf {
        self.root.join(path.as_str())
    }

    /// The path of the run for a place in the file system; `None` where it lies outside of the root. Links are resolved: a file
    /// has one path, whatever it was called.
    #[must_use]
    pub fn relative(&self, path: &Path) -> Option<FilePath> {
        let resolved = fs::canonicalize(path).ok().or_else(|| {
            // The file may not exist (standard input under a name): its folder does.
            Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?))
        });
        let below = match resolved {
            Some(path) => path.strip_prefix(fs::canonicalize(&self.root).ok()?).ok()?.to_path_buf(),
            None => path.strip_prefix(&self.root).ok()?.to_path_buf(),
        };
        Some(FilePath::new(&below.to_string_lossy()))
    }
}

fn kind_of(kind: fs::FileType) -> EntryKind {
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
        io::ErrorKind::PermissionDenied => ReadError::Denied,
        io::ErrorKind::IsADirectory => ReadError::IsFolder,
        _ => ReadError::Other(error.to_string()),
    }
}

impl Files for Worktree {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        let entries = fs::read_dir(self.absolute(folder)).map_err(|error| read_error(&error))?;
        let mut list = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| read_error(&error))?;
            let kind = entry.file_type().map_err(|error| read_error(&error))?;
            // A name that is not Unicode keeps its place in the list; reading it will say that it cannot be named.
            list.push(Entry { name: entry.file_name().to_string_lossy().into_owned(), kind: kind_of(kind) });
        }
        Ok(list)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let mut file = fs::File::open(self.absolute(path)).map_err(|error| read_error(&error))?;
        let meta = file.metadata().map_err(|error| read_error(&error))?;
        if meta.is_dir() {
            return Err(ReadError::IsFolder);
        }
        if !meta.is_file() {
            return Err(ReadError::Other("is not a regular file".into()));
        }
        if meta.len() > limit {
            return Err(ReadError::TooLarge { size: meta.len(), limit });
        }
        let mut bytes = Vec::with_capacity(meta.len() as usize + 1);
        file.read_to_end(&mut bytes).map_err(|error| read_error(&error))?;
        Ok(bytes)
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        fs::metadata(self.absolute(path)).ok().map(|meta| kind_of(meta.file_type()))
    }
}

/// Files with some contents replaced: an editor's buffer, standard input, a fix that is being tried.
pub struct Overlay<'f> {
    base: &'f dyn Files,
    contents: BTreeMap<FilePath, Vec<u8>>,
    /// Those of `contents` that `base` does not have.
    added: Vec<FilePath>,
}

impl<'f> Overlay<'f> {
    /// `base`, with the content of `path` replaced by `bytes`.
    #[must_use]
    pub fn new(base: &'f dyn Files, path: FilePath, bytes: Vec<u8>) -> Self {
        Self::of(base, BTreeMap::from([(path, bytes)]))
    }

    /// `base`, with the contents of some files replaced.
    #[must_use]
    pub fn of(base: &'f dyn Files, contents: BTreeMap<FilePath, Vec<u8>>) -> Self {
        let added = contents.keys().filter(|path| base.kind(path).is_none()).cloned().collect();
        Self { base, contents, added }
    }
}

impl Files for Overlay<'_> {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        let mut entries = self.base.list(folder)?;
        let added = self.added.iter().filter(|path| path.parent().as_ref() == Some(folder));
        entries.extend(added.map(|path| Entry { name: path.name().to_owned(), kind: EntryKind::File }));
        Ok(entries)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let Some(bytes) = self.contents.get(path) else { return self.base.read(path, limit) };
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { size: bytes.len() as u64, limit });
        }
        Ok(bytes.clone())
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        if self.contents.contains_key(path) { Some(EntryKind::File) } else { self.base.kind(path) }
    }
}
