//! The timeline as one page, which loads nothing.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::chart::chart;
use super::model::{Timeline, TimelineCommit, TimelineTurn, kind_name, short, shown_forecast};
use crate::plain::{count, one_line};

const STYLE: &str = include_str!("../audit/html/style.css");

/// Loads nothing, sends nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// At most this many of the last commits are listed; all are drawn.
const MOST_LISTED: usize = 500;

pub(super) fn page(timeline: &Timeline) -> String {
    let page = html! {
        (DOCTYPE)
        "\n"
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "History of the audit" }
                style { (PreEscaped(STYLE)) }
            }
            "\n"
            body {
                a.skip href="#content" { "To the content" }
                header { h1 { "History of the audit" } }
                "\n"
                main id="content" {
                    @for line in timeline.introduction() { p { (one_line(&line)) } "\n" }
                    p { (timeline.forecast_sentence()) }
                    "\n"
                    @if timeline.tasks.is_empty() {
                        (chart("Findings left", timeline, |commit| commit.findings))
                    } @else {
                        (chart("Findings that the tasks have left", timeline, |commit| commit.findings_of_tasks))
                        (chart("Tasks with findings", timeline, |commit| commit.with_findings))
                        h2 { "Tasks" }
                        (tasks(timeline))
                        h2 { "Commits that turned a task" }
                        (turns(timeline))
                    }
                    h2 { "Commits" }
                    (commits(timeline))
                }
            }
        }
        "\n"
    };
    page.into_string()
}

fn heads(heads: &[&str]) -> Markup {
    html! { thead { tr { @for head in heads { th scope="col" { (head) } } } } }
}

fn scrolling(label: &str, table: Markup) -> Markup {
    html! { section.scroll tabindex="0" aria-label={ "Table: " (label) } { (table) } "\n" }
}

fn tasks(timeline: &Timeline) -> Markup {
    let commit = |turn: Option<&TimelineTurn>| html! { @if let Some(turn) = turn { code { (short(&turn.commit)) } } };
    let table = html! {
        table {
            caption { "Tasks that a rule checks" }
            (heads(&["task", "title", "findings", "first clean", "broken again", "forecast"]))
            tbody {
                @for task in &timeline.tasks {
                    tr {
                        th scope="row" { (one_line(&task.id)) }
                        td { (one_line(&task.title)) }
                        td { (task.shown_course()) }
                        td { (commit(task.first_clean())) }
                        td { (commit(task.last_broken())) }
                        td { (shown_forecast(task.forecast)) }
                    }
                    "\n"
                }
            }
        }
    };
    scrolling("Tasks", table)
}

fn turns(timeline: &Timeline) -> Markup {
    let all = timeline.tasks.iter().flat_map(|task| task.turns.iter().map(move |turn| (task, turn)));
    let has_authors = timeline.tasks.iter().flat_map(|task| &task.turns).any(|turn| turn.author.is_some());
    let mut columns = vec!["task", "turn", "commit", "message", "merge"];
    columns.extend(has_authors.then_some(["author", "time"]).into_iter().flatten());
    let table = html! {
        table {
            caption { "Commits that turned a task" }
            (heads(&columns))
            tbody {
                @for (task, turn) in all {
                    tr {
                        th scope="row" { (one_line(&task.id)) }
                        td { (kind_name(turn.kind)) @if turn.is_first { " since it is known" } }
                        td { code { (short(&turn.commit)) } }
                        td { (one_line(&turn.subject)) }
                        td { @if let Some(merge) = &turn.merge { code { (short(merge)) } } }
                        @if let Some(author) = &turn.author {
                            td { (one_line(&author.name)) }
                            td { (author.time) }
                        }
                    }
                    "\n"
                }
            }
        }
    };
    scrolling("Commits that turned a task", table)
}

fn commits(timeline: &Timeline) -> Markup {
    let from = timeline.commits.len().saturating_sub(MOST_LISTED);
    let figures = |commit: &TimelineCommit| {
        [
            commit.findings,
            commit.suppressed,
            commit.findings_of_tasks,
            commit.clean,
            commit.with_findings,
            commit.unjudged,
        ]
    };
    let table = html! {
        table {
            caption { "Commits that were looked at" }
            (heads(&[
                "commit", "day", "tags", "findings left", "suppressed", "of tasks", "tasks clean", "tasks with findings",
                "tasks unjudged",
            ]))
            tbody {
                @for commit in &timeline.commits[from..] {
                    tr {
                        th scope="row" { code { (short(&commit.commit)) } }
                        td { @if let Some(day) = &commit.day { (day) } }
                        td { (one_line(&commit.tags.join(", "))) }
                        @for number in figures(commit) { td.number { (number) } }
                    }
                    "\n"
                }
            }
        }
    };
    html! {
        (scrolling("Commits", table))
        @if from > 0 { p { (count(from as u64, "earlier commit")) " drawn and not listed." } }
    }
}
