//! Which lines of a file a change added or touched.
//!
//! Lines are compared by hash, without the bytes that end them, so that a checkout with other line ends is not a change. The shortest
//! way from one text to the other is looked for up to a bound; behind it a line counts as added where the old text does not have it.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

/// How many lines may be added and removed before the shortest way is given up.
const MOST_EDITS: usize = 1000;

/// The lines that a change added, and the places at which it took some away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChangedLines {
    /// The 1-based numbers of the lines that were added, in order.
    added: Vec<u32>,
    /// The 1-based numbers of the lines above which others were taken away, in order.
    cut: Vec<u32>,
    /// Whether every line is new.
    all: bool,
}

impl ChangedLines {
    /// Those of a file that was not there.
    pub(crate) fn all() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// What was done to one text to make it the other.
    pub(crate) fn between(old: &[u8], new: &[u8]) -> Self {
        let (old, new) = (hashes(old), hashes(new));
        let begin = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let rest = old.len().min(new.len()) - begin;
        let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let (old, new) = (&old[begin..old.len() - end], &new[begin..new.len() - end]);
        let mut changed = Self::default();
        match kept_lines(old, new) {
            Some(kept) => {
                let (mut at_old, mut at_new) = (0, 0);
                for (of_old, of_new) in kept.into_iter().chain([(old.len(), new.len())]) {
                    changed.gap(begin + at_new..begin + of_new, of_old > at_old);
                    (at_old, at_new) = (of_old + 1, of_new + 1);
                }
            }
            None => changed.added = unknown_lines(old, new).map(|at| number(begin + at)).collect(),
        }
        changed
    }

    fn gap(&mut self, added: std::ops::Range<usize>, takes_away: bool) {
        if added.is_empty() && takes_away {
            self.cut.push(number(added.start));
        }
        self.added.extend(added.map(number));
    }

    /// Whether the change touched something from one line to another: a line of it, or what stood between two of them.
    pub(crate) fn touches(&self, first: u32, last: u32) -> bool {
        let has = |lines: &[u32], first: u32| {
            let at = lines.partition_point(|line| *line < first);
            lines.get(at).is_some_and(|line| *line <= last)
        };
        self.all || has(&self.added, first) || has(&self.cut, first.saturating_add(1))
    }
}

/// The 1-based number of a line.
fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// The hashes of the lines of a text.
fn hashes(text: &[u8]) -> Vec<u64> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    if text.is_empty() {
        return Vec::new();
    }
    text.split(|byte| *byte == b'\n').map(|line| xxh3_64(line.strip_suffix(b"\r").unwrap_or(line))).collect()
}

/// How much of two texts is the same: the part of the lines of the longer one that the other has too, in percent.
pub(crate) fn similarity(old: &[u8], new: &[u8]) -> usize {
    let (old, new) = (hashes(old), hashes(new));
    let longer = old.len().max(new.len());
    let unknown = unknown_lines(&old, &new).count();
    ((new.len() - unknown) * 100).checked_div(longer).unwrap_or(100)
}

/// The lines of a text that another one does not have as often.
fn unknown_lines<'h>(old: &[u64], new: &'h [u64]) -> impl Iterator<Item = usize> + 'h {
    let mut known: HashMap<u64, usize> = HashMap::new();
    for line in old {
        *known.entry(*line).or_default() += 1;
    }
    let is_unknown = move |line: &u64| match known.get_mut(line).filter(|left| **left > 0) {
        Some(left) => {
            *left -= 1;
            false
        }
        None => true,
    };
    let mut is_unknown = is_unknown;
    new.iter().enumerate().filter_map(move |(at, line)| is_unknown(line).then_some(at))
}

/// The lines that stay, as their numbers in both texts, on a shortest way from one to the other (Myers' greedy search); `None` where
/// that takes too many edits.
fn kept_lines(old: &[u64], new: &[u64]) -> Option<Vec<(usize, usize)>> {
    // `reached[k]` of a round: how far into the old text the best way comes on which `k` lines more were removed than added.
    let most = MOST_EDITS.min(old.len() + new.len());
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for edits in 0..=most {
        let mut reached = vec![0; 2 * edits + 1];
        for at in (0..=2 * edits).step_by(2) {
            let mut x = start_of(rounds.last(), edits, at).0;
            // What would lead out of one of the texts is passed over by the ways beside it.
            let Some(mut y) = (x + edits).checked_sub(at) else {
                reached[at] = x;
                continue;
            };
            while x < old.len() && y < new.len() && old[x] == new[y] {
                (x, y) = (x + 1, y + 1);
            }
            reached[at] = x;
            if x >= old.len() && y >= new.len() {
                rounds.push(reached);
                return Some(walk_back(&rounds, at));
            }
        }
        rounds.push(reached);
    }
    None
}

