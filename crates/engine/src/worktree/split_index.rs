//! An index in two files: one that many states share, and what the present state changes of it.

use super::index_entry::IndexEntry;

/// An entry that outlives the bytes that it was read from.
pub(super) struct OwnedEntry {
    path: Vec<u8>,
    mode: u32,
    id: Vec<u8>,
    stage: u8,
    is_announced: bool,
}

impl OwnedEntry {
    pub(super) fn of(entry: &IndexEntry<'_>) -> Self {
        let IndexEntry { path, mode, id, stage, is_announced } = *entry;
        Self { path: path.to_vec(), mode, id: id.to_vec(), stage, is_announced }
    }

    pub(super) fn entry(&self) -> IndexEntry<'_> {
        let Self { path, mode, id, stage, is_announced } = self;
        IndexEntry { path, mode: *mode, id, stage: *stage, is_announced: *is_announced }
    }
}

/// What an index says of the one that it shares with others.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SharedLink {
    /// The name of the shared index, as its file is named.
    pub(super) name: String,
    /// The numbers of the shared entries that are gone, and of those that others stand for.
    gone: Vec<usize>,
    replaced: Vec<usize>,
}

impl SharedLink {
    /// Reads the extension `link`; `None` where it is damaged. One that names no shared index is as none, and gives an empty name.
    pub(super) fn read(bytes: &[u8], object: usize) -> Option<Self> {
        let id = bytes.get(..object)?;
        let is_named = id.iter().any(|byte| *byte != 0);
        let name = if is_named { id.iter().map(|byte| format!("{byte:02x}")).collect() } else { String::new() };
        let mut at = object;
        if at == bytes.len() {
            return Some(Self { name, gone: Vec::new(), replaced: Vec::new() });
        }
        let gone = read_bitmap(bytes, &mut at)?;
        let replaced = read_bitmap(bytes, &mut at)?;
        Some(Self { name, gone, replaced })
    }

    /// The entries of both files as one list, in the order of git; `None` where they do not fit together.
    pub(super) fn join(&self, shared: Vec<OwnedEntry>, own: Vec<OwnedEntry>) -> Option<Vec<OwnedEntry>> {
        let mut shared: Vec<Option<OwnedEntry>> = shared.into_iter().map(Some).collect();
        let mut own = own.into_iter();
        // Those that stand for others come first, in the order of these, and leave out the path.
        for number in &self.replaced {
            let place = shared.get_mut(*number)?;
            let path = std::mem::take(&mut place.as_mut()?.path);
            *place = Some(OwnedEntry { path, ..own.next()? });
        }
        for number in &self.gone {
            *shared.get_mut(*number)? = None;
        }
        let mut all: Vec<OwnedEntry> = shared.into_iter().flatten().chain(own).collect();
        if all.iter().any(|entry| entry.path.is_empty()) {
            return None;
        }
        all.sort_by(|a, b| (&a.path, a.stage).cmp(&(&b.path, b.stage)));
        Some(all)
    }
}

/// How many entries a bitmap may be about: more than any index holds that is read.
const MOST_BITS: usize = 1 << 26;

