//! Trying a program at a node, and what a match gives.

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use crate::{Analysis, Program};

/// Memory that attempts reuse; one per thread.
#[derive(Debug, Default)]
pub struct Scratch {}

/// One place where a program matches.
#[derive(Clone, Debug)]
pub struct Match<'p> {
    /// The node.
    pub node: NodeId,
    /// Its bytes.
    pub span: Span,
    program: &'p Program,
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
    pub(crate) fn new(program: &'p Program, node: NodeId, analysis: &Analysis<'_>) -> Self {
        Self { node, span: analysis.tree().span(node), program }
    }

    /// `template` with `$A`, `$$$B` and the names of transforms replaced by what they stand for. A defined name that
    /// is not bound becomes nothing; a `$` that starts no defined name stays.
    #[must_use]
    pub fn interpolate(&self, template: &str, analysis: &Analysis<'_>) -> String {
        let _ = (analysis, self.program);
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
