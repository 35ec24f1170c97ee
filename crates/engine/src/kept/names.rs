//! What files hold, by names that are known without reading them: a path with its stamp, or the id that git has for a content.

use std::sync::{Mutex, PoisonError};

use auditlint_source::{ContentId, FilePath, Moment, Stamp};
use rustc_hash::FxHashMap;

use super::write::NewEntries;
use super::{Kept, KeptKey, KeptKind};

/// What stands before the hash in the id of a text.
const TEXT: &str = "text:";

/// The id of a text that is known by nothing else: a hash that nobody can make two texts share.
pub(crate) fn id_of_text(text: &[u8]) -> ContentId {
    id_of_hash(blake3::hash(text).as_bytes())
}

fn id_of_hash(hash: &[u8; 32]) -> ContentId {
    ContentId(format!("{TEXT}{}", blake3::Hash::from_bytes(*hash).to_hex()))
}

fn hash_of(id: &ContentId) -> Option<[u8; 32]> {
    Some(*blake3::Hash::from_hex(id.0.strip_prefix(TEXT)?).ok()?.as_bytes())
}

/// A stamp as it is kept.
fn bytes_of(stamp: &Stamp) -> [u8; 48] {
    let mut bytes = [0; 48];
    for (index, number) in
        [stamp.size, stamp.inode, stamp.modified.seconds as u64, stamp.changed.seconds as u64].into_iter().enumerate()
    {
        bytes[index * 8..index * 8 + 8].copy_from_slice(&number.to_le_bytes());
    }
    bytes[32..36].copy_from_slice(&stamp.modified.nanoseconds.to_le_bytes());
    bytes[36..40].copy_from_slice(&stamp.changed.nanoseconds.to_le_bytes());
    bytes
}

/// What this run read, by path.
pub(super) type SeenFiles = FxHashMap<FilePath, SeenFile>;

/// A file as it was read.
pub(super) struct SeenFile {
    stamp: Stamp,
    content: ContentId,
}

/// What this run read.
#[derive(Default)]
pub(super) struct SeenPaths(Mutex<SeenFiles>);

impl SeenPaths {
    fn get(&self, path: &FilePath, stamp: &Stamp) -> Option<ContentId> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(path).filter(|file| file.stamp == *stamp).map(|file| file.content.clone())
    }

    fn put(&self, path: &FilePath, stamp: Stamp, id: ContentId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), SeenFile { stamp, content: id });
    }

    pub(super) fn take(&self) -> SeenFiles {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds what will still be known by its stamp if somebody writes the file after `began`.
    pub(super) fn add_settled(&self, seen: SeenFiles, began: Moment, kept: &Kept, to: &mut NewEntries) {
        let mut add = |path: &FilePath, stamp: &Stamp, id: &ContentId| {
            let hash = hash_of(id).filter(|_| stamp.is_settled_at(began))?;
            let bytes: Vec<u8> = bytes_of(stamp).into_iter().chain(hash).collect();
            to.insert(kept.key_of_path(path), bytes.into())
        };
        seen.iter().for_each(|(path, file)| drop(add(path, &file.stamp, &file.content)));
    }
}

impl Kept {
    fn key_of_path(&self, path: &FilePath) -> KeptKey {
        self.key(KeptKind::Path, &[path.as_str().as_bytes()])
    }

    /// What a path holds, if it has the stamp that it had when it was read.
    pub(crate) fn id_of_path(&self, path: &FilePath, stamp: &Stamp) -> Option<ContentId> {
        self.seen.get(path, stamp).or_else(|| {
            self.get(self.key_of_path(path), |bytes| {
                let hash = bytes.strip_prefix(&bytes_of(stamp))?;
                Some(id_of_hash(hash.try_into().ok()?))
            })
        })
    }

    /// The id of the text that git knows by another one.
    pub(crate) fn id_of_name(&self, name: &ContentId) -> Option<ContentId> {
        let key = self.key(KeptKind::Name, &[name.0.as_bytes()]);
        self.get(key, |bytes| Some(id_of_hash(bytes.try_into().ok()?)))
    }

    /// Notes what a path held when it was read.
    pub(crate) fn note_path(&self, path: &FilePath, stamp: Stamp, id: &ContentId) {
        self.seen.put(path, stamp, id.clone());
    }

    /// Notes which text git knows by a name.
    pub(crate) fn note_name(&self, name: &ContentId, id: &ContentId) {
        if let Some(hash) = hash_of(id) {
            self.put(self.key(KeptKind::Name, &[name.0.as_bytes()]), hash.as_slice().into());
        }
    }
}
