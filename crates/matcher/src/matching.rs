//! What a match gives: captures, messages, edits, labels.

use std::cell::Cell;
use std::fmt;

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use crate::bounded::Bounded;
use crate::captures::{Captures, Siblings};
use crate::clause::Direction;
use crate::fix::Fix;
use crate::label::Label;
use crate::limits::MAX_TEXT;
use crate::op::{OpId, Stop};
use crate::program::contains;
use crate::rewrite::Rewriting;
use crate::run::{Run, Search};
use crate::template::{TemplatePiece, indent_before, pieces, reindent};
use crate::{Analysis, Memory, Program};

/// Memory that attempts reuse; one per thread.
#[derive(Debug, Default)]
pub struct Scratch {
    captures: Captures,
}

impl Scratch {
    pub(crate) fn captures(&mut self, program: &Program) -> &mut Captures {
        self.captures.reserve(program.patterns.ones.len(), program.patterns.lists.len());
        &mut self.captures
    }

    pub(crate) fn finish(&mut self) {
        self.captures.reset();
    }
}

impl Program {
    /// Tries one node.
    pub fn match_at<'p>(&'p self, analysis: &Analysis<'_>, node: NodeId, scratch: &mut Scratch) -> Option<Match<'p>> {
        if self.kinds.as_ref().is_some_and(|kinds| !contains(kinds, analysis.tree().kind(node))) {
            return None;
        }
        let mut run = Run::new(self, analysis, scratch.captures(self));
        let matched = run.matches(node).then(|| Match::new(self, node, &run));
        scratch.finish();
        matched
    }

    /// Tries one of many nodes of a source: what was found out at other nodes is used, and nothing matches once the program
    /// took more steps in this source than it may.
    pub fn match_next<'p>(
        &'p self,
        analysis: &Analysis<'_>,
        node: NodeId,
        scratch: &mut Scratch,
        memory: &mut Memory,
    ) -> Option<Match<'p>> {
        if self.kinds.as_ref().is_some_and(|kinds| !contains(kinds, analysis.tree().kind(node))) {
            return None;
        }
        let mut run = Run::remembering(self, analysis, scratch.captures(self), memory);
        let matched = run.matches(node).then(|| Match::new(self, node, &run));
        scratch.finish();
        matched
    }
}

/// How many steps one question to another source may take.
const MOST_FLOW_STEPS: u64 = 100_000;

impl Program {
    /// The questions that a value answers with yes.
    pub fn flow_answers(&self, analysis: &Analysis<'_>, value: NodeId, scratch: &mut Scratch) -> Vec<u64> {
        let mut answers = Vec::new();
        for flow in &self.flows {
            let mut run = Run::new(self, analysis, scratch.captures(self));
            run.limit = MOST_FLOW_STEPS;
            if run.test(flow.from, value) && !run.exceeded {
                answers.push(self.key_of(flow));
            }
            scratch.finish();
        }
        answers
    }
}

/// One place where a program matches.
#[derive(Clone, Debug)]
pub struct Match<'p> {
    /// The node.
    pub node: NodeId,
    /// Its bytes.
    pub span: Span,
    program: &'p Program,
    via: Box<[u32]>,
    ones: Box<[Option<NodeId>]>,
    lists: Box<[Option<Siblings>]>,
    excess: Cell<Excess>,
    written: Cell<u64>,
}

/// What of a match was too long (see [`MAX_TEXT`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Excess {
    /// A message, the message of a label or the text of a column was cut.
    pub text: bool,
    /// A fix was left out.
    pub fix: bool,
}

/// Stands at the end of a text that was cut.
const CUT: &str = " […]";

/// A change to the text of a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What comes in its place. It may hold bytes of the source that are not UTF-8.
    pub text: Vec<u8>,
}

/// Why a match has no edit although its rule has a fix: the text holds bytes that are not UTF-8, and a transform works on
/// characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannotCarry {
    /// The name that the transform defines.
    pub transform: String,
}

impl fmt::Display for CannotCarry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the transform `{}` works on characters, but the text here is not valid UTF-8", self.transform)
    }
}

