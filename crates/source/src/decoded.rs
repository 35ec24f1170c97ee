//! The bytes of a file as text: one answer for every reader to byte order marks, to bytes that are not UTF-8, and to what is not text.

use std::borrow::Cow;
use std::fmt;

use crate::Span;
use crate::line_index::byte_order_mark;

/// Why bytes are not read as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotText {
    /// They are text, in an encoding of two or four bytes.
    Utf16,
    /// They are another format.
    Binary,
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16 => "the file is UTF-16, but only UTF-8 is supported",
            Self::Binary => "the file is binary",
        })
    }
}

/// What the bytes of a file say.
#[derive(Clone, Debug)]
pub struct Decoded<'b> {
    bytes: &'b [u8],
    text: Cow<'b, str>,
    mark: u32,
    replaced: Vec<Span>,
    not_text: Option<NotText>,
}

impl<'b> Decoded<'b> {
    /// Reads bytes as UTF-8. Each byte that is not one becomes a `?`, so that offsets hold; a byte order mark is cut off.
    #[must_use]
    pub fn new(bytes: &'b [u8]) -> Self {
        let not_text = NotText::of(bytes);
        if not_text == Some(NotText::Utf16) {
            return Self { bytes, text: Cow::Borrowed(""), mark: 0, replaced: Vec::new(), not_text };
        }
        let mark = byte_order_mark(bytes).len();
        let body = &bytes[mark..];
        let mut replaced = Vec::new();
        let text = match str::from_utf8(body) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(repaired(body, &mut replaced)),
        };
        Self { bytes, text, mark: mark as u32, replaced, not_text }
    }

    /// The bytes as they stand in the file.
    #[must_use]
    pub fn bytes(&self) -> &'b [u8] {
        self.bytes
    }

    /// The text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many bytes of the file stand before the text.
    #[must_use]
    pub fn mark(&self) -> u32 {
        self.mark
    }

    /// Where in the text bytes were replaced, in their order.
    #[must_use]
    pub fn replaced(&self) -> &[Span] {
        &self.replaced
    }

    /// Whether a part of the text, or one of its ends, is a byte that was replaced.
    #[must_use]
    pub fn is_replaced(&self, span: Span) -> bool {
        let at = self.replaced.partition_point(|place| place.end < span.start);
        self.replaced.get(at).is_some_and(|place| place.start <= span.end)
    }

    /// Why the bytes are not text; then what they say is not to be trusted.
    #[must_use]
    pub fn not_text(&self) -> Option<NotText> {
        self.not_text
    }
}

impl NotText {
    /// What bytes are, if not text in UTF-8.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        // The marks of UTF-32 in small endian begin like those of UTF-16.
        if [&b"\xff\xfe"[..], b"\xfe\xff", b"\x00\x00\xfe\xff"].iter().any(|mark| bytes.starts_with(mark)) {
            return Some(Self::Utf16);
        }
        is_binary(bytes).then_some(Self::Binary)
    }
}

/// Whether bytes are another format than text: a NUL byte that no text in UTF-8 holds, within the first kilobytes.
fn is_binary(bytes: &[u8]) -> bool {
    const REACH: usize = 8192;
    let head = &bytes[..bytes.len().min(REACH)];
    // A single NUL in otherwise plain text (a test's fixture) is a strange character, many are another format.
    let zeros = memchr::memchr_iter(0, head).count();
    zeros > 0 && (zeros * 100 > head.len() || str::from_utf8(head).is_err_and(|error| error.error_len().is_some()))
}

fn repaired(body: &[u8], replaced: &mut Vec<Span>) -> String {
    let mut text = String::with_capacity(body.len());
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            let start = text.len() as u32;
            text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
            let end = text.len() as u32;
            match replaced.last_mut() {
                Some(last) if last.end == start => last.end = end,
                _ => replaced.push(Span::new(start, end)),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_offsets() {
        for (bytes, text, mark, replaced) in [
            (&b"a\nb"[..], "a\nb", 0, &[][..]),
            (b"\xef\xbb\xbfa", "a", 3, &[]),
            (b"a: \xff\xfe\r\nb: 1\xe2\x82", "a: ??\r\nb: 1??", 0, &[(3, 5), (11, 13)]),
            (b"\xef\xbb\xbf\xe9", "?", 3, &[(0, 1)]),
            (b"", "", 0, &[]),
        ] {
            let decoded = Decoded::new(bytes);
            let places: Vec<(u32, u32)> = decoded.replaced().iter().map(|span| (span.start, span.end)).collect();
            assert_eq!((decoded.text(), decoded.mark(), places.as_slice()), (text, mark, replaced));
            assert_eq!(decoded.text().len() + mark as usize, bytes.len());
            assert_eq!(decoded.not_text(), None);
        }
    }

    #[test]
    fn knows_what_it_replaced() {
        let decoded = Decoded::new(b"ab \xe9 cd \xe9");
        for (start, end, expected) in
            [(0, 2, false), (0, 3, true), (3, 4, true), (4, 6, true), (5, 6, false), (5, 9, true)]
        {
            assert_eq!(decoded.is_replaced(Span::new(start, end)), expected, "{start} to {end}");
        }
    }

    #[test]
    fn says_what_is_no_text() {
        for (bytes, expected) in [
            (&b"\xff\xfea\0"[..], Some(NotText::Utf16)),
            (b"\xfe\xff\0a", Some(NotText::Utf16)),
            (b"\xff\xfe\0\0a\0\0\0", Some(NotText::Utf16)),
            (b"\x7fELF\0\0", Some(NotText::Binary)),
            (b"\xe9", None),
        ] {
            assert_eq!(Decoded::new(bytes).not_text(), expected, "{bytes:?}");
        }
    }
}
