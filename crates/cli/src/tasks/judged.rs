//! A run on the whole project, for the verdicts on its tasks, and the tasks of it that a person asks for.

use anyhow::Result;
use auditlint_engine::{
    Engine, Report, RunOptions, Snapshot, TaskVerdict, ambiguous_task, unknown_task, write_in_full,
};
use auditlint_source::{Problem, ProblemKind};
use auditlint_tasks::{Status, Task, TaskLookup};

use crate::args::ProjectArgs;
use crate::context::CommandContext;
use crate::day::Day;
use crate::progress;
use crate::task_args::{DayArgs, TaskFilter};

/// The project of a command, with what a run on it needs.
pub(crate) struct JudgedProject {
    pub(crate) context: CommandContext,
    engine: Engine,
}

impl JudgedProject {
    pub(crate) fn find(args: &ProjectArgs) -> Result<Self> {
        let context = CommandContext::find(args)?;
        let (config, problems) = context.config()?;
        let options = RunOptions { for_verdicts: true, ..context.options() };
        let engine = Engine::load(context.files(), config, options, problems);
        Ok(Self { context, engine })
    }

    /// Judges every task of the project.
    pub(crate) fn judge(&self, day: &DayArgs) -> Result<Judged<'_>> {
        let day = Day::of(day.as_of.as_deref(), &self.context)?;
        let snapshot = self.engine.snapshot(self.context.files());
        let mut report = progress::check(&snapshot, &|| day.today());
        report.problems.extend(day.problem());
        Ok(Judged { context: &self.context, snapshot, report })
    }
}

/// A project with the verdicts on its tasks.
pub(crate) struct Judged<'p> {
    pub(crate) context: &'p CommandContext,
    pub(crate) snapshot: Snapshot<'p>,
    pub(crate) report: Report,
}

impl Judged<'_> {
    /// Every verdict.
    pub(crate) fn verdicts(&self) -> &[TaskVerdict] {
        self.report.verdicts.as_deref().unwrap_or_default()
    }

    /// The task that a verdict is about, where it stands in the repository.
    pub(crate) fn task(&self, verdict: &TaskVerdict) -> Option<&Task> {
        self.snapshot.tasks.tasks().get(verdict.task?)
    }

    /// The verdicts on the tasks with these ids, each once; all of them where none is given. With `exactly`, an id that several tasks share
    /// means none of them.
    pub(crate) fn asked(&self, ids: &[String], exactly: bool, problems: &mut Vec<Problem>) -> Vec<&TaskVerdict> {
        if ids.is_empty() {
            return self.verdicts().iter().collect();
        }
        let tasks = self.snapshot.tasks.tasks();
        let number = |task: &Task| tasks.iter().position(|known| std::ptr::eq(known, task));
        let mut found: Vec<&TaskVerdict> = Vec::new();
        for id in ids {
            let numbers: Vec<usize> = match self.snapshot.tasks.lookup(id) {
                TaskLookup::One(task) => number(task).into_iter().collect(),
                TaskLookup::Ambiguous(several) if exactly => {
                    let problem = Problem::error(ProblemKind::Usage, ambiguous_task(id));
                    problems.push(problem.help(write_in_full(&several)));
                    continue;
                }
                TaskLookup::ByFinding(several) | TaskLookup::Ambiguous(several) => {
                    several.into_iter().filter_map(number).collect()
                }
                TaskLookup::External(task) => {
                    let verdict = self
                        .verdicts()
                        .iter()
                        .position(|verdict| verdict.task.is_none() && verdict.id == task.id.as_str());
                    if verdict.is_none() {
                        let message = format!(
                            "nothing is known of the task `{id}`: no export names it, and no rule is linked to it"
                        );
                        problems.push(Problem::warning(ProblemKind::Link, message));
                    }
                    verdict.into_iter().collect()
                }
                TaskLookup::Unknown { nearest } => {
                    problems.push(unknown_task(id, nearest));
                    continue;
                }
            };
            for verdict in numbers.into_iter().filter_map(|number| self.verdicts().get(number)) {
                if !found.iter().any(|known| std::ptr::eq(*known, verdict)) {
                    found.push(verdict);
                }
            }
        }
        found
    }

    /// What the run and the command have to say besides.
    pub(crate) fn problems(&self, more: Vec<Problem>) -> Vec<Problem> {
        let mut problems = self.report.problems.clone();
        problems.extend(more);
        problems
    }
}

impl TaskFilter {
    /// Whether a task is asked for.
    pub(crate) fn takes(&self, task: &TaskVerdict) -> bool {
        let same = |wanted: &[String], value: Option<&str>| {
            wanted.is_empty()
                || value.is_some_and(|value| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(value)))
        };
        same(&self.status, Some(task.status.map_or("none", Status::name)))
            && (self.verdict.is_empty() || self.verdict.contains(&task.verdict))
            && same(&self.priority, task.priority.as_deref())
            && same(&self.owner, task.owner.as_deref())
            && same(&self.phase, task.phase.as_deref())
    }

    /// Whether it leaves every task in.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { status, verdict, priority, owner, phase } = self;
        verdict.is_empty() && [status, priority, owner, phase].iter().all(|list| list.is_empty())
    }
}
