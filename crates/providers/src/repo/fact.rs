//! What one file says about files of the project.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

/// The facts of one file.
pub(super) type Facts = SourceFacts<RepoFact>;

/// Something that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RepoFact {
    /// A document refers to something.
    Link { kind: ReferenceKind, target: Arc<str> },
    /// A word of a command is a file that it reads.
    Word { kind: CommandKind, word: Arc<str>, folder: Arc<str> },
    /// A word of a command is a file that it may make; `is_filled` where anything may lie below it.
    Written { word: Arc<str>, folder: Arc<str>, is_filled: bool },
    /// A workflow or an action is used.
    Action { kind: CommandKind, target: Arc<str> },
    /// A folder is a repository of its own.
    Submodule(Arc<str>),
}

impl Fact for RepoFact {}

/// How a document refers to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ReferenceKind {
    Definition,
    Link,
    Image,
    Code,
    Html,
}

impl ReferenceKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Link => "link",
            Self::Image => "image",
            Self::Code => "code",
            Self::Html => "html",
        }
    }
}

/// What kind of file has a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CommandKind {
    Script,
    Shell,
    Workflow,
}

impl CommandKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Shell => "shell",
            Self::Workflow => "workflow",
        }
    }
}
