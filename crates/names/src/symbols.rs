//! The identifiers of one source, each text once.

use rustc_hash::FxHashMap;

/// An identifier's text as a number, comparable within one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Symbol(pub(crate) u32);

/// From texts to symbols.
#[derive(Default)]
pub(crate) struct Symbols<'s> {
    known: FxHashMap<&'s [u8], Symbol>,
}

impl<'s> Symbols<'s> {
    /// The symbol of an identifier; a raw one of Rust is the same as a plain one.
    pub(crate) fn symbol(&mut self, text: &'s [u8]) -> Symbol {
        let text = plain(text);
        let next = Symbol(self.known.len() as u32);
        *self.known.entry(text).or_insert(next)
    }

    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }
}

/// An identifier without the mark of a raw one of Rust; none of the other languages begins so.
pub(crate) fn plain(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"r#").unwrap_or(text)
}
