//! The one door to everything that a run reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{FilePath, Stamp};

/// What an [`Entry`] of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, whatever it points to. Links are not followed while walking.
    Link,
    /// A submodule, a device, a socket.
    Other,
}

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name, a single path segment as [`name_of`](crate::name_of) writes it.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// A name for the content of a file that stays the same as long as the content does (a git blob id).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentId(pub String);

/// Why a file or folder could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing at that path.
    #[error("no such file or folder")]
    NotFound,
    /// The operating system refuses to show it.
    #[error("permission denied")]
    Denied,
    /// A folder where a file was asked for.
    #[error("is a folder")]
    IsFolder,
    /// A device, a pipe or a socket where a file was asked for.
    #[error("is not a regular file")]
    NotAFile,
    /// A link on the way leads out of the repository (without one: out of the root), or the path itself does.
    #[error("leads outside the repository")]
    Outside,
    /// Larger than the caller allowed; holds the size in bytes.
    #[error("is {size} bytes long, the limit is {limit}")]
    TooLarge {
        /// The size of the file in bytes, as far as it is known: a file may grow while it is read.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Anything else that the operating system says.
    #[error("{0}")]
    Other(String),
}

/// Tells states of files apart: those of one are equal, as long as one of them lives.
#[derive(Clone, Debug, Default)]
pub struct FilesState(Arc<()>);

impl PartialEq for FilesState {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for FilesState {}

/// Where sources, configuration, rules, tasks and ignore files come from.
///
/// Implementations do not filter: ignore rules are applied by the engine, in the same way for every implementation.
pub trait Files: Sync {
    /// The entries of one folder, in any order.
    ///
    /// # Errors
    /// Where the folder does not exist or cannot be read.
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError>;

    /// The bytes of one file. A link is followed as long as it does not lead out of the repository.
    ///
    /// # Errors
    /// Where the file does not exist, is not one, cannot be read, or is larger than `limit` bytes.
    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError>;

    /// What `path` is, a link resolved; `None` where there is nothing. A link that leads out of the repository stays a
    /// [`EntryKind::Link`].
    fn kind(&self, path: &FilePath) -> Option<EntryKind>;

    /// Where a link leads at last, as a path of the run; `None` where that is no place below the root, or there is no link.
    fn target(&self, _path: &FilePath) -> Option<FilePath> {
        None
    }

    /// The content id, where the place that the file comes from has one without reading it.
    fn content_id(&self, _path: &FilePath) -> Option<ContentId> {
        None
    }

    /// What tells without reading a file whether it was written since, where the place that it comes from knows.
    fn stamp(&self, _path: &FilePath) -> Option<Stamp> {
        None
    }

    /// The same as [`read`](Files::read), with the stamp that the file had before it was read.
    ///
    /// # Errors
    /// As [`read`](Files::read).
    fn read_stamped(&self, path: &FilePath, limit: u64) -> Result<(Vec<u8>, Option<Stamp>), ReadError> {
        Ok((self.read(path, limit)?, None))
    }

    /// Which state of the files this is: what was found out about it holds for whoever has the same. `None` where nobody can tell.
    fn state(&self) -> Option<FilesState> {
        None
    }

    /// Every file, sorted, where that is known without looking into folders.
    fn all(&self) -> Option<&[FilePath]> {
        None
    }

    /// The files that version control tracks, sorted; none where there is no version control.
    ///
    /// # Errors
    /// Why they are not known.
    fn tracked(&self) -> Result<&[FilePath], String> {
        Ok(&[])
    }
}

impl<F: Files + ?Sized> Files for &F {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        (**self).list(folder)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        (**self).read(path, limit)
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        (**self).kind(path)
    }

    fn state(&self) -> Option<FilesState> {
        (**self).state()
    }

    fn all(&self) -> Option<&[FilePath]> {
        (**self).all()
    }

    fn target(&self, path: &FilePath) -> Option<FilePath> {
        (**self).target(path)
    }

    fn content_id(&self, path: &FilePath) -> Option<ContentId> {
        (**self).content_id(path)
    }

    fn stamp(&self, path: &FilePath) -> Option<Stamp> {
        (**self).stamp(path)
    }

    fn read_stamped(&self, path: &FilePath, limit: u64) -> Result<(Vec<u8>, Option<Stamp>), ReadError> {
        (**self).read_stamped(path, limit)
    }

    fn tracked(&self) -> Result<&[FilePath], String> {
        (**self).tracked()
    }
}

/// Files that stand in memory, for tests, examples and standard input.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<FilePath, Vec<u8>>,
}

impl MemoryFiles {
    /// Builds the set from paths and contents.
    #[must_use]
    pub fn new<P: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        Self {
            files: files
                .into_iter()
                .map(|(path, bytes)| (FilePath::new(path.as_ref()), bytes.as_ref().to_vec()))
                .collect(),
        }
    }

    /// Adds or replaces one file.
    pub fn insert(&mut self, path: FilePath, bytes: Vec<u8>) {
        self.files.insert(path, bytes);
    }
}

impl Files for MemoryFiles {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        let mut entries: Vec<Entry> = Vec::new();
        for path in self.files.keys().filter(|path| path.is_under(folder) && *path != folder) {
            let below = if folder.is_root() { path.as_str() } else { &path.as_str()[folder.as_str().len() + 1..] };
            let (name, kind) = match below.split_once('/') {
                Some((name, _)) => (name, EntryKind::Folder),
                None => (below, EntryKind::File),
            };
            if entries.last().is_none_or(|last| last.name != name) {
                entries.push(Entry { name: name.to_owned(), kind });
            }
        }
        if entries.is_empty() && !folder.is_root() {
            return Err(ReadError::NotFound);
        }
        Ok(entries)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        let bytes = self.files.get(path).ok_or(ReadError::NotFound)?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { size: bytes.len() as u64, limit });
        }
        Ok(bytes.clone())
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        if self.files.contains_key(path) {
            Some(EntryKind::File)
        } else {
            self.files.keys().any(|file| file.is_under(path)).then_some(EntryKind::Folder)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_files_list_one_level() {
        let files = MemoryFiles::new([("a/b/c.ts", "1"), ("a/d.ts", "22"), ("e.ts", "")]);
        let names = |folder: &str| -> Vec<String> {
            files.list(&FilePath::new(folder)).unwrap().into_iter().map(|entry| entry.name).collect()
        };
        assert_eq!(names(""), ["a", "e.ts"]);
        assert_eq!(names("a"), ["b", "d.ts"]);
        assert_eq!(files.kind(&FilePath::new("a/b")), Some(EntryKind::Folder));
        assert_eq!(files.read(&FilePath::new("a/d.ts"), 1), Err(ReadError::TooLarge { size: 2, limit: 1 }));
    }
}
