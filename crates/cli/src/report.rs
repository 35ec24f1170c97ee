//! `auditlint report`: the state of the audit as one document.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{CheckedOut, RuleTests};
use auditlint_report::{AuditFormat, AuditInput, AuditReport, PlaceUrl};
use auditlint_source::Problem;

use crate::args::{AuditReportFormat, ReportArgs};
use crate::context::CommandContext;
use crate::day::Day;
use crate::exit::{self, Exit};
use crate::history_file::StoredHistory;
use crate::out;
use crate::say::say_problems;
use crate::tasks::judged::{Judged, JudgedProject};

/// Runs the command.
pub(crate) fn run(args: &ReportArgs) -> Result<Exit> {
    let project = JudgedProject::find(&args.project)?;
    let (checked_out, problem) = match project.context.checked_out() {
        Ok(checked_out) => (checked_out, None),
        Err(problem) => (CheckedOut::default(), Some(problem)),
    };
    let urls = urls(args, &project.context, &checked_out)?;
    let mut judged = project.judge(&args.day)?;
    judged.report.problems.extend(problem);
    let history = StoredHistory::open(args, &project.context, &mut judged.report.problems)?;
    let mut report = AuditReport::of(AuditInput {
        snapshot: &judged.snapshot,
        report: &judged.report,
        tests: &tests(&judged),
        title: title(args, &checked_out),
        commit: checked_out.commit,
        day: Day::of(args.day.as_of.as_deref(), &project.context)?.today(),
        urls,
    });
    if let Some(history) = &history {
        let is_usable = exit::of_problems(&judged.report.problems, false) == Exit::Clean;
        history.draw(&mut report, is_usable)?;
        if args.append_history.is_some() && !is_usable {
            writeln!(out::stderr(), "The state was not written into the history: the run cannot be trusted.")?;
        }
    }
    let format = match args.format {
        AuditReportFormat::Html => AuditFormat::Html,
        AuditReportFormat::Markdown => AuditFormat::Markdown,
        AuditReportFormat::Json => AuditFormat::Json,
        AuditReportFormat::Csv => AuditFormat::Csv,
    };
    if let Some(path) = &args.output_file {
        let mut bytes = Vec::new();
        report.write(format, &mut bytes)?;
        project.context.worktree.write_output(path, &bytes).with_context(|| path.display().to_string())?;
    } else {
        let mut out = out::unescaped_stdout();
        report.write(format, &mut out)?;
        out.flush()?;
    }
    let problems: &[Problem] = &judged.report.problems;
    // The other formats carry them, but nobody reads a file while it is written.
    if format == AuditFormat::Csv || args.output_file.is_some() {
        say_problems(judged.context.working(), judged.context.files(), problems)?;
    }
    Ok(exit::of_problems(problems, false))
}

/// Where places can be looked at: as the command line says, or on the server that the repository was cloned from.
fn urls(args: &ReportArgs, context: &CommandContext, checked_out: &CheckedOut) -> Result<Option<PlaceUrl>> {
    let prefix = &context.below_repository;
    match &args.url_pattern {
        None => Ok(checked_out.origin.as_ref().and_then(|origin| PlaceUrl::detect(origin, prefix))),
        Some(pattern) => match PlaceUrl::parse(pattern, prefix, checked_out.commit.as_deref()) {
            Ok(urls) => Ok(Some(urls)),
            Err(mistake) => bail!("the pattern of --url-pattern {mistake}"),
        },
    }
}

/// The title: as it was given, or the name that the repository has on its server. The name of a folder is the machine's own.
fn title(args: &ReportArgs, checked_out: &CheckedOut) -> String {
    match (&args.title, &checked_out.origin) {
        (Some(title), _) => title.clone(),
        (None, Some(origin)) => format!("Audit of {}", origin.path),
        (None, None) => "Audit report".to_owned(),
    }
}

/// What the tests of the rules show that tasks rest on.
fn tests(judged: &Judged<'_>) -> BTreeMap<String, RuleTests> {
    let mut tests = BTreeMap::new();
    for rule in judged.verdicts().iter().flat_map(|task| &task.rules) {
        if !tests.contains_key(&rule.id) {
            tests.extend(judged.snapshot.catalogue().test(&rule.id).map(|result| (rule.id.clone(), result)));
        }
    }
    tests
}
