//! What a team says about how far a task is.

use std::fmt;

use serde::Serialize;

use crate::Place;

/// How far a task is, as declared. A task that declares nothing, or a word that nobody knows, has no status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not begun.
    Todo,
    /// Begun.
    InProgress,
    /// Said to be finished.
    Done,
    /// Decided against.
    WontDo,
    /// The risk is accepted as it is.
    Accepted,
}

impl Status {
    /// The status as it is written in JSON and text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::InProgress => "in-progress",
            Self::Done => "done",
            Self::WontDo => "wont-do",
            Self::Accepted => "accepted",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a status was declared. Where several disagree the first of this order holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeclaredBy {
    /// The task's own `status`: it stands beside the task and is changed with it.
    Task,
    /// A line of a checklist: kept by hand, so it can be set back.
    Checklist,
    /// A marker file: it says that the task was finished once, and rarely goes when the task is reopened.
    Marker,
    /// The exported status file of a tracker: as old as the export.
    Tracker,
}

/// One place that says how far a task is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusDeclaration {
    /// What it says.
    pub status: Status,
    /// What kind of place says it.
    pub by: DeclaredBy,
    /// The word, box or file name that says it. A marker file says it by its name: its place is the empty span at
    /// the start of the file.
    pub place: Place,
}
