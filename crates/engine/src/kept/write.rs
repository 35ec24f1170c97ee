//! Writing the file of kept results: what it held, what this run asked for, what this run found.

use std::io::{self, Write};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::key::{KeptKey, Secret};
use super::table::{FENCE, KeptTable, PAGE, PER_PAGE, PLACE_OF_HEAD, Record, TableHeader, place_of_page};
use crate::limits::{KEPT_RUNS, MAX_KEPT_ENTRY, MAX_KEPT_FILE};

/// What this run found, by key.
pub(super) type NewEntries = FxHashMap<KeptKey, Arc<[u8]>>;

/// Everything that goes into the file.
pub(super) struct Writing<'w> {
    pub(super) secret: &'w Secret,
    /// What the file holds now.
    pub(super) before: Option<&'w KeptTable>,
    /// What this run read: the same file, or the one that another run has replaced since.
    pub(super) asked: Option<&'w KeptTable>,
    pub(super) found: &'w NewEntries,
    /// Whether the run was about the whole project, so that what it did not ask for may be of no use any more.
    pub(super) is_whole: bool,
    /// The most that the file may take.
    pub(super) limit: u64,
}

/// The bytes of an entry.
enum EntryBytes<'w> {
    Old(&'w KeptTable, Record),
    New(&'w Arc<[u8]>),
}

struct EntryRow<'w> {
    record: Record,
    bytes: EntryBytes<'w>,
}

impl<'w> Writing<'w> {
    pub(super) fn of(secret: &'w Secret, found: &'w NewEntries) -> Self {
        Self { secret, before: None, asked: None, found, is_whole: true, limit: MAX_KEPT_FILE }
    }

    /// Writes the file.
    pub(super) fn write(&self, into: &mut dyn Write) -> io::Result<()> {
        let run = self.before.map_or(0, |table| table.head.run).wrapping_add(u32::from(self.is_whole));
        let mut rows = self.rows(run);
        self.bound(&mut rows, run);
        rows.sort_unstable_by_key(|row| row.record.key);
        let head = TableHeader { records: rows.len() as u64, run };
        let mut offset = (head.length() + head.pages() * PAGE) as u64;
        // Several keys may lead to the same bytes.
        let mut placed: FxHashMap<(*const u8, u64), u64> = FxHashMap::default();
        let mut order: Vec<usize> = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter_mut().enumerate() {
            let same = match &row.bytes {
                EntryBytes::Old(_, record) => (std::ptr::null(), record.offset),
                EntryBytes::New(bytes) => (bytes.as_ptr(), 0),
            };
            row.record.offset = *placed.entry(same).or_insert_with(|| {
                order.push(index);
                let begin = offset;
                offset += u64::from(row.record.length);
                begin
            });
        }
        self.write_head(head, &rows, into)?;
        for (page, rows) in rows.chunks(PER_PAGE).enumerate() {
            let mut bytes = Vec::with_capacity(PAGE);
            rows.iter().for_each(|row| row.record.write(&mut bytes));
            bytes.resize(PAGE - 16, 0);
            let proof = self.secret.prove(place_of_page(page), &bytes);
            bytes.extend_from_slice(&proof);
            into.write_all(&bytes)?;
        }
        for index in order {
            match &rows[index].bytes {
                EntryBytes::New(bytes) => into.write_all(bytes)?,
                EntryBytes::Old(table, record) => {
                    let copied = table.copy(record, |bytes| Some(into.write_all(bytes)));
                    copied.unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))?;
                }
            }
        }
        Ok(())
    }

    fn write_head(&self, head: TableHeader, rows: &[EntryRow<'_>], into: &mut dyn Write) -> io::Result<()> {
        let mut bytes = head.write();
        for page in rows.chunks(PER_PAGE) {
            let fence: [u8; FENCE] = page[0].record.key.0.to_le_bytes();
            bytes.extend_from_slice(&fence);
        }
        let proof = self.secret.prove(PLACE_OF_HEAD, &bytes);
        bytes.extend_from_slice(&proof);
        into.write_all(&bytes)
    }

    /// Every entry once; what this run found takes the place of what was there.
    fn rows(&self, run: u32) -> Vec<EntryRow<'w>> {
        let mut rows: Vec<EntryRow<'w>> = Vec::new();
        if let Some(table) = self.before {
            // Where another run has written since, the numbers of records are others.
            let is_same = self.asked.is_some_and(|asked| std::ptr::eq(asked, table));
            let asked: FxHashMap<KeptKey, ()> = match (is_same, self.asked) {
                (false, Some(asked)) => {
                    let records = asked.records().into_iter().filter(|(slot, _)| asked.was_asked(*slot));
                    records.map(|(_, record)| (record.key, ())).collect()
                }
                _ => FxHashMap::default(),
            };
            for (slot, mut record) in table.records() {
                // What is cut off is not there.
                let ends = record.offset.checked_add(u64::from(record.length));
                if self.found.contains_key(&record.key) || ends.is_none_or(|end| end > table.bytes()) {
                    continue;
                }
                if is_same && table.was_asked(slot) || asked.contains_key(&record.key) {
                    record.age = run;
                }
                rows.push(EntryRow { record, bytes: EntryBytes::Old(table, record) });
            }
        }
        let new = self.found.iter().filter(|(_, bytes)| bytes.len() <= MAX_KEPT_ENTRY);
        rows.extend(new.map(|(key, bytes)| {
            let proof = self.secret.prove(key.0, bytes);
            let record = Record { key: *key, offset: 0, length: bytes.len() as u32, age: run, proof };
            EntryRow { record, bytes: EntryBytes::New(bytes) }
        }));
        rows
    }

    /// Leaves out what nobody asked for in the last runs, and the oldest where all would take too much.
    fn bound(&self, rows: &mut Vec<EntryRow<'w>>, run: u32) {
        rows.retain(|row| run.wrapping_sub(row.record.age) <= KEPT_RUNS);
        let weight = |row: &EntryRow<'_>| (PAGE / PER_PAGE + 1) as u64 + u64::from(row.record.length);
        let all: u64 = rows.iter().map(weight).sum();
        if all <= self.limit {
            return;
        }
        rows.sort_by_key(|row| (run.wrapping_sub(row.record.age), row.record.key));
        let mut taken = 0;
        let fits = rows.iter().position(|row| {
            taken += weight(row);
            taken > self.limit
        });
        rows.truncate(fits.unwrap_or(rows.len()));
    }
}
