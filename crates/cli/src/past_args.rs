//! The command line of `auditlint history` and `auditlint bisect`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::project_args::ProjectArgs;

/// Arguments of `history`.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// The commit to begin with
    #[arg(long, value_name = "REV")]
    pub(crate) since: String,
    /// The commit to end with
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub(crate) until: String,
    /// Look at every Nth commit only, counted from the last one
    #[arg(long, value_name = "N", conflicts_with = "tags")]
    pub(crate) every: Option<NonZeroUsize>,
    /// Look at the commits that have a tag only
    #[arg(long)]
    pub(crate) tags: bool,
    /// Only this task; a short id or an audit finding's id will do (repeatable)
    #[arg(long = "task", value_name = "ID")]
    pub(crate) tasks: Vec<String>,
    /// Say who wrote the commits that turned a task, and when
    #[arg(long)]
    pub(crate) authors: bool,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: HistoryFormat,
    /// Write to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// How a history is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum HistoryFormat {
    /// Aligned columns
    #[default]
    Table,
    /// The document that `auditlint schema timeline` describes
    Json,
    /// A row for each task at each commit
    Csv,
    /// One page for a browser or for paper, which loads nothing
    Html,
}

/// Arguments of `bisect`.
#[derive(Debug, Args)]
pub(crate) struct BisectArgs {
    /// The task; a short id or an audit finding's id will do
    #[arg(value_name = "TASK")]
    pub(crate) task: String,
    /// A commit at which its rules find nothing [default: the last one before it turned]
    #[arg(long, value_name = "REV")]
    pub(crate) good: Option<String>,
    /// A commit at which they find something [default: the last one before it turned]
    #[arg(long, value_name = "REV")]
    pub(crate) bad: Option<String>,
    /// Say who wrote the commit, and when
    #[arg(long)]
    pub(crate) authors: bool,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: BisectFormat,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// How the answer of `bisect` is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum BisectFormat {
    /// Sentences
    #[default]
    Text,
    /// An object
    Json,
}