impl<'p> Match<'p> {
    pub(crate) fn new(program: &'p Program, node: NodeId, run: &Run<'_, '_>) -> Self {
        let captures = run.captures();
        let mut via: Box<[u32]> = run.via.as_slice().into();
        via.sort_unstable();
        Self {
            node,
            span: run.tree.span(node),
            program,
            via,
            ones: captures.ones(program.patterns.ones.len()).into(),
            lists: captures.lists(program.patterns.lists.len()).into(),
            excess: Cell::default(),
            written: Cell::default(),
        }
    }

    /// The imported names that it goes back to, by their places in [`auditlint_names::Names::imported`], sorted.
    #[must_use]
    pub fn via(&self) -> &[u32] {
        &self.via
    }

    /// What of the texts that were asked for so far was too long.
    #[must_use]
    pub fn excess(&self) -> Excess {
        self.excess.get()
    }

    /// How much the texts that were asked for so far have cost: the bytes that were written, and a share of those that were
    /// read for them.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written.get()
    }

    /// The node that `$name` is bound to.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<NodeId> {
        let slot = self.program.patterns.ones.iter().position(|known| known == name)?;
        self.ones[slot]
    }

    /// The bytes from the first to the last node that `$$$name` is bound to; `None` where there are none.
    #[must_use]
    pub fn list(&self, name: &str, analysis: &Analysis<'_>) -> Option<Span> {
        let slot = self.program.patterns.lists.iter().position(|known| known == name)?;
        let list = self.lists[slot]?;
        let last = crate::same::siblings(analysis.tree(), list).last()?;
        Some(analysis.tree().span(NodeId(list.start)).union(analysis.tree().span(last)))
    }

    /// `template` with `$A`, `$$$B` and the names of transforms replaced by what they stand for. A defined name that
    /// is not bound becomes nothing; a `$` that starts no defined name stays. For people: bytes that are not UTF-8 become
    /// U+FFFD.
    #[must_use]
    pub fn interpolate(&self, template: &str, analysis: &Analysis<'_>) -> String {
        self.show(template, analysis, &self.transformed(analysis))
    }

    /// The edits of the first fix; none where there is no fix or its text is too long.
    ///
    /// # Errors
    /// Where the fix cannot carry the bytes of the source.
    pub fn edits(&self, analysis: &Analysis<'_>) -> Result<Vec<Edit>, CannotCarry> {
        let Some(fix) = self.program.fixes.first() else { return Ok(Vec::new()) };
        Ok(self.edit(fix, analysis, None)?.into_iter().collect())
    }

    /// The same with what was found out at other nodes (see [`Program::match_next`]); none where its limit was passed.
    ///
    /// # Errors
    /// Where the fix cannot carry the bytes of the source.
    pub fn edits_next(&self, analysis: &Analysis<'_>, memory: &mut Memory) -> Result<Vec<Edit>, CannotCarry> {
        let Some(fix) = self.program.fixes.first() else { return Ok(Vec::new()) };
        let edit = self.edit(fix, analysis, Some(memory))?;
        Ok(if memory.is_exhausted() { Vec::new() } else { edit.into_iter().collect() })
    }

    /// Every way to fix it, in the order of the rule, with its title; those of which the text is too long, or that cannot
    /// carry the bytes of the source, are left out.
    #[must_use]
    pub fn fixes(&self, analysis: &Analysis<'_>) -> Vec<(Option<&'p str>, Edit)> {
        let fixes = self.program.fixes.iter();
        fixes.filter_map(|fix| Some((fix.title.as_deref(), self.edit(fix, analysis, None).ok()??))).collect()
    }

    /// The labels whose metavariable is bound, in the order of the rule.
    #[must_use]
    pub fn labels(&self, analysis: &Analysis<'_>) -> Vec<Label> {
        let transformed = self.transformed(analysis);
        let labels = self.program.labels.iter().filter_map(|label| {
            let name = &label.name.value;
            let span = match self.one(name) {
                Some(node) => analysis.tree().span(node),
                None => self.list(name, analysis)?,
            };
            let message = label.message.as_ref().map(|message| self.show(message, analysis, &transformed));
            Some(Label { span, style: label.style, message })
        });
        labels.collect()
    }

    fn edit(
        &self,
        fix: &Fix,
        analysis: &Analysis<'_>,
        memory: Option<&mut Memory>,
    ) -> Result<Option<Edit>, CannotCarry> {
        self.edit_with(fix, analysis, memory, &self.transformed(analysis))
    }

    /// The edit of a rewriter that matched inside of what another match bound.
    pub(crate) fn rewritten(
        &self,
        analysis: &Analysis<'_>,
        rewriting: &Rewriting<'_>,
    ) -> Result<Option<Edit>, CannotCarry> {
        let Some(fix) = self.program.fixes.first() else { return Ok(None) };
        self.edit_with(fix, analysis, None, &self.transformed_by(analysis, rewriting))
    }

    fn edit_with(
        &self,
        fix: &Fix,
        analysis: &Analysis<'_>,
        memory: Option<&mut Memory>,
        transformed: &[Transformed<'_>],
    ) -> Result<Option<Edit>, CannotCarry> {
        let limit = MAX_TEXT + self.span.len() as usize;
        let (filled, guessed) = self.fill(&fix.template, analysis, transformed, limit);
        if let Some(cannot) = guessed {
            return Err(cannot);
        }
        let mut text = Bounded::new(limit);
        if filled.is_over() {
            text.note_over();
        } else {
            let indent = indent_before(analysis.text(), self.span.start as usize);
            reindent(&filled.into_bytes(), 0, indent, &mut text);
        }
        if text.is_over() {
            self.excess.set(Excess { fix: true, ..self.excess.get() });
            return Ok(None);
        }
        let mut span = self.span;
        if fix.expand_start.is_some() || fix.expand_end.is_some() {
            let mut captures = self.captures();
            let mut run = match memory {
                Some(memory) => Run::remembering(self.program, analysis, &mut captures, memory),
                None => Run::new(self.program, analysis, &mut captures),
            };
            let mut found = |direction, expansion: Option<(OpId, OpId, Stop)>| {
                let (id, op, stop) = expansion?;
                let search = Search { direction, op, stop, field: None };
                run.search(id, search, self.node).map(|node| analysis.tree().span(node))
            };
            if let Some(before) = found(Direction::Follows, fix.expand_start) {
                span.start = before.start;
            }
            if let Some(behind) = found(Direction::Precedes, fix.expand_end) {
                span.end = behind.end;
            }
            run.note_steps();
        }
        Ok(Some(Edit { span, text: text.into_bytes() }))
    }

    /// The text, with a mark at its end where there is more than fits.
    fn cut(&self, text: Bounded) -> String {
        if !text.is_over() {
            return text.into_text();
        }
        self.excess.set(Excess { text: true, ..self.excess.get() });
        text.into_text() + CUT
    }

    fn note_written(&self, bytes: usize) {
        self.written.set(self.written.get() + bytes as u64);
    }

    /// The bindings, to go on matching with.
    fn captures(&self) -> Captures {
        let mut captures = Captures::default();
        captures.reserve(self.ones.len(), self.lists.len());
        for (slot, node) in self.ones.iter().enumerate() {
            captures.set_one(slot as u16, *node);
        }
        for (slot, list) in self.lists.iter().enumerate() {
            captures.set_list(slot as u16, *list);
        }
        captures
    }

    fn span_of(&self, name: &str, list: bool, analysis: &Analysis<'_>) -> Option<Span> {
        if list { self.list(name, analysis) } else { self.one(name).map(|node| analysis.tree().span(node)) }
    }

    /// The nodes that a metavariable is bound to, with all below them.
    fn nodes_of(&self, name: &str, list: bool, analysis: &Analysis<'_>) -> Option<Siblings> {
        if list {
            let slot = self.program.patterns.lists.iter().position(|known| known == name)?;
            return self.lists[slot];
        }
        let node = self.one(name)?;
        Some(Siblings { start: node.0, end: analysis.tree().subtree_end(node) })
    }

    /// The texts of the transforms, in the order in which they depend on each other.
    fn transformed(&self, analysis: &Analysis<'_>) -> Vec<Transformed<'p>> {
        let rewriting = Rewriting::of(&self.program.rewriters, &self.ones, &self.lists);
        let done = self.transformed_by(analysis, &rewriting);
        self.note_written(usize::try_from(rewriting.steps()).unwrap_or(usize::MAX) / READ_SHARE);
        done
    }

    fn transformed_by(&self, analysis: &Analysis<'_>, rewriting: &Rewriting<'_>) -> Vec<Transformed<'p>> {
        let mut done: Vec<Transformed<'p>> = Vec::with_capacity(self.program.transforms.len());
        for transform in &self.program.transforms {
            let (source, name) = (&transform.source, transform.name.as_str());
            let made = match self.span_of(&source.name, source.list, analysis) {
                Some(span) => {
                    self.note_written(span.len() as usize / READ_SHARE);
                    let rewritten = transform.rewriters().and_then(|(rewriters, join_by)| {
                        let run = self.nodes_of(&source.name, source.list, analysis)?;
                        Some(rewriting.apply(rewriters, join_by, run, span, analysis))
                    });
                    let (changed, is_exact) = match rewritten {
                        Some(rewritten) => (rewritten.text, rewritten.cannot.is_none()),
                        None => transform.apply(span.of(analysis.text())),
                    };
                    let is_cut = changed.is_over();
                    let indent = indent_before(analysis.text(), span.start as usize);
                    // Nothing is longer for being indented less.
                    let mut text = Bounded::new(changed.len());
                    reindent(&changed.into_bytes(), indent, 0, &mut text);
                    Transformed { name, text: text.into_bytes(), is_exact, is_cut }
                }
                None => match done.iter().find(|made| made.name == source.name && !source.list) {
                    Some(earlier) => {
                        let (changed, is_exact) = transform.apply(&earlier.text);
                        let is_cut = changed.is_over() || earlier.is_cut;
                        Transformed { name, text: changed.into_bytes(), is_exact: is_exact && earlier.is_exact, is_cut }
                    }
                    None => Transformed { name, text: Vec::new(), is_exact: true, is_cut: false },
                },
            };
            self.note_written(made.text.len());
            done.push(made);
        }
        done
    }

    /// The filled template, and the first transform in it that had to guess at bytes that are not characters.
    fn fill(
        &self,
        template: &str,
        analysis: &Analysis<'_>,
        transformed: &[Transformed<'_>],
        limit: usize,
    ) -> (Bounded, Option<CannotCarry>) {
        let mut text = Bounded::new(limit);
        let mut guessed = None;
        for piece in pieces(template) {
            if text.is_over() {
                break;
            }
            match piece {
                TemplatePiece::Text(literal) => text.push(literal.as_bytes()),
                TemplatePiece::Name { name, list, written, indent } => {
                    let made = transformed.iter().find(|made| made.name == name && !list);
                    match (made, self.span_of(name, list, analysis)) {
                        (Some(made), _) => {
                            if !made.is_exact {
                                guessed.get_or_insert_with(|| CannotCarry { transform: made.name.to_owned() });
                            }
                            reindent(&made.text, 0, indent, &mut text);
                            if made.is_cut {
                                text.note_over();
                            }
                        }
                        (None, Some(span)) => {
                            let code = span.of(analysis.text());
                            // What does not fit need not be read.
                            let fits = &code[..code.len().min(limit)];
                            let from = indent_before(analysis.text(), span.start as usize);
                            reindent(fits, from, indent, &mut text);
                            if fits.len() < code.len() {
                                text.note_over();
                            }
                        }
                        (None, None) if self.program.defines(name) => {}
                        (None, None) => text.push(written.as_bytes()),
                    }
                }
            }
        }
        self.note_written(text.len() + template.len() / READ_SHARE);
        (text, guessed)
    }

    /// The filled template, to be shown.
    fn show(&self, template: &str, analysis: &Analysis<'_>, transformed: &[Transformed<'_>]) -> String {
        self.cut(self.fill(template, analysis, transformed, MAX_TEXT).0)
    }
}

/// Bytes that are read are counted as one byte written for so many of them.
const READ_SHARE: usize = 16;

/// What a transform made.
struct Transformed<'p> {
    name: &'p str,
    text: Vec<u8>,
    /// Whether every byte is one of the source or of the rule.
    is_exact: bool,
    /// Whether it was too long.
    is_cut: bool,
}
