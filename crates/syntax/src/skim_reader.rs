//! What the skims of all languages share: a place in the text, the brackets that are open there, and what was seen before it.

use auditlint_source::Span;

/// What a skim has seen of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct SkimmedSpans {
    /// In the order of the text, not overlapping.
    pub(crate) comments: Vec<Span>,
    /// What stands in at least one, and in at least two pairs of brackets, the brackets themselves left out. In the order of
    /// the text.
    pub(crate) nested: [Vec<Span>; 2],
    /// Whether the code holds an escape outside strings.
    pub(crate) escape: bool,
}

impl SkimmedSpans {
    pub(crate) fn clear(&mut self) {
        self.comments.clear();
        self.nested.iter_mut().for_each(Vec::clear);
        self.escape = false;
    }
}

/// A skim under way.
pub(crate) struct SkimReader<'s, 't> {
    pub(crate) seen: &'s mut SkimmedSpans,
    pub(crate) text: &'t [u8],
    pub(crate) at: usize,
    /// Brackets that are open: the byte that closes them, and where they stand. A backtick stands for a template whose
    /// `${` is open.
    pub(crate) open: Vec<(u8, u32)>,
    /// The brackets that closed last: the byte of the first, and the byte after the second.
    pub(crate) closed: (u32, u32),
}

impl<'s, 't> SkimReader<'s, 't> {
    pub(crate) fn new(seen: &'s mut SkimmedSpans, text: &'t [u8]) -> Self {
        Self { seen, text, at: 0, open: Vec::new(), closed: (0, 0) }
    }

    pub(crate) fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(crate) fn rest(&self) -> &[u8] {
        &self.text[self.at.min(self.text.len())..]
    }

    /// Goes on behind the next of some bytes, or to the end.
    pub(crate) fn skip_to(&mut self, found: Option<usize>, length: usize) {
        self.at = found.map_or(self.text.len(), |found| self.at + found + length);
    }

    pub(crate) fn comment(&mut self, start: usize) {
        self.seen.comments.push(Span::new(start as u32, self.at as u32));
    }

    /// Goes past a bracket that opens.
    pub(crate) fn open(&mut self, close: u8) {
        self.open.push((close, self.at as u32));
        self.at += 1;
    }

    /// Goes past a bracket that closes; whether it is the one that was to come.
    pub(crate) fn close(&mut self, close: u8) -> bool {
        let Some(&(expected, start)) = self.open.last() else { return false };
        if expected != close {
            return false;
        }
        self.open.pop();
        if let Some(spans) = self.seen.nested.get_mut(self.open.len()) {
            spans.push(Span::new(start + 1, self.at as u32));
        }
        self.at += 1;
        self.closed = (start, self.at as u32);
        true
    }

    /// The end of what is known, when reading stopped at `end`: brackets that were never closed are not known either.
    pub(crate) fn finish(self, end: usize) -> u32 {
        self.open.first().map_or(end, |(_, start)| (*start as usize).min(end)) as u32
    }
}
