//! `check --add-ignore`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::{Result, bail};
use auditlint_engine::{Date, Finding, Report, Snapshot, proposed_ignore};
use auditlint_source::{FilePath, Files, Problem, ProblemKind};

use crate::context::{CommandContext, counted};
use crate::exit::{self, Exit, Gate};
use crate::out;
use crate::say::say_problems;
use crate::target::FixTarget;

/// What became of the findings.
pub(crate) struct AddIgnoreOutcome {
    /// How many are silenced, and in how many files.
    added: usize,
    files: usize,
    /// How many count as before.
    left: usize,
    /// Tables that would silence those for which there is no comment.
    proposals: BTreeSet<String>,
    pub(crate) problems: Vec<Problem>,
}

/// The reason as it is written into comments: one line.
pub(crate) fn reason(given: Option<&str>) -> Result<String> {
    let reason = given.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.is_empty() {
        bail!("--reason must say why the findings are suppressed");
    }
    if reason.contains(char::is_control) {
        bail!("--reason contains a control character; it is written into sources and must be plain text");
    }
    Ok(reason)
}

/// How many findings are silenced without a second word. That many comments are not a decision about each of them.
const MOST: usize = 50;

/// Refuses to write comments into a project that has very many findings.
pub(crate) fn refuse_many(report: &Report) -> Result<()> {
    let count = report.active().count();
    if count > MOST {
        bail!(
            "{count} findings would each get a comment, and nothing was written; `auditlint baseline create` keeps them in one file until they are fixed, and --yes writes the comments all the same"
        );
    }
    Ok(())
}

/// Silences the findings that are reported, each with a comment that was tried before it is written.
pub(crate) fn run(
    snapshot: &Snapshot<'_>,
    report: &Report,
    reason: &str,
    today: &(dyn Fn() -> Option<Date> + Sync),
    target: &mut FixTarget<'_>,
) -> Result<AddIgnoreOutcome> {
    let mut outcome =
        AddIgnoreOutcome { added: 0, files: 0, left: 0, proposals: BTreeSet::new(), problems: report.problems.clone() };
    let mut texts: BTreeMap<FilePath, Vec<u8>> = BTreeMap::new();
    let mut last: Option<&FilePath> = None;
    for path in report.active().map(|finding| &finding.path) {
        if last.replace(path) == Some(path) {
            continue;
        }
        match target.analysed(snapshot, report, path) {
            Ok(text) => texts.extend(text.map(|text| (path.clone(), text))),
            Err(problem) => outcome.problems.push(problem),
        }
    }
    let silenced = snapshot.add_ignores(report, texts, reason, today);
    for finding in &silenced.left {
        outcome.say_left(finding, reason);
    }
    let mut done = 0;
    for (path, file) in silenced.files {
        match target.put(&path, &file.old, file.new)? {
            Ok(()) => {
                outcome.added += file.silenced;
                outcome.files += 1;
                done += file.silenced;
            }
            Err(problem) => outcome.problems.push(problem),
        }
    }
    outcome.left = report.active().count() - done;
    Ok(outcome)
}

impl AddIgnoreOutcome {
    fn say_left(&mut self, finding: &Finding, reason: &str) {
        let message =
            format!("there is no place for a comment that would silence this finding of `{}`", finding.rule.id);
        let mut problem = Problem::warning(ProblemKind::File, message).in_file(&finding.path);
        (problem.span, problem.position) = (Some(finding.span), Some(finding.start));
        self.problems.push(problem.help("silence it with an `[[ignore]]` table in auditlint.toml, as proposed below"));
        self.proposals.insert(proposed_ignore(finding, reason));
    }
}

/// Says what became of the findings, and how the run ends: 1 where a finding is left.
pub(crate) fn say(context: &CommandContext, files: &dyn Files, outcome: &AddIgnoreOutcome, gate: Gate) -> Result<Exit> {
    say_problems(context.working(), files, &outcome.problems)?;
    let mut err = out::stderr();
    if !outcome.proposals.is_empty() {
        writeln!(err, "For auditlint.toml, where there is no place for a comment:\n")?;
        for table in &outcome.proposals {
            writeln!(err, "{table}")?;
        }
    }
    let left = if outcome.left > 0 { format!(", {} left", outcome.left) } else { String::new() };
    let (added, files) = (counted(outcome.added, "finding"), counted(outcome.files, "file"));
    writeln!(err, "{added} suppressed in {files}{left}")?;
    let findings = if outcome.left > 0 && !gate.exit_zero { Exit::Findings } else { Exit::Clean };
    Ok(findings.max(exit::of_problems(&outcome.problems, gate.strict)))
}
