//! What can be told of a text without parsing it: which bytes are comments, and how deep in brackets a byte stands.
//!
//! It decides whether a file is worth a parse, so it says nothing where it is not certain: from the first byte that could be
//! read in two ways (a slash that divides or begins a regular expression, text in JSX, brackets that do not pair) the rest
//! of the text is unknown. One pass, about forty times as fast as the parser.

use auditlint_source::Span;

use crate::{Family, Language, ecmascript, rust};

/// What a skim of one text tells. Kept from file to file, so that no memory is asked for after the first few.
#[derive(Clone, Debug, Default)]
pub struct Skim {
    /// In the order of the text, not overlapping.
    pub(crate) comments: Vec<Span>,
    /// What stands in at least one, and in at least two pairs of brackets, the brackets themselves left out. In the order of
    /// the text.
    nested: [Vec<Span>; 2],
    /// From here on nothing is known.
    known: u32,
    pub(crate) escape: bool,
}

impl Skim {
    /// Skims a text.
    #[must_use]
    pub fn of(language: Language, text: &[u8]) -> Self {
        let mut skim = Self::default();
        skim.read(language, text);
        skim
    }

    /// Forgets what it knew and skims another text.
    pub fn read(&mut self, language: Language, text: &[u8]) {
        self.comments.clear();
        self.nested.iter_mut().for_each(Vec::clear);
        self.escape = false;
        let mut reader = SkimReader { skim: self, text, at: 0, open: Vec::new(), closed: (0, 0) };
        let descriptor = language.descriptor();
        let end = match descriptor.family {
            Family::Ecmascript => ecmascript::skim::read(&mut reader, descriptor.has_elements),
            Family::Rust => rust::skim::read(&mut reader),
            Family::Shell => 0,
        };
        let known = reader.finish(end);
        self.known = known;
    }

    /// Whether a byte certainly stands in a comment.
    #[must_use]
    pub fn in_comment(&self, byte: u32) -> bool {
        byte < self.known && holds(&self.comments, byte)
    }

    /// In how many pairs of brackets a byte stands, where 2 means two or more; `None` where that is not known. The brackets of
    /// a `${…}` count, comments and strings are read as such.
    #[must_use]
    pub fn depth(&self, byte: u32) -> Option<u32> {
        let depth = self.nested.iter().take_while(|spans| holds(spans, byte)).count();
        (byte < self.known).then_some(depth as u32)
    }

    /// The inside of the outermost brackets around a byte, and of those within them; as far as there are such and they are known.
    #[must_use]
    pub fn around(&self, byte: u32) -> [Option<Span>; 2] {
        let inside = |spans: &[Span]| {
            let after = spans.partition_point(|span| span.end <= byte);
            spans.get(after).filter(|span| span.start <= byte && byte < self.known).copied()
        };
        [inside(&self.nested[0]), inside(&self.nested[1])]
    }

    /// Whether the code may hold an escape outside strings, as in the identifier `\u0066etch`.
    #[must_use]
    pub fn may_hold_escape(&self, text: &[u8]) -> bool {
        self.escape || memchr::memmem::find(&text[(self.known as usize).min(text.len())..], b"\\u").is_some()
    }

    /// How many bytes from the start are known.
    #[must_use]
    pub fn known(&self) -> u32 {
        self.known
    }
}

/// Whether a byte lies in one of some spans, which are in the order of the text.
fn holds(spans: &[Span], byte: u32) -> bool {
    let after = spans.partition_point(|span| span.end <= byte);
    spans.get(after).is_some_and(|span| span.start <= byte)
}

/// A skim under way.
pub(crate) struct SkimReader<'s, 't> {
    pub(crate) skim: &'s mut Skim,
    pub(crate) text: &'t [u8],
    pub(crate) at: usize,
    /// Brackets that are open: the byte that closes them, and where they stand. A backtick stands for a template whose
    /// `${` is open.
    pub(crate) open: Vec<(u8, u32)>,
    /// The brackets that closed last: the byte of the first, and the byte after the second.
    pub(crate) closed: (u32, u32),
}

impl SkimReader<'_, '_> {
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
        self.skim.comments.push(Span::new(start as u32, self.at as u32));
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
        if let Some(spans) = self.skim.nested.get_mut(self.open.len()) {
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
