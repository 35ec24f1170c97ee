//! The command line: every flag with its help.

use std::path::PathBuf;

use auditlint_engine::FixLevel;
use auditlint_rules::Severity;
use clap::builder::styling::{AnsiColor, Styles};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::output_args::OutputArgs;
pub(crate) use crate::past_args::{BisectArgs, BisectFormat, HistoryArgs, HistoryFormat};
pub(crate) use crate::project_args::ProjectArgs;
pub(crate) use crate::task_args::TasksFormat;
use crate::task_args::{ChangeStatusArgs, DayArgs, NextTasksArgs, ShowTaskArgs, TaskFilter, VerifyTasksArgs};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Exit codes:
  0    no finding of severity error
  1    a finding of severity error, or more warnings than --max-warnings
  2    wrong usage, an invalid configuration or rule, or a named path that cannot be analysed
  101  a bug in auditlint

`auditlint` alone means `auditlint check`. `auditlint COMMAND --help` explains a command.";

/// Keeps a code audit true: findings linked to tasks.
#[derive(Debug, Parser)]
#[command(
    name = "auditlint",
    version,
    styles = STYLES,
    after_help = AFTER_HELP,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    max_term_width = 110
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<CliCommand>,
    #[command(flatten)]
    pub(crate) check: CheckArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum CliCommand {
    /// Report the findings that are in the code, each with its tasks (the default command)
    Check(CheckArgs),
    /// List the tasks of the repository with their verdicts, verify, close and reopen them
    Tasks(TasksArgs),
    /// Write the state of the audit as one document: what is proven done, what is claimed, what is left and where
    Report(ReportArgs),
    /// Show how the findings of each task went from commit to commit, which commit cleaned it up and which broke it again
    History(HistoryArgs),
    /// Find the commit that verified a task, or broke it
    Bisect(BisectArgs),
    /// Keep the list of findings that are known and not yet fixed
    Baseline(BaselineArgs),
    /// Install the commit hook that checks what is staged, take it away, or say whether it is there
    Hook(HookArgs),
    /// List the relations that rules over several files read, or print the rows of one
    Facts(FactsArgs),
    /// Say what is kept between runs, or take it away
    Cache(CacheCommandArgs),
    /// List, explain, test and create rules
    Rules(RulesArgs),
    /// Explain a rule, the same as `rules show`
    Explain(ShowRuleArgs),
    /// Write a commented auditlint.toml with the task files that were found and links from rules to tasks
    Init(InitArgs),
    /// Print a shell completion script
    Completions(CompletionsArgs),
    /// Print a manual page
    Man(ManArgs),
    /// Print a JSON schema
    Schema(SchemaArgs),
    /// Print the version
    Version(VersionArgs),
}

