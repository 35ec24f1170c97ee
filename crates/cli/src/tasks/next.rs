//! `auditlint tasks next`: what is left, in the order in which to do it.

use std::io::Write;
use std::num::NonZeroUsize;

use anyhow::Result;
use auditlint_engine::{TaskVerdict, remaining_steps};
use auditlint_report::{Cell, OutputTable, WorkingFolder};

use super::judged::JudgedProject;
use super::list::{path_cell, write};
use crate::args::TasksFormat;
use crate::exit::{self, Exit};
use crate::out;
use crate::say::say_problems;
use crate::task_args::NextTasksArgs;

/// Runs the command.
pub(super) fn run(args: &NextTasksArgs) -> Result<Exit> {
    let project = JudgedProject::find(&args.project)?;
    let judged = project.judge(&args.day)?;
    let verdicts = judged.verdicts();
    let steps = remaining_steps(verdicts);
    let is_nothing_left = steps.is_empty();
    let ordered = steps.into_iter().map(|step| (&verdicts[step.task], step));
    let most = args.count.map_or(usize::MAX, NonZeroUsize::get);
    let ordered: Vec<_> = ordered.filter(|(task, _)| args.filter.takes(task)).take(most).collect();
    let (mut out, color) = out::table_stdout();
    if args.format == TasksFormat::Json {
        let tasks: Vec<&TaskVerdict> = ordered.iter().map(|(task, _)| *task).collect();
        write(args.format, &tasks, &judged, color, &mut out)?;
    } else if ordered.is_empty() && args.format == TasksFormat::Table {
        let all = is_nothing_left && !verdicts.is_empty();
        writeln!(out, "{}", if all { "Nothing is left to do." } else { "No task that is left is like that." })?;
    } else {
        let working = match args.format {
            TasksFormat::Table => judged.context.working(),
            // What a program reads has paths from the root, wherever it runs.
            _ => WorkingFolder::default(),
        };
        let mut table =
            OutputTable::new(["next", "id", "verdict", "left", "priority", "after", "title", "path", "line"]);
        for (number, (task, step)) in ordered.iter().enumerate() {
            let text = |text: Option<&str>| {
                text.filter(|text| !text.is_empty()).map_or(Cell::Missing, |text| Cell::Text(text.to_owned()))
            };
            table.push([
                Cell::Number(number as u64 + 1),
                Cell::Text(task.id.clone()),
                Cell::Text(task.verdict.name().to_owned()),
                step.left.map_or(Cell::Missing, Cell::Number),
                text(task.priority.as_deref()),
                Cell::List(step.after.iter().map(|before| verdicts[*before].id.clone()).collect()),
                text(Some(&task.title)),
                path_cell(task, &working),
                task.place.as_ref().map_or(Cell::Missing, |place| Cell::Number(u64::from(place.line))),
            ]);
        }
        match args.format {
            TasksFormat::Table | TasksFormat::Json => table.write_text(color, &mut out)?,
            TasksFormat::Csv => table.write_csv(&mut out)?,
            TasksFormat::Tsv => table.write_tsv(&mut out)?,
            TasksFormat::Markdown => table.write_markdown(&mut out)?,
        }
    }
    out.flush()?;
    let problems = judged.problems(Vec::new());
    say_problems(judged.context.working(), judged.context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}
