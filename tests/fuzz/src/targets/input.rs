//! Bytes to the files of a small project, in a form that a person can read and a mutation can hit.

use std::collections::BTreeMap;

use auditlint_source::{FilePath, MemoryFiles};

/// A line that begins with this starts another file, whose name follows.
const MARK: &[u8] = b"=== ";
/// More files than that prove nothing and cost time.
const MOST: usize = 16;

/// Files by path; the text in front of the first `=== NAME` is that of `first`.
pub(super) struct Input<'d> {
    pub(super) files: BTreeMap<FilePath, &'d [u8]>,
}

impl<'d> Input<'d> {
    pub(super) fn read(data: &'d [u8], first: &str) -> Self {
        let mut files = BTreeMap::new();
        let mut path = FilePath::new(first);
        let (mut start, mut at) = (0, 0);
        while at < data.len() && files.len() < MOST {
            let end = memchr_line(&data[at..]).map_or(data.len(), |line| at + line);
            if data[at..].starts_with(MARK) {
                let name = String::from_utf8_lossy(&data[at + MARK.len()..end]);
                if at > 0 || start < at {
                    files.insert(path, &data[start..at]);
                }
                path = FilePath::new(name.trim());
                start = (end + 1).min(data.len());
            }
            at = end + 1;
        }
        if !path.is_root() {
            files.insert(path, &data[start..]);
        }
        files.retain(|path, _| !path.is_root());
        Self { files }
    }

    /// The text of a file; each byte that is not one is a `?`, so that offsets hold.
    pub(super) fn text(&self, path: &str) -> String {
        let bytes = self.files.get(&FilePath::new(path)).copied().unwrap_or_default();
        let chunks = bytes.utf8_chunks();
        chunks.map(|chunk| chunk.valid().to_owned() + &"?".repeat(chunk.invalid().len())).collect()
    }

    pub(super) fn memory(&self) -> MemoryFiles {
        MemoryFiles::new(self.files.iter().map(|(path, text)| (path.as_str(), text)))
    }
}

/// Where the first line ends.
fn memchr_line(data: &[u8]) -> Option<usize> {
    data.iter().position(|byte| *byte == b'\n')
}
