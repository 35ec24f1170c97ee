//! What a run amounts to, in a few words.

use std::borrow::Cow;
use std::collections::BTreeSet;

use auditlint_engine::Report;

use crate::RenderOptions;
use crate::plain::{count, one_line};
use crate::tasks_text::verdict_counts;
use crate::wording::{is_listed, level_word};

/// How many findings there are and what was looked at; one line, and further ones where something was not looked at or
/// not understood. Ends with a line break.
#[must_use]
pub fn summary_text(report: &Report, options: &RenderOptions) -> String {
    let summary = &report.summary;
    let by_severity: Vec<String> =
        [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info"), (summary.hints, "hint")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| count(number, word))
            .collect();
    let is_clean = by_severity.is_empty();
    let rules = count(summary.rules, "rule");

    let mut parts = Vec::new();
    if is_clean {
        parts.push(match (summary.files, summary.rules) {
            (0, _) => "No findings, because no file was checked".to_owned(),
            (_, 0) => "No findings, because no rule is on".to_owned(),
            (files, _) => {
                let new = if summary.known > 0 { "new " } else { "" };
                format!("No {new}findings. {} checked by {rules}", count(files, "file"))
            }
        });
    } else {
        let files: BTreeSet<_> = report.active().map(|finding| &finding.path).collect();
        let files = count(files.len() as u64, "file");
        let (all, parsed) = (summary.files, summary.files_parsed);
        parts.push(format!("{} in {files} ({all} checked, {parsed} parsed, {rules})", by_severity.join(", ")));
    }
    if report.baseline.is_some() || report.since.is_some() {
        let new = summary.errors + summary.warnings + summary.infos + summary.hints;
        let stale = if summary.stale > 0 { format!(", {} stale", summary.stale) } else { String::new() };
        parts.push(format!("{} known, {new} new{stale}", summary.known));
    }
    if summary.suppressed > 0 {
        parts.push(format!("{} suppressed", summary.suppressed));
    }
    if summary.fixable > 0 {
        parts.push(format!("{} can be fixed with --fix", summary.fixable));
    }
    if summary.fixable_unsafe > 0 {
        let more = if summary.fixable > 0 { " more" } else { "" };
        parts.push(format!("{}{more} with --fix=unsafe, which needs a look", summary.fixable_unsafe));
    }
    let listed = report.problems.iter().filter(|problem| is_listed(problem, options));
    let (fatal, all) = listed.fold((0, 0), |(fatal, all), problem| {
        (fatal + u64::from(level_word(problem.level, options) == "error"), all + 1)
    });
    match (fatal, all) {
        (0, 0) => {}
        (0, all) => parts.push(count(all, "problem")),
        (fatal, all) if fatal == all => parts.push(count(all, "fatal problem")),
        (fatal, all) => parts.push(format!("{} ({fatal} fatal)", count(all, "problem"))),
    }
    let mut text = parts.join(" · ");
    if is_clean && parts.len() == 1 {
        text.push('.');
    }
    text.push('\n');

    if report.partial && !report.only.is_empty() {
        let only: Vec<Cow<'_, str>> = report.only.iter().map(|limit| one_line(limit)).collect();
        text.push_str(&format!("Partial run: {}.\n", only.join(", ")));
        if let [first, ..] = &report.only_tasks[..] {
            text.push_str(&format!("It gives no verdict; `auditlint tasks verify {}` does.\n", one_line(first)));
        } else if report.has_tasks {
            text.push_str("It gives no verdict on tasks; a run on the whole project does.\n");
        }
    }
    if let Some(verdicts) = report.verdicts.as_ref().filter(|verdicts| !verdicts.is_empty()) {
        text.push_str(&format!("{}.\n", verdict_counts(verdicts.iter())));
    }
    if (is_clean || options.verbose) && !summary.skipped.is_empty() {
        let skipped: Vec<String> =
            summary.skipped.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
        text.push_str(&format!("Skipped: {}.\n", skipped.join(", ")));
    }
    text.push_str(&tracked_text(summary.tracked_though_ignored));
    if summary.regions > 0 {
        let regions = count(summary.regions, "region");
        let files = count(summary.regions_files, "file");
        let bytes = count(summary.regions_bytes, "byte");
        let hint = if options.verbose { "" } else { "; --verbose lists them" };
        text.push_str(&format!("Not understood: {regions} ({bytes}) in {files}{hint}.\n"));
    }
    text
}

/// A line that says how many files are read because git tracks them although it ignores them; empty where there are none.
#[must_use]
pub fn tracked_text(number: u64) -> String {
    match number {
        0 => String::new(),
        1 => "Read although it is ignored, because git tracks it: 1 file.\n".to_owned(),
        _ => format!("Read although they are ignored, because git tracks them: {}.\n", count(number, "file")),
    }
}
