//! Tests of the file of kept results: whatever becomes of its bytes, an entry is right or not there.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;
use crate::limits::KEPT_RUNS;

fn kept_in(folder: &Path) -> Kept {
    Kept::open(CacheFolder::at(folder, Path::new("/root")), &CacheKey::of_words("tests"))
}

fn key_of(kept: &Kept, number: u32) -> KeptKey {
    kept.key(KeptKind::Facts, &[&number.to_le_bytes()])
}

/// What stands under a number.
fn value(number: u32) -> Vec<u8> {
    format!("entry {number} ").into_bytes().repeat(1 + number as usize % 3)
}

/// A folder in which so many entries are kept.
fn folder(entries: u32) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let kept = kept_in(folder.path());
    kept.begin_whole();
    (0..entries).for_each(|number| kept.put(key_of(&kept, number), value(number).into()));
    kept.save().unwrap();
    folder
}

fn file_in(folder: &TempDir) -> PathBuf {
    let mut names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    names.find(|path| path.to_str().unwrap().ends_with("results")).unwrap()
}

/// How many of the entries are there. Each is what was written.
#[track_caller]
fn there(folder: &TempDir, entries: u32) -> u32 {
    let kept = kept_in(folder.path());
    let get = |number| kept.get(key_of(&kept, number), |bytes| Some(bytes.to_vec()));
    (0..entries).filter(|number| get(*number).inspect(|found| assert_eq!(found, &value(*number))).is_some()).count()
        as u32
}

#[test]
fn all_that_was_written_is_read() {
    // None, one, a full page, one more, and so many that the file is read whole.
    for entries in [0, 1, 85, 86, 1_000] {
        let folder = folder(entries.max(1));
        assert_eq!(there(&folder, entries), entries, "{entries}");
    }
}

#[test]
fn a_byte_that_is_another_loses_entries_and_falsifies_none() {
    const ENTRIES: u32 = 3;
    let folder = folder(ENTRIES);
    let path = file_in(&folder);
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&path, &bytes).unwrap();
        let left = there(&folder, ENTRIES);
        // Bytes of an entry cost that entry, others a page or all; those of no meaning nothing.
        assert!(left <= ENTRIES, "{at}");
    }
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(there(&folder, ENTRIES) < ENTRIES, "{length}");
    }
    fs::write(&path, [&whole[..], b"more"].concat()).unwrap();
    assert_eq!(there(&folder, ENTRIES), ENTRIES);
}

#[test]
fn pages_and_entries_do_not_change_places() {
    let folder = folder(200);
    let path = file_in(&folder);
    let whole = fs::read(&path).unwrap();
    let head = table::TableHeader { records: 200, run: 1 }.length();
    let (first, second) = (head..head + table::PAGE, head + table::PAGE..head + 2 * table::PAGE);
    let mut bytes = whole.clone();
    bytes[first.clone()].copy_from_slice(&whole[second.clone()]);
    bytes[second].copy_from_slice(&whole[first]);
    fs::write(&path, &bytes).unwrap();
    assert_eq!(there(&folder, 200), 200 - 2 * table::PER_PAGE as u32);
}

#[test]
fn what_is_damaged_is_written_anew() {
    let folder = folder(100);
    let path = file_in(&folder);
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert_eq!(there(&folder, 100), 99);
    let kept = kept_in(folder.path());
    (0..100).for_each(|number| {
        if kept.get(key_of(&kept, number), |_| Some(())).is_none() {
            kept.put(key_of(&kept, number), value(number).into());
        }
    });
    drop(kept);
    assert_eq!(there(&folder, 100), 100);
    // What is cut off does not keep a later run from writing.
    bytes.truncate(last - 200);
    fs::write(&path, &bytes).unwrap();
    let kept = kept_in(folder.path());
    kept.put(key_of(&kept, 7), value(7).into());
    kept.save().unwrap();
    assert!(there(&folder, 100) > 50);
}

