//! The files that git tracks, from the index of a repository: whatever stands in it, nothing is opened or run because of it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use auditlint_source::FilePath;
use cap_fs_ext::OpenOptionsSyncExt;
use cap_std::ambient_authority;
use cap_std::fs::{File, OpenOptions};

use super::index_entry::IndexEntry;
use super::split_index::{OwnedEntry, SharedLink};
use crate::limits::MAX_INDEX;

/// The extension that says which index is shared.
const LINK: &[u8] = b"link";
/// How long the fields before the name of an object are, and the flags behind it.
const STAT: usize = 40;
const FLAGS: usize = 2;
/// The bits of a mode that say what an entry is, and those of a regular file.
const TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;

/// The files that the repository around a folder tracks below `root`, which lies below that folder, sorted. None where nothing was
/// ever added.
pub(super) fn tracked(folder: &Path, root: &Path) -> Result<Vec<FilePath>, String> {
    let Some(git) = git_folder(&folder.join(".git"))? else { return Ok(Vec::new()) };
    let Some(index) = read(&git.join("index"), MAX_INDEX)? else { return Ok(Vec::new()) };
    let common = read(&git.join("commondir"), MAX_SMALL)?.map_or(git.clone(), |text| git.join(line_of(&text)));
    let config = read(&common.join("config"), MAX_SMALL)?.unwrap_or_default();
    let mut prefix = FilePath::from_path(root).as_str().as_bytes().to_vec();
    if !prefix.is_empty() {
        prefix.push(b'/');
    }
    let mut paths = Vec::new();
    all_entries(&index, &git, if is_sha256(&config) { 32 } else { 20 }, &mut |entry| {
        if entry.mode & TYPE == REGULAR {
            let below = entry.path.strip_prefix(&*prefix).filter(|below| !below.is_empty());
            paths.extend(below.and_then(path_of));
        }
    })?;
    paths.sort_unstable();
    // A path of which a merge has several versions.
    paths.dedup();
    Ok(paths)
}

/// Calls `found` with every entry of the index of a repository, or of another one that git names in its place. There is none where
/// nothing was ever added.
pub(super) fn read_entries(
    folder: &Path,
    index_file: Option<&Path>,
    object: usize,
    found: &mut dyn FnMut(&IndexEntry<'_>),
) -> Result<(), String> {
    let Some(git) = git_folder(&folder.join(".git"))? else { return Ok(()) };
    let index = read(index_file.unwrap_or(&git.join("index")), MAX_INDEX)?;
    let Some(index) = index else { return Ok(()) };
    all_entries(&index, &git, object, found).map_err(|error| format!("git's index cannot be read: {error}"))
}

/// Calls `found` with every entry of an index, those of the index that it shares with others among them. `git` is the folder in which
/// shared ones stand.
fn all_entries(index: &[u8], git: &Path, object: usize, found: &mut dyn FnMut(&IndexEntry<'_>)) -> Result<(), String> {
    // What an index shares is said behind its entries. Where the word is not there, they can be told at once.
    if memchr::memmem::find(index, LINK).is_none() {
        return entries(index, object, found).map(drop);
    }
    let mut own = Vec::new();
    let link = entries(index, object, &mut |entry| own.push(OwnedEntry::of(entry)))?;
    let broken = || "it is damaged".to_owned();
    let link = link.map(|link| SharedLink::read(link, object).ok_or_else(broken)).transpose()?;
    if let Some(link) = link.filter(|link| !link.name.is_empty()) {
        let name = format!("sharedindex.{}", link.name);
        let shared = read(&git.join(&name), MAX_INDEX)?.ok_or_else(|| {
            format!("it is split, and its other part `{name}` is gone; `git update-index --no-split-index` joins them")
        })?;
        let mut of_shared = Vec::new();
        if entries(&shared, object, &mut |entry| of_shared.push(OwnedEntry::of(entry)))?.is_some() {
            return Err(format!("`{name}` is split again"));
        }
        own = link.join(of_shared, own).ok_or_else(broken)?;
    }
    own.iter().for_each(|entry| found(&entry.entry()));
    Ok(())
}

/// The largest of git's small files, in bytes.
const MAX_SMALL: u64 = 1 << 20;

/// The folder of a repository: `.git`, or where such a file leads.
fn git_folder(git: &Path) -> Result<Option<PathBuf>, String> {
    if fs::metadata(git).is_ok_and(|meta| meta.is_dir()) {
        return Ok(Some(git.to_path_buf()));
    }
    let text = read(git, MAX_SMALL)?.unwrap_or_default();
    let folder = text.strip_prefix(b"gitdir:").map(line_of);
    Ok(folder.zip(git.parent()).map(|(folder, parent)| parent.join(folder)))
}

/// The first line of a file as a path.
fn line_of(text: &[u8]) -> PathBuf {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    PathBuf::from(String::from_utf8_lossy(line.trim_ascii()).into_owned())
}

/// The bytes of a regular file; `None` where there is none.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, String> {
    let name = || path.file_name().unwrap_or_default().display().to_string();
    let is_regular = match fs::metadata(path) {
        Ok(meta) => meta.is_file(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("`{}`: {error}", name())),
    };
    if !is_regular {
        return Err(format!("`{}` is not a regular file", name()));
    }
    let mut bytes = Vec::new();
    // Without waiting, should it have become a pipe meanwhile.
    let mut options = OpenOptions::new();
    options.read(true).nonblock(true);
    let file = File::open_ambient_with(path, &options, ambient_authority())
        .map_err(|error| format!("`{}`: {error}", name()))?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| format!("`{}`: {error}", name()))?;
    if bytes.len() as u64 > limit {
        return Err(format!("`{}` is longer than {} MiB", name(), limit >> 20));
    }
    Ok(Some(bytes))
}

