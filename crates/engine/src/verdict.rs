//! What a run says about one task: its verdict, and all that it rests on.

use std::sync::Arc;

use auditlint_tasks::{FindingCounts, Status, TaskPlace, Verdict};

use crate::Date;

/// What a run proves about one task, and why.
#[derive(Clone, Debug, Default)]
pub struct TaskVerdict {
    /// Its full id.
    pub id: String,
    /// Its title; empty where there is none.
    pub title: String,
    /// Its number in [`TaskSet::tasks`](auditlint_tasks::TaskSet::tasks); `None` where it stands in a tracker.
    pub task: Option<usize>,
    /// What the team declares.
    pub status: Option<Status>,
    /// What the run proves.
    pub verdict: Verdict,
    /// Its priority, as it is written.
    pub priority: Option<String>,
    /// Who does it.
    pub owner: Option<String>,
    /// The phase that it belongs to.
    pub phase: Option<String>,
    /// Where its id stands; `None` where it is known by a link alone.
    pub place: Option<TaskPlace>,
    /// Its address in a tracker.
    pub url: Option<String>,
    /// The tasks that must be done before it.
    pub depends_on: Vec<String>,
    /// The rules that check it.
    pub rules: Vec<LinkedRule>,
    /// What must hold for it to be done.
    pub criteria: Vec<JudgedCriterion>,
    /// For how many of these there is a rule. A rule that is linked to the task as a whole stands for one of them.
    pub criteria_with_rule: usize,
    /// What its rules find.
    pub counts: FindingCounts,
    /// The first of these findings, of each rule its share, as their numbers in [`Report::findings`](crate::Report::findings).
    pub findings: Vec<usize>,
    /// What the verdict rests on and what weakens it, a sentence each.
    pub reasons: Vec<String>,
    /// Why it is accepted or will not be done, where its file says so.
    pub because: Option<String>,
    /// Who answers for it, where somebody does.
    pub attestation: Option<TaskAttestation>,
}

/// A rule that checks a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedRule {
    /// Its id.
    pub id: String,
    /// What links it.
    pub by: LinkOrigin,
    /// The globs of the files in which it counts for the task; empty for all.
    pub files: Vec<String>,
    /// Whether it is on.
    pub is_on: bool,
    /// Whether it looked at any file that counts.
    pub has_looked: bool,
    /// What it finds for the task.
    pub counts: FindingCounts,
}

impl LinkedRule {
    /// The same rule as other projects configure it.
    pub(crate) fn join(&mut self, other: Self) {
        let Self { files, is_on, has_looked, counts, .. } = other;
        if files.is_empty() || self.files.is_empty() {
            self.files.clear();
        } else {
            let more: Vec<String> = files.into_iter().filter(|file| !self.files.contains(file)).collect();
            self.files.extend(more);
        }
        self.is_on |= is_on;
        self.has_looked |= has_looked;
        self.counts.new += counts.new;
        self.counts.known += counts.known;
        self.counts.suppressed += counts.suppressed;
    }
}

/// What links a rule to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkOrigin {
    /// `tasks` of the rule itself.
    Rule,
    /// `tasks` of the rule's table in the configuration.
    Configuration,
    /// `verify` of the task, or of one of its acceptance criteria.
    Task,
}

impl LinkOrigin {
    /// The word for it in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Configuration => "configuration",
            Self::Task => "task",
        }
    }
}

/// An acceptance criterion with the rules that check it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedCriterion {
    /// What must hold.
    pub text: String,
    /// The 1-based line.
    pub line: u32,
    /// What its own box says.
    pub status: Option<Status>,
    /// The rules that it names and that are known.
    pub rules: Vec<String>,
    /// What they find.
    pub counts: FindingCounts,
}

/// An attestation that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskAttestation {
    /// Who answers for the task.
    pub by: Arc<str>,
    /// The day on which it expires.
    pub until: Date,
    /// What it rests on.
    pub reason: Arc<str>,
}
