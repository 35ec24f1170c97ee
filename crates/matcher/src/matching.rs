//! What a match gives: captures, messages, edits, labels.

use std::borrow::Cow;

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use crate::captures::{Captures, Siblings};
use crate::clause::Direction;
use crate::fix::Fix;
use crate::label::Label;
use crate::op::{OpId, Stop};
use crate::run::Run;
use crate::search::Search;
use crate::template::{Piece, indent_before, pieces, reindent};
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
    /// What comes in its place.
    pub text: String,
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
    /// is not bound becomes nothing; a `$` that starts no defined name stays.
    #[must_use]
    pub fn interpolate(&self, template: &str, analysis: &Analysis<'_>) -> String {
        self.fill(template, analysis, &self.transformed(analysis))
    }

    /// The edits of the first fix; none where there is no fix.
    #[must_use]
    pub fn edits(&self, analysis: &Analysis<'_>) -> Vec<Edit> {
        self.program.fixes.first().map(|fix| self.edit(fix, analysis, None)).into_iter().collect()
    }

    /// The same with what was found out at other nodes (see [`Program::match_next`]); none where its limit was passed.
    #[must_use]
    pub fn edits_next(&self, analysis: &Analysis<'_>, memory: &mut Memory) -> Vec<Edit> {
        let Some(fix) = self.program.fixes.first() else { return Vec::new() };
        let edit = self.edit(fix, analysis, Some(memory));
        if memory.is_exhausted() { Vec::new() } else { vec![edit] }
    }

    /// Every way to fix it, in the order of the rule, with its title.
    #[must_use]
    pub fn fixes(&self, analysis: &Analysis<'_>) -> Vec<(Option<&'p str>, Edit)> {
        self.program.fixes.iter().map(|fix| (fix.title.as_deref(), self.edit(fix, analysis, None))).collect()
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
            let message = label.message.as_ref().map(|message| self.fill(message, analysis, &transformed));
            Some(Label { span, style: label.style, message })
        });
        labels.collect()
    }

    fn edit(&self, fix: &Fix, analysis: &Analysis<'_>, memory: Option<&mut Memory>) -> Edit {
        let text = self.fill(&fix.template, analysis, &self.transformed(analysis));
        let indent = indent_before(analysis.text(), self.span.start as usize);
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
        Edit { span, text: reindent(&text, 0, indent).into_owned() }
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
    fn transformed(&self, analysis: &Analysis<'_>) -> Vec<(&'p str, String)> {
        let mut done: Vec<(&str, String)> = Vec::with_capacity(self.program.transforms.len());
        for transform in &self.program.transforms {
            let source = &transform.source;
            let text = match self.span_of(&source.name, source.list, analysis) {
                Some(span) => {
                    let changed = transform.apply(&String::from_utf8_lossy(span.of(analysis.text())));
                    let indent = indent_before(analysis.text(), span.start as usize);
                    reindent(&changed, indent, 0).into_owned()
                }
                None => {
                    let earlier = done.iter().find(|(name, _)| *name == source.name && !source.list);
                    earlier.map(|(_, text)| transform.apply(text)).unwrap_or_default()
                }
            };
            done.push((&transform.name, text));
        }
        done
    }

    fn fill(&self, template: &str, analysis: &Analysis<'_>, transformed: &[(&str, String)]) -> String {
        let mut text = String::with_capacity(template.len() + 32);
        for piece in pieces(template) {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Name { name, list, written, indent } => {
                    let made = transformed.iter().find(|(known, _)| *known == name && !list);
                    let piece = match (made, self.span_of(name, list, analysis)) {
                        (Some((_, made)), _) => reindent(made, 0, indent).into_owned(),
                        (None, Some(span)) => {
                            let code: Cow<'_, str> = String::from_utf8_lossy(span.of(analysis.text()));
                            let from = indent_before(analysis.text(), span.start as usize);
                            reindent(&code, from, indent).into_owned()
                        }
                        (None, None) if self.program.defines(name) => String::new(),
                        (None, None) => written.to_owned(),
                    };
                    text.push_str(&piece);
                }
            }
        }
        text
    }
}
