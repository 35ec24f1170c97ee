//! Parsing within limits.

use auditlint_source::Span;

use crate::grammar_parser::GrammarParser;
use crate::limits::{GaveUp, ParseLimits};
use crate::mask::Masks;
use crate::meter::Meter;
use crate::rust::island::{self, Islands, MacroBodies};
use crate::rust::readable::Readable;
use crate::tree::Node;
use crate::{Language, Tree, ecmascript, flatten};

/// How often a source is parsed again with masks.
const MOST_MASKED: usize = 2;

/// A whole source to be parsed.
struct Whole {
    language: Language,
    /// In bytes.
    length: usize,
    /// What is held besides while it is parsed, in bytes.
    held: u64,
}

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
        let whole = Whole { language, length: text.len(), held: 0 };
        let tree = self.parse_whole(&whole, &Masks::default(), |offset| readable.read(offset))?;
        if tree.not_understood().is_empty() || !language.descriptor().is_masked {
            return Ok(tree);
        }
        Ok(self.parse_masked(tree, text))
    }

    fn parse_whole<'t>(
        &mut self,
        whole: &Whole,
        masks: &Masks,
        read: impl Fn(usize) -> &'t [u8],
    ) -> Result<Tree, GaveUp> {
        let Whole { language, length, held } = *whole;
        let measurement = self.grammars.measure(length);
        let most_bytes = self.grammars.limits().read_bytes_for(length as u64);
        let parsed = self.grammars.read(language, (length, most_bytes), &measurement, read)?;
        self.grammars.check_nodes(&parsed, (length, held), &measurement)?;
        Ok(flatten::flatten(language, &parsed, masks))
    }

    /// Parses a text again, with syntax masked that the grammar lacks, where that leaves less of it not understood and nothing
    /// that was understood before; else `tree` stays. At most [`MOST_MASKED`] times, each within the limits of one parse.
    fn parse_masked(&mut self, mut tree: Tree, text: &[u8]) -> Tree {
        let all = ecmascript::masks(text, tree.not_understood());
        let fewer = all.without_signs();
        let is_fewer = fewer.len() < all.len();
        let mut reparsed = 0;
        for masks in [Some(all), Some(fewer).filter(|_| is_fewer)].into_iter().flatten().take(MOST_MASKED) {
            if masks.is_empty() {
                continue;
            }
            let masked = masks.apply(text);
            let held = u64::from(tree.len()) * size_of::<Node>() as u64 + masked.len() as u64;
            let whole = Whole { language: tree.language(), length: text.len(), held };
            reparsed += 1;
            let read = |offset: usize| masked.get(offset..).unwrap_or_default();
            if let Ok(mut better) = self.parse_whole(&whole, &masks, read)
                && better.understands_more_than(&tree)
            {
                better.reparsed = reparsed;
                return better;
            }
        }
        tree.reparsed = reparsed;
        tree
    }

    /// Parses the arguments of Rust macros and the bodies of `macro_rules!` and appends each as an island (see [`Tree::islands`]).
    ///
    /// `wanted` is asked with the span of every token tree that could become an island, delimiters included; only
    /// where it says yes is anything parsed. Macros inside a new island are asked about in turn. `text` must be the
    /// text that `tree` was parsed from. A token tree becomes an island at most once, so calling again with a
    /// different `wanted` only adds. What was wanted and could not be understood stands in
    /// [`Tree::not_understood`] afterwards.
    pub fn parse_islands(&mut self, tree: &mut Tree, text: &[u8], wanted: &mut dyn FnMut(Span) -> bool) {
        island::parse_islands(&mut self.grammars, &mut self.islands, tree, text, MacroBodies::Read, wanted);
    }

    /// The same without the bodies of `macro_rules!`: their code is that of wherever the macro is called.
    pub fn parse_arguments(&mut self, tree: &mut Tree, text: &[u8], wanted: &mut dyn FnMut(Span) -> bool) {
        island::parse_islands(&mut self.grammars, &mut self.islands, tree, text, MacroBodies::Left, wanted);
    }
}
