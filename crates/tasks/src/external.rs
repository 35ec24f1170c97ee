//! Ids of a tracker outside the repository.

use crate::{Place, Status, TaskId};

/// A task that stands in a tracker outside the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalTask {
    /// Its id, with the prefix of its source where there is one.
    pub id: TaskId,
    /// Its address, where the configuration says how to write it.
    pub url: Option<String>,
    /// Its title, where the exported status file holds one.
    pub title: Option<String>,
    /// Its status, where the exported status file holds one that is known.
    pub status: Option<Status>,
    /// Where the exported status file names it.
    pub place: Option<Place>,
}
