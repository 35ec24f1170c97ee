//! What a timeline is made of.

use auditlint_engine::{Forecast, TaskStanding, TurnKind};

use crate::plain::count;

/// How the findings of tasks went from commit to commit.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// How many commits the line has, looked at or not.
    pub looked_at: u64,
    /// The commits that were looked at, the oldest first.
    pub commits: Vec<TimelineCommit>,
    /// The tasks that a rule checks, in the order of their ids.
    pub tasks: Vec<TimelineTask>,
    /// How many tasks of the last commit no rule checks.
    pub unchecked: u64,
    /// When nothing will be left, from the findings of the tasks; from all where there is no task.
    pub forecast: Forecast,
    /// What a reader has to know besides, a sentence each.
    pub notes: Vec<String>,
}

/// What a run on one commit says.
#[derive(Clone, Debug)]
pub struct TimelineCommit {
    /// Its name.
    pub commit: String,
    /// The day on which it was made, `YYYY-MM-DD`.
    pub day: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// How many findings the project had left.
    pub findings: u64,
    /// How many were suppressed.
    pub suppressed: u64,
    /// How many findings the tasks had left; one that belongs to several counts for each.
    pub findings_of_tasks: u64,
    /// How many tasks were clean.
    pub clean: u64,
    /// How many had findings left.
    pub with_findings: u64,
    /// Of how many nobody could tell.
    pub unjudged: u64,
}

/// How one task went.
#[derive(Clone, Debug)]
pub struct TimelineTask {
    /// Its id.
    pub id: String,
    /// Its title; empty where there is none.
    pub title: String,
    /// How it stood at each commit.
    pub standings: Vec<TaskStanding>,
    /// The commits that turned it, in order.
    pub turns: Vec<TimelineTurn>,
    /// When nothing of it will be left; `None` where nobody can tell how it stands.
    pub forecast: Option<Forecast>,
}

/// A commit that turned a task.
#[derive(Clone, Debug)]
pub struct TimelineTurn {
    /// What it did.
    pub kind: TurnKind,
    /// Its name.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// The merge that brought it, where it was made on a branch.
    pub merge: Option<String>,
    /// Whether nothing was known of the task before.
    pub is_first: bool,
    /// Who wrote it and when, where that was asked for.
    pub author: Option<TurnAuthor>,
}

/// Who wrote a commit, and when.
#[derive(Clone, Debug)]
pub struct TurnAuthor {
    /// The name.
    pub name: String,
    /// The time, as ISO 8601 writes it.
    pub time: String,
}

impl TimelineTask {
    /// The first commit at which it was clean.
    pub(super) fn first_clean(&self) -> Option<&TimelineTurn> {
        self.turns.iter().find(|turn| turn.kind == TurnKind::Clean)
    }

    /// The last commit that broke it again.
    pub(super) fn last_broken(&self) -> Option<&TimelineTurn> {
        self.turns.iter().rfind(|turn| turn.kind == TurnKind::Broken)
    }

    /// "13 → 0".
    pub(super) fn shown_course(&self) -> String {
        let known = |standing: &TaskStanding| standing.left();
        let first = self.standings.iter().find_map(known);
        let last = self.standings.last().copied().unwrap_or_default();
        let last = last.left().map_or_else(|| standing_name(last).to_owned(), |left| left.to_string());
        first.map_or_else(|| last.clone(), |first| format!("{first} → {last}"))
    }
}

impl Timeline {
    /// Which commits these are, with which rules, in sentences.
    pub(super) fn introduction(&self) -> Vec<String> {
        let looked_at = self.commits.len() as u64;
        let place = |commit: &TimelineCommit| match &commit.day {
            Some(day) => format!("{} ({day})", short(&commit.commit)),
            None => short(&commit.commit).to_owned(),
        };
        let (Some(first), Some(last)) = (self.commits.first(), self.commits.last()) else { return Vec::new() };
        let of = if looked_at < self.looked_at { format!(" of {}", self.looked_at) } else { String::new() };
        let mut lines = vec![format!(
            "{}{of}, from {} to {}, by first parents.",
            count(looked_at, "commit"),
            place(first),
            place(last)
        )];
        lines.push(
            "The rules and the configuration are those of the worktree; tasks, baseline and suppressions are those of each commit."
                .to_owned(),
        );
        if self.unchecked > 0 {
            let tasks = count(self.unchecked, "task");
            lines.push(format!("At the last commit no rule checks {tasks}, so nothing is known of them."));
        }
        lines.extend(self.notes.iter().map(|note| format!("{}.", note.trim_end_matches('.'))));
        lines
    }

    /// The forecast as a sentence.
    pub(super) fn forecast_sentence(&self) -> String {
        let what = if self.tasks.is_empty() { "the findings" } else { "the findings of the tasks" };
        match self.forecast {
            Forecast::Done => format!("Forecast: {what} are gone."),
            Forecast::TooShort => "Forecast: none, the history is too short for one.".to_owned(),
            Forecast::Between(early, late) => {
                format!("Forecast, if {what} go on as they went: done between {early} and {late}.")
            }
            Forecast::NotConverging => format!("Forecast, if {what} go on as they went: not converging."),
        }
    }
}

/// A forecast in a cell of a table.
pub(super) fn shown_forecast(forecast: Option<Forecast>) -> String {
    match forecast {
        None => String::new(),
        Some(Forecast::Done) => "done".to_owned(),
        Some(Forecast::TooShort) => "too short a history".to_owned(),
        Some(Forecast::Between(early, late)) => format!("{early} to {late}"),
        Some(Forecast::NotConverging) => "not converging".to_owned(),
    }
}

/// A state as it is written.
pub(super) fn standing_name(standing: TaskStanding) -> &'static str {
    match standing {
        TaskStanding::Missing => "missing",
        TaskStanding::Unjudged => "unjudged",
        TaskStanding::Clean => "clean",
        TaskStanding::Left(_) => "findings",
    }
}

/// A turn as it is written.
pub(super) fn kind_name(kind: TurnKind) -> &'static str {
    match kind {
        TurnKind::Clean => "clean",
        TurnKind::Broken => "broken",
    }
}

/// A commit as people name it.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}
