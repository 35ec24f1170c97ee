//! `auditlint check`.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{Date, Overlay, Project, Report, RunOptions};
use auditlint_report::{RenderOptions, renderer, summary_text, write_problems, write_timings};
use auditlint_source::{FilePath, Files, Problem, ProblemKind, nearest};
use clap::CommandFactory;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::{CheckArgs, Cli};
use crate::context::{Context, color, replace, width, write_atomically};
use crate::exit::{self, Exit, Gate};
use crate::output::Reader;
use crate::target::{Target, Written, changed_meanwhile};
use crate::{add_ignore, fix, output};

/// A run shorter than this shows no progress.
const PATIENCE: Duration = Duration::from_millis(700);

/// Runs the command.
pub(crate) fn run(args: &CheckArgs) -> Result<Exit> {
    let context = Context::find(&args.project)?;
    let (config, problems) = context.config()?;
    let mut options = run_options(args, &context)?;
    let mut buffer = match &args.stdin_filename {
        Some(name) => Some(Buffer::read(&context, name)?),
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
    let today = || *date.get_or_init(|| as_of.or_else(|| context.commit_date()));
    let mut report = check(&project, &today);
    if args.diff {
        let mut out = output::stdout();
        let fixed = fix::run(&project, &report, &today, &mut Target::Diff(&mut out))?;
        out.flush()?;
        report.problems.extend(fixed.problems);
        say_problems(files, &report.problems)?;
        let found = if fixed.applied > 0 { Exit::Findings } else { Exit::Clean };
        return Ok(found.max(exit::of_problems(&report.problems, args.strict)));
    }
    if !args.fix && reason.is_none() {
        write_report(args, &context, files, &report, &mut output::stdout())?;
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
        report = check(&Project::load(files, config, options, problems), &today);
    }
    report.problems.extend(fixed.problems);
    if let Some(buffer) = &buffer {
        buffer.write()?;
        write_report(args, &context, files, &report, &mut BufWriter::new(output::stderr()))?;
    } else {
        write_report(args, &context, files, &report, &mut output::stdout())?;
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
    fn read(context: &Context, name: &Path) -> Result<Self> {
        let path = context.relative(name)?;
        let mut text = Vec::new();
        io::stdin().read_to_end(&mut text).context("standard input cannot be read")?;
        Ok(Self { path, text })
    }

    /// The files of the project with this text in them.
    fn over<'c>(&self, context: &'c Context) -> Overlay<'c> {
        Overlay::new(&context.files, self.path.clone(), self.text.clone())
    }

    fn write(&self) -> Result<()> {
        let mut out = output::stdout();
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
    if !deserves_progress(io::stderr().is_terminal(), total) {
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
        write_atomically(path, &bytes)?;
    } else {
        format.render(report, files, out)?;
        out.flush()?;
    }
    let mut err = output::stderr();
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
    let mut out = output::stdout();
    for (path, _) in &project.scope {
        writeln!(out, "{path}\t{}", project.role(path).name())?;
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
    let mut out = output::stdout();
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
    write_problems(&report, files, &RenderOptions::default(), &mut output::stderr())?;
    Ok(())
}

/// Writes a changed source back, unless it holds something else by now than what was analysed.
///
/// # Errors
/// The problem that names the file, where it stays as it is.
pub(crate) fn write_source(context: &Context, path: &FilePath, analysed: &[u8], text: &[u8]) -> Result<(), Problem> {
    let absolute = context.files.absolute(path);
    let failed = |message: String| {
        let problem = Problem::error(ProblemKind::File, message).in_file(path);
        problem.help("give auditlint the right to write the file and its folder, or leave it out")
    };
    if fs::metadata(&absolute).is_ok_and(|meta| meta.permissions().readonly()) {
        return Err(failed("the file is read-only and stays as it is".to_owned()));
    }
    match replace(&absolute, Some(analysed), text) {
        Ok(true) => Ok(()),
        Ok(false) => Err(changed_meanwhile(path)),
        Err(error) => Err(failed(format!("the file stays as it is: {}", error.root_cause()))),
    }
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