#[test]
fn what_nobody_asks_for_goes_in_the_end() {
    let folder = folder(10);
    for run in 0..KEPT_RUNS + 1 {
        assert_eq!(there(&folder, 10), 10, "run {run}");
        let kept = kept_in(folder.path());
        kept.begin_whole();
        (0..5).for_each(|number| assert!(kept.get(key_of(&kept, number), |_| Some(())).is_some()));
        kept.put(key_of(&kept, 100 + run), value(run).into());
        kept.save().unwrap();
    }
    assert_eq!(there(&folder, 10), 5);
    // Runs on a part of the project ask for little, and nothing ages by them.
    for run in 0..2 * KEPT_RUNS {
        let kept = kept_in(folder.path());
        kept.put(key_of(&kept, 200 + run), value(run).into());
        kept.save().unwrap();
    }
    assert_eq!(there(&folder, 10), 5);
}

#[test]
fn the_oldest_make_room() {
    let secret = Secret::of(&CacheKey::of_words("tests"));
    let folder = folder(100);
    let before = kept_in(folder.path());
    let table = before.table.as_ref().unwrap();
    (0..20).for_each(|number| assert!(before.get(key_of(&before, number), |_| Some(())).is_some()));
    let found: NewEntries = (500..510).map(|number| (key_of(&before, number), value(number).into())).collect();
    let limit = 30 * 80;
    let mut bytes = Vec::new();
    let writing = Writing { before: Some(table), asked: Some(table), limit, ..Writing::of(&secret, &found) };
    writing.write(&mut bytes).unwrap();
    fs::write(file_in(&folder), bytes).unwrap();
    let kept = kept_in(folder.path());
    let is_there = |number| kept.get(key_of(&kept, number), |_| Some(())).is_some();
    assert!((500..510).chain(0..20).all(is_there), "what this run asked for and found stays");
    assert!((20..100).filter(|number| is_there(*number)).count() < 20);
}

#[test]
fn two_that_write_lose_nothing_of_each_other() {
    let folder = folder(4);
    let (one, other) = (kept_in(folder.path()), kept_in(folder.path()));
    one.put(key_of(&one, 4), value(4).into());
    other.put(key_of(&other, 5), value(5).into());
    one.save().unwrap();
    other.save().unwrap();
    assert_eq!(there(&folder, 6), 6);
    // While one writes, another one gives way.
    let lock = other.folder.lock().unwrap();
    assert!(lock.is_some() && other.folder.lock().unwrap().is_none());
    one.put(key_of(&one, 6), value(6).into());
    one.save().unwrap();
    assert_eq!(there(&folder, 7), 6);
}

#[test]
fn files_are_known_by_all_of_their_stamp() {
    use auditlint_source::{FilePath, Stamp};
    let folder = tempfile::tempdir().unwrap();
    let path = FilePath::new("src/a.ts");
    let moment = |seconds| Moment { seconds, nanoseconds: 5 };
    let stamp = Stamp { size: 3, modified: moment(100), changed: moment(200), inode: 7 };
    let id = id_of_text(b"abc");
    let kept = kept_in(folder.path());
    kept.note_path(&path, stamp, &id);
    // Written just now, so that whoever writes it again gives it the same stamp.
    let fresh = Stamp { changed: clock::now(), ..stamp };
    kept.note_path(&FilePath::new("src/fresh.ts"), fresh, &id);
    kept.save().unwrap();
    let kept = kept_in(folder.path());
    assert_eq!(kept.id_of_path(&path, &stamp), Some(id));
    assert_eq!(kept.id_of_path(&FilePath::new("src/fresh.ts"), &fresh), None);
    for other in [
        Stamp { size: 4, ..stamp },
        Stamp { modified: moment(101), ..stamp },
        Stamp { changed: moment(201), ..stamp },
        Stamp { inode: 8, ..stamp },
        Stamp { modified: Moment { nanoseconds: 6, ..stamp.modified }, ..stamp },
    ] {
        assert_eq!(kept.id_of_path(&path, &other), None, "{other:?}");
    }
    assert_eq!(kept.id_of_path(&FilePath::new("src/b.ts"), &stamp), None);
}
