//! What GitHub shows on the page of a workflow's run: figures, rules and tasks as Markdown.
//!
//! Source: "Adding a job summary" in GitHub's documentation; a step may add 1 MiB.

use std::fmt::Write as _;

use auditlint_engine::Report;
use auditlint_tasks::Verdict;

use crate::audit::{cell_of, code_cell};
use crate::plain::count;
use crate::statistics::Statistics;
use crate::{RenderOptions, summary_text};

/// How many rows a table has at the most, so that a summary stays far below what GitHub takes.
const MOST_ROWS: usize = 500;

/// The summary of a run.
#[must_use]
pub fn job_summary(report: &Report, options: &RenderOptions) -> String {
    let mut out = String::from("## auditlint\n\n");
    for line in summary_text(report, options).lines() {
        // Each in a paragraph of its own.
        let _ = writeln!(out, "{}\n", cell_of(line));
    }
    rules(report, &mut out);
    tasks(report, &mut out);
    out
}

fn rules(report: &Report, out: &mut String) {
    let statistics = Statistics::of(report);
    let counted = || statistics.rules.iter().filter(|count| count.findings > 0);
    if counted().next().is_none() {
        return;
    }
    out.push_str("| rule | severity | findings | files |\n|---|---|---:|---:|\n");
    for rule in counted().take(MOST_ROWS) {
        let (id, severity) = (code_cell(&rule.rule), rule.severity.name());
        let _ = writeln!(out, "| {id} | {severity} | {} | {} |", rule.findings, rule.files);
    }
    more(counted().count(), "rule", out);
}

/// The tasks about which something is to be said: all but those that nothing checks.
fn tasks(report: &Report, out: &mut String) {
    let judged = || {
        let verdicts = report.verdicts.iter().flatten();
        verdicts.filter(|task| !matches!(task.verdict, Verdict::Untracked | Verdict::Unverified))
    };
    if judged().next().is_none() {
        return;
    }
    out.push_str("| task | verdict | left |\n|---|---|---:|\n");
    // Regressed ones first, as everywhere.
    let by_verdict = Verdict::ALL.into_iter().flat_map(|verdict| judged().filter(move |task| task.verdict == verdict));
    for task in by_verdict.take(MOST_ROWS) {
        let name = format!("{} {}", code_cell(&task.id), cell_of(&task.title));
        let _ = writeln!(out, "| {} | {} | {} |", name.trim_end(), task.verdict, task.counts.left());
    }
    more(judged().count(), "task", out);
}

fn more(all: usize, one: &str, out: &mut String) {
    if let Some(more) = all.checked_sub(MOST_ROWS).filter(|more| *more > 0) {
        let _ = writeln!(out, "\n… and {}", count(more as u64, &format!("more {one}")));
    }
    out.push('\n');
}
