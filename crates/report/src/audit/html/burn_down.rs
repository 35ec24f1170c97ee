//! How the audit went: two charts, drawn in the page itself, and the tables that say the same in words.

use maud::{Markup, html};

use super::tables::{heads, scrolling};
use super::text::{name, prose_of};
use crate::audit::burn_down::{BurnDown, BurnDownDay, Chart, TaskState};

/// Room for the scale, the days and the ends of the line around a chart.
const LEFT: u64 = 64;
const RIGHT: u64 = 24;
const TOP: u64 = 16;
const BOTTOM: u64 = 28;

/// States have a dot each up to so many; more would run into one another.
const MOST_DOTS: usize = 60;

/// The section.
pub(super) fn burn_down(burn_down: &BurnDown) -> Markup {
    html! {
        p { (burn_down.sentence()) }
        @if burn_down.days.len() > 1 {
            (chart("Findings left", &burn_down.days, |day| day.findings_left))
            (chart("Tasks left", &burn_down.days, |day| day.tasks_left))
        }
        @if !burn_down.days.is_empty() { (states(burn_down)) }
        @if let Some(said) = burn_down.later_sentence() { p { (said) } }
        @if !burn_down.changes.is_empty() { (changes(burn_down)) }
    }
}

fn chart(what: &str, days: &[BurnDownDay], figure: impl Fn(&BurnDownDay) -> u64) -> Markup {
    let chart = Chart::of(days, &figure);
    let (width, height) = (LEFT + Chart::WIDTH + RIGHT, TOP + Chart::HEIGHT + BOTTOM);
    let bottom = TOP + Chart::HEIGHT;
    let at = |(right, high): (u64, u64)| (LEFT + right, bottom - high);
    let line: Vec<String> = chart
        .points
        .iter()
        .map(|point| {
            let (x, y) = at(*point);
            format!("{x},{y}")
        })
        .collect();
    let ends = days.first().zip(days.last());
    let said = ends
        .map(|(first, last)| format!("{what}: {} on {}, {} on {}", figure(first), first.date, figure(last), last.date));
    html! {
        figure.chart {
            figcaption { (what) }
            svg role="img" aria-label=(said.unwrap_or_default()) viewBox={ "0 0 " (width) " " (height) } {
                @for (high, number) in &chart.scale {
                    @let y = bottom - high;
                    line.grid x1=(LEFT) y1=(y) x2=(LEFT + Chart::WIDTH) y2=(y) {}
                    text.end x=(LEFT - 8) y=(y + 4) { (number) }
                }
                @if let Some((first, last)) = ends {
                    text x=(LEFT) y=(height - 8) { (first.date) }
                    text.end x=(LEFT + Chart::WIDTH) y=(height - 8) { (last.date) }
                }
                polyline points=(line.join(" ")) {}
                @if chart.points.len() <= MOST_DOTS {
                    @for point in &chart.points {
                        @let (x, y) = at(*point);
                        circle cx=(x) cy=(y) r="3" {}
                    }
                }
            }
        }
        "\n"
    }
}

fn states(burn_down: &BurnDown) -> Markup {
    let (before, days) = burn_down.listed();
    let table = html! {
        table {
            caption { "States, by day" }
            (heads(&["day", "commit", "#findings left", "#suppressed", "#tasks left", "#verified", "#regressed"]))
            tbody {
                @for day in days {
                    tr {
                        th scope="row" { (day.date) }
                        td { @if let Some(commit) = day.short_commit() { code { (name(commit)) } } }
                        @for number in day.figures() { td.number { (number) } }
                    }
                    "\n"
                }
            }
        }
    };
    html! {
        (scrolling("States by day", table))
        @if before > 0 { p { (before) " earlier states are drawn and not listed." } }
    }
}

fn changes(burn_down: &BurnDown) -> Markup {
    let table = html! {
        table {
            caption { "What changed since the state before" }
            (heads(&["task", "before", "now"]))
            tbody {
                @for change in &burn_down.changes {
                    tr {
                        th scope="row" { (prose_of(&change.task)) }
                        td { (TaskState::shown(change.before)) }
                        td { (TaskState::shown(change.now)) }
                    }
                    "\n"
                }
            }
        }
    };
    scrolling("What changed", table)
}
