//! What one source exports that a rule may ask of another one.

use std::sync::Arc;

use auditlint_names::QualifiedPath;
use auditlint_source::{Position, Span};
use serde::{Deserialize, Serialize};

/// The exports of a source, as far as rules ask for them. It depends on the text, the rules and what the source imports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceExports {
    /// The names that lead to what a rule asks for.
    pub names: Vec<SourceExport>,
    /// The modules whose exports are passed on, as the source writes them.
    pub stars: Vec<Arc<str>>,
    /// Every name that the source exports itself: `export *` does not pass on one of these.
    pub own: Arc<[Arc<str>]>,
    /// Whether it is a file of CommonJS, whose exports are members of its default export too.
    pub is_common: bool,
    /// Where the first `export *` stands.
    pub star: Option<ExportPosition>,
}

/// One exported name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceExport {
    /// The name; none where it is the module as a whole.
    pub name: Option<Arc<str>>,
    /// Where it is bound.
    pub place: ExportPosition,
    /// What it is, where it is a path.
    pub path: Option<QualifiedPath>,
    /// The imported name that its path goes back to.
    pub via: Option<u32>,
    /// The questions about origins of values that it answers with yes, and those that what it returns does.
    pub values: Vec<u64>,
    /// The same for what it returns.
    pub returns: Vec<u64>,
}

/// Where an exported name is bound in its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportPosition {
    /// Its bytes.
    pub span: Span,
    /// Its first character.
    pub start: Position,
    /// What follows the last one.
    pub end: Position,
}

impl SourceExports {
    /// What it takes of memory, roughly.
    #[must_use]
    pub fn weight(&self) -> usize {
        let answers = self.names.iter().map(|name| 8 * (name.values.len() + name.returns.len()) + 64).sum::<usize>();
        size_of_val(&*self.names) + answers + 32 * (self.stars.len() + self.own.len())
    }
}
