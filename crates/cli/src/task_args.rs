//! The command line of `auditlint tasks`: the arguments of its sub-commands.

use std::num::NonZeroUsize;

use auditlint_tasks::Verdict;
use clap::{Args, ValueEnum};

use crate::project_args::ProjectArgs;

/// How tasks are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TasksFormat {
    /// Aligned columns
    #[default]
    Table,
    /// The document that `auditlint schema tasks` describes
    Json,
    /// Comma-separated values
    Csv,
    /// A Markdown table
    Markdown,
    /// Columns between tabs
    Tsv,
}

/// Which tasks are listed.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct TaskFilter {
    /// Only tasks with this declared status: todo, in-progress, done, wont-do, accepted, none (repeatable)
    #[arg(long, value_name = "STATUS", help_heading = "What to list", value_parser = parse_status)]
    pub(crate) status: Vec<String>,
    /// Only tasks with this verdict: regressed, open, ready-to-close, vacuous, unverified, attested, untracked, accepted, verified
    /// (repeatable)
    #[arg(long, value_name = "VERDICT", help_heading = "What to list", value_parser = parse_verdict)]
    pub(crate) verdict: Vec<Verdict>,
    /// Only tasks of this priority, as it is written (repeatable)
    #[arg(long, value_name = "PRIORITY", help_heading = "What to list")]
    pub(crate) priority: Vec<String>,
    /// Only tasks of this owner (repeatable)
    #[arg(long, value_name = "OWNER", help_heading = "What to list")]
    pub(crate) owner: Vec<String>,
    /// Only tasks of this phase (repeatable)
    #[arg(long, value_name = "PHASE", help_heading = "What to list")]
    pub(crate) phase: Vec<String>,
}

/// The day of a run.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DayArgs {
    /// The day to compare the `until` dates of suppressions and attestations with [default: the date of the checked-out commit]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<String>,
}

/// Arguments of `tasks show`.
#[derive(Debug, Args)]
pub(crate) struct ShowTaskArgs {
    /// The task; a short id or an audit finding's id will do
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: TasksFormat,
    #[command(flatten)]
    pub(crate) day: DayArgs,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// Arguments of `tasks verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyTasksArgs {
    /// The tasks [default: all]
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Fail also where a task is vacuous, or declared done and unverified
    #[arg(long)]
    pub(crate) strict: bool,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: TasksFormat,
    #[command(flatten)]
    pub(crate) day: DayArgs,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// Arguments of `tasks next`.
#[derive(Debug, Args)]
pub(crate) struct NextTasksArgs {
    /// List at most this many
    #[arg(long, short = 'n', value_name = "N")]
    pub(crate) count: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) filter: TaskFilter,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: TasksFormat,
    #[command(flatten)]
    pub(crate) day: DayArgs,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// Arguments of `tasks close` and `tasks reopen`.
#[derive(Debug, Args)]
pub(crate) struct ChangeStatusArgs {
    /// The tasks [default: all whose verdict allows it]
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Print what would change without changing it; exit with 1 if there is anything
    #[arg(long)]
    pub(crate) diff: bool,
    /// Change the status against the verdict; needs ids and --reason
    #[arg(long, requires_all = ["reason", "ids"])]
    pub(crate) force: bool,
    /// Why the verdict is overruled
    #[arg(long, value_name = "TEXT", requires = "force")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) day: DayArgs,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

fn parse_status(word: &str) -> Result<String, String> {
    const WORDS: [&str; 6] = ["todo", "in-progress", "done", "wont-do", "accepted", "none"];
    word_of(word, &WORDS).map(str::to_owned)
}

fn parse_verdict(word: &str) -> Result<Verdict, String> {
    let names = Verdict::ALL.map(|verdict| verdict.name().replace(' ', "-"));
    let words: Vec<&str> = names.iter().map(String::as_str).collect();
    let word = word.replace(' ', "-");
    let name = word_of(&word, &words)?;
    let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.name().replace(' ', "-") == name);
    verdict.ok_or_else(|| format!("possible values: {}", words.join(", ")))
}

fn word_of<'w>(word: &str, words: &[&'w str]) -> Result<&'w str, String> {
    words.iter().copied().find(|known| *known == word).ok_or_else(|| {
        let near = auditlint_source::nearest(word, words.iter().copied());
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        format!("{near}possible values: {}", words.join(", "))
    })
}