/// Arguments of `check`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct CheckArgs {
    /// Files and folders to report on [default: the whole project]
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,

    /// Run only this rule (repeatable)
    #[arg(long = "rule", value_name = "ID", help_heading = "What to report")]
    pub(crate) rules: Vec<String>,
    /// Report only findings of this severity or higher
    #[arg(long, value_name = "SEVERITY", help_heading = "What to report", value_parser = severity_parser())]
    pub(crate) severity: Option<Severity>,
    /// Report only findings that belong to this task; a short id or an audit finding's id will do (repeatable)
    #[arg(long = "task", value_name = "ID", help_heading = "What to report")]
    pub(crate) tasks: Vec<String>,
    /// Read the source from standard input and report on it under this name; --fix and --add-ignore print it instead of
    /// writing a file
    #[arg(long, value_name = "PATH", help_heading = "What to report", conflicts_with = "paths")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Check what is staged: sources, configuration, rules, tasks and baseline come from git's index (for commit hooks); with
    /// --fix, staged files that the worktree has unchanged are fixed there
    #[arg(long, help_heading = "What to report",
          conflicts_with_all = ["stdin_filename", "diff", "add_ignore", "since", "isolated"])]
    pub(crate) staged: bool,
    /// Report only what came since this commit: its own findings are known
    #[arg(long, value_name = "REV", help_heading = "What to report",
          conflicts_with_all = ["stdin_filename", "fix", "diff", "add_ignore"])]
    pub(crate) since: Option<String>,
    /// Stay, and report again after each change: only what it concerns is analysed again
    #[arg(long, help_heading = "What to report",
          conflicts_with_all = ["stdin_filename", "staged", "since", "fix", "diff", "add_ignore", "print_config", "show_files"])]
    pub(crate) watch: bool,
    /// With --since or --staged, report only what stands, or rests, on lines that the change added or touched
    #[arg(long, help_heading = "What to report")]
    pub(crate) changed_lines: bool,
    /// Report the findings in the baseline as if they were new
    #[arg(long, help_heading = "What to report", conflicts_with_all = ["frozen", "show_known"])]
    pub(crate) no_baseline: bool,
    /// Leave out ignored and excluded files even if they are named (for commit hooks)
    #[arg(long, help_heading = "What to report")]
    pub(crate) force_exclude: bool,
    /// The day to compare the `until` dates of suppressions with [default: the date of the checked-out commit]
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "What to report")]
    pub(crate) as_of: Option<String>,

    /// Apply the fixes: those that are safe, or with `unsafe` also those that you have to look at afterwards
    #[arg(long, value_name = "LEVEL", num_args = 0..=1, require_equals = true, default_missing_value = "safe",
          help_heading = "What to change", value_parser = fix_level_parser(), conflicts_with = "diff")]
    pub(crate) fix: Option<FixLevel>,
    /// Print what --fix would change without changing it; exit with 1 if there is anything
    #[arg(long, value_name = "LEVEL", num_args = 0..=1, require_equals = true, default_missing_value = "safe",
          help_heading = "What to change", value_parser = fix_level_parser())]
    pub(crate) diff: Option<FixLevel>,
    /// Write a suppression comment above every reported finding; needs --reason
    #[arg(long, help_heading = "What to change", requires = "reason", conflicts_with_all = ["fix", "diff"])]
    pub(crate) add_ignore: bool,
    /// With --add-ignore, suppress more than 50 findings at once
    #[arg(long, help_heading = "What to change", requires = "add_ignore")]
    pub(crate) yes: bool,
    /// Why the findings are suppressed
    #[arg(long, value_name = "TEXT", help_heading = "What to change", requires = "add_ignore")]
    pub(crate) reason: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Count findings by rule instead of listing them
    #[arg(long, help_heading = "Output")]
    pub(crate) statistics: bool,
    /// Quote the code of at most so many findings in `text`; the others are listed by rule
    #[arg(long, value_name = "N", help_heading = "Output", default_value_t = 200)]
    pub(crate) max_findings: usize,
    /// Print on standard error where the time went: phases, slowest rules, slowest files, counters
    #[arg(long, help_heading = "Output")]
    pub(crate) timings: bool,
    /// List regions that were not understood, suppressed findings and skipped files
    #[arg(long, short, help_heading = "Output")]
    pub(crate) verbose: bool,
    /// List the findings that are in the baseline too
    #[arg(long, help_heading = "Output")]
    pub(crate) show_known: bool,
    /// Print the configuration in force and exit
    #[arg(long, help_heading = "Output")]
    pub(crate) print_config: bool,
    /// Print the files that would be checked, with their roles and by what these were given, and exit
    #[arg(long, help_heading = "Output")]
    pub(crate) show_files: bool,

    /// Fail if there are more warnings than this
    #[arg(long, value_name = "N", help_heading = "Exit code")]
    pub(crate) max_warnings: Option<u64>,
    /// Treat problems (a file that could not be read, a link to an unknown task) as errors
    #[arg(long, help_heading = "Exit code")]
    pub(crate) strict: bool,
    /// Fail if a line of the baseline is stale: its finding is gone (for CI)
    #[arg(long, help_heading = "Exit code")]
    pub(crate) frozen: bool,
    /// Exit with 0 even if there are findings
    #[arg(long, help_heading = "Exit code")]
    pub(crate) exit_zero: bool,
}

/// Arguments of `tasks`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct TasksArgs {
    #[command(subcommand)]
    pub(crate) command: Option<TasksCommand>,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Only tasks with one of these ids
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) filter: TaskFilter,
    #[command(flatten)]
    pub(crate) day: DayArgs,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: TasksFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

