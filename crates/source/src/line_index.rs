//! Byte offsets to lines and columns.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A place in a source, for people and editors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// 1-based line. Lines end at `\n`, `\r\n`, or a lone `\r`.
    pub line: u32,
    /// 1-based column in UTF-8 bytes.
    pub column: u32,
    /// 1-based column in UTF-16 code units; an invalid byte counts as one unit.
    pub utf16_column: u32,
    /// Byte offset from the start of the file.
    pub byte: u32,
}

impl Position {
    /// The position of one offset. For several offsets of one text build a [`LineIndex`].
    #[must_use]
    pub fn of(text: &[u8], offset: u32) -> Self {
        // What stands behind the line of the offset cannot change it, but a `\n` behind a `\r`.
        let end = text.len().min((offset as usize).saturating_add(2));
        LineIndex::new(&text[..end]).position(&text[..end], offset)
    }
}

/// Places further to the right than this are counted from the nearest waypoint on, not from the start of their line.
const STRIDE: usize = 1024;

/// The starts of the lines of one text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How long the byte order mark is.
    bom: u32,
    /// Offsets, each with the UTF-16 code units before it; worked out when a place in a long line is first asked for.
    waypoints: OnceLock<Vec<(u32, u32)>>,
}

impl LineIndex {
    /// Reads `text` once. Lines end at `\n`, `\r\n`, or a lone `\r`; a byte order mark belongs to the first line but
    /// takes no column.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            let crlf = text[at] == b'\r' && text.get(at + 1) == Some(&b'\n');
            if !crlf {
                starts.push(at as u32 + 1);
            }
        }
        Self { starts, bom: byte_order_mark(text).len() as u32, waypoints: OnceLock::new() }
    }

    /// Where a text begins behind a byte order mark.
    #[must_use]
    pub fn start_of_text(text: &[u8]) -> usize {
        byte_order_mark(text).len()
    }

    /// How many lines there are; a text that ends with a line break has an empty last line.
    #[must_use]
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }

    /// 1-based line of a byte offset. Offsets beyond the end lie on the last line.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// Offset of the first byte of a 1-based line, behind a byte order mark; that of the last line for lines beyond it.
    #[must_use]
    pub fn start_of(&self, line: u32) -> u32 {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        if index == 0 { self.bom } else { self.starts[index] }
    }

    /// The bytes of a 1-based line without its line break, as a range of offsets.
    #[must_use]
    pub fn span_of(&self, text: &[u8], line: u32) -> crate::Span {
        let start = self.start_of(line);
        let next = self.starts.get(line.max(1) as usize).copied();
        let mut end = next.unwrap_or(text.len() as u32);
        if next.is_some() {
            while end > start && matches!(text[end as usize - 1], b'\n' | b'\r') {
                end -= 1;
            }
        }
        crate::Span { start, end }
    }

    /// Line and columns of a byte offset. Offsets beyond the end are taken as the end.
    #[must_use]
    pub fn position(&self, text: &[u8], offset: u32) -> Position {
        let byte = offset.min(text.len() as u32);
        let line = self.line(byte);
        let start = self.start_of(line).min(byte);
        let before = &text[start as usize..byte as usize];
        let units = if before.len() <= STRIDE {
            utf16_len(before)
        } else {
            let waypoints = self.waypoints.get_or_init(|| waypoints(text));
            units_before(waypoints, text, byte) - units_before(waypoints, text, start)
        };
        Position { line, column: byte - start + 1, utf16_column: units + 1, byte }
    }
}

/// The mark with which some editors begin a text in UTF-8; empty where there is none.
pub(crate) fn byte_order_mark(text: &[u8]) -> &[u8] {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if text.starts_with(MARK) { &text[..MARK.len()] } else { &[] }
}

