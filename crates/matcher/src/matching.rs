//! What a match gives: captures, messages, edits, labels.

use std::fmt;

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use crate::captures::{Captures, Siblings};
use crate::clause::Direction;
use crate::fix::Fix;
use crate::label::Label;
use crate::run::Run;
use crate::template::{Piece, indent_before, pieces, reindent};
use crate::{Analysis, Program};

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

/// One place where a program matches.
#[derive(Clone, Debug)]
pub struct Match<'p> {
    /// The node.
    pub node: NodeId,
    /// Its bytes.
    pub span: Span,
    program: &'p Program,
    ones: Box<[Option<NodeId>]>,
    lists: Box<[Option<Siblings>]>,
}

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
        write!(f, "the transform `{}` works on characters, and the text here is not UTF-8", self.transform)
    }
}

impl<'p> Match<'p> {
    pub(crate) fn new(program: &'p Program, node: NodeId, analysis: &Analysis<'_>, captures: &Captures) -> Self {
        Self {
            node,
            span: analysis.tree().span(node),
            program,
            ones: captures.ones(program.patterns.ones.len()).into(),
            lists: captures.lists(program.patterns.lists.len()).into(),
        }
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

    /// The edits of the first fix; none where there is no fix.
    ///
    /// # Errors
    /// Where the fix cannot carry the bytes of the source.
    pub fn edits(&self, analysis: &Analysis<'_>) -> Result<Vec<Edit>, CannotCarry> {
        self.program.fixes.first().map(|fix| self.edit(fix, analysis)).into_iter().collect()
    }

    /// Every way to fix it that can carry the bytes of the source, in the order of the rule, with its title.
    #[must_use]
    pub fn fixes(&self, analysis: &Analysis<'_>) -> Vec<(Option<&'p str>, Edit)> {
        let fixes = self.program.fixes.iter();
        fixes.filter_map(|fix| Some((fix.title.as_deref(), self.edit(fix, analysis).ok()?))).collect()
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

    fn edit(&self, fix: &Fix, analysis: &Analysis<'_>) -> Result<Edit, CannotCarry> {
        let text = self.fill(&fix.template, analysis, &self.transformed(analysis)).map_err(|(_, cannot)| cannot)?;
        let indent = indent_before(analysis.text(), self.span.start as usize);
        let mut span = self.span;
        if fix.expand_start.is_some() || fix.expand_end.is_some() {
            let mut captures = self.captures();
            let mut run = Run::new(self.program, analysis, &mut captures);
            let mut found = |direction, expansion: Option<_>| {
                let (op, stop) = expansion?;
                run.beside(direction, op, stop, self.node).map(|node| analysis.tree().span(node))
            };
            if let Some(before) = found(Direction::Follows, fix.expand_start) {
                span.start = before.start;
            }
            if let Some(behind) = found(Direction::Precedes, fix.expand_end) {
                span.end = behind.end;
            }
        }
        Ok(Edit { span, text: reindent(&text, 0, indent).into_owned() })
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

    /// The texts of the transforms, in the order in which they depend on each other.
    fn transformed(&self, analysis: &Analysis<'_>) -> Vec<Made<'p>> {
        let mut done: Vec<Made<'p>> = Vec::with_capacity(self.program.transforms.len());
        for transform in &self.program.transforms {
            let source = &transform.source;
            let (text, is_exact) = match self.span_of(&source.name, source.list, analysis) {
                Some(span) => {
                    let (changed, is_exact) = transform.apply(span.of(analysis.text()));
                    let indent = indent_before(analysis.text(), span.start as usize);
                    (reindent(&changed, indent, 0).into_owned(), is_exact)
                }
                None => match done.iter().find(|made| made.name == source.name && !source.list) {
                    Some(earlier) => {
                        let (text, is_exact) = transform.apply(&earlier.text);
                        (text, is_exact && earlier.is_exact)
                    }
                    None => (Vec::new(), true),
                },
            };
            done.push(Made { name: &transform.name, text, is_exact });
        }
        done
    }

    /// The filled template.
    ///
    /// # Errors
    /// The text with the first transform in it that had to guess at bytes that are no characters.
    fn fill(
        &self,
        template: &str,
        analysis: &Analysis<'_>,
        transformed: &[Made<'_>],
    ) -> Result<Vec<u8>, (Vec<u8>, CannotCarry)> {
        let mut text = Vec::with_capacity(template.len() + 32);
        let mut guessed = None;
        for piece in pieces(template) {
            match piece {
                Piece::Text(literal) => text.extend_from_slice(literal.as_bytes()),
                Piece::Name { name, list, written, indent } => {
                    let made = transformed.iter().find(|made| made.name == name && !list);
                    match (made, self.span_of(name, list, analysis)) {
                        (Some(made), _) => {
                            if !made.is_exact {
                                guessed.get_or_insert_with(|| CannotCarry { transform: made.name.to_owned() });
                            }
                            text.extend_from_slice(&reindent(&made.text, 0, indent));
                        }
                        (None, Some(span)) => {
                            let from = indent_before(analysis.text(), span.start as usize);
                            text.extend_from_slice(&reindent(span.of(analysis.text()), from, indent));
                        }
                        (None, None) if self.program.defines(name) => {}
                        (None, None) => text.extend_from_slice(written.as_bytes()),
                    }
                }
            }
        }
        match guessed {
            None => Ok(text),
            Some(cannot) => Err((text, cannot)),
        }
    }

    /// The filled template, to be shown.
    fn show(&self, template: &str, analysis: &Analysis<'_>, transformed: &[Made<'_>]) -> String {
        let bytes = self.fill(template, analysis, transformed).unwrap_or_else(|(text, _)| text);
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

/// What a transform made.
struct Made<'p> {
    name: &'p str,
    text: Vec<u8>,
    /// Whether every byte is one of the source or of the rule.
    is_exact: bool,
}
