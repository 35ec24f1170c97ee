//! Parsing within limits.

use auditlint_source::Span;

use crate::grammar_parser::GrammarParser;
use crate::limits::{GaveUp, ParseLimits};
use crate::meter::Meter;
use crate::rust::island::{self, Islands};
use crate::rust::readable::Readable;
use crate::{Language, Tree, flatten};

/// A parser for every language, kept for a whole run by one thread.
#[derive(Default)]
pub struct Parser {
    grammars: GrammarParser,
    islands: Islands,
}

impl Parser {
    /// A parser with limits.
    #[must_use]
    pub fn new(limits: ParseLimits) -> Self {
        Self { grammars: GrammarParser::new(limits), ..Self::default() }
    }

    /// The same with a meter of its own.
    #[must_use]
    pub fn measured(mut self, meter: Meter) -> Self {
        self.grammars.set_meter(meter);
        self
    }

    /// Parses a whole source.
    ///
    /// # Errors
    /// [`GaveUp`] where the parse took more steps or memory than allowed.
    pub fn parse(&mut self, language: Language, text: &[u8]) -> Result<Tree, GaveUp> {
        // Offsets have 32 bits.
        u32::try_from(text.len()).map_err(|_| GaveUp::Memory)?;
        let readable = Readable::new(language, text);
        let measurement = self.grammars.measure(text.len());
        let most_bytes = self.grammars.limits().read_bytes_for(text.len() as u64);
        let parsed =
            self.grammars.read(language, (text.len(), most_bytes), &measurement, |offset| readable.read(offset))?;
        self.grammars.check_nodes(&parsed, text.len(), &measurement)?;
        Ok(flatten::flatten(language, &parsed))
    }

    /// Parses the arguments of Rust macros and appends each as an island (see [`Tree::islands`]).
    ///
    /// `wanted` is asked with the span of every token tree that could become an island, delimiters included; only
    /// where it says yes is anything parsed. Macros inside a new island are asked about in turn. `text` must be the
    /// text that `tree` was parsed from. A token tree becomes an island at most once, so calling again with a
    /// different `wanted` only adds. What was wanted and could not be understood stands in
    /// [`Tree::not_understood`] afterwards.
    pub fn parse_islands(&mut self, tree: &mut Tree, text: &[u8], wanted: &mut dyn FnMut(Span) -> bool) {
        island::parse_islands(&mut self.grammars, &mut self.islands, tree, text, wanted);
    }
}