/// A waypoint at the first character behind each [`STRIDE`] bytes; none where all characters are ASCII.
fn waypoints(text: &[u8]) -> Vec<(u32, u32)> {
    let mut waypoints = Vec::new();
    if text.is_ascii() {
        return waypoints;
    }
    waypoints.push((0, 0));
    let (mut at, mut units) = (0, 0);
    let mut note = |at: u32, units: u32| {
        if waypoints.last().is_none_or(|(last, _)| (at - last) as usize >= STRIDE) {
            waypoints.push((at, units));
        }
    };
    for chunk in text.utf8_chunks() {
        note(at, units);
        for c in chunk.valid().chars() {
            note(at, units);
            at += c.len_utf8() as u32;
            units += c.len_utf16() as u32;
        }
        at += chunk.invalid().len() as u32;
        units += chunk.invalid().len() as u32;
    }
    waypoints
}

fn units_before(waypoints: &[(u32, u32)], text: &[u8], byte: u32) -> u32 {
    if waypoints.is_empty() {
        return byte;
    }
    let (at, units) = waypoints[waypoints.partition_point(|(at, _)| *at <= byte) - 1];
    units + utf16_len(&text[at as usize..byte as usize])
}

/// UTF-16 code units of `bytes`; an invalid byte counts as one.
fn utf16_len(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return bytes.len() as u32;
    }
    bytes.utf8_chunks().map(|chunk| chunk.valid().encode_utf16().count() + chunk.invalid().len()).sum::<usize>() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns(text: &str, offset: u32) -> (u32, u32, u32) {
        let position = Position::of(text.as_bytes(), offset);
        (position.line, position.column, position.utf16_column)
    }

    #[test]
    fn counts_lines_and_columns() {
        assert_eq!(columns("a\nb", 2), (2, 1, 1));
        assert_eq!(columns("a\r\nb", 3), (2, 1, 1));
        assert_eq!(columns("a\rb", 2), (2, 1, 1));
        assert_eq!(columns("é😀x", 6), (1, 7, 4));
        assert_eq!(columns("\u{feff}x", 3), (1, 1, 1));
        assert_eq!(LineIndex::new("\u{feff}x".as_bytes()).start_of(1), 3);
        assert_eq!(columns("", 0), (1, 1, 1));
        assert_eq!(columns("a", 99), (1, 2, 2));
    }

    proptest! {
        #[test]
        fn agrees_with_counting_by_hand(text in "[a\\né😀\\r]{0,40}") {
            let index = LineIndex::new(text.as_bytes());
            let (mut line, mut column, mut utf16) = (1, 1, 1);
            let mut chars = text.char_indices().peekable();
            while let Some((at, c)) = chars.next() {
                let position = index.position(text.as_bytes(), at as u32);
                prop_assert_eq!((position.line, position.column, position.utf16_column), (line, column, utf16));
                let crlf = c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n');
                if (c == '\n' || c == '\r') && !crlf {
                    (line, column, utf16) = (line + 1, 1, 1);
                } else {
                    column += c.len_utf8() as u32;
                    utf16 += c.len_utf16() as u32;
                }
            }
        }

        /// A place in a long line is the same as in a text that begins at the line, whatever its length.
        #[test]
        fn long_lines_are_counted_like_short_ones(
            head in "[aé😀\\n]{0,8}",
            line in proptest::collection::vec(prop_oneof![Just(&b"a"[..]), Just("é".as_bytes()), Just("😀".as_bytes()),
                Just(&b"\xff"[..]), Just(&b"\xe2\x82"[..])], 0..40),
            times in 1_usize..200,
            at in 0.0..1.0_f64,
        ) {
            let line = line.concat().repeat(times);
            let text = [head.as_bytes(), b"\n", &line].concat();
            let start = head.len() + 1;
            let offset = start + (at * line.len() as f64) as usize;
            let position = LineIndex::new(&text).position(&text, offset as u32);
            prop_assert_eq!(position.utf16_column, utf16_len(&text[start..offset]) + 1);
        }

        #[test]
        fn any_bytes_have_a_position(bytes in proptest::collection::vec(any::<u8>(), 0..60), offset in 0u32..80) {
            let index = LineIndex::new(&bytes);
            let position = index.position(&bytes, offset);
            prop_assert!(position.line >= 1 && position.line <= index.lines());
            let line = index.span_of(&bytes, position.line);
            prop_assert!(line.end as usize <= bytes.len());
        }
    }
}
