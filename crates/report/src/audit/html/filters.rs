//! The form that hides what a reader does not ask for. It is shown only where the script runs.

use std::collections::BTreeSet;

use auditlint_tasks::Verdict;
use maud::{Markup, html};

use super::text::name;
use crate::audit::model::AuditReport;

/// The form.
pub(super) fn form(report: &AuditReport) -> Markup {
    let owners: BTreeSet<&str> = report.tasks.iter().filter_map(|task| task.owner.as_deref()).collect();
    let rules: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule.as_str()).collect();
    let linked = report.tasks.iter().flat_map(|task| task.rules.iter().map(String::as_str));
    let rules: BTreeSet<&str> = rules.into_iter().chain(linked).collect();
    let severities: Vec<&str> = ["error", "warning", "info", "hint"]
        .into_iter()
        .filter(|word| report.findings.iter().any(|finding| finding.severity.name() == *word))
        .collect();
    let verdicts =
        Verdict::ALL.map(Verdict::name).into_iter().filter(|name| report.summary.verdicts.contains_key(name));
    html! {
        form id="filters" hidden aria-label="Filters" {
            label { "Task" input type="search" name="task" placeholder="id or title"; }
            (select("Verdict", "verdict", verdicts))
            (select("Owner", "owner", owners))
            (select("Rule", "rule", rules))
            (select("Severity", "severity", severities))
            button type="submit" { "Filter" }
            button type="reset" { "Show all" }
            output id="shown" { "All tasks are shown" }
        }
    }
}

fn select<'o>(label: &str, key: &str, options: impl IntoIterator<Item = &'o str>) -> Markup {
    html! {
        label { (label)
            select name=(key) {
                option value="" { "all" }
                @for option in options { option value=(name(option)) { (name(option)) } }
            }
        }
    }
}
