//! One task.

use auditlint_source::Position;

use crate::{NamedFile, Status, StatusDeclaration, StatusForm, TaskDependency, TaskId, TaskPlace};

/// A rule that a task names itself, as what checks it (`verify: [in-memory-store]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRule {
    /// The rule's id, as it is written. Whether there is such a rule the engine knows.
    pub id: String,
    /// Where it is written.
    pub place: TaskPlace,
    /// The same as line and columns.
    pub position: Position,
    /// Whether nothing but ids stands in its entry: a remark behind one says that it may also be the name of something else.
    pub is_alone: bool,
}

/// One thing that must hold for a task to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptanceCriterion {
    /// What must hold, without the box in front of it and the rules behind it.
    pub text: String,
    /// Where it stands.
    pub place: TaskPlace,
    /// What its own box says.
    pub declaration: Option<StatusDeclaration>,
    /// The rules that check it.
    pub rules: Vec<TaskRule>,
}

/// A part of a task that has an id of its own and is kept inside the task (`- [ ] CODX-311 — Write the migration`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subtask {
    /// Its id.
    pub id: String,
    /// What stands behind the id.
    pub title: String,
    /// Whether its box is ticked.
    pub done: bool,
    /// Where the id stands.
    pub place: TaskPlace,
}

/// A line of what a task says in prose (overview, scope, steps, notes), as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStep {
    /// The line, without the white space around it.
    pub text: String,
    /// Where it stands.
    pub place: TaskPlace,
}

/// A value that stands where a status would and says none that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownStatus {
    /// The value, without quotes where it says something; an empty place where nothing stands.
    pub place: TaskPlace,
    /// How it is written.
    pub form: StatusForm,
}

/// What a task says of its checking without naming a rule as one: a command, a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyNote {
    /// What is said.
    pub text: String,
    /// Where it stands.
    pub place: TaskPlace,
    /// Line and columns of its start.
    pub position: Position,
}

/// A unit of remediation, as the user's repository describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The id, with the prefix of its source where there is one.
    pub id: TaskId,
    /// The prefix of its source, or of its file where ids count within one file only (`specs/001-login/tasks.md`).
    pub prefix: Option<String>,
    /// Other names that stand for it: the name of a file that holds this task alone, `13` for `#13`.
    pub aliases: Vec<String>,
    /// The title; empty where there is none.
    pub title: String,
    /// Where the id stands: in the text of the file, or the start of the file where only its name holds the id.
    pub place: TaskPlace,
    /// The status that holds: the first of `declarations`.
    pub status: Option<Status>,
    /// Everything that says how far the task is, the one that holds first.
    pub declarations: Vec<StatusDeclaration>,
    /// What stands where its status would, and is not one that is known: a word, nothing at all.
    pub unknown_status: Option<UnknownStatus>,
    /// The priority as it is written (`P0`, `HIGH`): from a field of that name, or from a line of the prose that is
    /// certainly one (`Priority: CRITICAL`).
    pub priority: Option<String>,
    /// Who does it.
    pub owner: Option<String>,
    /// The phase, milestone or sprint that it belongs to: a field of that name, or the heading that it stands under.
    pub phase: Option<String>,
    /// The files that it touches, as paths or globs relative to the root, free of prose.
    pub files: Vec<String>,
    /// The same with their places, as often as they are named.
    pub named_files: Vec<NamedFile>,
    /// The ids that the audit itself gives to what the task puts right (`C1`, `H10`).
    pub findings: Vec<String>,
    /// The tasks of the same set that must be done before it.
    pub depends_on: Vec<TaskId>,
    /// What it says about them, with places, those that nobody knows too.
    pub dependencies: Vec<TaskDependency>,
    /// What must hold for it to be done, one criterion each.
    pub acceptance: Vec<AcceptanceCriterion>,
    /// How its doing is checked, as it is written: commands and rules. auditlint never runs a command.
    pub verify: Vec<String>,
    /// The entries of `verify` that have the shape of a rule's id.
    pub rules: Vec<TaskRule>,
    /// What it and its criteria say of their checking that is neither such an id nor a command.
    pub verify_notes: Vec<VerifyNote>,
    /// Its parts.
    pub subtasks: Vec<Subtask>,
    /// Everything else that is said about it (overview, scope, steps, notes), for matching by words.
    pub text: String,
    /// The lines of that text with their places.
    pub steps: Vec<TaskStep>,
    /// Which of the sources given to [`load`](crate::load) it comes from.
    pub source: usize,
}

impl Task {
    /// The rules that it names itself, for itself and for its criteria.
    pub fn named_rules(&self) -> impl Iterator<Item = &TaskRule> {
        self.rules.iter().chain(self.acceptance.iter().flat_map(|criterion| &criterion.rules))
    }

    /// The files that it lists as those that it is about. Those that it makes say nothing about where a fault stands.
    pub fn listed_files(&self) -> impl Iterator<Item = &NamedFile> {
        self.named_files.iter().filter(|file| file.is_listed && !file.is_new && !file.is_outside)
    }

    /// The id without the prefix of its source.
    #[must_use]
    pub fn local_id(&self) -> &str {
        let id = self.id.as_str();
        match &self.prefix {
            Some(prefix) => id.strip_prefix(prefix.as_str()).and_then(|id| id.strip_prefix(':')).unwrap_or(id),
            None => id,
        }
    }
}
