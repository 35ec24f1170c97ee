//! `auditlint tasks next`: what is left, in the order in which to do it.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use auditlint_engine::TaskVerdict;
use auditlint_report::{Cell, OutputTable};
use auditlint_tasks::{RemainingTask, Status, next_order};

use super::judged::Project;
use super::list::write;
use crate::args::TasksFormat;
use crate::exit::{self, Exit};
use crate::out;
use crate::say::say_problems;
use crate::task_args::NextTasksArgs;

/// Runs the command.
pub(super) fn run(args: &NextTasksArgs) -> Result<Exit> {
    let project = Project::find(&args.project)?;
    let judged = project.judge(&args.day)?;
    let left: Vec<&TaskVerdict> = judged.verdicts().iter().filter(|task| is_left(task)).collect();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, task) in left.iter().enumerate() {
        numbers.entry(&task.id).or_insert(number);
    }
    let remaining: Vec<RemainingTask> = left
        .iter()
        .map(|task| RemainingTask {
            after: task.depends_on.iter().filter_map(|id| numbers.get(id.as_str()).copied()).collect(),
            priority: task.priority.clone(),
            edits: (!task.rules.is_empty()).then(|| task.counts.left()),
        })
        .collect();
    let ordered = next_order(&remaining).into_iter().map(|number| (left[number], &remaining[number]));
    let most = args.count.unwrap_or(usize::MAX);
    let ordered: Vec<_> = ordered.filter(|(task, _)| args.filter.takes(task)).take(most).collect();
    let (mut out, color) = out::table_stdout();
    if args.format == TasksFormat::Json {
        let tasks: Vec<&TaskVerdict> = ordered.iter().map(|(task, _)| *task).collect();
        write(args.format, &tasks, &judged.report, color, &mut out)?;
    } else if ordered.is_empty() && args.format == TasksFormat::Table {
        let all = left.is_empty() && !judged.verdicts().is_empty();
        writeln!(out, "{}", if all { "Nothing is left to do." } else { "No task that is left is like that." })?;
    } else {
        let mut table =
            OutputTable::new(["next", "id", "verdict", "left", "priority", "after", "title", "path", "line"]);
        for (number, (task, remaining)) in ordered.iter().enumerate() {
            let text = |text: Option<&str>| {
                text.filter(|text| !text.is_empty()).map_or(Cell::Missing, |text| Cell::Text(text.to_owned()))
            };
            table.push([
                Cell::Number(number as u64 + 1),
                Cell::Text(task.id.clone()),
                Cell::Text(task.verdict.name().to_owned()),
                remaining.edits.map_or(Cell::Missing, Cell::Number),
                text(task.priority.as_deref()),
                Cell::List(remaining.after.iter().map(|before| left[*before].id.clone()).collect()),
                text(Some(&task.title)),
                text(task.place.as_ref().map(|place| place.path.as_str())),
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
    say_problems(judged.context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}

/// Whether there is something to do for a task: its work, or a line in its file.
fn is_left(task: &TaskVerdict) -> bool {
    use auditlint_tasks::Verdict;
    match task.verdict {
        Verdict::Regressed | Verdict::Open | Verdict::ReadyToClose | Verdict::Untracked => true,
        Verdict::Vacuous => task.status != Some(Status::Done),
        Verdict::Unverified | Verdict::Attested | Verdict::Accepted | Verdict::Verified => false,
    }
}
