//! `auditlint tasks`: the list of tasks with their verdicts.

use std::io::Write;

use anyhow::Result;
use auditlint_engine::TaskVerdict;
use auditlint_report::{Cell, OutputTable, WorkingFolder, verdict_counts, write_tasks_json};
use auditlint_tasks::Status;

use super::judged::{Judged, JudgedProject};
use super::table::say_unread;
use crate::args::{TasksArgs, TasksFormat};
use crate::exit::{self, Exit};
use crate::out;
use crate::say::say_problems;

/// Runs the command.
pub(super) fn run(args: &TasksArgs) -> Result<Exit> {
    let project = JudgedProject::find(&args.project)?;
    let judged = project.judge(&args.day)?;
    let mut problems = Vec::new();
    let mut tasks = judged.asked(&args.ids, false, &mut problems);
    tasks.retain(|task| args.filter.takes(task));
    let format = if args.json { TasksFormat::Json } else { args.format };
    let (mut out, color) = out::table_stdout();
    if format != TasksFormat::Table {
        write(format, &tasks, &judged, color, &mut out)?;
    } else if !tasks.is_empty() {
        write(format, &tasks, &judged, color, &mut out)?;
        writeln!(out, "{}", verdict_counts(tasks.iter().copied()))?;
    } else if !judged.snapshot.tasks.is_empty() && (!args.filter.is_empty() || !args.ids.is_empty()) {
        writeln!(out, "No task matches.")?;
    } else if !judged.snapshot.task_sources().is_empty() {
        writeln!(out, "The files that `[[tasks]]` names contain no tasks.")?;
    } else {
        writeln!(out, "No task files are configured.")?;
        let found = auditlint_tasks::survey(&judged.snapshot.discovered.files, judged.context.files());
        for place in &found.places {
            writeln!(out, "  {} ({})", place.glob, place.what)?;
        }
        if let Some(said) = found.without_id() {
            writeln!(out, "{said}")?;
        }
        writeln!(out, "`auditlint init` writes what it finds into auditlint.toml.")?;
    }
    if args.ids.is_empty() && args.filter.is_empty() && format == TasksFormat::Table {
        say_unread(judged.snapshot.tasks.unread(), false, &judged.context.working(), &mut out)?;
    }
    out.flush()?;
    let problems = judged.problems(problems);
    say_problems(judged.context.working(), judged.context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}

/// Writes tasks in a format.
pub(super) fn write(
    format: TasksFormat,
    tasks: &[&TaskVerdict],
    judged: &Judged<'_>,
    color: bool,
    out: &mut dyn Write,
) -> Result<()> {
    // What a program reads has paths from the root, wherever it runs.
    let root = WorkingFolder::default();
    match format {
        TasksFormat::Table => table(tasks, &judged.context.working(), false).write_text(color, out)?,
        TasksFormat::Json => write_tasks_json(tasks, &judged.report, out)?,
        TasksFormat::Csv => table(tasks, &root, true).write_csv(out)?,
        TasksFormat::Tsv => table(tasks, &root, true).write_tsv(out)?,
        TasksFormat::Markdown => table(tasks, &root, true).write_markdown(out)?,
    }
    Ok(())
}

/// Where a task stands.
pub(super) fn path_cell(task: &TaskVerdict, working: &WorkingFolder) -> Cell {
    task.place.as_ref().map_or(Cell::Missing, |place| Cell::Text(working.sees(&place.path).to_string()))
}

/// The tasks as rows; `whole` with the columns that are too many for a terminal.
fn table(tasks: &[&TaskVerdict], working: &WorkingFolder, whole: bool) -> OutputTable {
    let more = if whole { &["owner", "phase", "suppressed", "criteria", "criteria_with_rule"][..] } else { &[] };
    let columns = ["id", "verdict", "status", "left", "priority", "title", "path", "line", "rules"];
    let mut table = OutputTable::new(columns.into_iter().chain(more.iter().copied()));
    for task in tasks {
        let text = |text: Option<&str>| {
            text.filter(|text| !text.is_empty()).map_or(Cell::Missing, |text| Cell::Text(text.to_owned()))
        };
        let left = if task.rules.is_empty() { Cell::Missing } else { Cell::Number(task.counts.left()) };
        let mut row = vec![
            Cell::Text(task.id.clone()),
            Cell::Text(task.verdict.name().to_owned()),
            text(task.status.map(Status::name)),
            left,
            text(task.priority.as_deref()),
            text(Some(&task.title)),
            path_cell(task, working),
            task.place.as_ref().map_or(Cell::Missing, |place| Cell::Number(u64::from(place.line))),
            Cell::List(task.rules.iter().map(|rule| rule.id.clone()).collect()),
        ];
        if whole {
            row.extend([
                text(task.owner.as_deref()),
                text(task.phase.as_deref()),
                Cell::Number(task.counts.suppressed),
                Cell::Number(task.criteria.len() as u64),
                Cell::Number(task.criteria_with_rule as u64),
            ]);
        }
        table.push(row);
    }
    table
}
