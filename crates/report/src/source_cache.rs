//! The texts that a report quotes, each read and split into lines once.

use std::collections::BTreeMap;
use std::rc::Rc;

use auditlint_source::{FilePath, Files, LineIndex, Position, Span};

/// Findings come in order of their files (or of rules, then files), so few texts are needed at a time.
const KEPT: usize = 64;

/// One text and its lines.
pub(crate) struct CachedSource {
    pub(crate) bytes: Vec<u8>,
    pub(crate) lines: LineIndex,
}

impl CachedSource {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { lines: LineIndex::new(&bytes), bytes }
    }

    pub(crate) fn position(&self, offset: u32) -> Position {
        self.lines.position(&self.bytes, offset)
    }

    /// Whether `span` still stands at the line and column where the run found it. A text that was edited meanwhile would be
    /// quoted at the wrong place.
    pub(crate) fn agrees(&self, span: Span, start: Position) -> bool {
        let line = self.lines.line(span.start);
        let line_start = self.lines.start_of(line);
        span.end as usize <= self.bytes.len()
            && (line, span.start.saturating_sub(line_start) + 1) == (start.line, start.column)
    }
}

/// Texts by path.
pub(crate) struct SourceCache<'f> {
    files: &'f dyn Files,
    texts: BTreeMap<FilePath, Option<Rc<CachedSource>>>,
}

impl<'f> SourceCache<'f> {
    pub(crate) fn new(files: &'f dyn Files) -> Self {
        Self { files, texts: BTreeMap::new() }
    }

    /// The text of a file; `None` where it cannot be read.
    pub(crate) fn get(&mut self, path: &FilePath) -> Option<Rc<CachedSource>> {
        if let Some(text) = self.texts.get(path) {
            return text.clone();
        }
        if self.texts.len() >= KEPT {
            self.texts.clear();
        }
        // Spans are 32 bit wide, so nothing larger was analysed.
        let text = self.files.read(path, u64::from(u32::MAX)).ok().map(|bytes| Rc::new(CachedSource::new(bytes)));
        self.texts.insert(path.clone(), text.clone());
        text
    }
}
