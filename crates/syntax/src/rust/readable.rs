//! The bytes of a source as the parser is to read them.
//!
//! The grammar of Rust reads `str` as a type wherever it stands and so does not understand a macro of that name,
//! of which a single test file can hold hundreds (`str![[r#"…"#]]`, the snapshots of a well-known crate). The parser
//! reads another identifier of the same length there; spans, and so the text of every node, stay true.

use memchr::memmem;

use crate::{Family, Language};

/// What stands in the source, and what the parser reads instead.
const NAME: &[u8] = b"str";
const READ_AS: &[u8] = b"Str";

/// A source, and the places at which the parser reads [`READ_AS`].
#[derive(Debug)]
pub(crate) struct Readable<'t> {
    text: &'t [u8],
    /// Offsets, ascending.
    places: Vec<usize>,
}

impl<'t> Readable<'t> {
    pub(crate) fn new(language: Language, text: &'t [u8]) -> Self {
        let places = match language.family() {
            Family::Rust => memmem::find_iter(text, b"str!").filter(|place| is_macro_name(text, *place)).collect(),
            Family::Ecmascript | Family::Python | Family::Shell => Vec::new(),
        };
        Self { text, places }
    }

    /// The bytes as they are.
    pub(crate) fn text(&self) -> &'t [u8] {
        self.text
    }

    /// The bytes from `offset` on that lie together; empty at the end.
    pub(crate) fn read(&self, offset: usize) -> &'t [u8] {
        // The first place that is not wholly before the offset.
        let next = self.places.partition_point(|place| place + NAME.len() <= offset);
        let end = match self.places.get(next) {
            Some(place) if *place <= offset => return READ_AS.get(offset - place..).unwrap_or_default(),
            Some(place) => *place,
            None => self.text.len(),
        };
        self.text.get(offset..end).unwrap_or_default()
    }
}

/// Whether the `str!` at `place` is a word followed by arguments, unlike `to_str!` and `str != x`.
fn is_macro_name(text: &[u8], place: usize) -> bool {
    let before = place.checked_sub(1).map(|before| text[before]);
    let in_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii());
    let arguments = text[place + NAME.len() + 1..].trim_ascii_start().first();
    !in_word && matches!(arguments, Some(b'(' | b'[' | b'{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_macro_named_like_a_type_as_another_name() {
        let text = b"str![a] to_str!(a) str!=b str !(c) str! {}";
        let readable = Readable::new(Language::Rust, text);
        let mut read = Vec::new();
        while !readable.read(read.len()).is_empty() {
            read.extend_from_slice(readable.read(read.len()));
        }
        assert_eq!(read, b"Str![a] to_str!(a) str!=b str !(c) Str! {}");
        assert_eq!(readable.read(1), b"tr");
    }
}
