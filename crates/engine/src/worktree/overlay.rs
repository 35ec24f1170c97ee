//! Files with some contents replaced.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_source::{ContentId, Entry, EntryKind, FilePath, Files, ReadError, Stamp};

/// Files with some contents replaced: an editor's buffers, standard input, fixes that are being tried.
#[derive(Clone, Debug)]
pub struct Overlay<F> {
    base: F,
    contents: BTreeMap<FilePath, Vec<u8>>,
    /// What `base` does not have, by folder: files of `contents`, and the folders that lead to them.
    added: BTreeMap<FilePath, BTreeSet<Entry>>,
}

impl<F: Files> Overlay<F> {
    /// `base`, with the contents of some files replaced.
    #[must_use]
    pub fn new(base: F, contents: impl IntoIterator<Item = (FilePath, Vec<u8>)>) -> Self {
        let mut overlay = Self { base, contents: BTreeMap::new(), added: BTreeMap::new() };
        contents.into_iter().for_each(|(path, bytes)| overlay.insert(path, bytes));
        overlay
    }

    /// Replaces the content of a file, or adds a file.
    pub fn insert(&mut self, path: FilePath, bytes: Vec<u8>) {
        let mut missing = path.clone();
        let mut kind = EntryKind::File;
        while let Some(folder) = missing.parent().filter(|_| self.base.kind(&missing).is_none()) {
            let entry = Entry { name: missing.name().to_owned(), kind };
            if !self.added.entry(folder.clone()).or_default().insert(entry) {
                break;
            }
            (missing, kind) = (folder, EntryKind::Folder);
        }
        self.contents.insert(path, bytes);
    }
}

impl<F: Files> Files for Overlay<F> {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        let added = self.added.get(folder);
        let mut entries = match self.base.list(folder) {
            Err(ReadError::NotFound) if added.is_some() => Vec::new(),
            listed => listed?,
        };
        entries.extend(added.into_iter().flatten().cloned());
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
        if self.contents.contains_key(path) {
            return Some(EntryKind::File);
        }
        self.base.kind(path).or_else(|| self.added.contains_key(path).then_some(EntryKind::Folder))
    }

    fn content_id(&self, path: &FilePath) -> Option<ContentId> {
        if self.contents.contains_key(path) { None } else { self.base.content_id(path) }
    }

    fn stamp(&self, path: &FilePath) -> Option<Stamp> {
        if self.contents.contains_key(path) { None } else { self.base.stamp(path) }
    }

    fn read_stamped(&self, path: &FilePath, limit: u64) -> Result<(Vec<u8>, Option<Stamp>), ReadError> {
        if self.contents.contains_key(path) {
            return Ok((self.read(path, limit)?, None));
        }
        self.base.read_stamped(path, limit)
    }

    fn tracked(&self) -> Result<&[FilePath], String> {
        self.base.tracked()
    }
}

#[cfg(test)]
mod tests {
    use auditlint_source::MemoryFiles;

    use super::*;

    /// What a folder holds, each folder with a stroke behind it.
    #[track_caller]
    fn check(files: &dyn Files, folder: &str, expected: &[&str]) {
        let entries = files.list(&FilePath::new(folder)).unwrap().into_iter();
        let mut names: Vec<String> =
            entries.map(|entry| if entry.kind == EntryKind::Folder { entry.name + "/" } else { entry.name }).collect();
        names.sort();
        assert_eq!(names, expected, "{folder}");
    }

    #[test]
    fn many_buffers_stand_in_old_and_new_folders() {
        let base = MemoryFiles::new([("a.ts", "1"), ("src/b.ts", "2")]);
        let buffers = ["a.ts", "src/c.ts", "src/new/d.ts", "src/new/e.ts", "f/g/h.ts"];
        let contents = buffers.iter().map(|path| (FilePath::new(path), b"new".to_vec()));
        let mut overlay = Overlay::new(&base as &dyn Files, contents);
        check(&overlay, "", &["a.ts", "f/", "src/"]);
        check(&overlay, "src", &["b.ts", "c.ts", "new/"]);
        check(&overlay, "src/new", &["d.ts", "e.ts"]);
        check(&overlay, "f", &["g/"]);
        assert_eq!(overlay.list(&FilePath::new("none")), Err(ReadError::NotFound));
        for (path, kind) in [
            ("src/new", Some(EntryKind::Folder)),
            ("f/g", Some(EntryKind::Folder)),
            ("f/g/h.ts", Some(EntryKind::File)),
            ("src/b.ts", Some(EntryKind::File)),
            ("f/g/i.ts", None),
        ] {
            assert_eq!(overlay.kind(&FilePath::new(path)), kind, "{path}");
        }
        overlay.insert(FilePath::new("a.ts"), b"newer".to_vec());
        let read = |path: &str, limit| overlay.read(&FilePath::new(path), limit);
        assert_eq!(read("a.ts", 9), Ok(b"newer".to_vec()));
        assert_eq!(read("a.ts", 4), Err(ReadError::TooLarge { size: 5, limit: 4 }));
        assert_eq!(read("src/b.ts", 9), Ok(b"2".to_vec()));
    }
}
