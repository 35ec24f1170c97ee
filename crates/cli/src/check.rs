//! `auditlint check`.

use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{Date, Overlay, Project, Report, RunOptions, WriteError};
use auditlint_report::{RenderOptions, renderer, shown_path, summary_text, write_problems, write_timings};
use auditlint_source::{FilePath, Files, Problem, ProblemKind, nearest};
use clap::CommandFactory;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::{CheckArgs, Cli};
use crate::context::{Context, color, width};
use crate::exit::{self, Exit, Gate};
use crate::reader::Reader;
use crate::target::{Target, Written, changed_meanwhile};
use crate::{add_ignore, fix, out};

/// A run shorter than this shows no progress.
const PATIENCE: Duration = Duration::from_millis(700);

/// Runs the command.
pub(crate) fn run(args: &CheckArgs) -> Result<Exit> {
    let context = Context::find(&args.project)?;
    let (config, problems) = context.config()?;
    let mut options = run_options(args, &context)?;
    let mut buffer = match &args.stdin_filename {
        Some(name) => Some(Buffer::read(&context, name, config.max_file_size)?),
        None => None,
    };
    options.paths.extend(buffer.as_ref().map(|buffer| buffer.path.clone()));
    if args.print_config {
        return print_config(&context, &config, &problems, args);
    }
    let as_of = match &args.as_of {
        None => None,
        Some(text) => match Date::parse(text) {
            Some(date) => Some(date),
            None => bail!("--as-of takes a date as YYYY-MM-DD, not `{text}`"),
        },
    };
    let reason = if args.add_ignore { Some(add_ignore::reason(args.reason.as_deref())?) } else { None };
    let overlay = buffer.as_ref().map(|buffer| buffer.over(&context));
    let files: &dyn Files = overlay.as_ref().map_or(&context.files, |overlay| overlay);
    let project = Project::load(files, config, options.clone(), problems);
    if args.show_files {
        return show_files(&context, &project, args);
    }
    let date = OnceLock::new();
    let day = || date.get_or_init(|| as_of.map_or_else(|| context.commit_date(), |day| Ok(Some(day))));
    let today = || day().as_ref().ok().copied().flatten();
    // What the date could not be told for is said whatever the run does.
    let analyse = |project: &Project<'_>| {
        let mut report = check(project, &today);
        report.problems.extend(date.get().and_then(|date| date.as_ref().err().cloned()));
        report
    };
    let mut report = analyse(&project);
    if args.diff {
        let mut out = out::difference_stdout();
        let fixed = fix::run(&project, &report, &today, &mut Target::Diff(&mut out))?;
        out.flush()?;
        report.problems.extend(fixed.problems);
        say_problems(files, &report.problems)?;
        let found = if fixed.applied > 0 { Exit::Findings } else { Exit::Clean };
        return Ok(found.max(exit::of_problems(&report.problems, args.strict)));
    }
    if !args.fix && reason.is_none() {
        write_report(args, &context, files, &report, &mut out::unescaped_stdout())?;
        return Ok(gate(args).exit(&report));
    }
    let mut target = match &mut buffer {
        Some(buffer) => Target::Buffer(&mut buffer.text),
        None => Target::Files(Written::new(&context)),
    };
    if let Some(reason) = reason {
        let added = add_ignore::run(&project, &report, &reason, &today, &mut target)?;
        drop(target);
        if let Some(buffer) = &buffer {
            buffer.write()?;
        }
        return add_ignore::say(files, &added, gate(args));
    }
    let fixed = fix::run(&project, &report, &today, &mut target)?;
    drop(target);
    // What is reported is what is left.
    let overlay = buffer.as_ref().map(|buffer| buffer.over(&context));
    let files: &dyn Files = overlay.as_ref().map_or(&context.files, |overlay| overlay);
    if fixed.applied > 0 {
        let (config, problems) = context.config()?;
        report = analyse(&Project::load(files, config, options, problems));
    }
    report.problems.extend(fixed.problems);
    if let Some(buffer) = &buffer {
        buffer.write()?;
        write_report(args, &context, files, &report, &mut out::unescaped_stderr())?;
    } else {
        write_report(args, &context, files, &report, &mut out::unescaped_stdout())?;
    }
    Ok(gate(args).exit(&report))
}

fn gate(args: &CheckArgs) -> Gate {
    Gate { max_warnings: args.max_warnings, strict: args.strict, exit_zero: args.exit_zero }
}

/// The text of a source that is not saved, from standard input. What is written goes to standard output; the file of that name
/// is not touched.
struct Buffer {
    path: FilePath,
    text: Vec<u8>,
}

impl Buffer {
    fn read(context: &Context, name: &Path, limit: u64) -> Result<Self> {
        let path = context.relative(name)?;
        let mut text = Vec::new();
        io::stdin().take(limit + 1).read_to_end(&mut text).context("standard input cannot be read")?;
        if text.len() as u64 > limit {
            bail!("standard input is longer than {limit} bytes; raise `max-file-size` in auditlint.toml");
        }
        Ok(Self { path, text })
    }

    /// The files of the project with this text in them.
    fn over<'c>(&self, context: &'c Context) -> Overlay<'c> {
        Overlay::new(&context.files, self.path.clone(), self.text.clone())
    }

    fn write(&self) -> Result<()> {
        let mut out = out::unescaped_stdout();
        out.write_all(&self.text)?;
        out.flush()?;
        Ok(())
    }
}

