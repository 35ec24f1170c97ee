//! Parsing within limits.

use std::ops::ControlFlow;

use crate::{Language, Tree};

/// What one parse may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLimits {
    /// How many times the parser may report progress before it is stopped. Counted in calls, not in time, so that
    /// the same file always ends the same way.
    pub steps: u64,
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self { steps: 2_000_000 }
    }
}

/// The parser was stopped at its step limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepLimit;

/// A parser for every language, kept for a whole run by one thread.
#[derive(Default)]
pub struct Parser {
    parsers: [Option<tree_sitter::Parser>; Language::ALL.len()],
    limits: ParseLimits,
}

impl Parser {
    /// A parser with limits.
    #[must_use]
    pub fn new(limits: ParseLimits) -> Self {
        Self { parsers: Default::default(), limits }
    }

    /// Parses a whole source.
    ///
    /// # Errors
    /// [`StepLimit`] where the parse took more steps than allowed.
    pub fn parse(&mut self, language: Language, text: &[u8]) -> Result<Tree, StepLimit> {
        let parsed = self.parse_raw(language, text)?;
        Ok(Tree::flatten(language, &parsed))
    }

    fn parse_raw(&mut self, language: Language, text: &[u8]) -> Result<tree_sitter::Tree, StepLimit> {
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
        let mut read = |offset: usize, _: tree_sitter::Point| text.get(offset..).unwrap_or_default();
        let parsed = parser.parse_with_options(&mut read, None, Some(options));
        parsed.ok_or_else(|| {
            parser.reset();
            StepLimit
        })
    }
}
