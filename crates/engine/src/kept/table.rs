//! The file of kept results, read without parsing it.
//!
//! ```text
//! head    magic, version, build, counts, the first key of each page; a proof of all of this
//! pages   4 KiB each: records (key, place, length, age, proof) in the order of their keys; a proof of the page
//! data    the entries
//! ```
//!
//! A look-up reads one page and one entry, and holds each against its proof. Whatever is damaged is not there. A run that looks up much
//! reads the file whole.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};

use super::key::{KeptKey, Proof, Secret};
use crate::worktree::CacheFile;

pub(super) const MAGIC: [u8; 16] = *b"auditlint cache\n";
pub(super) const VERSION: u32 = 1;
pub(super) const HEAD: usize = 64;
pub(super) const PAGE: usize = 4096;
const RECORD: usize = 48;
/// How many records a page holds; a proof stands behind them.
pub(super) const PER_PAGE: usize = (PAGE - 16) / RECORD;
/// Up to this many look-ups are cheaper one by one than reading the file whole.
const FEW: u32 = 64;
/// The first key of pages takes so many bytes of the head.
pub(super) const FENCE: usize = 16;

/// A look-up in a page has found out whether its proof holds.
const HOLDS: u8 = 1;
const DAMAGED: u8 = 2;

/// Where the proof of the head is said to stand, and that of a page. Keys of entries are hashes, which do not come near these.
pub(super) const PLACE_OF_HEAD: u128 = u128::MAX;
pub(super) fn place_of_page(page: usize) -> u128 {
    page as u128
}

/// Why a file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is none.
    Missing,
    /// It is not a file of this program, or is cut short.
    NoTable,
    /// Another build of the program wrote it.
    OtherBuild,
    /// It was not written with the secret of this user, or is damaged.
    NoProof,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) key: KeptKey,
    pub(super) offset: u64,
    pub(super) length: u32,
    /// The number of the last run over the whole project that asked for it.
    pub(super) age: u32,
    pub(super) proof: Proof,
}

impl Record {
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.key.0.to_le_bytes());
        into.extend_from_slice(&self.offset.to_le_bytes());
        into.extend_from_slice(&self.length.to_le_bytes());
        into.extend_from_slice(&self.age.to_le_bytes());
        into.extend_from_slice(&self.proof);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self {
            key: KeptKey(u128::from_le_bytes(array(bytes, 0)?)),
            offset: u64::from_le_bytes(array(bytes, 16)?),
            length: u32::from_le_bytes(array(bytes, 24)?),
            age: u32::from_le_bytes(array(bytes, 28)?),
            proof: array(bytes, 32)?,
        })
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

/// The figures at the beginning of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TableHeader {
    pub(super) records: u64,
    pub(super) run: u32,
}

impl TableHeader {
    pub(super) fn pages(self) -> usize {
        (self.records as usize).div_ceil(PER_PAGE)
    }

    /// How long everything before the pages is.
    pub(super) fn length(self) -> usize {
        HEAD + self.pages() * FENCE + 16
    }

    pub(super) fn write(self) -> Vec<u8> {
        let mut head = Vec::with_capacity(self.length());
        head.extend_from_slice(&MAGIC);
        head.extend_from_slice(&VERSION.to_le_bytes());
        head.extend_from_slice(&self.run.to_le_bytes());
        head.extend_from_slice(&self.records.to_le_bytes());
        head.extend_from_slice(&Secret::build());
        head.resize(HEAD, 0);
        head
    }

    fn read(bytes: &[u8], file: u64) -> Result<Self, Refusal> {
        let read = || {
            let magic: [u8; 16] = array(bytes, 0)?;
            let version = u32::from_le_bytes(array(bytes, 16)?);
            let head =
                Self { run: u32::from_le_bytes(array(bytes, 20)?), records: u64::from_le_bytes(array(bytes, 24)?) };
            let build: [u8; 16] = array(bytes, 32)?;
            (magic == MAGIC).then_some((version, build, head))
        };
        let (version, build, head) = read().ok_or(Refusal::NoTable)?;
        if version != VERSION || build != Secret::build() {
            return Err(Refusal::OtherBuild);
        }
        // What would not fit into the file is not asked for as memory.
        let fits = head.records.checked_mul(RECORD as u64).is_some_and(|bytes| bytes <= file);
        if fits { Ok(head) } else { Err(Refusal::NoTable) }
    }
}

/// A file of kept results.
pub(super) struct KeptTable {
    file: CacheFile,
    secret: Secret,
    pub(super) head: TableHeader,
    fences: Vec<u128>,
    /// For each page what is known of its proof.
    pages: Vec<AtomicU8>,
    /// A bit for each record that was asked for.
    asked: Vec<AtomicU64>,
    looked: AtomicU32,
    whole: OnceLock<Option<Vec<u8>>>,
}

