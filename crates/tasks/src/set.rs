//! All tasks of a run, and how they are found by what people write for them.

use crate::{ExternalTask, Task};

/// Every task that was read, in the order of path and line.
#[derive(Clone, Debug, Default)]
pub struct TaskSet {
    tasks: Vec<Task>,
}

/// What a written task id stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup<'t> {
    /// One task.
    One(&'t Task),
    /// A short form that several tasks share; they are listed.
    Ambiguous(Vec<&'t Task>),
    /// An id of the audit itself, or of a subtask: it stands for the tasks that list it.
    ByFinding(Vec<&'t Task>),
    /// An id of a tracker outside the repository.
    External(ExternalTask),
    /// Nobody knows it.
    Unknown {
        /// The id or finding id that is nearest in spelling.
        nearest: Option<&'t str>,
    },
}

impl TaskSet {
    /// Every task, in the order of path and line.
    #[must_use]
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// Whether there is neither a task nor a tracker.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// What `id` stands for.
    #[must_use]
    pub fn lookup(&self, _id: &str) -> Lookup<'_> {
        Lookup::Unknown { nearest: None }
    }
}
