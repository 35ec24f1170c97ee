//! `auditlint check`.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};
use auditlint_engine::{CONFIG_NAME, Config, Engine, FixLevel, Projects, Report, RunOptions, Snapshot};
use auditlint_report::{RenderOptions, shown_path, tracked_text};
use auditlint_source::{FilePath, Files, Problem, nearest};
use clap::CommandFactory;

use crate::args::{CheckArgs, Cli};
use crate::buffer::Buffer;
use crate::change::StagedCheck;
use crate::context::CommandContext;
use crate::day::Day;
use crate::exit::{self, Exit, Gate};
use crate::outputs::Outputs;
use crate::say::say_problems;
use crate::target::FixTarget;
use crate::{add_ignore, change, fix, out, progress};

/// Runs the command.
pub(crate) fn run(args: &CheckArgs) -> Result<Exit> {
    if args.changed_lines && args.since.is_none() && !args.staged {
        bail!("--changed-lines asks for a change: give --since REV or --staged with it");
    }
    if args.changed_lines && args.fix.is_some() {
        bail!("--fix fixes whole files: leave --changed-lines out");
    }
    let context = CommandContext::find_for(&args.project, &args.paths)?;
    let staged = if args.staged { Some(change::staged(&context)?) } else { None };
    let (config, problems) = match &staged {
        Some(staged) => context.config_of(&staged.files)?,
        None => context.config()?,
    };
    let mut options = run_options(args, &context)?;
    if args.paths.is_empty()
        && args.stdin_filename.is_none()
        && let Some(sentence) = context.root_elsewhere()
    {
        writeln!(out::stderr(), "note: {sentence}")?;
    }
    let outputs = outputs(args, &context)?;
    if config.is_unreadable && !args.print_config {
        // Findings under the settings of nobody would be read as those of the project.
        let report = Report { problems, ..Report::default() };
        outputs.write(&context, context.files(), &report, &mut out::unescaped_stdout())?;
        return Ok(gate(args).exit(&report));
    }
    let buffer = match &args.stdin_filename {
        Some(name) => Some(Buffer::read(&context, name, config.max_file_size)?),
        None => None,
    };
    options.paths.extend(buffer.as_ref().map(|buffer| buffer.path.clone()));
    if args.print_config {
        return print_config(&context, config, problems, args);
    }
    let day = Day::of(args.as_of.as_deref(), &context)?;
    let reason = if args.add_ignore { Some(add_ignore::reason(args.reason.as_deref())?) } else { None };
    let overlay = buffer.as_ref().map(|buffer| buffer.over(context.files()));
    let files: &dyn Files = overlay.as_ref().map_or(context.files(), |overlay| overlay);
    if let Some(staged) = &staged {
        let (config, options, changed_lines) = (&config, &options, args.changed_lines);
        let check = StagedCheck { context: &context, staged, config, options, changed_lines, day: &day };
        let mut report = match args.fix {
            Some(level) => check.fix(level, problems)?,
            None => check.run(&staged.files, problems)?,
        };
        report.problems.extend(day.problem());
        outputs.write(&context, &staged.files, &report, &mut out::unescaped_stdout())?;
        return Ok(gate(args).exit(&report));
    }
    let mut engine = Engine::load(files, config, options, problems);
    if let Some(revision) = &args.since {
        let before = change::commit(&context, revision)?;
        engine = engine.keeping();
        let mut report = change::check_since(&engine.snapshot(files), &before, revision, args.changed_lines, &day);
        report.problems.extend(day.problem());
        outputs.write(&context, files, &report, &mut out::unescaped_stdout())?;
        return Ok(gate(args).exit(&report));
    }
    let snapshot = engine.snapshot(files);
    if args.show_files {
        return show_files(&context, &snapshot, args);
    }
    let report = analyse(&snapshot, &day);
    if let Some(level) = args.diff {
        return show_difference(args, &context, &snapshot, report, level, &day);
    }
    if let Some(reason) = reason {
        if !args.yes {
            add_ignore::refuse_many(&report)?;
        }
        return write_ignores(args, &context, &snapshot, &report, &reason, &day, buffer);
    }
    if let Some(level) = args.fix {
        let fixed = write_fixes(&context, &snapshot, &report, level, &day, buffer)?;
        return report_what_is_left(args, &outputs, &context, engine, report, fixed, &day);
    }
    outputs.write(&context, files, &report, &mut out::unescaped_stdout())?;
    Ok(gate(args).exit(&report))
}

/// What a snapshot gives. What the date could not be told for is said whatever the run does.
pub(crate) fn analyse(snapshot: &Snapshot<'_>, day: &Day<'_>) -> Report {
    let mut report = progress::check(snapshot, &|| day.today());
    report.problems.extend(day.problem());
    report
}

fn show_difference(
    args: &CheckArgs,
    context: &CommandContext,
    snapshot: &Snapshot<'_>,
    mut report: Report,
    level: FixLevel,
    day: &Day<'_>,
) -> Result<Exit> {
    let mut out = out::difference_stdout();
    let mut target = FixTarget::Diff(&mut out, context.working());
    let fixed = fix::run(snapshot, &report, level, &|| day.today(), &mut target)?;
    out.flush()?;
    report.problems.extend(fixed.problems);
    say_problems(context.working(), snapshot.files, &report.problems)?;
    let found = if fixed.applied > 0 { Exit::Findings } else { Exit::Clean };
    Ok(found.max(exit::of_problems(&report.problems, args.strict)))
}

