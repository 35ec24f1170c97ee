//! The one place where exit codes are decided.

use std::io::Write;
use std::process::ExitCode;

use auditlint_engine::{Report, TaskVerdict};
use auditlint_source::{Problem, ProblemKind, ProblemLevel};
use auditlint_tasks::{Status, Verdict};

use crate::out;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing that counts as an error.
    Clean,
    /// Findings that fail the run.
    Findings,
    /// Wrong usage, a configuration or rule that cannot be read, a named path that cannot be analysed.
    Unusable,
    /// A bug in auditlint.
    Bug,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Unusable => 2,
            Exit::Bug => 101,
        })
    }
}

/// What besides the report decides.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gate {
    pub(crate) max_warnings: Option<u64>,
    pub(crate) strict: bool,
    /// Whether a line of the baseline whose finding is gone fails the run.
    pub(crate) frozen: bool,
    pub(crate) exit_zero: bool,
}

impl Gate {
    /// How a run with this report ends; the more severe reason wins.
    pub(crate) fn exit(self, report: &Report) -> Exit {
        let summary = &report.summary;
        let mut verdicts = report.verdicts.iter().flatten();
        let failed = summary.errors > 0
            || self.max_warnings.is_some_and(|most| summary.warnings > most)
            || (self.frozen && summary.stale > 0)
            || (self.strict && verdicts.any(is_in_doubt));
        let findings = if failed && !self.exit_zero { Exit::Findings } else { Exit::Clean };
        findings.max(of_problems(&report.problems, self.strict))
    }
}

/// Whether a task is declared done and its rules cannot tell.
fn is_in_doubt(task: &TaskVerdict) -> bool {
    task.verdict == Verdict::Vacuous && task.status == Some(Status::Done)
}

/// How the question ends whether these tasks are done. It fails where one has come undone, or has findings that nobody knew of;
/// with `strict` also where a task is vacuous, or declared done and unverified.
pub(crate) fn of_verdicts<'v>(tasks: impl IntoIterator<Item = &'v TaskVerdict>, strict: bool) -> Exit {
    let fails = |task: &TaskVerdict| match task.verdict {
        Verdict::Regressed => true,
        Verdict::Open => task.counts.new > 0,
        Verdict::Vacuous | Verdict::Unverified => strict,
        Verdict::ReadyToClose | Verdict::Attested | Verdict::Untracked | Verdict::Accepted | Verdict::Verified => false,
    };
    if tasks.into_iter().any(fails) { Exit::Findings } else { Exit::Clean }
}

/// How a run with these problems ends.
pub(crate) fn of_problems(problems: &[Problem], strict: bool) -> Exit {
    problems
        .iter()
        .map(|problem| match (problem.kind, problem.level) {
            (ProblemKind::Bug, _) => Exit::Bug,
            (_, ProblemLevel::Error) => Exit::Unusable,
            (_, ProblemLevel::Warning) if strict => Exit::Unusable,
            (_, ProblemLevel::Warning | ProblemLevel::Note) => Exit::Clean,
        })
        .max()
        .unwrap_or(Exit::Clean)
}

/// The end of the program. What made it stop early is said on standard error.
pub(crate) fn code(result: anyhow::Result<Exit>) -> Exit {
    result.unwrap_or_else(|error| {
        // Where nobody can be told, the code still says it.
        let _ = writeln!(out::stderr(), "error: {error:#}");
        Exit::Unusable
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(errors: u64, warnings: u64, problems: &[(ProblemKind, ProblemLevel)]) -> Report {
        let mut report = Report::default();
        (report.summary.errors, report.summary.warnings) = (errors, warnings);
        report.problems = problems.iter().map(|(kind, level)| Problem::new(*kind, *level, "x")).collect();
        report
    }

    #[test]
    fn every_way_to_end() {
        let warning = [(ProblemKind::Link, ProblemLevel::Warning)];
        let error = [(ProblemKind::Rule, ProblemLevel::Error)];
        let bug = [(ProblemKind::Bug, ProblemLevel::Error)];
        let gate = |max_warnings, strict, exit_zero| Gate { max_warnings, strict, exit_zero, ..Gate::default() };
        for (report, gate, expected) in [
            (report(0, 0, &[]), gate(None, false, false), Exit::Clean),
            (report(0, 9, &[]), gate(None, false, false), Exit::Clean),
            (report(0, 9, &[]), gate(Some(9), false, false), Exit::Clean),
            (report(0, 9, &[]), gate(Some(8), false, false), Exit::Findings),
            (report(1, 0, &[]), gate(None, false, false), Exit::Findings),
            (report(1, 0, &[]), gate(None, false, true), Exit::Clean),
            (report(1, 0, &error), gate(None, false, false), Exit::Unusable),
            (report(1, 0, &error), gate(None, false, true), Exit::Unusable),
            (report(0, 0, &warning), gate(None, false, false), Exit::Clean),
            (report(0, 0, &warning), gate(None, true, false), Exit::Unusable),
            (report(1, 0, &bug), gate(None, false, false), Exit::Bug),
        ] {
            assert_eq!(gate.exit(&report), expected, "{report:?} {gate:?}");
        }
    }

    #[test]
    fn a_stale_line_fails_a_frozen_run_only() {
        let mut report = report(0, 0, &[]);
        report.summary.stale = 1;
        let gate = |frozen, exit_zero| Gate { frozen, exit_zero, ..Gate::default() };
        assert_eq!(gate(false, false).exit(&report), Exit::Clean);
        assert_eq!(gate(true, false).exit(&report), Exit::Findings);
        assert_eq!(gate(true, true).exit(&report), Exit::Clean);
        report.summary.stale = 0;
        assert_eq!(gate(true, false).exit(&report), Exit::Clean);
    }

    #[test]
    fn every_verdict_ends_in_its_way() {
        for (verdict, status, new, plain, strict) in [
            (Verdict::Regressed, Some(Status::Done), 0, Exit::Findings, Exit::Findings),
            (Verdict::Open, Some(Status::Todo), 1, Exit::Findings, Exit::Findings),
            (Verdict::Open, Some(Status::Todo), 0, Exit::Clean, Exit::Clean),
            (Verdict::ReadyToClose, None, 0, Exit::Clean, Exit::Clean),
            (Verdict::Vacuous, Some(Status::Done), 0, Exit::Clean, Exit::Findings),
            (Verdict::Vacuous, None, 0, Exit::Clean, Exit::Findings),
            (Verdict::Unverified, Some(Status::Done), 0, Exit::Clean, Exit::Findings),
            (Verdict::Attested, Some(Status::Done), 0, Exit::Clean, Exit::Clean),
            (Verdict::Untracked, None, 0, Exit::Clean, Exit::Clean),
            (Verdict::Accepted, Some(Status::Accepted), 1, Exit::Clean, Exit::Clean),
            (Verdict::Verified, Some(Status::Done), 0, Exit::Clean, Exit::Clean),
        ] {
            let mut task = TaskVerdict { verdict, status, ..TaskVerdict::default() };
            task.counts.new = new;
            assert_eq!(of_verdicts([&task], false), plain, "{verdict}");
            assert_eq!(of_verdicts([&task], true), strict, "{verdict}");
        }
    }
}
