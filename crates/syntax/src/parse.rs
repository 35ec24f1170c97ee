//! Parsing within limits.

use std::cell::Cell;
use std::ops::ControlFlow;

use auditlint_source::Span;

use crate::island::{self, Islands};
use crate::readable::Readable;
use crate::{Language, Tree, flatten};

/// How many bytes the parser is given at a time.
const CHUNK: usize = 4096;
/// How often each byte may be read.
pub(crate) const READ_AGAIN: u64 = 64;

/// What one parse may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLimits {
    /// How many times the parser may report progress before it is stopped. Counted in calls, not in time, so that
    /// the same file always ends the same way.
    pub steps: u64,
    /// How many bytes the parser may read again and again while it looks for the end of a token (a comment or a raw string that
    /// is never closed): this many, or sixty-four
    /// times the source where that is more.
    pub read_bytes: u64,
    /// How many islands may stand inside each other.
    pub island_depth: u32,
    /// How many bytes of islands are read for one source, nested islands and second attempts counted each time: this
    /// many, or four times the source where that is more.
    pub island_bytes: u64,
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self { steps: 2_000_000, read_bytes: 64 << 20, island_depth: 16, island_bytes: 1 << 20 }
    }
}

/// The parser was stopped at its step limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepLimit;

/// A parser for every language, kept for a whole run by one thread.
#[derive(Default)]
pub struct Parser {
    parsers: [Option<tree_sitter::Parser>; Language::GRAMMARS],
    limits: ParseLimits,
    islands: Islands,
}

impl Parser {
    /// A parser with limits.
    #[must_use]
    pub fn new(limits: ParseLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Parses a whole source.
    ///
    /// # Errors
    /// [`StepLimit`] where the parse took more steps than allowed.
    pub fn parse(&mut self, language: Language, text: &[u8]) -> Result<Tree, StepLimit> {
        let readable = Readable::new(language, text);
        let most_bytes = self.limits.read_bytes.max(READ_AGAIN * text.len() as u64);
        let parsed = self.read(language, most_bytes, |offset| readable.read(offset))?;
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
        let mut islands = std::mem::take(&mut self.islands);
        island::parse_islands(self, &mut islands, tree, text, wanted);
        self.islands = islands;
    }

    pub(crate) fn limits(&self) -> ParseLimits {
        self.limits
    }

    /// Parses the text that `read` serves: from an offset on, as much as it likes, empty at the end. At most `most_bytes` are
    /// read, those that are read again counted again.
    pub(crate) fn read<'t>(
        &mut self,
        language: Language,
        most_bytes: u64,
        read: impl Fn(usize) -> &'t [u8],
    ) -> Result<tree_sitter::Tree, StepLimit> {
        let parser = self.parsers[language.index()].get_or_insert_with(|| {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(language.grammar()).expect("the grammars are built for this tree-sitter version");
            parser
        });
        let mut steps = 0_u64;
        let limit = self.limits.steps;
        let bytes = Cell::new(0_u64);
        let mut progress = |_: &tree_sitter::ParseState| {
            steps += 1;
            let over = steps > limit || bytes.get() > most_bytes;
            if over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
        let mut read = |offset: usize, _: tree_sitter::Point| -> &[u8] {
            let chunk = read(offset);
            let chunk = &chunk[..chunk.len().min(CHUNK)];
            bytes.set(bytes.get() + chunk.len() as u64);
            // The text seems to end here, so that no token is looked for any longer.
            if bytes.get() > most_bytes { &[] } else { chunk }
        };
        let parsed = parser.parse_with_options(&mut read, None, Some(options));
        parsed.filter(|_| bytes.get() <= most_bytes).ok_or_else(|| {
            parser.reset();
            StepLimit
        })
    }
}
