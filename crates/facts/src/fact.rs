//! Facts: what one source says on its own, in the types of its provider.

use std::any::Any;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use auditlint_source::Span;
use postcard::ser_flavors::Size;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_FACT_BYTES, MAX_GAPS, MAX_ROWS};
use crate::{Gap, Hides, Value};

/// What a provider says of one source. It can be kept between runs.
pub trait Fact: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What its lists take of memory besides the texts in them, roughly, in bytes.
    fn lists(&self) -> usize {
        0
    }
}

impl Fact for Vec<Value> {
    fn lists(&self) -> usize {
        size_of_val(self.as_slice())
    }
}

/// A fact, and where in its source it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said<F> {
    /// Where.
    pub span: Span,
    /// What.
    pub fact: F,
}

impl<F> Deref for Said<F> {
    type Target = F;

    fn deref(&self) -> &F {
        &self.fact
    }
}

/// What is said of a source that gives more than [`MAX_ROWS`] or [`MAX_FACT_BYTES`].
const FULL: &str = "this file says more than is kept of one file, from here on";

/// The facts of one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFacts<F> {
    /// In the order in which its provider found them.
    pub facts: Vec<Said<F>>,
    /// What was not understood.
    pub gaps: Vec<Gap>,
    /// What the texts and lists of all facts take, roughly, in bytes.
    size: usize,
}

impl<F> Default for SourceFacts<F> {
    fn default() -> Self {
        Self { facts: Vec::new(), gaps: Vec::new(), size: 0 }
    }
}

impl<F> SourceFacts<F> {
    /// Says that something was not understood.
    pub fn gap(&mut self, span: Span, message: impl Into<String>) {
        self.push_gap(Gap::new(span, message));
    }

    /// The same for rows that hold a value in a column.
    pub fn gap_hiding(&mut self, column: &str, value: impl Into<Value>, span: Span, message: impl Into<String>) {
        self.push_gap(Gap {
            span,
            message: message.into(),
            hides: Hides::Rows { column: column.to_owned(), value: value.into() },
        });
    }

    /// Says what somebody else did not understand.
    pub fn push_gap(&mut self, gap: Gap) {
        match self.gaps.len().cmp(&MAX_GAPS) {
            Ordering::Less => self.gaps.push(gap),
            Ordering::Equal => self.gaps.push(Gap::new(gap.span, "there are more places that were not understood")),
            Ordering::Greater => {}
        }
    }

    /// Moves everything to where it stands behind some bytes.
    pub(crate) fn shift(&mut self, by: u32) {
        let spans = self.facts.iter_mut().map(|said| &mut said.span);
        for span in spans.chain(self.gaps.iter_mut().map(|gap| &mut gap.span)).filter(|_| by > 0) {
            *span = Span::new(span.start + by, span.end + by);
        }
    }

    /// What it takes of memory, roughly, in bytes.
    #[must_use]
    pub fn weight(&self) -> u64 {
        let gaps = self.gaps.iter().map(|gap| size_of::<Gap>() + gap.message.len());
        (size_of_val(self.facts.as_slice()) + self.size + gaps.sum::<usize>()) as u64
    }
}

impl<F: Fact> SourceFacts<F> {
    /// Adds a fact. What is too much for one source is a gap.
    pub fn say(&mut self, span: Span, fact: F) {
        let texts = postcard::serialize_with_flavor(&fact, Size::default()).unwrap_or(MAX_FACT_BYTES);
        let size = texts + fact.lists();
        if self.size + size <= MAX_FACT_BYTES && self.facts.len() < MAX_ROWS {
            self.size += size;
            self.facts.push(Said { span, fact });
        } else if self.size <= MAX_FACT_BYTES {
            self.size = MAX_FACT_BYTES + 1;
            self.gaps.push(Gap::new(span, FULL));
        }
    }
}

/// The facts of one source, of which only their provider knows the type.
#[derive(Clone)]
pub struct AnyFacts {
    facts: Arc<dyn Any + Send + Sync>,
    weight: u64,
    encode: fn(&(dyn Any + Send + Sync)) -> Option<Vec<u8>>,
}

impl AnyFacts {
    pub(crate) fn new<F: Fact>(mut facts: SourceFacts<F>) -> Self {
        facts.facts.shrink_to_fit();
        let weight = facts.weight();
        let encode = |facts: &(dyn Any + Send + Sync)| {
            facts.downcast_ref::<SourceFacts<F>>().and_then(|facts| postcard::to_stdvec(facts).ok())
        };
        Self { facts: Arc::new(facts), weight, encode }
    }

    /// The facts as bytes, which their provider reads; `None` where their type cannot be written.
    #[must_use]
    pub fn encode(&self) -> Option<Vec<u8>> {
        (self.encode)(&*self.facts)
    }

    /// Facts of a type from their bytes.
    pub(crate) fn decode<F: Fact>(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes::<SourceFacts<F>>(bytes).ok().map(Self::new)
    }

    /// The facts, where they are of that type.
    #[must_use]
    pub fn typed<F: Fact>(&self) -> Option<&SourceFacts<F>> {
        self.facts.downcast_ref()
    }

    /// What they take of memory, roughly, in bytes.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.weight
    }

    /// Whether these are the very same facts, kept since they were extracted.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.facts), Arc::as_ptr(&other.facts))
    }
}

impl fmt::Debug for AnyFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyFacts").field("weight", &self.weight).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_and_gaps_beyond_the_limit_are_one_gap() {
        let mut source = SourceFacts::<Vec<Value>>::default();
        (0..MAX_ROWS + 2).for_each(|_| source.say(Span::default(), Vec::new()));
        assert_eq!((source.facts.len(), source.gaps.len()), (MAX_ROWS, 1));
        assert!(source.weight() > MAX_ROWS as u64 * 8);
        (0..MAX_GAPS + 5).for_each(|_| source.gap_hiding("a", "b", Span::default(), "c"));
        // Of what is hidden, the last says nothing.
        assert_eq!((source.gaps.len(), &source.gaps[MAX_GAPS].hides), (MAX_GAPS + 1, &Hides::Any));
    }

    impl Fact for String {}
    impl Fact for u8 {}

    #[test]
    fn the_bytes_of_all_texts_are_bounded() {
        let mut source = SourceFacts::<String>::default();
        (0..3).for_each(|_| source.say(Span::default(), "x".repeat(MAX_FACT_BYTES / 2 - 8)));
        assert_eq!((source.facts.len(), source.gaps.len()), (2, 1));
    }

    #[test]
    fn only_their_provider_reads_facts() {
        let mut source = SourceFacts::<String>::default();
        source.say(Span::new(1, 2), "a".to_owned());
        let any = AnyFacts::new(source.clone());
        assert_eq!(any.typed::<String>(), Some(&source));
        assert_eq!(any.typed::<u8>(), None);
        let bytes = any.encode().unwrap();
        let again = AnyFacts::decode::<String>(&bytes).unwrap();
        assert_eq!((again.typed::<String>(), again.weight()), (Some(&source), any.weight()));
        assert!(AnyFacts::decode::<String>(&bytes[..bytes.len() - 1]).is_none());
    }
}
