//! What could not be read, understood or linked.

use crate::{FilePath, Position, Span};

/// What a [`Problem`] is about; decides, with its level, how a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The command line, or a path that was named on it.
    Usage,
    /// The configuration.
    Config,
    /// A rule document.
    Rule,
    /// A task file.
    Task,
    /// A link between rules and tasks.
    Link,
    /// A source that could not be analysed at all.
    File,
    /// A region of a source that was not understood.
    Region,
    /// Something that was expected to match and matched nothing.
    Unmatched,
    /// A bug in auditlint.
    Bug,
}

impl ProblemKind {
    /// The kind as it is written in JSON and text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Config => "config",
            Self::Rule => "rule",
            Self::Task => "task",
            Self::Link => "link",
            Self::File => "file",
            Self::Region => "region",
            Self::Unmatched => "unmatched",
            Self::Bug => "bug",
        }
    }
}

/// How severe a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemLevel {
    /// The run cannot be trusted: exit code 2.
    Error,
    /// Printed; becomes an error with `--strict`.
    Warning,
    /// Printed when asked for.
    Note,
}

/// Something that auditlint has to say about its own input, beside findings: what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is about.
    pub kind: ProblemKind,
    /// How severe it is.
    pub level: ProblemLevel,
    /// The file, where there is one.
    pub path: Option<FilePath>,
    /// The bytes in that file, where known.
    pub span: Option<Span>,
    /// Where `span` starts, filled in where the text is at hand.
    pub position: Option<Position>,
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without a place.
    #[must_use]
    pub fn new(kind: ProblemKind, level: ProblemLevel, message: impl Into<String>) -> Self {
        Self { kind, level, path: None, span: None, position: None, message: message.into(), help: None }
    }

    /// An error without a place.
    #[must_use]
    pub fn error(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self::new(kind, ProblemLevel::Error, message)
    }

    /// A warning without a place.
    #[must_use]
    pub fn warning(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self::new(kind, ProblemLevel::Warning, message)
    }

    /// Says which file it is in.
    #[must_use]
    pub fn in_file(mut self, path: &FilePath) -> Self {
        self.path = Some(path.clone());
        self
    }

    /// Says where in the file, given the file's text, which is read up to there: for many places of one text use
    /// [`Problem::placed`].
    #[must_use]
    pub fn at(mut self, span: Span, text: &[u8]) -> Self {
        self.span = Some(span);
        self.position = Some(Position::of(text, span.start));
        self
    }

    /// Says where in the file, where that has been worked out.
    #[must_use]
    pub fn placed(mut self, span: Span, position: Position) -> Self {
        self.span = Some(span);
        self.position = Some(position);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