fn write_ignores(
    args: &CheckArgs,
    context: &CommandContext,
    snapshot: &Snapshot<'_>,
    report: &Report,
    reason: &str,
    day: &Day<'_>,
    mut buffer: Option<Buffer>,
) -> Result<Exit> {
    let mut target = FixTarget::of(context, buffer.as_mut());
    let added = add_ignore::run(snapshot, report, reason, &|| day.today(), &mut target)?;
    drop(target);
    if let Some(buffer) = &buffer {
        buffer.write()?;
    }
    add_ignore::say(context, snapshot.files, &added, gate(args))
}

/// The sources as fixes have left them.
struct WrittenFixes {
    buffer: Option<Buffer>,
    outcome: fix::FixOutcome,
}

fn write_fixes(
    context: &CommandContext,
    snapshot: &Snapshot<'_>,
    report: &Report,
    level: FixLevel,
    day: &Day<'_>,
    mut buffer: Option<Buffer>,
) -> Result<WrittenFixes> {
    let outcome = fix::run(snapshot, report, level, &|| day.today(), &mut FixTarget::of(context, buffer.as_mut()))?;
    Ok(WrittenFixes { buffer, outcome })
}

/// Analyses again where something was fixed, and reports.
fn report_what_is_left(
    args: &CheckArgs,
    outputs: &Outputs,
    context: &CommandContext,
    mut engine: Engine,
    mut report: Report,
    WrittenFixes { buffer, outcome }: WrittenFixes,
    day: &Day<'_>,
) -> Result<Exit> {
    let overlay = buffer.as_ref().map(|buffer| buffer.over(context.files()));
    let files: &dyn Files = overlay.as_ref().map_or(context.files(), |overlay| overlay);
    if outcome.applied > 0 {
        let (config, problems) = context.config()?;
        engine.reload(files, config, problems);
        report = analyse(&engine.snapshot(files), day);
    }
    report.problems.extend(outcome.problems);
    if let Some(buffer) = &buffer {
        buffer.write()?;
        outputs.write(context, files, &report, &mut out::unescaped_stderr())?;
    } else {
        outputs.write(context, files, &report, &mut out::unescaped_stdout())?;
    }
    Ok(gate(args).exit(&report))
}

fn gate(args: &CheckArgs) -> Gate {
    Gate { max_warnings: args.max_warnings, strict: args.strict, frozen: args.frozen, exit_zero: args.exit_zero }
}

pub(crate) fn run_options(args: &CheckArgs, context: &CommandContext) -> Result<RunOptions> {
    let mut options = context.options();
    options.force_exclude = args.force_exclude;
    options.rules.clone_from(&args.rules);
    options.tasks.clone_from(&args.tasks);
    options.severity = args.severity;
    options.ignore_baseline = args.no_baseline;
    options.timings = args.timings;
    for path in &args.paths {
        if let Some(command) = mistyped_command(path) {
            bail!("there is no command or path `{}`; did you mean `auditlint {command}`?", path.display());
        }
        options.paths.push(context.relative(path)?);
    }
    if args.stdin_filename.is_none() {
        context.limit_to_project(&mut options);
    }
    Ok(options)
}

/// The command that was meant, where a word is not a path and nearly a command.
fn mistyped_command(path: &Path) -> Option<String> {
    let word = path.to_str().filter(|word| !word.contains(['/', '.', '\\']) && !path.exists())?;
    let cli = Cli::command();
    let names: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
    nearest(word, names).map(str::to_owned)
}

pub(crate) fn outputs(args: &CheckArgs, context: &CommandContext) -> Result<Outputs> {
    let options = RenderOptions {
        verbose: args.verbose,
        statistics: args.statistics,
        strict: args.strict,
        show_suppressed: args.verbose,
        show_known: args.show_known,
        max_findings: args.max_findings,
        repository_prefix: context.below_repository.as_str().to_owned(),
        working: context.working(),
        ..RenderOptions::default()
    };
    Outputs::of(&args.output, options)
}

fn show_files(context: &CommandContext, snapshot: &Snapshot<'_>, args: &CheckArgs) -> Result<Exit> {
    let (mut out, working) = (out::stdout(), context.working());
    for source in &snapshot.scope {
        let (role, because) = snapshot.role(&source.path);
        let because = because.map(|because| format!("\tby {because}")).unwrap_or_default();
        writeln!(out, "{}\t{}{because}", shown_path(&working.sees(&source.path)), role.name())?;
    }
    out.flush()?;
    write!(out::stderr(), "{}", tracked_text(snapshot.discovered.tracked.len() as u64))?;
    say_problems(working, snapshot.files, snapshot.problems())?;
    Ok(exit::of_problems(snapshot.problems(), args.strict))
}

/// Prints the configuration in force as TOML: that of the named file, else that of the project of the working folder.
fn print_config(context: &CommandContext, root: Config, mut problems: Vec<Problem>, args: &CheckArgs) -> Result<Exit> {
    let asked = match args.paths.first() {
        Some(path) => context.relative(path)?,
        None => context.project.clone(),
    };
    // A configuration that is named holds in its folder.
    let looked_at = if asked.is_root() { FilePath::new(CONFIG_NAME) } else { asked.clone() };
    let options = RunOptions { paths: vec![looked_at], ..context.options() };
    let projects = Projects::find(context.files(), root, &options, &mut problems);
    let config = projects.of(&asked);
    let mut out = out::stdout();
    writeln!(out, "# root: {}", context.root.display())?;
    let mut sources: Vec<String> = config.sources().map(shown_path).collect();
    writeln!(out, "# configuration: {}", sources.pop().unwrap_or_else(|| "none".to_owned()))?;
    for source in sources.into_iter().rev() {
        writeln!(out, "#   builds on {source}")?;
    }
    if projects.are_nested() {
        writeln!(out, "# Paths and globs count from the root.")?;
    }
    write!(out, "{}", config.to_toml())?;
    out.flush()?;
    say_problems(context.working(), context.files(), &problems)?;
    Ok(exit::of_problems(&problems, args.strict))
}
