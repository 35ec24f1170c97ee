//! Texts of files in which places are shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use auditlint_source::{FilePath, Files, LineIndex, Span};

use crate::Related;

/// Texts of files, read when a place in them is shown.
pub(crate) struct ShownTexts<'f> {
    files: &'f dyn Files,
    limit: u64,
    known: BTreeMap<FilePath, (Arc<Vec<u8>>, LineIndex)>,
}

impl<'f> ShownTexts<'f> {
    /// Texts of at most `limit` bytes each.
    pub(crate) fn new(files: &'f dyn Files, limit: u64) -> Self {
        Self { files, limit, known: BTreeMap::new() }
    }

    pub(crate) fn of(&mut self, path: &FilePath) -> &(Arc<Vec<u8>>, LineIndex) {
        self.known.entry(path.clone()).or_insert_with(|| {
            let text = self.files.read(path, self.limit).unwrap_or_default();
            let lines = LineIndex::new(&text);
            (Arc::new(text), lines)
        })
    }

    pub(crate) fn text(&mut self, path: &FilePath) -> Arc<Vec<u8>> {
        Arc::clone(&self.of(path).0)
    }

    /// A place beside a finding.
    pub(crate) fn related(&mut self, path: &FilePath, span: Span, message: &str) -> Related {
        let (text, lines) = self.of(path);
        let (start, end) = (lines.position(text, span.start), lines.position(text, span.end));
        Related { path: path.clone(), span, start, end, message: message.to_owned() }
    }
}
