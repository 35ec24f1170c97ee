//! The hash by which GitHub recognizes a line of a file in another commit (`primaryLocationLineHash`).
//!
//! A line's hash covers the hundred characters from its start on, white space left out and every line end as `\n`, so it
//! survives what moves the line and what stands before it. Lines with the same hash are counted, from the top of the file.
//!
//! Source: `fingerprints.ts` of GitHub's `codeql-action`, a rolling polynomial hash over UTF-16 code units, modulo 2⁶⁴.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rustc_hash::FxHashMap;

/// How many characters take part.
const WINDOW: usize = 100;
const BASE: u64 = 37;
/// What ends a file.
const END: u16 = 0xffff;

/// `BASE` to the power of `WINDOW`.
const LEAVING: u64 = BASE.wrapping_pow(WINDOW as u32);

/// The hashes of some lines of a file.
pub(crate) fn line_hashes(text: &[u8], lines: impl IntoIterator<Item = u32>) -> BTreeMap<u32, String> {
    let mut asked: BTreeMap<u32, String> = lines.into_iter().map(|line| (line, String::new())).collect();
    let mut hasher = LineHasher::default();
    let mut given = |line: u32, hash: u64, count: u32| {
        if let Some(shown) = asked.get_mut(&line) {
            let _ = write!(shown, "{hash:x}:{count}");
        }
    };
    let mut last = 0;
    for unit in String::from_utf8_lossy(text).encode_utf16() {
        let is_second = unit == u16::from(b'\n') && last == u16::from(b'\r');
        last = unit;
        match unit {
            0x20 | 0x09 => {}
            _ if is_second => {}
            0x0d => hasher.push(0x0a, &mut given),
            _ => hasher.push(unit, &mut given),
        }
    }
    hasher.push(END, &mut given);
    hasher.finish(&mut given);
    asked
}

struct LineHasher {
    /// The last characters, in a ring.
    window: [u16; WINDOW],
    /// The line that began with that character; 0 where none did.
    begun: [u32; WINDOW],
    at: usize,
    hash: u64,
    line: u32,
    is_line_start: bool,
    counts: FxHashMap<u64, u32>,
}

impl Default for LineHasher {
    fn default() -> Self {
        Self {
            window: [0; WINDOW],
            begun: [0; WINDOW],
            at: 0,
            hash: 0,
            line: 0,
            is_line_start: true,
            counts: FxHashMap::default(),
        }
    }
}

impl LineHasher {
    fn push(&mut self, unit: u16, given: &mut impl FnMut(u32, u64, u32)) {
        let leaving = self.window[self.at];
        // The window is full with the character before this one.
        self.give(given);
        if self.is_line_start {
            self.is_line_start = false;
            self.line += 1;
            self.begun[self.at] = self.line;
        }
        if unit == u16::from(b'\n') {
            self.is_line_start = true;
        }
        self.window[self.at] = unit;
        let entering = self.hash.wrapping_mul(BASE).wrapping_add(u64::from(unit));
        self.hash = entering.wrapping_sub(LEAVING.wrapping_mul(u64::from(leaving)));
        self.at = (self.at + 1) % WINDOW;
    }

    /// The hash of the line whose first character is the oldest one in the window.
    fn give(&mut self, given: &mut impl FnMut(u32, u64, u32)) {
        let line = std::mem::take(&mut self.begun[self.at]);
        if line != 0 {
            let count = self.counts.entry(self.hash).or_default();
            *count += 1;
            given(line, self.hash, *count);
        }
    }

    /// The lines that began less than a window before the end; behind it stand zeros.
    fn finish(&mut self, given: &mut impl FnMut(u32, u64, u32)) {
        self.is_line_start = false;
        for _ in 0..WINDOW {
            self.push(0, given);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let lines = 1..=expected.len() as u32;
        let hashes: Vec<String> = line_hashes(text.as_bytes(), lines).into_values().collect();
        assert_eq!(hashes, expected, "{text:?}");
    }

    /// The values that GitHub's own implementation gives.
    #[test]
    fn hashes_are_those_of_github() {
        check("", &["c129715d7a2bc9a3:1"]);
        check(
            " a\nb\n  \t\tc\n d",
            &["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        );
        let greeting = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        check(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", &greeting);
        check(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", &greeting);
        check(" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", &greeting);
        check(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", &greeting);
        check(
            &"Lorem ipsum dolor sit amet.\n".repeat(10),
            &[
                "a7f2ff13bc495cf2:1",
                "a7f2ff13bc495cf2:2",
                "a7f2ff13bc495cf2:3",
                "a7f2ff13bc495cf2:4",
                "a7f2ff13bc495cf2:5",
                "a7f2ff13bc495cf2:6",
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        );
    }

    #[test]
    fn only_the_lines_that_are_asked_for_are_given() {
        assert_eq!(line_hashes(b"a\nb\nc\n", [2]).into_keys().collect::<Vec<_>>(), [2]);
    }
}
