//! The sentences of a report that every format for people has.

use auditlint_tasks::Verdict;

use super::model::{AuditReport, AuditTask, GroupFigures, TestsJson};
use crate::plain::count;
use crate::verdict_json::CountsJson;

/// What the report amounts to, a sentence each.
pub(super) fn summary(report: &AuditReport) -> Vec<String> {
    let summary = &report.summary;
    let mut said = Vec::new();
    if !summary.judged {
        said.push("No verdict is given on tasks; the problems at the end say why.".to_owned());
    } else if summary.tasks == 0 {
        said.push("There are no tasks, so nothing is declared done.".to_owned());
    } else {
        said.push(declared(report));
        if summary.criteria > 0 {
            let have = if summary.criteria_with_rule == 1 { "has" } else { "have" };
            said.push(format!(
                "{} of {} {have} a rule that checks it.",
                summary.criteria_with_rule,
                count(summary.criteria, "acceptance criterion").replace("criterions", "criteria"),
            ));
        }
    }
    let left = summary.findings.left();
    said.push(match left {
        0 => "No finding is left.".to_owned(),
        _ => format!(
            "{} {} left in {}{}.",
            count(left, "finding"),
            is(left),
            count(summary.files_with_findings, "file"),
            if summary.without_task > 0 {
                format!("; {} of them {} to no task", summary.without_task, belongs(summary.without_task))
            } else {
                String::new()
            },
        ),
    });
    if summary.findings.known > 0 {
        said.push(format!("{} {} known: the baseline has them.", summary.findings.known, is(summary.findings.known)));
    }
    if summary.findings.suppressed > 0 {
        let suppressed = summary.findings.suppressed;
        said.push(format!("{} {} suppressed with a reason.", count(suppressed, "finding"), is(suppressed)));
    }
    let checked = format!("{} checked by {}", count(summary.files, "file"), count(summary.rules, "rule"));
    said.push(match summary.not_understood {
        0 => format!("{checked}."),
        parts => format!("{checked}; {} of them {} not understood.", count(parts, "part"), was(parts)),
    });
    said
}

/// How many tasks are declared done, and what that is worth.
fn declared(report: &AuditReport) -> String {
    let summary = &report.summary;
    let done: Vec<&AuditTask> = report.tasks.iter().filter(|task| task.status == Some("done")).collect();
    let parts: Vec<String> = Verdict::ALL
        .into_iter()
        .rev()
        .filter_map(|verdict| {
            let number = done.iter().filter(|task| task.verdict == verdict).count();
            (number > 0).then(|| format!("{number} {verdict}"))
        })
        .collect();
    let of = count(summary.tasks, "task");
    match (summary.declared_done, parts.is_empty()) {
        (0, _) | (_, true) => format!("None of {of} is declared done."),
        (done, false) => format!("{done} of {of} {} declared done: {}.", is(done), parts.join(", ")),
    }
}

fn is(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

fn was(number: u64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

fn belongs(number: u64) -> &'static str {
    if number == 1 { "belongs" } else { "belong" }
}

/// What stands beside the verdict of a task: `P0`, `Ada`, `declared done`.
pub(super) fn facts(task: &AuditTask) -> Vec<String> {
    let mut facts = vec![match task.status {
        Some(status) => format!("declared {status}"),
        None => "no status".to_owned(),
    }];
    facts.extend(task.priority.as_ref().map(|priority| format!("priority {priority}")));
    facts.extend(task.owner.as_ref().map(|owner| format!("owner {owner}")));
    if !task.audit_findings.is_empty() {
        facts.push(format!("audit findings {}", task.audit_findings.join(", ")));
    }
    if !task.depends_on.is_empty() {
        facts.push(format!("after {}", task.depends_on.join(", ")));
    }
    facts
}

/// What findings amount to: `3 left`, `2 left (1 known), 1 suppressed`.
pub(super) fn counts(counts: CountsJson) -> String {
    let mut text = format!("{} left", counts.left());
    if counts.known > 0 {
        text.push_str(&format!(" ({} known)", counts.known));
    }
    if counts.suppressed > 0 {
        text.push_str(&format!(", {} suppressed", counts.suppressed));
    }
    text
}

/// What the tests of a rule show.
pub(super) fn tests(tests: Option<TestsJson>) -> String {
    match tests {
        None => "not run".to_owned(),
        Some(TestsJson { bad: 0, good: 0, .. }) => "none: nothing shows that it works".to_owned(),
        Some(TestsJson { bad, good, failed: 0 }) => format!("{bad} bad, {good} good: all hold"),
        Some(TestsJson { bad, good, failed }) => format!("{bad} bad, {good} good: {failed} fail"),
    }
}

/// Who answers for a task.
pub(super) fn attested(task: &AuditTask) -> Option<String> {
    let attestation = task.attestation.as_ref()?;
    Some(format!("{} answers for it until {}: {}", attestation.by, attestation.until, attestation.reason))
}

/// The cells of a row of figures behind its name.
pub(super) fn figures(group: &GroupFigures) -> [u64; 5] {
    [group.tasks, group.declared_done, group.verified, group.regressed, group.left]
}

/// What stands where places are not listed.
pub(super) fn more(unlisted: u64) -> Option<String> {
    (unlisted > 0).then(|| format!("and {unlisted} more, which the JSON and CSV formats list"))
}

/// The parts of a text of the project, and whether each is code: what stands between two backticks on its own. A sign without a
/// partner is text.
pub(super) fn spans(text: &str) -> Vec<(bool, &str)> {
    let mut parts: Vec<(bool, &str)> = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('`') {
        let inside = &rest[open + 1..];
        let Some(length) = inside.find('`').filter(|length| *length > 0) else {
            // Several signs together open no span.
            let end = open + 1 + inside.len() - inside.trim_start_matches('`').len();
            parts.push((false, &rest[..end]));
            rest = &rest[end..];
            continue;
        };
        parts.push((false, &rest[..open]));
        parts.push((true, &inside[..length]));
        rest = &inside[length + 1..];
    }
    parts.push((false, rest));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_two_signs() {
        for (text, expected) in [
            ("", &[][..]),
            ("plain", &[(false, "plain")]),
            ("a `b` c", &[(false, "a "), (true, "b"), (false, " c")]),
            ("`a``b`", &[(true, "a"), (true, "b")]),
            ("a ` b", &[(false, "a `"), (false, " b")]),
            ("``a", &[(false, "``"), (false, "a")]),
            ("`a", &[(false, "`"), (false, "a")]),
        ] {
            assert_eq!(spans(text), expected, "{text}");
        }
    }
}
