//! The answer which commit verified a task, or broke it.

use std::io::{self, Write as _};

use auditlint_engine::{TaskStanding, TurnKind};
use serde::Serialize;

use super::json::TurnJson;
use super::model::{TimelineTurn, kind_name, short};
use crate::plain::{count, one_line};
use crate::{EscapeWriter, Passing};

/// Which commit turned a task.
#[derive(Clone, Debug)]
pub struct BisectAnswer {
    /// The id of the task.
    pub task: String,
    /// Its title; empty where there is none.
    pub title: String,
    /// How the task stands now, or stood at the later commit.
    pub kind: TurnKind,
    /// The commit; `None` where the task stands so in all that were looked at.
    pub turn: Option<TimelineTurn>,
    /// How the task stood before and behind it.
    pub standings: Option<(TaskStanding, TaskStanding)>,
    /// Whether it was found by halving, on the assumption that the task turned once.
    pub assumes_one_turn: bool,
    /// The first commit at which the task stands so, where none turned it.
    pub since: Option<String>,
    /// How many commits were looked at, and of which.
    pub looked_at: u64,
    /// See `looked_at`.
    pub reach: &'static str,
}

impl BisectAnswer {
    /// A commit was found.
    #[must_use]
    pub fn of(
        task: &str,
        title: String,
        turn: TimelineTurn,
        standings: (TaskStanding, TaskStanding),
        assumes_one_turn: bool,
    ) -> Self {
        let kind = turn.kind;
        Self { turn: Some(turn), standings: Some(standings), assumes_one_turn, ..Self::blank(task, title, kind) }
    }

    /// None was, because the task stands so since a commit, and was not known before.
    #[must_use]
    pub fn none(task: &str, title: String, kind: TurnKind, since: String) -> Self {
        Self { since: Some(since), ..Self::blank(task, title, kind) }
    }

    fn blank(task: &str, title: String, kind: TurnKind) -> Self {
        Self {
            task: task.to_owned(),
            title,
            kind,
            turn: None,
            standings: None,
            assumes_one_turn: false,
            since: None,
            looked_at: 0,
            reach: "",
        }
    }

    /// Writes it as sentences.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_text(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let task = match self.title.as_str() {
            "" => self.task.clone(),
            title => format!("{} ({title})", self.task),
        };
        let mut line = |text: String| writeln!(out, "{}", one_line(&text));
        if let Some(turn) = &self.turn {
            let did = match turn.kind {
                TurnKind::Clean => "verified",
                TurnKind::Broken => "broke",
            };
            line(format!("{} {did} {task}: {}", short(&turn.commit), turn.subject))?;
            if let Some((before, behind)) = self.standings {
                line(format!("  before: {}; at this commit: {}", shown(before), shown(behind)))?;
            }
            if let Some(merge) = &turn.merge {
                line(format!("  brought by the merge {}", short(merge)))?;
            }
            if let Some(author) = &turn.author {
                line(format!("  by {}, {}", author.name, author.time))?;
            }
            if self.assumes_one_turn {
                line(
                    "Found by halving: if the task turned several times in between, this is one of the turns."
                        .to_owned(),
                )?;
            }
        } else {
            let how = match self.kind {
                TurnKind::Clean => "is clean",
                TurnKind::Broken => "has findings",
            };
            let since = self.since.as_deref().map(short).unwrap_or_default();
            line(format!("{task} {how} since it is known, from {since}."))?;
            line(format!("Looked at {}{}.", count(self.looked_at, "commit"), self.reach))?;
        }
        line("The rules and the configuration are those of the worktree.".to_owned())
    }

    /// Writes it as an object.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Answer<'a> {
            task: &'a str,
            title: &'a str,
            kind: &'static str,
            turn: Option<TurnJson<'a>>,
            findings_before: Option<u64>,
            findings: Option<u64>,
            assumes_one_turn: bool,
            since: Option<&'a str>,
        }
        let answer = Answer {
            task: &self.task,
            title: &self.title,
            kind: kind_name(self.kind),
            turn: self.turn.as_ref().map(TurnJson::of),
            findings_before: self.standings.and_then(|(before, _)| before.left()),
            findings: self.standings.and_then(|(_, behind)| behind.left()),
            assumes_one_turn: self.assumes_one_turn,
            since: self.since.as_deref(),
        };
        let mut out = EscapeWriter::new(out, Passing::Json);
        serde_json::to_writer_pretty(&mut out, &answer)?;
        writeln!(out)?;
        out.flush()
    }
}

fn shown(standing: TaskStanding) -> String {
    match standing {
        TaskStanding::Missing => "the task was not there, or no rule checked it".to_owned(),
        TaskStanding::Unjudged => "nobody can tell".to_owned(),
        TaskStanding::Clean => "no finding".to_owned(),
        TaskStanding::Left(left) => count(left, "finding"),
    }
}