/// Where the way with so many edits that ends on one diagonal begins its run of equal lines, and on which diagonal of the round before
/// it comes from. Diagonals are counted from 0 in each round: diagonal `at` of a round with `n` edits is `at - n`.
fn start_of(before: Option<&Vec<usize>>, edits: usize, at: usize) -> (usize, Option<usize>) {
    let Some(before) = before else { return (0, None) };
    // Neighbours in the round before: one to the left is `at - 2` there, one to the right `at`.
    let left = at.checked_sub(2).and_then(|at| before.get(at)).map(|x| x + 1);
    let right = (at < 2 * edits).then(|| before.get(at)).flatten().copied();
    match (left, right) {
        (Some(left), Some(right)) if left > right => (left, Some(at - 2)),
        (_, Some(right)) => (right, Some(at)),
        (Some(left), None) => (left, Some(at - 2)),
        (None, None) => (0, None),
    }
}

/// The lines that stay on the way that ends on a diagonal of the last round.
fn walk_back(rounds: &[Vec<usize>], mut at: usize) -> Vec<(usize, usize)> {
    let mut kept = Vec::new();
    for edits in (0..rounds.len()).rev() {
        let end = rounds[edits][at];
        let before = edits.checked_sub(1).map(|before| &rounds[before]);
        let (start, from) = start_of(before, edits, at);
        // On one diagonal both texts go on together.
        kept.extend((start..end).rev().map(|x| (x, x + edits - at)));
        at = from.unwrap_or(0);
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, added: &[u32], cut: &[u32]) {
        let lines = |text: &str| text.chars().flat_map(|letter| [letter, '\n']).collect::<String>();
        let changed = ChangedLines::between(lines(old).as_bytes(), lines(new).as_bytes());
        assert_eq!((&changed.added[..], &changed.cut[..]), (added, cut), "{old} → {new}");
    }

    #[test]
    fn added_and_cut() {
        check("abc", "abc", &[], &[]);
        check("", "abc", &[1, 2, 3], &[]);
        check("abc", "", &[], &[1]);
        check("abc", "abxc", &[3], &[]);
        check("abc", "ac", &[], &[2]);
        check("abc", "axc", &[2], &[]);
        check("abc", "ab", &[], &[3]);
        check("abcabba", "cbabac", &[2, 6], &[1, 5]);
        check("aab", "aaab", &[3], &[]);
        check("xay", "a", &[], &[1, 2]);
    }

    #[test]
    fn any_two_texts() {
        // The kept lines are the same on both sides and in order, whatever the texts are.
        let mut seed = 7_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..2000 {
            let (old, new): (Vec<u64>, Vec<u64>) =
                ((0..next(12)).map(|_| next(4)).collect(), (0..next(12)).map(|_| next(4)).collect());
            let kept = kept_lines(&old, &new).unwrap();
            assert!(kept.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1), "{old:?} {new:?} {kept:?}");
            assert!(kept.iter().all(|(x, y)| old[*x] == new[*y]), "{old:?} {new:?} {kept:?}");
            assert_eq!(kept.len(), longest_common(&old, &new), "{old:?} {new:?} {kept:?}");
        }
    }

    fn longest_common(old: &[u64], new: &[u64]) -> usize {
        let mut row = vec![0; new.len() + 1];
        for a in old {
            let mut corner = 0;
            for (at, b) in new.iter().enumerate() {
                let here = row[at + 1];
                row[at + 1] = if a == b { corner + 1 } else { row[at].max(here) };
                corner = here;
            }
        }
        row[new.len()]
    }

    #[test]
    fn what_is_touched() {
        let changed = ChangedLines { added: vec![3, 9], cut: vec![6], all: false };
        for (first, last, expected) in
            [(1, 2, false), (1, 3, true), (4, 8, true), (4, 5, false), (6, 8, false), (5, 6, true), (10, 12, false)]
        {
            assert_eq!(changed.touches(first, last), expected, "{first}..{last}");
        }
        assert!(ChangedLines::all().touches(1, 1));
    }

    #[test]
    fn other_line_ends_are_no_change() {
        assert_eq!(ChangedLines::between(b"a\nb\n", b"a\r\nb\r\n"), ChangedLines::default());
        assert_eq!(ChangedLines::between(b"a\nb", b"a\nb\n"), ChangedLines::default());
    }

    #[test]
    fn a_text_that_is_another_one_is_compared_by_lines() {
        let text = |from: usize| (from..from + 5000).map(|line| format!("{line}\n")).collect::<String>();
        let changed = ChangedLines::between(text(0).as_bytes(), text(2500).as_bytes());
        assert_eq!((changed.added.len(), changed.added.first()), (2500, Some(&2501)));
        assert_eq!((similarity(text(0).as_bytes(), text(2500).as_bytes()), similarity(b"", b"")), (50, 100));
    }
}
