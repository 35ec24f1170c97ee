//! What one file runs.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use auditlint_source::{FilePath, Span};
use serde::{Deserialize, Serialize};

use crate::read::commands::{RootKind, RunLinkKind, Slot};

/// The facts of one file.
pub(super) type Facts = SourceFacts<CiFact>;

/// Something that a file says. A part of it is nothing for the file as a whole, else a job, a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CiFact {
    /// A part runs a command, in a folder where somebody can say which.
    Command {
        part: Option<Arc<str>>,
        folder: Option<Arc<str>>,
        words: Box<[Box<str>]>,
    },
    /// A part runs another part, or another file.
    Link {
        part: Option<Arc<str>>,
        target: LinkTarget,
        kind: RunLinkKind,
    },
    /// A part runs by itself.
    Root {
        part: Option<Arc<str>>,
        kind: RootKind,
    },
    /// A part has a word that may name a file.
    Mention {
        part: Option<Arc<str>>,
        word: Arc<str>,
    },
    Job(Box<Job>),
    /// A script of a package; `is_empty` where it does nothing.
    Script {
        name: Arc<str>,
        is_empty: bool,
    },
    /// The name of the package.
    Package(Arc<str>),
    /// A glob of the packages of a workspace.
    Workspace(Arc<str>),
    /// A task of a task runner, and one that runs before it.
    Task {
        task: Arc<str>,
        before: Arc<str>,
    },
    /// The file runs the words that it is given.
    HandsOn,
    /// It only prints what it finds: nothing in it can say that something is wrong.
    Prints,
    /// It gives things to other modules.
    Gives,
    /// What of the commands was not understood.
    Unread(Arc<str>),
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LinkTarget {
    /// A part of the same file.
    Part(Arc<str>),
    /// A path or a name.
    Named(Arc<str>),
}

/// A job of GitLab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(super) name: Arc<str>,
    /// The jobs that it extends.
    pub(super) extends: Vec<Arc<str>>,
    /// The lists of commands that it has.
    pub(super) slots: Vec<Slot>,
}

impl Fact for CiFact {
    fn lists(&self) -> usize {
        match self {
            Self::Command { words, .. } => size_of_val(&**words),
            Self::Job(job) => size_of::<Job>() + size_of_val(job.extends.as_slice()),
            _ => 0,
        }
    }
}

/// The files that a pipeline includes.
pub(super) fn includes(source: &Facts) -> impl Iterator<Item = (Span, FilePath)> {
    source.facts.iter().filter_map(|said| match &said.fact {
        CiFact::Link { target: LinkTarget::Named(target), kind: RunLinkKind::Include, .. } => {
            Some((said.span, FilePath::new(target)))
        }
        _ => None,
    })
}
