//! Parsing within limits.

use std::ops::ControlFlow;

use auditlint_source::Span;

use crate::island::{self, Islands};
use crate::readable::Readable;
use crate::{Language, Tree, flatten};

/// What one parse may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLimits {
    /// How many times the parser may report progress before it is stopped. Counted in calls, not in time, so that
    /// the same file always ends the same way.
    pub steps: u64,
    /// How many islands may stand inside each other.
    pub island_depth: u32,
    /// How many bytes of islands are read for one source, nested islands and second attempts counted each time: this
    /// many, or four times the source where that is more.
    pub island_bytes: u64,
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self { steps: 2_000_000, island_depth: 16, island_bytes: 1 << 20 }
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
        let parsed = self.read(language, |offset| readable.read(offset))?;
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

    /// Parses the text that `read` serves: from an offset on, as much as it likes, empty at the end.
    pub(crate) fn read<'t>(
        &mut self,
        language: Language,
        read: impl Fn(usize) -> &'t [u8],
    ) -> Result<tree_sitter::Tree, StepLimit> {
        let parser = self.parsers[language.index()].get_or_insert_with(|| {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(language.grammar()).expect("the grammars are built for this tree-sitter version");
            parser
        });
        let mut steps = 0_u64;
        let limit = self.limits.steps;
        let mut progress = |_: &tree_sitter::ParseState| {
            steps += 1;
            if steps > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
        let mut read = |offset: usize, _: tree_sitter::Point| read(offset);
        let parsed = parser.parse_with_options(&mut read, None, Some(options));
        parsed.ok_or_else(|| {
            parser.reset();
            StepLimit
        })
    }
}