impl KeptTable {
    /// Reads the head of a file.
    pub(super) fn open(file: CacheFile, secret: &Secret) -> Result<Self, Refusal> {
        let mut first = [0; HEAD];
        file.read_at(0, &mut first).map_err(|_| Refusal::NoTable)?;
        let head = TableHeader::read(&first, file.len)?;
        let mut bytes = vec![0; head.length()];
        file.read_at(0, &mut bytes).map_err(|_| Refusal::NoTable)?;
        let (said, proof) = bytes.split_at(bytes.len() - 16);
        if secret.prove(PLACE_OF_HEAD, said) != proof {
            return Err(Refusal::NoProof);
        }
        let fences = said[HEAD..].chunks_exact(FENCE).filter_map(|fence| Some(u128::from_le_bytes(array(fence, 0)?)));
        let pages = || 0..head.pages();
        Ok(Self {
            file,
            secret: secret.clone(),
            head,
            fences: fences.collect(),
            pages: pages().map(|_| AtomicU8::new(0)).collect(),
            asked: (0..(head.records as usize).div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            looked: AtomicU32::new(0),
            whole: OnceLock::new(),
        })
    }

    /// How long the file is.
    pub(super) fn bytes(&self) -> u64 {
        self.file.len
    }

    /// What stands under a key.
    pub(super) fn get<T>(&self, key: KeptKey, use_it: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        self.looked.fetch_add(1, Ordering::Relaxed);
        let page = self.fences.partition_point(|fence| *fence <= key.0).checked_sub(1)?;
        let (slot, record) = self.in_page(page, |records| {
            let read = |slot: usize| Record::read(records.get(slot * RECORD..)?);
            let (mut low, mut high) = (0, self.records_in(page));
            while low < high {
                let middle = low + (high - low) / 2;
                let record = read(middle)?;
                match record.key.cmp(&key) {
                    std::cmp::Ordering::Less => low = middle + 1,
                    std::cmp::Ordering::Greater => high = middle,
                    std::cmp::Ordering::Equal => return Some((page * PER_PAGE + middle, record)),
                }
            }
            None
        })?;
        let found = self.with(record.offset, record.length as usize, |bytes| {
            (self.secret.prove(record.key.0, bytes) == record.proof).then(|| use_it(bytes)).flatten()
        })?;
        self.asked[slot / 64].fetch_or(1 << (slot % 64), Ordering::Relaxed);
        Some(found)
    }

    /// Whether this run asked for a record.
    pub(super) fn was_asked(&self, slot: usize) -> bool {
        self.asked.get(slot / 64).is_some_and(|bits| bits.load(Ordering::Relaxed) & 1 << (slot % 64) != 0)
    }

    /// Every record of the pages that are whole, with its number.
    pub(super) fn records(&self) -> Vec<(usize, Record)> {
        self.whole();
        let mut all = Vec::with_capacity(self.head.records as usize);
        for page in 0..self.head.pages() {
            self.in_page(page, |records| {
                let slots = 0..self.records_in(page);
                all.extend(
                    slots.filter_map(|slot| {
                        Some((page * PER_PAGE + slot, Record::read(records.get(slot * RECORD..)?)?))
                    }),
                );
                Some(())
            });
        }
        all
    }

    /// The bytes of an entry, not held against its proof: whoever reads them later does that.
    pub(super) fn copy<T>(&self, record: &Record, use_it: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        self.with(record.offset, record.length as usize, use_it)
    }

    fn records_in(&self, page: usize) -> usize {
        (self.head.records as usize - page * PER_PAGE).min(PER_PAGE)
    }

    /// The records of a page, where its proof holds.
    fn in_page<T>(&self, page: usize, use_it: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        let known = self.pages[page].load(Ordering::Relaxed);
        if known == DAMAGED {
            return None;
        }
        self.with((self.head.length() + page * PAGE) as u64, PAGE, |bytes| {
            let (records, proof) = bytes.split_at(PAGE - 16);
            // What was read anew may be another page than before.
            if known != HOLDS || self.whole.get().is_none() {
                let holds = self.secret.prove(place_of_page(page), records) == proof;
                self.pages[page].store(if holds { HOLDS } else { DAMAGED }, Ordering::Relaxed);
                if !holds {
                    return None;
                }
            }
            use_it(records)
        })
    }

    fn with<T>(&self, offset: u64, length: usize, use_it: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        let end = offset.checked_add(length as u64).filter(|end| *end <= self.file.len)?;
        let is_much = self.looked.load(Ordering::Relaxed) > FEW;
        let whole = if is_much { self.whole() } else { self.whole.get().and_then(Option::as_deref) };
        if let Some(whole) = whole {
            return use_it(whole.get(offset as usize..end as usize)?);
        }
        let mut bytes = vec![0; length];
        self.file.read_at(offset, &mut bytes).ok()?;
        use_it(&bytes)
    }

    fn whole(&self) -> Option<&[u8]> {
        self.whole.get_or_init(|| self.file.read_all().ok()).as_deref()
    }
}

impl std::fmt::Debug for KeptTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("head", &self.head).field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}
