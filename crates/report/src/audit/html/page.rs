//! The page as a whole.

use auditlint_engine::PLAN_PACK;
use auditlint_tasks::Verdict;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::filters::form;
use super::tables::{matrix, metrics, remaining, verdicts};
use super::task::{article, rule_group};
use super::text::{name, place, prose_of};
use crate::audit::groups::RuleGroup;
use crate::audit::model::AuditReport;
use crate::audit::prose;
use crate::plain::one_line;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("filter.js");

/// Loads nothing, sends nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'";

/// The sections: anchor and heading.
const SECTIONS: [(&str, &str); 10] = [
    ("summary", "Summary"),
    ("regressed", "What regressed"),
    ("tasks", "Findings by task"),
    ("without-task", "Findings without a task"),
    ("remaining", "What remains, in order"),
    ("matrix", "Traceability matrix"),
    ("orphans", "Without a counterpart"),
    ("plan", "The plan itself"),
    ("metrics", "Metrics"),
    ("problems", "What was not judged"),
];

/// The page.
pub(crate) fn page(report: &AuditReport) -> String {
    let content = [
        summary(report),
        regressed(report),
        tasks(report),
        without_task(report),
        remaining(report),
        matrix(report),
        orphans(report),
        plan(report),
        metrics(report),
        problems(report),
    ];
    let page = html! {
        (DOCTYPE)
        "\n"
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (one_line(&report.title)) }
                style { (PreEscaped(STYLE)) }
            }
            "\n"
            body {
                a.skip href="#content" { "To the content" }
                header {
                    h1 { (prose_of(&report.title)) }
                    (origin(report))
                }
                nav aria-label="Sections" {
                    ul { @for (anchor, heading) in SECTIONS { li { a href={ "#" (anchor) } { (heading) } } } }
                }
                "\n"
                main id="content" {
                    (form(report))
                    @for ((anchor, heading), content) in SECTIONS.into_iter().zip(content) {
                        "\n"
                        section aria-labelledby=(anchor) {
                            h2 id=(anchor) { (heading) }
                            "\n"
                            (content)
                        }
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
        "\n"
    };
    page.into_string()
}

fn origin(report: &AuditReport) -> Markup {
    html! {
        @if report.commit.is_some() || report.day.is_some() {
            p.muted {
                @if let Some(commit) = &report.commit { "Commit " code { (name(commit)) } " " }
                @if let Some(day) = &report.day { (day) }
            }
        }
    }
}

fn summary(report: &AuditReport) -> Markup {
    html! {
        ul { @for sentence in prose::summary(report) { li { (sentence) } } }
        @if !report.tasks.is_empty() { (verdicts(report)) }
    }
}

fn regressed(report: &AuditReport) -> Markup {
    let regressed = || report.tasks.iter().enumerate().filter(|(_, task)| task.verdict == Verdict::Regressed);
    html! {
        @if regressed().next().is_none() {
            p { "No task that is declared done has findings left." }
        } @else {
            ul {
                @for (number, task) in regressed() {
                    li {
                        a href={ "#task-" (number) } { (prose_of(&task.id)) " " (prose_of(&task.title)) }
                        ": " (prose::counts(task.counts))
                    }
                }
            }
        }
    }
}

fn tasks(report: &AuditReport) -> Markup {
    let phases = report.phases();
    let has_phases = phases.iter().any(|(name, _)| name.is_some());
    html! {
        @if phases.is_empty() { p { "There are no tasks." } }
        @for (name, tasks) in phases {
            h3 {
                @match name {
                    Some(name) => (prose_of(name)),
                    None if has_phases => "Without a phase",
                    None => "All tasks",
                }
            }
            @for (number, task) in tasks { (article(report, number, task)) }
        }
    }
}

fn without_task(report: &AuditReport) -> Markup {
    let groups = report.by_rule(report.without_task());
    html! {
        @if groups.is_empty() { p { "Every finding belongs to a task." } }
        @else { (groups_of(&groups)) }
    }
}

fn groups_of(groups: &[RuleGroup<'_>]) -> Markup {
    html! {
        h3 { "By rule" }
        @for group in groups { (rule_group(group, true)) }
    }
}

fn orphans(report: &AuditReport) -> Markup {
    let orphans = &report.orphans;
    let uncovered = || orphans.audit_findings_without_task.iter().filter_map(|number| report.findings.get(*number));
    html! {
        dl {
            dt { "Tasks without a rule" }
            @for number in &orphans.tasks_without_rule {
                dd { a href={ "#task-" (number) } { (prose_of(&report.tasks[*number].id)) } }
            }
            @if orphans.tasks_without_rule.is_empty() { dd { "none" } }
            dt { "Rules without a task" }
            @for rule in &orphans.rules_without_task { dd { code { (name(rule)) } } }
            @if orphans.rules_without_task.is_empty() { dd { "none" } }
            dt { "Rules linked to what nobody knows" }
            @for link in &orphans.unknown_links { dd { code { (name(&link.rule)) } " names " code { (name(&link.id)) } } }
            @if orphans.unknown_links.is_empty() { dd { "none" } }
            dt { "Findings of the audit without a task" }
            @for finding in uncovered() { dd { (place(&finding.place)) " " (prose_of(&finding.message)) } }
            @if uncovered().next().is_none() { dd { "none" } }
        }
    }
}

fn plan(report: &AuditReport) -> Markup {
    let is_on = report.rules.iter().any(|rule| rule.on && rule.pack.as_deref() == Some(PLAN_PACK));
    let groups = report.by_rule(report.plan.iter().copied());
    html! {
        @if !groups.is_empty() { (groups_of(&groups)) }
        @else if is_on { p { "Nothing is wrong with the task files." } }
        @else { p { "The task files were not checked: no rule of the pack " code { (PLAN_PACK) } " is on." } }
    }
}

fn problems(report: &AuditReport) -> Markup {
    html! {
        @if report.problems.is_empty() { p { "Everything was read and understood." } }
        @else {
            ul {
                @for problem in &report.problems {
                    li {
                        (problem.level) ": "
                        @if let Some(at) = &problem.place { (place(at)) " " }
                        (prose_of(&problem.message))
                        @if let Some(help) = &problem.help { " (" (prose_of(help)) ")" }
                    }
                }
            }
        }
        @if !report.summary.skipped.is_empty() {
            p {
                "Skipped:"
                @for (reason, number) in &report.summary.skipped { " " (number) " " (reason) }
            }
        }
    }
}
