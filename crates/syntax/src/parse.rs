//! Parsing within limits.

use std::cell::Cell;
use std::ops::ControlFlow;

use auditlint_source::Span;

use crate::limits::{GaveUp, ParseLimits};
use crate::meter::{Measurement, Meter};
use crate::rust::island::{self, Islands, MacroBodies};
use crate::rust::readable::Readable;
use crate::tree::Node;
use crate::{Language, Tree, flatten};

/// From what size on, in bytes, a source is parsed by a parser of its own and measured. A parser keeps some memory for the
/// next source, so that the count would depend on what it read before; and smaller sources take little.
const LARGE: usize = 64 << 10;

/// What a node takes in the parser's own tree where nobody counts, in bytes; an average of real sources.
const PARSED_NODE: u64 = 100;

/// How many bytes the parser is given at a time.
const CHUNK: usize = 4096;

/// A parser for every language, kept for a whole run by one thread.
#[derive(Default)]
pub struct Parser {
    parsers: [Option<tree_sitter::Parser>; Language::GRAMMARS],
    limits: ParseLimits,
    islands: Islands,
    /// In place of the meter of the process.
    meter: Option<Meter>,
}

impl Parser {
    /// A parser with limits.
    #[must_use]
    pub fn new(limits: ParseLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// The same with a meter of its own.
    #[must_use]
    pub fn measured(mut self, meter: Meter) -> Self {
        self.meter = Some(meter);
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
        let measurement = self.measure(text.len());
        let most_bytes = self.limits.read_bytes_for(text.len() as u64);
        let parsed = self.read(language, (text.len(), most_bytes), &measurement, |offset| readable.read(offset))?;
        self.check_nodes(&parsed, text.len(), &measurement)?;
        Ok(flatten::flatten(language, &parsed))
    }

    /// Parses the arguments of Rust macros and the bodies of `macro_rules!` and appends each as an island (see [`Tree::islands`]).
    ///
    /// `wanted` is asked with the span of every token tree that could become an island, delimiters included; only
    /// where it says yes is anything parsed. Macros inside a new island are asked about in turn. `text` must be the
    /// text that `tree` was parsed from. A token tree becomes an island at most once, so calling again with a
    /// different `wanted` only adds. What was wanted and could not be understood stands in
    /// [`Tree::not_understood`] afterwards.
    pub fn parse_islands(&mut self, tree: &mut Tree, text: &[u8], wanted: &mut dyn FnMut(Span) -> bool) {
        let mut islands = std::mem::take(&mut self.islands);
        island::parse_islands(self, &mut islands, tree, text, MacroBodies::Read, wanted);
        self.islands = islands;
    }

    /// The same without the bodies of `macro_rules!`: their code is that of wherever the macro is called.
    pub fn parse_arguments(&mut self, tree: &mut Tree, text: &[u8], wanted: &mut dyn FnMut(Span) -> bool) {
        let mut islands = std::mem::take(&mut self.islands);
        island::parse_islands(self, &mut islands, tree, text, MacroBodies::Left, wanted);
        self.islands = islands;
    }

    pub(crate) fn limits(&self) -> ParseLimits {
        self.limits
    }

    /// Begins to count what a parse of `length` bytes holds, where it may be much.
    pub(crate) fn measure(&self, length: usize) -> Measurement {
        Measurement::start(self.meter.or_else(Meter::of_process), length > LARGE)
    }

    /// Refuses a tree that is too large together with its flat form.
    pub(crate) fn check_nodes(
        &self,
        parsed: &tree_sitter::Tree,
        length: usize,
        measurement: &Measurement,
    ) -> Result<(), GaveUp> {
        let nodes = parsed.root_node().descendant_count() as u64;
        let held = measurement.held().unwrap_or(nodes * PARSED_NODE);
        let flat = nodes * size_of::<Node>() as u64;
        if held + flat > self.limits.memory_for(length as u64) { Err(GaveUp::Memory) } else { Ok(()) }
    }

    /// Parses the text of `length` bytes that `read` serves: from an offset on, as much as it likes, empty at the end. At
    /// most `most_bytes` are read, those that are read again counted again.
    pub(crate) fn read<'t>(
        &mut self,
        language: Language,
        (length, most_bytes): (usize, u64),
        measurement: &Measurement,
        read: impl Fn(usize) -> &'t [u8],
    ) -> Result<tree_sitter::Tree, GaveUp> {
        let new = || {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(language.grammar()).expect("the grammars are built for this tree-sitter version");
            parser
        };
        let attempt = Attempt { limits: self.limits, length: length as u64, most_bytes, measurement };
        if length > LARGE {
            return attempt.run(&mut new(), &read);
        }
        let blocks = measurement.blocks();
        let parsed = attempt.run(self.parsers[language.index()].get_or_insert_with(new), &read);
        // A parser that has some memory left from other sources takes fewer blocks. Far from the limit that decides nothing.
        let is_sure = measurement.blocks() - blocks < self.limits.blocks_for(length as u64) / 2;
        if is_sure { parsed } else { attempt.run(&mut new(), &read) }
    }
}

/// One attempt to parse one text.
struct Attempt<'m> {
    limits: ParseLimits,
    /// Of the text, in bytes.
    length: u64,
    most_bytes: u64,
    measurement: &'m Measurement,
}

impl Attempt<'_> {
    fn run<'t>(
        &self,
        parser: &mut tree_sitter::Parser,
        read: &impl Fn(usize) -> &'t [u8],
    ) -> Result<tree_sitter::Tree, GaveUp> {
        let mut steps = 0_u64;
        let step_limit = self.limits.steps_for(self.length);
        let memory_limit = self.limits.memory_for(self.length);
        let most_blocks = self.measurement.blocks().saturating_add(self.limits.blocks_for(self.length));
        let mut gave_up = GaveUp::Steps;
        let bytes = Cell::new(0_u64);
        let is_over = || bytes.get() > self.most_bytes || self.measurement.blocks() > most_blocks;
        let mut progress = |_: &tree_sitter::ParseState| {
            steps += 1;
            if self.measurement.held().is_some_and(|held| held > memory_limit) {
                gave_up = GaveUp::Memory;
                return ControlFlow::Break(());
            }
            if steps > step_limit || is_over() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
        let mut serve = |offset: usize, _: tree_sitter::Point| -> &[u8] {
            let chunk = read(offset);
            let chunk = &chunk[..chunk.len().min(CHUNK)];
            bytes.set(bytes.get() + chunk.len() as u64);
            // The text seems to end here, so that no token is looked for any longer.
            if bytes.get() > self.most_bytes { &[] } else { chunk }
        };
        let parsed = parser.parse_with_options(&mut serve, None, Some(options));
        parsed.filter(|_| !is_over()).ok_or_else(|| {
            parser.reset();
            gave_up
        })
    }
}