fn run_options(args: &CheckArgs, context: &Context) -> Result<RunOptions> {
    let mut options = context.options();
    options.force_exclude = args.force_exclude;
    options.rules.clone_from(&args.rules);
    options.tasks.clone_from(&args.tasks);
    options.severity = args.severity;
    options.timings = args.timings;
    for path in &args.paths {
        if let Some(command) = mistyped_command(path) {
            bail!("there is no command or path `{}`; did you mean `auditlint {command}`?", path.display());
        }
        options.paths.push(context.relative(path)?);
    }
    Ok(options)
}

/// The command that was meant, where a word is no path and nearly a command.
fn mistyped_command(path: &Path) -> Option<String> {
    let word = path.to_str().filter(|word| !word.contains(['/', '.', '\\']) && !path.exists())?;
    let cli = Cli::command();
    let names: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
    nearest(word, names).map(str::to_owned)
}

/// Analyses with a progress bar, if standard error is a terminal and it takes long enough.
fn check(project: &Project<'_>, today: &(dyn Fn() -> Option<Date> + Sync)) -> Report {
    let bar = progress(project.scope.len() as u64);
    let report = project.check(today, &|done| {
        if let Some(bar) = &bar {
            bar.set_position(done);
        }
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    report
}

fn progress(total: u64) -> Option<ProgressBar> {
    if !deserves_progress(out::stderr_is_terminal(), total) {
        return None;
    }
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files").ok()?;
    bar.set_style(style);
    let shown = bar.clone();
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        if !shown.is_finished() {
            shown.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    });
    Some(bar)
}

/// Whether a run over so many files may take long enough for somebody to wait for it.
fn deserves_progress(is_terminal: bool, files: u64) -> bool {
    is_terminal && files >= 200
}

fn render_options(args: &CheckArgs, context: &Context) -> RenderOptions {
    RenderOptions {
        color: color(args.color, args.output_file.is_some()),
        width: width(),
        verbose: args.verbose,
        group: !context.configured,
        statistics: args.statistics,
        strict: args.strict,
        show_suppressed: args.verbose,
        max_frames: None,
        repository_prefix: context.below_repository.as_str().to_owned(),
    }
}

fn write_report<W: Write>(
    args: &CheckArgs,
    context: &Context,
    files: &dyn Files,
    report: &Report,
    out: &mut BufWriter<Reader<W>>,
) -> Result<()> {
    let options = render_options(args, context);
    let format = renderer(args.format, options.clone());
    if let Some(path) = &args.output_file {
        let mut bytes = Vec::new();
        format.render(report, files, &mut bytes)?;
        context.files.write_output(path, &bytes).with_context(|| path.display().to_string())?;
    } else {
        format.render(report, files, out)?;
        out.flush()?;
    }
    let mut err = out::stderr();
    let plain = RenderOptions { color: false, ..options };
    if !args.format.carries_problems() {
        write_problems(report, files, &plain, &mut err)?;
    }
    if (!args.format.carries_summary() || args.output_file.is_some()) && !out.get_ref().is_gone() {
        write!(err, "{}", summary_text(report, &plain))?;
    }
    if args.timings {
        write_timings(report, &plain, &mut err)?;
    }
    Ok(())
}

fn show_files(context: &Context, project: &Project<'_>, args: &CheckArgs) -> Result<Exit> {
    let mut out = out::stdout();
    for (path, _) in &project.scope {
        writeln!(out, "{}\t{}", shown_path(path), project.role(path).name())?;
    }
    out.flush()?;
    say_problems(&context.files, project.problems())?;
    Ok(exit::of_problems(project.problems(), args.strict))
}

/// Prints the configuration in force as TOML.
fn print_config(
    context: &Context,
    config: &auditlint_engine::Config,
    problems: &[Problem],
    args: &CheckArgs,
) -> Result<Exit> {
    let mut out = out::stdout();
    writeln!(out, "# root: {}", context.root.display())?;
    writeln!(out, "# configuration: {}", config.path.as_ref().map_or("none", |path| path.as_str()))?;
    write!(out, "{}", config.to_toml())?;
    out.flush()?;
    say_problems(&context.files, problems)?;
    Ok(exit::of_problems(problems, args.strict))
}

/// Puts problems on standard error.
pub(crate) fn say_problems(files: &dyn Files, problems: &[Problem]) -> Result<()> {
    let report = Report { problems: problems.to_vec(), ..Report::default() };
    write_problems(&report, files, &RenderOptions::default(), &mut out::stderr())?;
    Ok(())
}

/// Writes a changed source back, provided that it still holds what was analysed.
///
/// # Errors
/// The problem that names the file, where it stays as it is.
pub(crate) fn write_source(context: &Context, path: &FilePath, analysed: &[u8], new: &[u8]) -> Result<(), Problem> {
    context.files.replace(path, analysed, new).map_err(|error| {
        let help = match error {
            WriteError::Changed => return changed_meanwhile(path),
            WriteError::Outside => "name the file where it really stands",
            _ => "give auditlint the right to write the file and its folder, or leave it out",
        };
        Problem::error(ProblemKind::File, error.to_string()).in_file(path).help(help)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_for_people_who_wait() {
        for (is_terminal, files, expected) in [(true, 200, true), (true, 199, false), (false, 100_000, false)] {
            assert_eq!(deserves_progress(is_terminal, files), expected, "{is_terminal} {files}");
        }
    }
}
