//! Files with one content replaced.

use auditlint_source::{Entry, EntryKind, FilePath, Files, ReadError};

/// Files with some contents replaced: an editor's buffer, standard input, a fix that is being tried.
pub struct Overlay<'f> {
    base: &'f dyn Files,
    path: FilePath,
    bytes: Vec<u8>,
}

impl<'f> Overlay<'f> {
    /// `base`, with the content of `path` replaced by `bytes`.
    #[must_use]
    pub fn new(base: &'f dyn Files, path: FilePath, bytes: Vec<u8>) -> Self {
        Self { base, path, bytes }
    }
}

impl Files for Overlay<'_> {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        let mut entries = self.base.list(folder)?;
        if self.path.parent().as_ref() == Some(folder) && entries.iter().all(|entry| entry.name != self.path.name()) {
            entries.push(Entry { name: self.path.name().to_owned(), kind: EntryKind::File });
        }
        Ok(entries)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        if *path != self.path {
            return self.base.read(path, limit);
        }
        if self.bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { size: self.bytes.len() as u64, limit });
        }
        Ok(self.bytes.clone())
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        if *path == self.path { Some(EntryKind::File) } else { self.base.kind(path) }
    }
}
