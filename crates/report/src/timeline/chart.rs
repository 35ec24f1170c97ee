//! A line of figures, drawn: one place to the right for each commit.

use maud::{Markup, html};

use super::model::{Timeline, TimelineCommit, short};

const WIDTH: u64 = 640;
const HEIGHT: u64 = 160;
/// Room for the scale, the commits and the ends of the line.
const LEFT: u64 = 64;
const RIGHT: u64 = 24;
const TOP: u64 = 16;
const BOTTOM: u64 = 28;
/// A line has so many points at the most.
const MOST_POINTS: usize = 2000;

/// A chart of a figure of each commit.
pub(super) fn chart(what: &str, timeline: &Timeline, figure: impl Fn(&TimelineCommit) -> u64) -> Markup {
    let commits = &timeline.commits;
    let figures: Vec<u64> = commits.iter().map(&figure).collect();
    let most = figures.iter().copied().max().unwrap_or(0).max(1);
    let last = figures.len().saturating_sub(1).max(1) as u64;
    let each = figures.len().div_ceil(MOST_POINTS).max(1);
    let is_drawn = |at: usize| at.is_multiple_of(each) || at + 1 == figures.len();
    let point = |(at, figure): (usize, &u64)| {
        let high = (u128::from(*figure) * u128::from(HEIGHT) / u128::from(most)) as u64;
        format!("{},{}", LEFT + at as u64 * WIDTH / last, TOP + HEIGHT - high)
    };
    let points: Vec<String> = figures.iter().enumerate().filter(|(at, _)| is_drawn(*at)).map(point).collect();
    let ends = commits.first().zip(commits.last());
    let said = ends.map(|(first, last)| {
        let of = |commit: &TimelineCommit| format!("{} at {}", figure(commit), short(&commit.commit));
        format!("{what}: {}, {}", of(first), of(last))
    });
    let (width, height) = (LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM);
    html! {
        figure.chart {
            figcaption { (what) }
            svg role="img" aria-label=(said.unwrap_or_default()) viewBox={ "0 0 " (width) " " (height) } {
                @for (y, number) in [(TOP + HEIGHT, 0), (TOP, most)] {
                    line.grid x1=(LEFT) y1=(y) x2=(LEFT + WIDTH) y2=(y) {}
                    text.end x=(LEFT - 8) y=(y + 4) { (number) }
                }
                @if let Some((first, last)) = ends {
                    text x=(LEFT) y=(height - 8) { (short(&first.commit)) }
                    text.end x=(LEFT + WIDTH) y=(height - 8) { (short(&last.commit)) }
                }
                polyline points=(points.join(" ")) {}
            }
        }
        "\n"
    }
}