/// Whether objects are named by SHA-256, as the configuration of a repository says.
fn is_sha256(config: &[u8]) -> bool {
    let text = String::from_utf8_lossy(config).to_ascii_lowercase();
    let mut settings = text.lines().filter_map(|line| line.split_once('='));
    settings.any(|(key, value)| key.trim() == "objectformat" && value.trim() == "sha256")
}

/// A path as git writes it.
#[cfg(unix)]
pub(super) fn path_of(bytes: &[u8]) -> Option<FilePath> {
    use std::os::unix::ffi::OsStrExt;
    Some(FilePath::from_path(Path::new(std::ffi::OsStr::from_bytes(bytes))))
}

/// A path as git writes it.
#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> Option<FilePath> {
    std::str::from_utf8(bytes).ok().map(FilePath::new)
}

/// Calls `found` with every entry that stands in an index of version 2, 3 or 4. Gives what it says of another one that it shares.
fn entries<'i>(
    index: &'i [u8],
    object: usize,
    found: &mut dyn FnMut(&IndexEntry<'_>),
) -> Result<Option<&'i [u8]>, String> {
    let broken = || "it is damaged".to_owned();
    let number = |at: usize| -> Option<u32> { Some(u32::from_be_bytes(index.get(at..at + 4)?.try_into().ok()?)) };
    if !index.starts_with(b"DIRC") {
        return Err(broken());
    }
    let (version, count) = number(4).zip(number(8)).ok_or_else(broken)?;
    if !(2..=4).contains(&version) {
        return Err(format!("its version {version} is not known"));
    }
    let mut at = 12;
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..count {
        let start = at;
        let mode = number(start + 24).ok_or_else(broken)?;
        at = start + STAT + object;
        let flags = index.get(at..at + FLAGS).ok_or_else(broken)?;
        let is_extended = version >= 3 && flags[0] & 0x40 != 0;
        let id = &index[start + STAT..at];
        let stage = (flags[0] >> 4) & 3;
        at += FLAGS;
        let mut is_announced = false;
        if is_extended {
            is_announced = index.get(at).ok_or_else(broken)? & 0x20 != 0;
            at += FLAGS;
        }
        if version == 4 {
            let cut = read_length(index, &mut at).filter(|cut| *cut <= path.len()).ok_or_else(broken)?;
            path.truncate(path.len() - cut);
        } else {
            path.clear();
        }
        let rest = index.get(at..).ok_or_else(broken)?;
        let length = memchr::memchr(0, rest).ok_or_else(broken)?;
        path.extend_from_slice(&rest[..length]);
        at += length + 1;
        if version < 4 {
            at = start + (at - start).next_multiple_of(8);
        }
        found(&IndexEntry { path: &path, mode, id, stage, is_announced });
    }
    let mut link = None;
    // Behind the entries stand extensions, and a checksum. What one in small letters says may not be passed over.
    while index.len().saturating_sub(at) > object {
        let (name, length) = index.get(at..at + 4).zip(number(at + 4)).ok_or_else(broken)?;
        match name {
            _ if name == LINK => {
                let begin = at + 8;
                let end = begin.checked_add(length as usize).ok_or_else(broken)?;
                link = Some(index.get(begin..end).ok_or_else(broken)?);
            }
            // Folders that are not checked out stand there for their files.
            b"sdir" => {}
            _ if name[0].is_ascii_lowercase() => return Err("it holds more than is known".to_owned()),
            _ => {}
        }
        at += 8 + length as usize;
    }
    Ok(link)
}