/// The numbers of the set bits of a bitmap that is packed as EWAH: words that begin with how many equal words follow, and how many that
/// stand as they are.
fn read_bitmap(bytes: &[u8], at: &mut usize) -> Option<Vec<usize>> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
    let (bits, words) = (number(*at)?, number(*at + 4)?);
    let begin = *at + 8;
    let end = begin.checked_add(words.checked_mul(8)?)?;
    let mut packed = bytes
        .get(begin..end)?
        .chunks_exact(8)
        .map(|word| word.iter().fold(0_u64, |all, byte| all << 8 | u64::from(*byte)));
    // Behind the words stands where the last marker is, which only a writer needs.
    number(end)?;
    *at = end + 4;
    if bits > MOST_BITS {
        return None;
    }
    let mut set = Vec::new();
    let mut from = 0_usize;
    while let Some(marker) = packed.next() {
        let equal = (marker >> 1 & 0xffff_ffff) as usize;
        let literal = (marker >> 33) as usize;
        let to = from.checked_add(equal.checked_mul(64)?)?;
        if marker & 1 == 1 {
            set.extend(from..to.min(bits));
        }
        from = to;
        for _ in 0..literal {
            let mut word = packed.next()?;
            while word != 0 {
                set.push(from.checked_add(word.trailing_zeros() as usize)?);
                word &= word - 1;
            }
            from = from.checked_add(64)?;
        }
    }
    set.iter().all(|number| *number < bits).then_some(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bitmap(bits: u32, words: &[u64]) -> Vec<u8> {
        let mut bytes = bits.to_be_bytes().to_vec();
        bytes.extend((words.len() as u32).to_be_bytes());
        words.iter().for_each(|word| bytes.extend(word.to_be_bytes()));
        bytes.extend([0; 4]);
        bytes
    }

    #[track_caller]
    fn check(bits: u32, words: &[u64], expected: Option<&[usize]>) {
        assert_eq!(read_bitmap(&bitmap(bits, words), &mut 0).as_deref(), expected, "{bits} {words:x?}");
    }

    #[test]
    fn bitmaps() {
        check(0, &[], Some(&[]));
        check(64, &[0], Some(&[]));
        // One literal word.
        check(64, &[1 << 33, 0b1010], Some(&[1, 3]));
        // A word of noughts, then a literal one.
        check(128, &[1 << 33 | 1 << 1, 1], Some(&[64]));
        // Ones, of which the last are none any more.
        check(3, &[1 << 1 | 1], Some(&[0, 1, 2]));
        // Cut off, and beyond the end.
        check(64, &[1 << 33], None);
        check(2, &[1 << 33, 0b100], None);
        check(u32::MAX, &[0xffff_ffff << 1 | 1], None);
        assert_eq!(read_bitmap(&[0; 7], &mut 0), None);
    }

    fn entry(path: &str, id: u8) -> OwnedEntry {
        OwnedEntry { path: path.into(), mode: 0o100_644, id: vec![id], stage: 0, is_announced: false }
    }

    #[track_caller]
    fn join(gone: &[usize], replaced: &[usize], own: Vec<OwnedEntry>) -> Option<Vec<(String, u8)>> {
        let link = SharedLink { name: String::new(), gone: gone.into(), replaced: replaced.into() };
        let shared = vec![entry("a", 1), entry("b", 2), entry("d", 4)];
        let all = link.join(shared, own)?;
        Some(all.into_iter().map(|entry| (String::from_utf8(entry.path).unwrap(), entry.id[0])).collect())
    }

    #[test]
    fn both_files_are_one_list() {
        let expected = [("b".to_owned(), 9), ("c".to_owned(), 3), ("d".to_owned(), 4)];
        assert_eq!(join(&[0], &[1], vec![entry("", 9), entry("c", 3)]).as_deref(), Some(&expected[..]));
        assert_eq!(join(&[7], &[], vec![]), None);
        assert_eq!(join(&[], &[1], vec![]), None);
        assert_eq!(join(&[], &[], vec![entry("", 1)]), None);
    }

    #[test]
    fn the_link() {
        let named = |rest: &[u8]| [&[0xab; 20][..], rest].concat();
        let link = |bytes: &[u8]| SharedLink::read(bytes, 20);
        assert_eq!(link(&named(&[])).unwrap().name, "ab".repeat(20));
        let both = [bitmap(64, &[1 << 33, 1]), bitmap(64, &[1 << 33, 2])].concat();
        let found = link(&named(&both)).unwrap();
        assert_eq!((found.gone, found.replaced), (vec![0], vec![1]));
        assert_eq!(link(&[0; 20]).unwrap().name, "");
        assert_eq!(link(&[0; 19]), None);
        assert_eq!(link(&named(&both[..both.len() - 1])), None);
    }
}
