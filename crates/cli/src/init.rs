//! `auditlint init`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{CONFIG_NAME, Config, Engine, RunOptions, propose};
use auditlint_source::{FilePath, Span};
use auditlint_tasks::{TaskGlob, TaskSource};

use crate::args::{InitArgs, ProjectArgs};
use crate::context::{CommandContext, counted};
use crate::exit::Exit;
use crate::out;

/// From how many findings on a baseline is proposed.
const MANY: usize = 50;

/// What to do after the file is written, and why.
fn next_steps(findings: usize, has_no_tasks: bool) -> Vec<(&'static str, String)> {
    let mut steps = vec![("read auditlint.toml", "its comments say what was seen and what to review".to_owned())];
    if findings > MANY {
        let why = format!("keeps the {findings} findings as known, so that only new ones fail");
        steps.push(("auditlint baseline create", why));
    }
    steps.push(("auditlint", "shows what is found now".to_owned()));
    if !has_no_tasks {
        steps.push(("auditlint tasks", "shows which tasks are proven done, and which are left".to_owned()));
    }
    steps
}

/// Runs the command.
pub(crate) fn run(args: &InitArgs) -> Result<Exit> {
    let folder = args.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    if !folder.is_dir() {
        bail!("there is no folder {}", folder.display());
    }
    std::env::set_current_dir(&folder)?;
    let path = std::env::current_dir()?.join(CONFIG_NAME);
    if path.exists() && !args.force && !args.stdout {
        bail!("{CONFIG_NAME} already exists; --force overwrites it, --stdout prints instead");
    }
    let context = CommandContext::find(&ProjectArgs { isolated: true, ..ProjectArgs::default() })?;
    // The rules of an `sgconfig.yml` will run too.
    let options = RunOptions { isolated: false, ..context.options() };
    let mut engine = Engine::load(context.files(), Config::default(), options, Vec::new());
    let mut config = Config::default();
    for found in auditlint_tasks::detect(&engine.snapshot(context.files()).discovered.files, context.files()) {
        let mut source = TaskSource::of_files(&[])?;
        source.files.push(TaskGlob::new(&found.glob, Span::default())?);
        source.format = found.format;
        config.settings.tasks.push(source);
    }
    engine.reload(context.files(), config, Vec::new());
    let snapshot = engine.snapshot(context.files());
    let report = snapshot.check(&|| None, &|_| {});
    let text = propose(&snapshot, &report, context.files());
    if args.stdout {
        let mut out = out::stdout();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        return Ok(Exit::Clean);
    }
    context.worktree.create(&FilePath::new(CONFIG_NAME), text.as_bytes()).context(CONFIG_NAME)?;
    let mut err = out::stderr();
    writeln!(
        err,
        "Wrote {CONFIG_NAME}: {} and {} in {}.",
        counted(snapshot.tasks.tasks().len(), "task"),
        counted(report.active().count(), "finding"),
        counted(report.summary.files as usize, "source")
    )?;
    writeln!(err, "\nWhat to do next:")?;
    for (step, why) in next_steps(report.active().count(), snapshot.tasks.is_empty()) {
        writeln!(err, "  {step:<30} {why}")?;
    }
    Ok(Exit::Clean)
}
