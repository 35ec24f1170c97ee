//! The tables of the page: the matrix, what remains, figures.

use maud::{Markup, html};

use super::task::TaskKeys;
use super::text::{name, names, place, prose_of, verdict};
use crate::audit::model::{AuditReport, GroupFigures};
use crate::audit::prose;
use crate::verdict_json::CountsJson;

/// How many places a row of the matrix names.
const MOST_PLACES: usize = 3;

/// A table that scrolls on a narrow screen, also with the keyboard.
fn scrolling(label: &str, table: Markup) -> Markup {
    html! { section.scroll tabindex="0" aria-label={ "Table: " (label) } { (table) } "\n" }
}

/// The heads of a table; those that begin with `#` are of numbers.
fn heads(heads: &[&str]) -> Markup {
    html! {
        thead {
            tr {
                @for head in heads {
                    @if let Some(head) = head.strip_prefix('#') { th.number scope="col" { (head) } }
                    @else { th scope="col" { (head) } }
                }
            }
        }
    }
}

/// How many tasks have each verdict.
pub(super) fn verdicts(report: &AuditReport) -> Markup {
    html! {
        table {
            caption { "Tasks by verdict" }
            (heads(&["verdict", "#tasks"]))
            tbody {
                @for kind in auditlint_tasks::Verdict::ALL {
                    @if let Some(number) = report.summary.verdicts.get(kind.name()) {
                        tr { th scope="row" { (verdict(kind)) } td.number { (number) } }
                    }
                }
            }
        }
    }
}

/// What remains, in order.
pub(super) fn remaining(report: &AuditReport) -> Markup {
    let rows =
        report.next.iter().enumerate().filter_map(|(at, step)| Some((at + 1, step, report.tasks.get(step.task)?)));
    let table = html! {
        table {
            caption { "Tasks in the order in which to do them" }
            (heads(&["#next", "task", "title", "verdict", "priority", "owner", "#left", "after"]))
            tbody {
                @for (number, step, task) in rows {
                    @let keys = TaskKeys::of(report, task);
                    tr data-task=(keys.task) data-owner=(keys.owner) data-verdict=(task.verdict.name())
                        data-rules=(keys.rules) data-severities=(keys.severities) {
                        td.number { (number) }
                        th scope="row" { a href={ "#task-" (step.task) } { (prose_of(&task.id)) } }
                        td { (prose_of(&task.title)) }
                        td { (verdict(task.verdict)) }
                        td { (prose_of(task.priority.as_deref().unwrap_or_default())) }
                        td { (prose_of(task.owner.as_deref().unwrap_or_default())) }
                        td.number { @if let Some(left) = step.left { (left) } }
                        td { (prose_of(&step.after.join(", "))) }
                    }
                    "\n"
                }
            }
        }
    };
    html! {
        @if report.next.is_empty() { p { "Nothing is left to do." } } @else { (scrolling("What remains", table)) }
    }
}

/// The traceability matrix.
pub(super) fn matrix(report: &AuditReport) -> Markup {
    let rows = report.matrix.iter().filter_map(|row| Some((row, report.tasks.get(row.task)?)));
    let table = html! {
        table {
            caption { "From findings of the audit to places in the code" }
            (heads(&["audit findings", "task", "criterion", "rule", "places", "the rule's tests", "owner", "verdict"]))
            tbody {
                @for (row, task) in rows {
                    @let keys = TaskKeys::of(report, task);
                    @let rule = row.rule.as_deref().unwrap_or_default();
                    tr data-task=(keys.task) data-owner=(keys.owner) data-verdict=(task.verdict.name())
                        data-rules=(names([rule])) data-severities=(keys.severities) {
                        td { (prose_of(&task.audit_findings.join(", "))) }
                        th scope="row" { a href={ "#task-" (row.task) } { (prose_of(&task.id)) } }
                        td {
                            @match row.criterion.and_then(|number| task.criteria.get(number)) {
                                Some(criterion) => (prose_of(&criterion.text)),
                                None => "the whole task",
                            }
                        }
                        @if row.rule.is_some() {
                            td { code { (name(rule)) } }
                            td { (prose::counts(row.counts)) (first_places(report, &row.places)) }
                            td { (prose::tests(report.rule(rule).and_then(|rule| rule.tests))) }
                        } @else {
                            td { "none" }
                            td {}
                            td {}
                        }
                        td { (prose_of(task.owner.as_deref().unwrap_or_default())) }
                        td { (verdict(task.verdict)) }
                    }
                    "\n"
                }
            }
        }
    };
    html! {
        @if report.matrix.is_empty() { p { "There are no tasks." } } @else { (scrolling("Traceability matrix", table)) }
        @if !report.audit_findings.is_empty() { (scrolling("Findings of the audit", audit_findings(report))) }
    }
}

fn first_places(report: &AuditReport, numbers: &[usize]) -> Markup {
    html! {
        @for finding in numbers.iter().take(MOST_PLACES).filter_map(|number| report.findings.get(*number)) {
            br; (place(&finding.place))
        }
    }
}

fn audit_findings(report: &AuditReport) -> Markup {
    html! {
        table {
            caption { "Findings of the audit" }
            (heads(&["audit finding", "tasks"]))
            tbody {
                @for item in &report.audit_findings {
                    tr {
                        th scope="row" { (prose_of(&item.id)) }
                        td {
                            @for number in &item.tasks {
                                @let task = &report.tasks[*number];
                                a href={ "#task-" (number) } { (prose_of(&task.id)) } " " (verdict(task.verdict)) " "
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Figures of rules and of groups of tasks.
pub(super) fn metrics(report: &AuditReport) -> Markup {
    let is_told = |counts: CountsJson, tasks: &[usize]| counts != CountsJson::default() || !tasks.is_empty();
    let rules = html! {
        table {
            caption { "Rules" }
            (heads(&["rule", "#tasks", "#new", "#known", "#suppressed", "its tests"]))
            tbody {
                @for rule in report.rules.iter().filter(|rule| is_told(rule.counts, &rule.tasks)) {
                    tr {
                        th scope="row" { code { (name(&rule.id)) } }
                        @for number in [rule.tasks.len() as u64, rule.counts.new, rule.counts.known, rule.counts.suppressed] {
                            td.number { (number) }
                        }
                        td { (prose::tests(rule.tests)) }
                    }
                    "\n"
                }
            }
        }
    };
    html! {
        (scrolling("Rules", rules))
        (figures("phase", &report.metrics.phases))
        (figures("owner", &report.metrics.owners))
        (figures("priority", &report.metrics.priorities))
    }
}

fn figures(what: &str, groups: &[GroupFigures]) -> Markup {
    let label = format!("Tasks by {what}");
    let table = html! {
        table {
            caption { (label) }
            (heads(&[what, "#tasks", "#declared done", "#verified", "#regressed", "#left"]))
            tbody {
                @for group in groups {
                    tr {
                        th scope="row" { (prose_of(group.name.as_deref().unwrap_or("none"))) }
                        @for number in prose::figures(group) { td.number { (number) } }
                    }
                }
            }
        }
    };
    html! { @if !groups.is_empty() { (scrolling(&label, table)) } }
}
