//! `auditlint tasks import --from FILE`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use auditlint_engine::{Projects, RunOptions};
use auditlint_report::{OutputTable, WorkingFolder};
use auditlint_source::{FilePath, Files, Span};
use auditlint_tasks::{SIZE_LIMIT, Task, TaskFormat, TaskGlob, TaskSource, Understood, format_of, understand};

use super::table::{COLUMNS, counts, row, say_unread};
use crate::args::ProjectArgs;
use crate::context::CommandContext;
use crate::exit::{self, Exit};
use crate::named_place::NamedPlace;
use crate::out;
use crate::say::say_problems;

/// Runs the command: says what is understood of a file. Nothing is written.
pub(super) fn run(from: &Path, project: &ProjectArgs) -> Result<Exit> {
    let context = CommandContext::find(project)?;
    let (config, mut problems) = context.config()?;
    // An export need not be in the project to be looked at.
    let outside = if context.relative(from).is_ok() { None } else { Some(NamedPlace::find(from)?) };
    let (path, files, working) = match &outside {
        Some(outside) => (outside.name.clone(), &outside.folder as &dyn Files, WorkingFolder::default()),
        None => (context.relative(from)?, context.files(), context.working()),
    };
    let bytes = files.read(&path, SIZE_LIMIT).with_context(|| format!("{} cannot be read", from.display()))?;
    let options = RunOptions { paths: vec![path.clone()], ..context.options() };
    let projects = Projects::find(context.files(), config, &options, &mut problems);
    let sources: Vec<&TaskSource> = projects.iter().flat_map(|config| &config.tasks).collect();
    let known = sources.into_iter().filter(|_| outside.is_none()).find(|source| source.covers(path.as_str()));
    let source = match known {
        Some(source) => source.clone(),
        None => source_of(&path, &bytes, from)?,
    };
    let understood = understand(&source, &path, files);
    let (mut out, color) = out::table_stdout();
    let tasks: Vec<&Task> = understood.tasks.tasks().iter().collect();
    if tasks.is_empty() {
        writeln!(out, "{} holds no task that auditlint understands.", from.display())?;
    } else {
        let mut table = OutputTable::new(COLUMNS);
        for task in &tasks {
            let rules: BTreeSet<&str> = task.named_rules().map(|rule| rule.id.as_str()).collect();
            table.push(row(task, &working, rules.into_iter().map(str::to_owned).collect()));
        }
        table.write_text(color, &mut out)?;
        writeln!(out, "{}", counts(&tasks))?;
        say_fields(&understood, &mut out)?;
    }
    say_unread(&understood.unread, true, &working, &mut out)?;
    match known {
        Some(_) => writeln!(out, "A `[[tasks]]` table of auditlint.toml names this file.")?,
        None if tasks.is_empty() => {}
        None if outside.is_some() => {
            writeln!(
                out,
                "It stands outside of the project, so no `[[tasks]]` table can name it: copy it into the project."
            )?;
        }
        None => {
            writeln!(
                out,
                "To read it, write into auditlint.toml:\n\n[[tasks]]\nfiles = {:?}",
                TaskGlob::literal(&path)
            )?;
            let word = TaskFormat::WORDS.iter().find(|(_, format)| *format == source.format).map(|(word, _)| *word);
            if let Some(word) = word.filter(|_| source.format != TaskFormat::Auto) {
                writeln!(out, "format = {word:?}")?;
            }
        }
    }
    out.flush()?;
    problems.extend(understood.problems);
    say_problems(working, files, &problems)?;
    let exit = exit::of_problems(&problems, false);
    Ok(if tasks.is_empty() && matches!(exit, Exit::Clean) { Exit::Findings } else { exit })
}

fn source_of(path: &FilePath, bytes: &[u8], from: &Path) -> Result<TaskSource> {
    let mut source = TaskSource::of_files(&[])?;
    source.files.push(TaskGlob::new(&TaskGlob::literal(path), Span::default())?);
    let Some(format) = format_of(path, bytes) else {
        bail!(
            "neither the name of {} nor what it holds tells how its tasks are written: auditlint reads YAML, JSON, TOML, CSV, \
             todo.txt and Markdown",
            from.display()
        );
    };
    source.format = format;
    Ok(source)
}

/// Says where each field was found, or what shows that these are tasks.
fn say_fields(understood: &Understood, out: &mut impl Write) -> Result<()> {
    if understood.fields.is_empty() {
        writeln!(out, "Understood: {}.", understood.what)?;
        return Ok(());
    }
    let fields: Vec<String> = understood.fields.iter().map(|(name, key)| format!("{name} from `{key}`")).collect();
    writeln!(out, "Understood: {}.", fields.join(", "))?;
    Ok(())
}
