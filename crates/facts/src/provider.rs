//! Providers: what reads sources and gives relations.

use std::cmp::Ordering;

use auditlint_source::{FilePath, Span};
use auditlint_syntax::Language;
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_GAPS, MAX_ROWS};
use crate::{ProjectScope, Relation, RelationInfo, Source, Value};

/// A row as one source gives it: of a raw relation that the provider numbers, with names as they are spelled there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawRow {
    /// The raw relation, numbered by the provider.
    pub relation: u8,
    /// Where in the source it stands.
    pub span: Span,
    /// Its values.
    pub values: Vec<Value>,
}

/// Something in a source that was not understood, so that rows may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Where.
    pub span: Span,
    /// What, for a person: "the model `User` was not understood".
    pub message: String,
    /// What the rows that may be missing hold in a column; nothing where they may be any.
    pub hides: Option<(String, Value)>,
}

impl Gap {
    /// A gap that may hide any row.
    #[must_use]
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hides: None }
    }

    /// A gap of the same place that hides only rows with that value in a column.
    #[must_use]
    pub fn hiding(&self, column: &str, value: Value) -> Self {
        Self { hides: Some((column.to_owned(), value)), ..self.clone() }
    }
}

/// What is said of a source that gives more than [`MAX_ROWS`] or [`MOST_BYTES`].
const FULL: &str = "this file says more than is kept of one file, from here on";

/// What one source gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw {
    /// The rows, in the order of the source.
    pub rows: Vec<RawRow>,
    /// What was not understood.
    pub gaps: Vec<Gap>,
    /// The bytes of all values.
    size: usize,
}

/// How many bytes the values of one source have at most: a long name may stand in each of many rows.
const MOST_BYTES: usize = 64 << 20;

impl Raw {
    /// Adds a row. What is too much for one source is a gap.
    pub fn push(&mut self, relation: u8, span: Span, values: impl Into<Vec<Value>>) {
        let values = values.into();
        let size: usize = values.iter().map(|value| value.text().len()).sum();
        if self.size + size <= MOST_BYTES && self.rows.len() < MAX_ROWS {
            self.size += size;
            self.rows.push(RawRow { relation, span, values });
        } else if self.size <= MOST_BYTES {
            self.size = MOST_BYTES + 1;
            self.gaps.push(Gap::new(span, FULL));
        }
    }

    /// Says that something was not understood.
    pub fn gap(&mut self, span: Span, message: impl Into<String>) {
        self.push_gap(Gap::new(span, message));
    }

    fn push_gap(&mut self, gap: Gap) {
        match self.gaps.len().cmp(&MAX_GAPS) {
            Ordering::Less => self.gaps.push(gap),
            Ordering::Equal => self.gaps.push(Gap::new(gap.span, "there are more places that were not understood")),
            Ordering::Greater => {}
        }
    }

    /// What it takes of memory, roughly, in bytes.
    #[must_use]
    pub fn weight(&self) -> u64 {
        let of_values = |values: &[Value]| -> usize {
            size_of_val(values) + values.iter().map(|value| value.text().len()).sum::<usize>()
        };
        let rows = self.rows.iter().map(|row| size_of::<RawRow>() + of_values(&row.values));
        let gaps = self.gaps.iter().map(|gap| size_of::<Gap>() + gap.message.len());
        rows.chain(gaps).sum::<usize>() as u64
    }

    /// Moves everything to where it stands behind some bytes.
    pub(crate) fn shift(&mut self, by: u32) {
        let spans = self.rows.iter_mut().map(|row| &mut row.span).chain(self.gaps.iter_mut().map(|gap| &mut gap.span));
        for span in spans.filter(|_| by > 0) {
            *span = Span::new(span.start + by, span.end + by);
        }
    }

    /// The same for rows that hold a value in a column.
    pub fn gap_hiding(&mut self, column: &str, value: impl Into<Value>, span: Span, message: impl Into<String>) {
        self.push_gap(Gap { span, message: message.into(), hides: Some((column.to_owned(), value.into())) });
    }
}

/// What of several sources was not understood.
#[must_use]
pub fn gaps_of(raw: &[(FilePath, &Raw)]) -> Vec<(FilePath, Gap)> {
    raw.iter().flat_map(|(path, source)| source.gaps.iter().map(|gap| (path.clone(), gap.clone()))).collect()
}

/// Reads some kind of source.
pub trait Provider: Sync {
    /// Its name, the part of its relations' names before the dot.
    fn name(&self) -> &str;

    /// What it reads, and what it leaves out; a paragraph for the documentation.
    fn about(&self) -> &str;

    /// The relations that it gives.
    fn relations(&self) -> &[RelationInfo];

    /// Another number where the same content gives other raw rows: it is what a rule file says.
    fn version(&self) -> u64 {
        0
    }

    /// Whether it reads files of that path.
    fn reads(&self, path: &FilePath) -> bool;

    /// Whether bytes that are not text hide only the rows that they touch in files of that path, because its reader says itself what it does
    /// not understand around them.
    fn says_what_bytes_hide(&self, path: &FilePath) -> bool {
        Language::of_path(path).is_some()
    }

    /// Whether a file with that text can hold a row. Cheap: nothing is parsed.
    fn may_hold(&self, _path: &FilePath, _text: &[u8]) -> bool {
        true
    }

    /// The raw rows of one source. Depends on its text and its path alone, never on another source.
    fn extract(&self, source: &Source<'_, '_>) -> Raw;

    /// The relations, in the order of [`Provider::relations`], from the raw rows of all sources in the order of their paths.
    fn derive(&self, raw: &[(FilePath, &Raw)], scope: &ProjectScope<'_>) -> Vec<Relation>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_gaps_beyond_the_limit_are_one_gap() {
        let mut raw = Raw::default();
        (0..MAX_ROWS + 2).for_each(|_| raw.push(0, Span::default(), []));
        assert_eq!((raw.rows.len(), raw.gaps.len()), (MAX_ROWS, 1));
        assert!(raw.weight() > MAX_ROWS as u64 * 8);
        (0..MAX_GAPS + 5).for_each(|_| raw.gap_hiding("a", "b", Span::default(), "c"));
        // Of what is hidden, the last says nothing.
        assert_eq!((raw.gaps.len(), &raw.gaps[MAX_GAPS].hides), (MAX_GAPS + 1, &None));
    }
}