/// What else to do with tasks.
#[derive(Debug, Subcommand)]
pub(crate) enum TasksCommand {
    /// Show everything about one task: its verdict and what it rests on, its rules, criteria and places
    Show(ShowTaskArgs),
    /// Say whether tasks are done; fail where one that is declared done is not
    Verify(VerifyTasksArgs),
    /// List what is left to do, in the order in which to do it
    Next(NextTasksArgs),
    /// Write `done` where the task files say how far a task is, for tasks whose rules find nothing any more
    Close(ChangeStatusArgs),
    /// Write `todo` where the task files say that a task is done, for tasks of which something is left
    Reopen(ChangeStatusArgs),
    /// Show what is understood of one file, such as the export of a tracker, and what to write into auditlint.toml
    Import {
        /// The file
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        #[command(flatten)]
        project: ProjectArgs,
    },
    /// Write ids, as comments that readers do not see, beside the checklist items of sources with `ids = "heading"`
    AssignIds {
        /// Only list the ids
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        project: ProjectArgs,
    },
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: AuditReportFormat,
    /// Write the report to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// The title [default: the name of the repository on its server]
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Where places can be looked at, with {path}, {line} and {commit} [default: that of a repository cloned from GitHub or GitLab]
    #[arg(long, value_name = "URL")]
    pub(crate) url_pattern: Option<String>,
    /// Draw how the audit went, from the states in this file
    #[arg(long, value_name = "FILE", conflicts_with = "append_history")]
    pub(crate) history: Option<PathBuf>,
    /// Write the present state into this file, which is made where it is missing, and draw how the audit went
    #[arg(long, value_name = "FILE")]
    pub(crate) append_history: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) day: DayArgs,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// How the report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditReportFormat {
    /// One page for a browser or for paper, which loads nothing
    Html,
    /// A document
    #[default]
    Markdown,
    /// The document that `auditlint schema report` describes
    Json,
    /// The traceability matrix, a row for each place
    Csv,
}

/// Arguments of `baseline`.
#[derive(Debug, Args)]
pub(crate) struct BaselineArgs {
    #[command(subcommand)]
    pub(crate) command: BaselineCommand,
}

/// What to do with the baseline.
#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Write every finding of the project into a new baseline
    Create {
        #[command(flatten)]
        day: DayArgs,
        #[command(flatten)]
        project: ProjectArgs,
    },
    /// Take out the lines whose finding is gone, and follow files that were renamed; take in nothing without --grow
    Update {
        /// Files and folders whose lines are updated [default: the whole project]
        #[arg(value_name = "PATHS")]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        project: ProjectArgs,
        /// Update only the lines of this rule (repeatable)
        #[arg(long = "rule", value_name = "ID")]
        rules: Vec<String>,
        /// Take in the new findings too; needs --reason
        #[arg(long, requires = "reason")]
        grow: bool,
        /// Why the baseline grows; it is written into the file, with the day
        #[arg(long, value_name = "TEXT", requires = "grow")]
        reason: Option<String>,
        #[command(flatten)]
        day: DayArgs,
    },
    /// Take out every line that has no finding, those of rules that are not on among them
    Prune {
        #[command(flatten)]
        day: DayArgs,
        #[command(flatten)]
        project: ProjectArgs,
    },
    /// Say which finding a line stands for, where it is now, and what its rule is there for
    Explain {
        /// The line: its number, or its text as it stands in the file or in a diff
        #[arg(allow_hyphen_values = true)]
        line: String,
        #[command(flatten)]
        day: DayArgs,
        #[command(flatten)]
        project: ProjectArgs,
    },
    /// Join two baselines that grew from one, and write the result into OURS (a merge driver for git)
    Merge {
        /// The common ancestor; an empty file where there is none
        base: PathBuf,
        /// One side, which is overwritten
        ours: PathBuf,
        /// The other side
        theirs: PathBuf,
    },
}

/// Arguments of `hook`.
#[derive(Debug, Args)]
pub(crate) struct HookArgs {
    #[command(subcommand)]
    pub(crate) command: HookCommand,
}

/// What to do with the hook.
#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Write git's pre-commit hook; one that is there is kept and runs first
    Install {
        #[command(flatten)]
        project: ProjectArgs,
    },
    /// Take the hook away, and put back the one that was there before
    Uninstall {
        #[command(flatten)]
        project: ProjectArgs,
    },
    /// Say what is installed and whether it is current; exit with 1 where a commit would not be checked by it
    Status {
        #[command(flatten)]
        project: ProjectArgs,
    },
}

