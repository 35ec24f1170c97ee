//! What a module gives to those that import it.

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use crate::QualifiedPath;

/// A name that a module exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedName {
    /// The name; none where the module as a whole is this value (`module.exports = …`).
    pub name: Option<Box<str>>,
    /// Where it is bound.
    pub span: Span,
    /// The expression that is exported, or the name of a declaration.
    pub value: NodeId,
    /// What a function that does nothing but return gives back.
    pub returned: Option<NodeId>,
    /// What it is; `None` where it is not a path.
    pub path: Option<QualifiedPath>,
    /// The imported name that it goes back to, by its place in [`Names::imported`].
    pub via: Option<u32>,
    /// The imported name that it is, by its place there.
    pub imported: Option<u32>,
}

/// What a module exports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleExports {
    /// The names, in the order of the file.
    pub names: Vec<ExportedName>,
    /// The modules whose exports it passes on, as it writes them, and where it does.
    pub stars: Vec<(Box<str>, Span)>,
    /// Whether it is a file of CommonJS, whose exports are members of its default export too.
    pub is_common: bool,
}
