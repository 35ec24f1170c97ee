//! Files with some contents replaced.

use std::collections::BTreeMap;

use auditlint_source::{Entry, EntryKind, FilePath, Files, ReadError};

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

    fn target(&self, path: &FilePath) -> Option<FilePath> {
        self.base.target(path)
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        if self.contents.contains_key(path) { Some(EntryKind::File) } else { self.base.kind(path) }
    }
}
