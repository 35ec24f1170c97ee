//! The CSV format: the traceability matrix with a row for each place.

use super::model::{AuditFinding, AuditReport, AuditTask};
use crate::{Cell, OutputTable};

const COLUMNS: [&str; 20] = [
    "audit_findings",
    "phase",
    "task",
    "title",
    "verdict",
    "status",
    "priority",
    "owner",
    "criteria",
    "rule",
    "severity",
    "state",
    "message",
    "path",
    "line",
    "column",
    "url",
    "bad_examples",
    "good_examples",
    "failed_examples",
];

/// One row for each place of each task. A rule without places, a task without rules, a rule without a task have a row of their own, and
/// every finding has at least one.
pub(super) fn table(report: &AuditReport) -> OutputTable {
    let mut table = OutputTable::new(COLUMNS);
    let mut is_shown = vec![false; report.findings.len()];
    for task in &report.tasks {
        for criterion in task.criteria.iter().filter(|criterion| criterion.rules.is_empty()) {
            table.push(row(report, Some(task), vec![criterion.text.clone()], None, None));
        }
        for rule in &task.rules {
            let of_rule = task.criteria.iter().filter(|criterion| criterion.rules.contains(rule));
            let criteria: Vec<String> = of_rule.map(|criterion| criterion.text.clone()).collect();
            let mut is_found = false;
            for number in task.findings.iter().filter(|number| report.findings[**number].rule == *rule) {
                is_found = true;
                is_shown[*number] = true;
                let finding = &report.findings[*number];
                table.push(row(report, Some(task), criteria.clone(), Some(rule), Some(finding)));
            }
            if !is_found {
                table.push(row(report, Some(task), criteria, Some(rule), None));
            }
        }
        if task.rules.is_empty() && task.criteria.is_empty() {
            table.push(row(report, Some(task), Vec::new(), None, None));
        }
    }
    for (finding, _) in report.findings.iter().zip(is_shown).filter(|(_, is_shown)| !is_shown) {
        table.push(row(report, None, Vec::new(), Some(&finding.rule), Some(finding)));
    }
    for id in &report.orphans.rules_without_task {
        if report.rule(id).is_some_and(|rule| rule.counts.left() + rule.counts.suppressed == 0) {
            table.push(row(report, None, Vec::new(), Some(id), None));
        }
    }
    table
}

fn row(
    report: &AuditReport,
    task: Option<&AuditTask>,
    criteria: Vec<String>,
    rule: Option<&str>,
    finding: Option<&AuditFinding>,
) -> Vec<Cell> {
    let text = |text: Option<&str>| text.map_or(Cell::Missing, |text| Cell::Text(text.to_owned()));
    let number = |number: Option<u64>| number.map_or(Cell::Missing, Cell::Number);
    let tests = rule.and_then(|id| report.rule(id)).and_then(|rule| rule.tests);
    // Where no task is told, the finding may still name some.
    let ids = match (task, finding) {
        (Some(task), _) => Cell::Text(task.id.clone()),
        (None, Some(finding)) if !finding.tasks.is_empty() => Cell::List(finding.tasks.clone()),
        _ => Cell::Missing,
    };
    vec![
        task.map_or(Cell::Missing, |task| Cell::List(task.audit_findings.clone())),
        text(task.and_then(|task| task.phase.as_deref())),
        ids,
        text(task.map(|task| task.title.as_str())),
        text(task.map(|task| task.verdict.name())),
        text(task.and_then(|task| task.status)),
        text(task.and_then(|task| task.priority.as_deref())),
        text(task.and_then(|task| task.owner.as_deref())),
        if criteria.is_empty() { Cell::Missing } else { Cell::Text(criteria.join("; ")) },
        text(rule),
        text(finding.map(|finding| finding.severity.name())),
        text(finding.map(|finding| finding.state.name())),
        text(finding.map(|finding| &*finding.message)),
        text(finding.map(|finding| finding.place.path.as_str())),
        number(finding.map(|finding| u64::from(finding.place.line))),
        number(finding.map(|finding| u64::from(finding.column))),
        text(finding.and_then(|finding| finding.place.url.as_deref())),
        number(tests.map(|tests| tests.bad)),
        number(tests.map(|tests| tests.good)),
        number(tests.map(|tests| tests.failed)),
    ]
}
