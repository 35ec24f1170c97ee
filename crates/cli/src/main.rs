//! auditlint on the command line: arguments in, output streams and an exit code out.

mod add_ignore;
mod allocator;
mod args;
mod baseline;
mod baseline_merge;
mod bisect;
mod buffer;
mod cache;
mod change;
mod check;
mod context;
mod day;
mod environment;
mod exit;
mod explain;
mod facts;
mod find;
mod fix;
mod history;
mod history_file;
mod hook;
mod init;
mod kept;
mod manual;
mod named_place;
mod out;
mod output_args;
mod outputs;
mod past_args;
mod pipe_writer;
mod progress;
mod project_args;
mod report;
mod rules;
mod say;
mod table_format;
mod target;
mod task_args;
mod tasks;
mod version;
mod watch;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::args::{CheckArgs, Cli, CliCommand, SchemaKind};
use crate::exit::Exit;

fn main() -> ExitCode {
    allocator::use_for_trees();
    out::escape_panics();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, everything else is wrong usage.
            let code = if error.use_stderr() { Exit::Unusable } else { Exit::Clean };
            // A reader that went away changes nothing; an answer that could not be written is not one.
            return match out::print_usage(&error) {
                Err(failed) if failed.kind() != std::io::ErrorKind::BrokenPipe => Exit::Unusable.into(),
                _ => code.into(),
            };
        }
    };
    let result = match cli.command {
        None => run_check(&cli.check),
        Some(CliCommand::Check(args)) => run_check(&args),
        Some(CliCommand::Tasks(args)) => tasks::run(&args),
        Some(CliCommand::Report(args)) => report::run(&args),
        Some(CliCommand::History(args)) => history::run(&args),
        Some(CliCommand::Bisect(args)) => bisect::run(&args),
        Some(CliCommand::Hook(args)) => hook::run(&args),
        Some(CliCommand::Baseline(args)) => baseline::run(&args),
        Some(CliCommand::Facts(args)) => facts::run(&args),
        Some(CliCommand::Cache(args)) => cache::run(&args.command),
        Some(CliCommand::Rules(args)) => rules::run(&args),
        Some(CliCommand::Explain(args)) => rules::explain(&args),
        Some(CliCommand::Init(args)) => init::run(&args),
        Some(CliCommand::Completions(args)) => {
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "auditlint", &mut script);
            print(&script)
        }
        Some(CliCommand::Man(args)) => manual::run(&args),
        Some(CliCommand::Version(args)) => version::run(&args),
        Some(CliCommand::Schema(args)) => {
            let schema = match args.of {
                SchemaKind::Config => auditlint_engine::config_schema(),
                SchemaKind::Findings => auditlint_report::findings_schema(),
                SchemaKind::History => auditlint_report::history_schema(),
                SchemaKind::Report => auditlint_report::audit_schema(),
                SchemaKind::Rule => auditlint_rules::schema::rule_schema(),
                SchemaKind::Timeline => auditlint_report::timeline_schema(),
                SchemaKind::Tasks => auditlint_report::tasks_schema(),
            };
            print(format!("{schema:#}\n").as_bytes())
        }
    };
    exit::code(result).into()
}

/// Runs `check`, once or after each change.
fn run_check(args: &CheckArgs) -> anyhow::Result<Exit> {
    if args.watch { watch::run(args) } else { check::run(args) }
}

/// Writes what holds no text of a repository to standard output.
fn print(bytes: &[u8]) -> anyhow::Result<Exit> {
    let mut out = out::unescaped_stdout();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(Exit::Clean)
}
