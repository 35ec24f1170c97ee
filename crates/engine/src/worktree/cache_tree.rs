//! The folders that an index holds as they stand in some commit, with the names of their objects: git notes them, so that what did not
//! change need not be compared file by file.

use std::collections::HashMap;

use auditlint_source::FilePath;

use super::index_entry::path_of;

/// Folders with the names of their objects; one in which something was staged since is not among them.
pub(super) type CachedTrees = HashMap<FilePath, Vec<u8>>;

/// Reads the extension `TREE`; `None` where it is damaged. Folders stand before what lies in them, each with the number of folders that
/// lie directly in it.
pub(super) fn read(bytes: &[u8], object: usize) -> Option<CachedTrees> {
    let mut trees = CachedTrees::new();
    // The folders whose children are being read, with how many are still to come.
    let mut open: Vec<(FilePath, usize)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let name = until(bytes, &mut at, 0)?;
        let entries: i64 = number(until(bytes, &mut at, b' ')?)?;
        let children: usize = number(until(bytes, &mut at, b'\n')?)?;
        let path = match open.last_mut() {
            None if name.is_empty() => FilePath::root(),
            None => return None,
            Some((folder, left)) => {
                *left = left.checked_sub(1)?;
                folder.child(path_of(name)?.as_str())
            }
        };
        if entries >= 0 {
            trees.insert(path.clone(), bytes.get(at..at + object)?.to_vec());
            at += object;
        }
        open.push((path, children));
        while open.pop_if(|(_, left)| *left == 0).is_some() {}
    }
    open.is_empty().then_some(trees)
}

/// The bytes up to another one, which is passed over.
fn until<'b>(bytes: &'b [u8], at: &mut usize, end: u8) -> Option<&'b [u8]> {
    let rest = &bytes[*at..];
    let length = memchr::memchr(end, rest)?;
    *at += length + 1;
    Some(&rest[..length])
}

fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&[(&str, u8)]>) {
        let found = read(bytes, 2).map(|trees| {
            let mut trees: Vec<(String, u8)> =
                trees.iter().map(|(path, id)| (path.as_str().to_owned(), id[0])).collect();
            trees.sort();
            trees
        });
        let expected = expected.map(|trees| trees.iter().map(|(path, id)| ((*path).to_owned(), *id)).collect());
        assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn folders_and_what_lies_in_them() {
        check(b"", Some(&[]));
        check(b"\x003 0\nAA", Some(&[("", b'A')]));
        check(
            b"\x00-1 2\nsrc\x002 1\nBBdeep\x001 0\nCClib\x001 0\nDD",
            Some(&[("lib", b'D'), ("src", b'B'), ("src/deep", b'C')]),
        );
        // Cut off, more than were announced, a root with a name.
        check(b"\x003 0\nA", None);
        check(b"\x003 1\nAA", None);
        check(b"\x003 0\nAAsrc\x001 0\nBB", None);
        check(b"src\x003 0\nAA", None);
        check(b"\x00x 0\nAA", None);
    }
}