/// A number as version 4 writes it: seven bits a byte, the highest first, each but the last one too small by one.
fn read_length(index: &[u8], at: &mut usize) -> Option<usize> {
    let mut length = 0_usize;
    for position in 0.. {
        let byte = *index.get(*at)?;
        *at += 1;
        length = (length << 7) | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(length);
        }
        if position > 6 {
            return None;
        }
        length += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(index: &[u8]) -> Result<Vec<String>, String> {
        let mut paths = Vec::new();
        entries(index, 20, &mut |entry| {
            if entry.mode & TYPE == REGULAR {
                paths.push(String::from_utf8_lossy(entry.path).into_owned());
            }
        })?;
        Ok(paths)
    }

    /// An index of version 2 with some paths and modes, and an extension.
    fn index(files: &[(&str, u32)], extension: &[u8; 4]) -> Vec<u8> {
        let mut index = b"DIRC\0\0\0\x02".to_vec();
        index.extend((files.len() as u32).to_be_bytes());
        for (path, mode) in files {
            let mut entry = vec![0; 62];
            entry[24..28].copy_from_slice(&mode.to_be_bytes());
            entry.extend(path.as_bytes());
            entry.resize((entry.len() + 1).next_multiple_of(8), 0);
            index.extend(entry);
        }
        index.extend(extension);
        index.extend([0, 0, 0, 2, 7, 7]);
        index.extend([0; 20]);
        index
    }

    #[test]
    fn files_are_told_from_links_and_submodules() {
        let files = [("a.ts", 0o100_644), ("bin/b", 0o100_755), ("link", 0o120_000), ("sub", 0o160_000)];
        assert_eq!(paths(&index(&files, b"TREE")), Ok(vec!["a.ts".to_owned(), "bin/b".to_owned()]));
        assert_eq!(paths(&index(&files, b"what")), Err("it holds more than is known".to_owned()));
    }

    #[test]
    fn a_damaged_index_is_an_error() {
        let whole = index(&[("a.ts", 0o100_644), ("src/b.ts", 0o100_644)], b"TREE");
        for length in 0..80 {
            assert!(paths(&whole[..length]).is_err(), "{length}");
        }
        let mut other = whole.clone();
        other[7] = 9;
        assert_eq!(paths(&other), Err("its version 9 is not known".to_owned()));
        // Whatever stands there, nothing panics.
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] = 0xff;
            let _ = paths(&other);
        }
    }

    #[test]
    fn lengths_of_version_4() {
        for (bytes, expected) in [(&[5][..], Some(5)), (&[0x80, 0], Some(128)), (&[0x80], None), (&[0xff; 12], None)] {
            assert_eq!(read_length(bytes, &mut 0), expected, "{bytes:?}");
        }
    }
}
