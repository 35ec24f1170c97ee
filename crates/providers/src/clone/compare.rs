//! Which runs of tokens stand in several places: windows by their rolling hash, each pair as long as it can be.

use std::collections::BTreeMap;

use auditlint_source::Span;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use super::tokens::{BREAK, NAME, Tokens};

/// Shorter runs are not blocks: the length of a window.
pub(super) const LEAST: usize = 25;
/// What the hashes of a window are multiplied with.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// A block and the places in which it or most of it stands, as positions in the stream with their lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClonedBlock {
    pub(super) hash: u64,
    pub(super) tokens: usize,
    pub(super) places: Vec<(usize, usize)>,
}

/// The tokens of all files, one behind the other.
#[derive(Default)]
pub(super) struct Stream<'t> {
    files: Vec<&'t Tokens>,
    /// Where the tokens of each file begin.
    begins: Vec<usize>,
    hashes: Vec<u32>,
}

impl<'t> Stream<'t> {
    pub(super) fn add(&mut self, tokens: &'t Tokens) {
        // No block goes from one file into the next.
        self.hashes.push(BREAK);
        self.begins.push(self.hashes.len());
        self.hashes.extend_from_slice(&tokens.hashes);
        self.files.push(tokens);
    }

    fn file(&self, at: usize) -> usize {
        self.begins.partition_point(|begin| *begin <= at).saturating_sub(1)
    }

    /// The file of a place, and its bytes.
    pub(super) fn span(&self, at: usize, tokens: usize) -> (usize, Span) {
        let file = self.file(at);
        let (of, first) = (self.files[file], at - self.begins[file]);
        let last = first + tokens - 1;
        (file, Span::new(of.starts[first], of.starts[last] + u32::from(of.lengths[last])))
    }

    /// On how many lines with code a place stands.
    pub(super) fn lines(&self, at: usize, tokens: usize) -> usize {
        let file = self.file(at);
        let first = (at - self.begins[file]) as u32;
        let begins = |token: u32| self.files[file].lines.partition_point(|line| *line <= token);
        begins(first + tokens as u32 - 1) - begins(first) + 1
    }

    /// The blocks; `renamed` where words may be other ones, one for one.
    pub(super) fn blocks(&self, renamed: bool) -> Vec<ClonedBlock> {
        let value = |at: usize| match self.hashes[at] {
            name if renamed && name & NAME != 0 => u64::from(NAME),
            hash => u64::from(hash),
        };
        let out = (1..LEAST).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
        let mut firsts: FxHashMap<u64, u32> = FxHashMap::default();
        // By the first place and the length: the other places.
        let mut found: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        let (mut hash, mut length, mut free) = (0_u64, 0, 0);
        for end in 0..self.hashes.len() {
            if self.hashes[end] == BREAK {
                (hash, length) = (0, 0);
                continue;
            }
            if length == LEAST {
                hash = hash.wrapping_sub(value(end - LEAST).wrapping_mul(out));
                length -= 1;
            }
            hash = hash.wrapping_mul(FACTOR).wrapping_add(value(end));
            length += 1;
            if length < LEAST {
                continue;
            }
            let start = end + 1 - LEAST;
            let first = *firsts.entry(hash).or_insert(start as u32) as usize;
            // What a longer block covers is not a block of its own.
            if first == start || start < free {
                continue;
            }
            let tokens = self.same(first, start, renamed);
            if tokens >= LEAST {
                free = start + tokens - LEAST + 1;
                found.entry((first, tokens)).or_default().push(start);
            }
        }
        self.grouped(found, renamed)
    }

    /// How many tokens are the same from two places on, which do not overlap.
    fn same(&self, first: usize, second: usize, renamed: bool) -> usize {
        let most = (second - first).min(self.hashes.len() - second);
        let (mut there, mut back): (FxHashMap<u32, u32>, FxHashMap<u32, u32>) = Default::default();
        for offset in 0..most {
            let (one, other) = (self.hashes[first + offset], self.hashes[second + offset]);
            let both_names = renamed && one & NAME != 0 && other & NAME != 0;
            let agrees = match both_names {
                true => *there.entry(one).or_insert(other) == other && *back.entry(other).or_insert(one) == one,
                false => one == other && one != BREAK,
            };
            if !agrees {
                return offset;
            }
        }
        most
    }