/// Arguments of `facts`.
#[derive(Debug, Args)]
pub(crate) struct FactsArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The relation whose rows are printed [default: a list of the relations]
    #[arg(value_name = "RELATION")]
    pub(crate) relation: Option<String>,
    /// Only rows with this value in this column (repeatable; all must match)
    #[arg(long = "where", value_name = "COLUMN=VALUE", requires = "relation")]
    pub(crate) filter: Vec<String>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: TableFormat,
}

/// How rows are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// Aligned columns
    #[default]
    Table,
    /// An array of objects
    Json,
    /// Columns between tabs
    Tsv,
}

/// Arguments of `cache`.
#[derive(Debug, Args)]
pub(crate) struct CacheCommandArgs {
    #[command(subcommand)]
    pub(crate) command: CacheCommand,
}

/// What to do with what is kept.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Say where results of this project are kept, how many, and why none are
    Status {
        #[command(flatten)]
        project: ProjectArgs,
    },
    /// Take away what is kept of this project
    Clean {
        #[command(flatten)]
        project: ProjectArgs,
    },
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

/// Arguments of `rules show` and of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ShowRuleArgs {
    /// The rule
    pub(crate) id: String,
    /// Explain why the rule finds something at a line, or why not: every test it makes there
    #[arg(long, value_name = "FILE:LINE")]
    pub(crate) explain: Option<String>,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rules that are on
    List {
        #[command(flatten)]
        project: ProjectArgs,
        /// List every rule, including those that are off
        #[arg(long)]
        all: bool,
        /// Output format
        #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
        format: TableFormat,
        /// The same as `--format json`
        #[arg(long, hide = true, conflicts_with = "format")]
        json: bool,
    },
    /// Explain a rule: why, what to write instead, where it looks, its tasks and examples
    Show(ShowRuleArgs),
    /// Run the examples of rules
    Test {
        /// Rules to test [default: every rule of the repository itself]
        ids: Vec<String>,
        #[command(flatten)]
        project: ProjectArgs,
        /// Test the shipped rules too
        #[arg(long)]
        all: bool,
    },
    /// Write a new rule with a bad and a good example, ready to edit
    New {
        /// The rule's id, which is also its file's name: `no-raw-sql`
        id: String,
        #[command(flatten)]
        project: ProjectArgs,
        /// The language that it reads
        #[arg(long, value_name = "LANGUAGE", default_value = "TypeScript")]
        language: String,
        /// The task that it belongs to
        #[arg(long, value_name = "ID")]
        task: Option<String>,
    },
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder to write auditlint.toml into [default: the working folder]
    pub(crate) folder: Option<PathBuf>,
    /// Overwrite an existing auditlint.toml
    #[arg(long)]
    pub(crate) force: bool,
    /// Print it instead of writing it
    #[arg(long)]
    pub(crate) stdout: bool,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command to describe, such as `tasks verify` [default: the program]
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

/// Arguments of `version`.
#[derive(Debug, Args)]
pub(crate) struct VersionArgs {
    /// Print what else is good to know in a report of a bug: system, build, grammars, packs, project
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// What to describe
    pub(crate) of: SchemaKind,
}

/// What there is a schema of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaKind {
    /// The configuration, auditlint.toml
    Config,
    /// The output of `check --format json`
    Findings,
    /// A line of the file that `report --append-history` writes
    History,
    /// The output of `report --format json`
    Report,
    /// A rule document
    Rule,
    /// The output of `tasks --format json`
    Tasks,
    /// The output of `history --format json`
    Timeline,
}

fn fix_level_parser() -> impl TypedValueParser<Value = FixLevel> {
    PossibleValuesParser::new(["safe", "unsafe"])
        .map(|word| if word == "unsafe" { FixLevel::Unsafe } else { FixLevel::Safe })
}

fn severity_parser() -> impl TypedValueParser<Value = Severity> {
    let words = Severity::WORDS.map(|(word, _)| word);
    PossibleValuesParser::new(words).try_map(|word| {
        let known = Severity::WORDS.into_iter().find(|(known, _)| *known == word);
        known.map(|(_, severity)| severity).ok_or("there is no such severity")
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
