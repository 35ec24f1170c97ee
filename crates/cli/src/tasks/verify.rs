//! `auditlint tasks verify`: are these tasks done?

use std::io::Write;

use anyhow::Result;
use auditlint_engine::TaskVerdict;
use auditlint_report::{TaskText, verdict_counts};
use auditlint_tasks::Verdict;

use super::judged::JudgedProject;
use super::list::write;
use crate::args::TasksFormat;
use crate::exit::{self, Exit};
use crate::out;
use crate::say::say_problems;
use crate::task_args::VerifyTasksArgs;

/// Runs the command.
pub(super) fn run(args: &VerifyTasksArgs) -> Result<Exit> {
    let project = JudgedProject::find(&args.project)?;
    let judged = project.judge(&args.day)?;
    let mut problems = Vec::new();
    let tasks = judged.asked(&args.ids, false, &mut problems);
    let (mut out, color) = out::table_stdout();
    if args.format != TasksFormat::Table {
        write(args.format, &tasks, &judged, color, &mut out)?;
    } else {
        let text = TaskText::new(&judged.report, judged.context.working(), color);
        if let ([_], [only]) = (&args.ids[..], &tasks[..]) {
            text.answer(only, &mut out)?;
        }
        let is_asked = |task: &&TaskVerdict| !args.ids.is_empty() || says_something(task, args.strict);
        for verdict in Verdict::ALL {
            for task in tasks.iter().copied().filter(|task| task.verdict == verdict).filter(is_asked) {
                text.verdict(task, &mut out)?;
            }
        }
        if args.ids.len() != 1 {
            writeln!(out, "{}.", verdict_counts(tasks.iter().copied()))?;
        }
    }
    out.flush()?;
    let end = exit::of_verdicts(tasks, args.strict);
    let problems = judged.problems(problems);
    say_problems(judged.context.working(), judged.context.files(), &problems)?;
    Ok(end.max(exit::of_problems(&problems, false)))
}

/// Whether a task is written out where all are asked for: what nobody checks is counted.
fn says_something(task: &TaskVerdict, strict: bool) -> bool {
    match task.verdict {
        Verdict::Regressed | Verdict::Open | Verdict::ReadyToClose | Verdict::Vacuous | Verdict::Attested => true,
        Verdict::Accepted => true,
        Verdict::Verified => task.counts.suppressed > 0,
        Verdict::Unverified => strict,
        Verdict::Untracked => false,
    }
}