    /// Pairs of the same text become one block with all its places, and blocks that begin in the same code as well.
    fn grouped(&self, found: BTreeMap<(usize, usize), Vec<usize>>, renamed: bool) -> Vec<ClonedBlock> {
        let mut blocks: BTreeMap<u64, ClonedBlock> = BTreeMap::new();
        for ((first, tokens), others) in found {
            let Some((skipped, tokens)) = self.whole_lines(first, tokens) else { continue };
            let first = first + skipped;
            let hash = self.hash(first, tokens, renamed);
            let block = blocks.entry(hash).or_insert_with(|| ClonedBlock { hash, tokens, places: Vec::new() });
            block.places.push((first, tokens));
            block.places.extend(others.into_iter().map(|other| (other + skipped, tokens)));
        }
        let mut blocks: Vec<ClonedBlock> = blocks.into_values().collect();
        for block in &mut blocks {
            block.places.sort_unstable();
            block.places.dedup();
        }
        blocks.sort_by_key(|block| (block.places[0].0, std::cmp::Reverse(block.tokens)));
        let mut joined: Vec<ClonedBlock> = Vec::new();
        for block in blocks {
            let begins = block.places[0].0;
            match joined.last_mut().filter(|last| last.places[0].0 + last.tokens >= begins + block.tokens / 2) {
                // The longer one stands for both.
                Some(last) => {
                    // Its places are in order and do not overlap.
                    let is_new = |place: &&(usize, usize)| {
                        let at = last.places.partition_point(|known| known.0 + known.1 <= place.0);
                        last.places.get(at).is_none_or(|known| known.0 >= place.0 + place.1)
                    };
                    let new: Vec<(usize, usize)> = block.places.iter().filter(is_new).copied().collect();
                    last.places.extend(new);
                    last.places.sort_unstable();
                }
                None => joined.push(block),
            }
        }
        joined
    }

    /// The part of a place that is whole lines: how many tokens to leave out before it, and how many it has.
    fn whole_lines(&self, first: usize, tokens: usize) -> Option<(usize, usize)> {
        let file = self.file(first);
        let (lines, begin) = (&self.files[file].lines, self.begins[file]);
        let (from, to) = ((first - begin) as u32, (first - begin + tokens) as u32);
        let start = *lines.get(lines.partition_point(|line| *line < from))?;
        let is_last = to as usize == self.files[file].len();
        let end = if is_last { to } else { *lines.get(lines.partition_point(|line| *line <= to).checked_sub(1)?)? };
        let length = end.checked_sub(start)? as usize;
        (length >= LEAST).then_some(((start - from) as usize, length))
    }

    /// A hash of the tokens of a place, names by the order in which they come where they may be other ones.
    fn hash(&self, at: usize, tokens: usize, renamed: bool) -> u64 {
        let mut hash = Xxh3::new();
        let mut order: FxHashMap<u32, u32> = FxHashMap::default();
        for token in &self.hashes[at..at + tokens] {
            let next = order.len() as u32;
            let value = if renamed && token & NAME != 0 { NAME | *order.entry(*token).or_insert(next) } else { *token };
            hash.update(&value.to_le_bytes());
        }
        hash.digest()
    }
}

/// The stretches that blocks take, in order, those that touch as one.
pub(super) fn covered(blocks: &[ClonedBlock]) -> Vec<(usize, usize)> {
    let places = blocks.iter().flat_map(|block| block.places.iter().map(|(at, tokens)| (*at, at + tokens)));
    let mut all: Vec<(usize, usize)> = places.collect();
    all.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (start, end) in all {
        match joined.last_mut().filter(|last| last.1 >= start) {
            Some(last) => last.1 = last.1.max(end),
            None => joined.push((start, end)),
        }
    }
    joined
}

/// Whether such stretches take half of a block or more, in all of its places but one.
pub(super) fn is_covered(block: &ClonedBlock, stretches: &[(usize, usize)]) -> bool {
    let taken = |(at, tokens): (usize, usize)| {
        let end = at + tokens;
        let from = stretches.partition_point(|stretch| stretch.1 <= at);
        let within = stretches[from..].iter().take_while(|stretch| stretch.0 < end);
        within.map(|(start, stop)| (*stop).min(end) - (*start).max(at)).sum::<usize>()
    };
    block.places.iter().filter(|place| taken(**place) * 2 >= place.1).count() + 1 >= block.places.len().max(2)
}
