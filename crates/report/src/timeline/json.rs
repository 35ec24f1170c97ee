//! The JSON form of a timeline, and the structs that its published schema is derived from.

use std::io;

use auditlint_engine::Forecast;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::model::{Timeline, TimelineTask, TimelineTurn, kind_name};

/// The version of the shape. Keys may be added within one version; none changes its meaning or is removed.
const SCHEMA_VERSION: u32 = 1;

/// How the findings of tasks went from commit to commit.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "auditlint history")]
struct TimelineDocument<'t> {
    /// The version of this shape: 1.
    #[schemars(extend("const" = 1))]
    schema: u32,
    /// How many commits lie between the two ends, looked at or not, by first parents.
    line: u64,
    /// Whose rules and configuration were used: `worktree`.
    #[schemars(extend("const" = "worktree"))]
    rules: &'static str,
    /// The commits that were looked at, the oldest first.
    commits: Vec<CommitJson<'t>>,
    /// The tasks that a rule checks, in the order of their ids.
    tasks: Vec<TaskCourseJson<'t>>,
    /// How many tasks of the last commit no rule checks.
    unchecked_tasks: u64,
    /// When nothing will be left, from the findings of the tasks; from all where there is no task.
    forecast: ForecastJson,
    /// What a reader has to know besides, a sentence each.
    notes: &'t [String],
}

/// What a run on one commit says.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TimelineCommit")]
struct CommitJson<'t> {
    /// Its name.
    commit: &'t str,
    /// The day on which it was made: `YYYY-MM-DD`.
    day: Option<&'t str>,
    /// Its tags.
    tags: &'t [String],
    /// How many findings the project had left, those of the baseline among them.
    findings: u64,
    /// How many were suppressed.
    suppressed: u64,
    /// How many findings the tasks had left; one that belongs to several counts for each.
    findings_of_tasks: u64,
    /// How many tasks were clean.
    clean_tasks: u64,
    /// How many had findings left.
    tasks_with_findings: u64,
    /// Of how many nobody could tell.
    unjudged_tasks: u64,
}

/// How one task went.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TimelineTask")]
struct TaskCourseJson<'t> {
    /// Its id.
    id: &'t str,
    /// Its title.
    title: Option<&'t str>,
    /// How many findings it had left at each commit; null where it was not there or nobody could tell.
    findings: Vec<Option<u64>>,
    /// The first commit at which it was clean.
    first_clean: Option<&'t str>,
    /// The last commit that broke it again.
    broken_again: Option<&'t str>,
    /// The commits that turned it, in order.
    turns: Vec<TurnJson<'t>>,
    /// When nothing of it will be left; null where nobody can tell how it stands.
    forecast: Option<ForecastJson>,
}

/// A commit that turned a task.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TaskTurn")]
pub(super) struct TurnJson<'t> {
    /// What it did.
    #[schemars(extend("enum" = ["clean", "broken"]))]
    kind: &'static str,
    /// Its name.
    commit: &'t str,
    /// The first line of its message.
    subject: &'t str,
    /// The merge that brought it, where it was made on a branch.
    merge: Option<&'t str>,
    /// Whether nothing was known of the task before.
    first_known: bool,
    /// Who wrote it, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'t str>,
    /// When it was written, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'t str>,
}

/// What is to be expected.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TimelineForecast")]
struct ForecastJson {
    /// Whether nothing is left, the history is too short to say, the findings will be gone in a range of days, or do not shrink.
    #[schemars(extend("enum" = ["done", "too-short", "between", "not-converging"]))]
    kind: &'static str,
    /// The first day of the range.
    from: Option<String>,
    /// The last day of the range.
    to: Option<String>,
}

impl ForecastJson {
    fn of(forecast: Forecast) -> Self {
        let (kind, range) = match forecast {
            Forecast::Done => ("done", None),
            Forecast::TooShort => ("too-short", None),
            Forecast::Between(early, late) => ("between", Some((early.to_string(), late.to_string()))),
            Forecast::NotConverging => ("not-converging", None),
        };
        let (from, to) = range.unzip();
        Self { kind, from, to }
    }
}

impl<'t> TurnJson<'t> {
    pub(super) fn of(turn: &'t TimelineTurn) -> Self {
        Self {
            kind: kind_name(turn.kind),
            commit: &turn.commit,
            subject: &turn.subject,
            merge: turn.merge.as_deref(),
            first_known: turn.is_first,
            author: turn.author.as_ref().map(|author| author.name.as_str()),
            time: turn.author.as_ref().map(|author| author.time.as_str()),
        }
    }
}

fn task(task: &TimelineTask) -> TaskCourseJson<'_> {
    TaskCourseJson {
        id: &task.id,
        title: Some(task.title.as_str()).filter(|title| !title.is_empty()),
        findings: task.standings.iter().map(|standing| standing.left()).collect(),
        first_clean: task.first_clean().map(|turn| turn.commit.as_str()),
        broken_again: task.last_broken().map(|turn| turn.commit.as_str()),
        turns: task.turns.iter().map(TurnJson::of).collect(),
        forecast: task.forecast.map(ForecastJson::of),
    }
}

pub(super) fn write(timeline: &Timeline, out: &mut dyn io::Write) -> io::Result<()> {
    let commits = timeline.commits.iter().map(|commit| CommitJson {
        commit: &commit.commit,
        day: commit.day.as_deref(),
        tags: &commit.tags,
        findings: commit.findings,
        suppressed: commit.suppressed,
        findings_of_tasks: commit.findings_of_tasks,
        clean_tasks: commit.clean,
        tasks_with_findings: commit.with_findings,
        unjudged_tasks: commit.unjudged,
    });
    let document = TimelineDocument {
        schema: SCHEMA_VERSION,
        line: timeline.looked_at,
        rules: "worktree",
        commits: commits.collect(),
        tasks: timeline.tasks.iter().map(task).collect(),
        unchecked_tasks: timeline.unchecked,
        forecast: ForecastJson::of(timeline.forecast),
        notes: &timeline.notes,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// The JSON Schema (draft 2020-12) of `auditlint history --format json`.
#[must_use]
pub fn timeline_schema() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<TimelineDocument<'_>>()
        .to_value()
}
