//! `auditlint tasks import --from FILE`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use auditlint_engine::{Projects, RunOptions};
use auditlint_report::OutputTable;
use auditlint_source::{FilePath, Span};
use auditlint_tasks::{Task, TaskFormat, TaskGlob, TaskSource, Understood, understand};

use super::table::{COLUMNS, counts, row, say_unread};
use crate::args::ProjectArgs;
use crate::context::CommandContext;
use crate::exit::{self, Exit};
use crate::out;
use crate::say::say_problems;

/// Runs the command: says what is understood of a file. Nothing is written.
pub(super) fn run(from: &Path, project: &ProjectArgs) -> Result<Exit> {
    let context = CommandContext::find(project)?;
    let (config, mut problems) = context.config()?;
    let path = context.relative(from)?;
    let options = RunOptions { paths: vec![path.clone()], ..context.options() };
    let projects = Projects::find(context.files(), config, &options, &mut problems);
    let sources: Vec<&TaskSource> = projects.iter().flat_map(|config| &config.tasks).collect();
    let known = sources.into_iter().find(|source| source.covers(path.as_str()));
    let source = match known {
        Some(source) => source.clone(),
        None => source_of(&path)?,
    };
    let understood = understand(&source, &path, context.files());
    let (mut out, color) = out::table_stdout();
    let working = context.working();
    let tasks: Vec<&Task> = understood.tasks.tasks().iter().collect();
    if tasks.is_empty() {
        writeln!(out, "{} holds no task that auditlint understands.", working.sees(&path))?;
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
        None => writeln!(
            out,
            "To read it, write into auditlint.toml:\n\n[[tasks]]\nfiles = {:?}",
            TaskGlob::literal(&path)
        )?,
    }
    out.flush()?;
    problems.extend(understood.problems);
    say_problems(working, context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}

fn source_of(path: &FilePath) -> Result<TaskSource> {
    let mut source = TaskSource::of_files(&[])?;
    source.files.push(TaskGlob::new(&TaskGlob::literal(path), Span::default())?);
    // A name that says nothing is most often that of an export.
    if !matches!(path.extension(), Some("md" | "markdown" | "mdx" | "txt" | "json" | "yaml" | "yml" | "csv" | "tsv")) {
        source.format = TaskFormat::Yaml;
    }
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
