//! What was found out about single files, kept from one run of the program to the next.
//!
//! Only what depends on the content of one file and on rules is kept, each under a key of all that it depends on. An entry that is
//! damaged, was written by another build or without the secret of the user is not there: the file is read and analysed as if
//! nobody had done it before. So no file of results can hide a finding.

mod key;
mod names;
mod table;
#[cfg(test)]
mod tests;
mod write;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auditlint_source::Moment;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use key::{KeptKey, KeptKind, Secret};
pub(crate) use names::id_of_text;
pub use table::Refusal;

use crate::clock;
use crate::file_matches::FileMatches;
use crate::limits::WRITTEN_ALWAYS;
use crate::worktree::{CacheFolder, CacheKey};
use names::SeenPaths;
use table::KeptTable;
use write::{NewEntries, Writing};

/// What a run did with sources, as far as kept results spared it something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeptCounts {
    /// How many results of rules, and of providers of facts, were there already.
    pub kept: u64,
    /// How many times a source was read.
    pub read: u64,
    /// How many sources were parsed, or looked through without a parse, by rules or providers.
    pub analysed: u64,
}

/// What is kept of a project between runs. Written when it is dropped.
pub struct Kept {
    folder: CacheFolder,
    secret: Secret,
    table: Result<KeptTable, Refusal>,
    found: Mutex<NewEntries>,
    seen: SeenPaths,
    began: Moment,
    /// Whether a run was about the whole project.
    is_whole: AtomicBool,
    /// How many bytes of sources were analysed for what was found.
    analysed_bytes: AtomicU64,
    kept: AtomicU64,
    read: AtomicU64,
    analysed: AtomicU64,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("folder", &self.folder).field("table", &self.table).finish_non_exhaustive()
    }
}

impl Kept {
    /// Opens what is kept in a folder.
    #[must_use]
    pub fn open(folder: CacheFolder, key: &CacheKey) -> Self {
        let secret = Secret::of(key);
        let table = match folder.results() {
            Ok(file) => KeptTable::open(file, &secret),
            Err(_) => Err(Refusal::Missing),
        };
        Self {
            folder,
            secret,
            table,
            found: Mutex::default(),
            seen: SeenPaths::default(),
            began: clock::now(),
            is_whole: AtomicBool::new(false),
            analysed_bytes: AtomicU64::new(0),
            kept: AtomicU64::new(0),
            read: AtomicU64::new(0),
            analysed: AtomicU64::new(0),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &CacheFolder {
        &self.folder
    }

    /// How many entries there are, and what they take in bytes.
    ///
    /// # Errors
    /// Why nothing that is there counts.
    pub fn size(&self) -> Result<(u64, u64), Refusal> {
        self.table.as_ref().map(|table| (table.head.records, table.bytes())).map_err(|refusal| *refusal)
    }

    /// What it spared so far.
    #[must_use]
    pub fn counts(&self) -> KeptCounts {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        KeptCounts { kept: count(&self.kept), read: count(&self.read), analysed: count(&self.analysed) }
    }

    /// Says that a run is about the whole project: what it does not ask for ages.
    pub(crate) fn begin_whole(&self) {
        self.is_whole.store(true, Ordering::Relaxed);
    }

    /// Counts a source that is read.
    pub(crate) fn count_read(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a source that is analysed.
    pub(crate) fn count_analysed(&self, bytes: usize) {
        self.analysed.fetch_add(1, Ordering::Relaxed);
        self.analysed_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Counts a result that was there.
    pub(crate) fn count_kept(&self) {
        self.kept.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn key(&self, kind: KeptKind, parts: &[&[u8]]) -> KeptKey {
        self.secret.key(kind, parts)
    }

    /// What stands under a key.
    pub(crate) fn get<T>(&self, key: KeptKey, use_it: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        let found = self.found().get(&key).cloned();
        match found {
            Some(bytes) => use_it(&bytes),
            None => self.table.as_ref().ok()?.get(key, use_it),
        }
    }

    /// The same for a value.
    pub(crate) fn value<T: DeserializeOwned>(&self, key: KeptKey) -> Option<T> {
        self.get(key, |bytes| postcard::from_bytes(bytes).ok())
    }

    /// Keeps bytes under a key.
    pub(crate) fn put(&self, key: KeptKey, bytes: Arc<[u8]>) {
        self.found().insert(key, bytes);
    }

    /// Keeps a value under a key, and gives the bytes for other keys of the same value.
    pub(crate) fn put_value(&self, key: KeptKey, value: &impl Serialize) -> Option<Arc<[u8]>> {
        let bytes: Arc<[u8]> = postcard::to_stdvec(value).ok()?.into();
        self.put(key, Arc::clone(&bytes));
        Some(bytes)
    }

    /// Keeps what rules found, under both of its keys.
    pub(crate) fn put_matches(&self, scope: KeptKey, selection: Option<KeptKey>, found: &FileMatches) {
        let bytes = self.put_value(scope, found);
        if let (Some(selection), Some(bytes)) = (selection, bytes) {
            self.put(selection, bytes);
        }
    }

    fn found(&self) -> MutexGuard<'_, NewEntries> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what was found, where that is worth it. Nothing is written where another run writes at this time.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn save(&self) -> std::io::Result<()> {
        let mut found = std::mem::take(&mut *self.found());
        let paths = self.seen.take();
        if found.is_empty() && paths.is_empty() || !self.is_worth_writing() {
            return Ok(());
        }
        let Some(locked) = self.folder.lock()? else { return Ok(()) };
        // Another run may have written since.
        let now = locked.results().ok().and_then(|file| KeptTable::open(file, &self.secret).ok());
        let asked = self.table.as_ref().ok();
        let is_same =
            matches!((&now, asked), (Some(now), Some(asked)) if now.head == asked.head && now.bytes() == asked.bytes());
        locked.replace(|file_time, into| {
            // By the clock of the file system, which stamps the files.
            let ahead = file_time.as_nanoseconds() - clock::now().as_nanoseconds();
            let began = Moment::of_nanoseconds(self.began.as_nanoseconds() + ahead.min(0));
            self.seen.add_settled(paths, began, self, &mut found);
            let before = if is_same { asked } else { now.as_ref() };
            let is_whole = self.is_whole.load(Ordering::Relaxed);
            Writing { before, asked, is_whole, ..Writing::of(&self.secret, &found) }.write(into)
        })
    }

    /// Whether what was found takes longer to find again than the file to write: parsing is a hundred times slower than copying.
    fn is_worth_writing(&self) -> bool {
        let (_, size) = self.size().unwrap_or_default();
        let is_much = self.analysed_bytes.load(Ordering::Relaxed).saturating_mul(100) >= size;
        self.is_whole.load(Ordering::Relaxed) || size <= WRITTEN_ALWAYS || is_much
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // A folder that cannot be written costs time and no finding; `auditlint cache status` says so.
        let _ = self.save();
    }
}
