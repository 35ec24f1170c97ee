//! Words of commands, and what is known around them.

use auditlint_source::{FilePath, Span};

use super::variables::Variables;

/// Begins a path that starts at the root of the project.
pub(crate) const PROJECT: char = '\u{e000}';
/// Begins a path that starts at the folder in which the text began to run.
pub(crate) const START: char = '\u{e001}';
/// Stands in a word for what nobody can say.
pub(crate) const ANY: char = '\u{e002}';

/// A word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// What it says, without quotes, with the values of known variables, and with [`PROJECT`], [`START`] and [`ANY`].
    pub(crate) text: String,
    /// Where it stands in the text.
    pub(crate) span: Span,
}

/// What is known around a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordContext {
    /// Variables that are set.
    pub(crate) variables: Variables,
    /// The file that the text is, for `$0`.
    pub(crate) file: Option<FilePath>,
}

impl Word {
    /// What it says, where somebody can say it.
    pub(crate) fn known(&self) -> Option<&str> {
        (!self.text.contains(ANY)).then_some(&self.text)
    }
}

/// How far up is looked for what a command stands in; deeper ones count as if nothing was around them there.
pub(super) const HIGHEST: usize = 64;
