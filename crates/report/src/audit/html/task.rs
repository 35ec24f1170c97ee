//! A task with its verdict, its criteria and its places; and places by rule wherever they are listed.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::text::{linked, name, names, place, prose_of, verdict};
use crate::audit::groups::RuleGroup;
use crate::audit::model::{AuditFinding, AuditReport, AuditTask, CodeLine};
use crate::audit::prose;

/// What the filters ask of a task, as attributes of whatever shows it.
pub(super) struct TaskKeys {
    pub(super) task: String,
    pub(super) owner: String,
    pub(super) rules: String,
    pub(super) severities: String,
}

impl TaskKeys {
    pub(super) fn of(report: &AuditReport, task: &AuditTask) -> Self {
        let severities: BTreeSet<&str> = task
            .findings
            .iter()
            .filter_map(|number| report.findings.get(*number))
            .map(|finding| finding.severity.name())
            .collect();
        Self {
            task: name(&format!("{} {}", task.id, task.title)).into_owned(),
            owner: name(task.owner.as_deref().unwrap_or_default()).into_owned(),
            rules: names(task.rules.iter().map(String::as_str)),
            severities: names(severities),
        }
    }
}

/// A task.
pub(super) fn article(report: &AuditReport, number: usize, task: &AuditTask) -> Markup {
    let keys = TaskKeys::of(report, task);
    html! {
        article.task id={ "task-" (number) } aria-labelledby={ "name-" (number) } data-task=(keys.task)
            data-owner=(keys.owner) data-verdict=(task.verdict.name()) data-rules=(keys.rules)
            data-severities=(keys.severities) {
            h4 id={ "name-" (number) } { (prose_of(&task.id)) " " (prose_of(&task.title)) }
            p { (verdict(task.verdict)) " " (facts(task)) }
            (reasons(task))
            (criteria(task))
            @for group in report.by_rule_of(number) { (rule_group(&group, false)) }
        }
        "\n"
    }
}

fn facts(task: &AuditTask) -> Markup {
    html! {
        @for fact in prose::facts(task) { (prose_of(&fact)) " · " }
        @if let Some(at) = &task.place { (place(at)) }
        @if let Some(url) = &task.url { " · " (linked(html! { (name(url)) }, Some(url))) }
    }
}

fn reasons(task: &AuditTask) -> Markup {
    let attested = prose::attested(task);
    html! {
        @if !task.reasons.is_empty() || attested.is_some() {
            ul {
                @for reason in task.reasons.iter().chain(&attested) { li { (prose_of(reason)) } }
            }
        }
    }
}

fn criteria(task: &AuditTask) -> Markup {
    html! {
        @if !task.criteria.is_empty() {
            h5 { "Acceptance criteria (" (task.criteria_with_rule) " of " (task.criteria.len()) " with a rule)" }
            ul {
                @for criterion in &task.criteria {
                    li {
                        (prose_of(&criterion.text)) " "
                        span.muted {
                            @if criterion.rules.is_empty() {
                                "no rule of its own"
                            } @else {
                                @for rule in &criterion.rules { code { (name(rule)) } " " }
                                (prose::counts(criterion.counts))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What one rule finds, below a task or, with `is_apart`, below a heading of its own.
pub(super) fn rule_group(group: &RuleGroup<'_>, is_apart: bool) -> Markup {
    let heading = html! { code { (name(group.rule)) } ": " (group.left()) " left" };
    html! {
        div data-group {
            @if is_apart { h4 { (heading) } } @else { h5 { (heading) } }
            @if let Some(rule) = group.info {
                @if let Some(why) = &rule.why { p { (prose_of(why)) } }
                @if let Some(instead) = &rule.instead { p { strong { "Instead: " } (prose_of(instead)) } }
            }
            ul {
                @for (finding, with_code) in group.listed() { (place_item(finding, with_code)) }
            }
            @if let Some(more) = prose::more(group.unlisted()) { p.muted { (more) } }
        }
        "\n"
    }
}

fn place_item(finding: &AuditFinding, with_code: bool) -> Markup {
    html! {
        li data-rule=(name(&finding.rule)) data-severity=(finding.severity.name()) {
            (place(&finding.place)) " " (finding.severity.name()) ", " (finding.state.name())
            @if let Some(reason) = &finding.reason { " (" (prose_of(reason)) ")" }
            ": " (prose_of(&finding.message))
            @if with_code && !finding.code.is_empty() { (excerpt(&finding.code)) }
            @if !finding.evidence.is_empty() {
                ul {
                    @for evidence in &finding.evidence {
                        li { "see " (place(&evidence.place)) ": " (prose_of(&evidence.message)) }
                    }
                }
            }
        }
        "\n"
    }
}

fn excerpt(lines: &[CodeLine]) -> Markup {
    let width = lines.last().map_or(1, |line| line.line.to_string().len());
    html! {
        pre {
            @for line in lines {
                @let text = format!("{:width$} {}", line.line, line.text);
                @if line.marked { mark { (text) } } @else { span { (text) } }
            }
        }
    }
}
