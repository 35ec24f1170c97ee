//! `auditlint tasks show`.

use std::io::Write;

use anyhow::Result;
use auditlint_report::TaskText;

use super::judged::JudgedProject;
use super::list::write;
use crate::args::TasksFormat;
use crate::exit::{self, Exit};
use crate::out;
use crate::say::say_problems;
use crate::task_args::ShowTaskArgs;

/// Runs the command.
pub(super) fn run(args: &ShowTaskArgs) -> Result<Exit> {
    let project = JudgedProject::find(&args.project)?;
    let judged = project.judge(&args.day)?;
    let mut problems = Vec::new();
    let tasks = judged.asked(std::slice::from_ref(&args.id), false, &mut problems);
    let (mut out, color) = out::table_stdout();
    if args.format != TasksFormat::Table {
        write(args.format, &tasks, &judged, color, &mut out)?;
    } else {
        let working = judged.context.working();
        let text = TaskText::new(&judged.report, working.clone(), color);
        for (number, task) in tasks.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            let declarations = judged.task(task).map_or(&[][..], |task| &task.declarations);
            let declared = declarations.iter().map(|declaration| {
                let place = &declaration.place;
                format!("{} in {}:{}", declaration.status, working.sees(&place.path), place.line)
            });
            text.everything(task, &declared.collect::<Vec<_>>(), &mut out)?;
        }
    }
    out.flush()?;
    let problems = judged.problems(problems);
    say_problems(judged.context.working(), judged.context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}
