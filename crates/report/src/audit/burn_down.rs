//! How the audit went: what a history says, with the state of the report at its end.

use auditlint_engine::Date;
use auditlint_tasks::Verdict;
use schemars::JsonSchema;
use serde::Serialize;

use super::history::{History, HistoryLine};

/// How the audit went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "BurnDown")]
pub(crate) struct BurnDown {
    /// A state for each day that one was written down for, and that of the report, in the order of the days.
    pub(crate) days: Vec<BurnDownDay>,
    /// The tasks that are not as far as they were in the state before the last one.
    pub(crate) changes: Vec<TaskChange>,
    /// How many lines of the history were left out, because they are about days behind that of the report.
    pub(crate) later: u64,
}

/// A state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "BurnDownDay")]
pub(crate) struct BurnDownDay {
    /// The day.
    pub(crate) date: String,
    /// The commit that was checked out.
    pub(crate) commit: Option<String>,
    /// How many findings were left.
    pub(crate) findings_left: u64,
    /// How many were suppressed.
    pub(crate) suppressed: u64,
    /// How many tasks were left: neither declared done nor accepted, or regressed.
    pub(crate) tasks_left: u64,
    /// How many tasks were verified.
    pub(crate) verified: u64,
    /// How many tasks had regressed.
    pub(crate) regressed: u64,
}

/// A task that is not as far as it was. It has no state where no rule checked it, or it was not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TaskChange")]
pub(crate) struct TaskChange {
    /// Its full id.
    pub(crate) task: String,
    /// How far it was.
    pub(crate) before: Option<TaskState>,
    /// How far it is.
    pub(crate) now: Option<TaskState>,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TaskState")]
pub(crate) struct TaskState {
    /// What the run proved.
    #[serde(serialize_with = "verdict_name")]
    #[schemars(with = "String")]
    pub(crate) verdict: Verdict,
    /// How many of its findings were left.
    pub(crate) left: u64,
}

impl BurnDownDay {
    /// Its figures in the order of the columns of a table.
    pub(crate) fn figures(&self) -> [u64; 5] {
        [self.findings_left, self.suppressed, self.tasks_left, self.verified, self.regressed]
    }

    /// The commit as people name it.
    pub(crate) fn short_commit(&self) -> Option<&str> {
        let commit = self.commit.as_deref()?;
        Some(commit.get(..12).unwrap_or(commit))
    }
}

impl BurnDown {
    /// What a history says, with a state at its end.
    pub(super) fn of(history: &History, now: Option<&HistoryLine>) -> Self {
        let states = history.states(now);
        let changes = match states[..] {
            [.., before, last] => changes(before, last),
            _ => Vec::new(),
        };
        Self { days: states.into_iter().map(day).collect(), changes, later: history.later_than(now) }
    }
}

fn verdict_name<S: serde::Serializer>(verdict: &Verdict, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(verdict.name())
}

fn day(line: &HistoryLine) -> BurnDownDay {
    let left = [Verdict::Regressed, Verdict::Open, Verdict::ReadyToClose, Verdict::Vacuous, Verdict::Untracked];
    BurnDownDay {
        date: line.date().to_owned(),
        commit: line.commit().map(str::to_owned),
        findings_left: line.left(),
        suppressed: line.suppressed(),
        tasks_left: left.iter().fold(0, |sum: u64, verdict| sum.saturating_add(line.tasks_that_are(*verdict))),
        verified: line.tasks_that_are(Verdict::Verified),
        regressed: line.tasks_that_are(Verdict::Regressed),
    }
}

/// What became of each task from one state to another, in the order of the ids.
fn changes(before: &HistoryLine, now: &HistoryLine) -> Vec<TaskChange> {
    let state = |(verdict, left): (Verdict, u64)| TaskState { verdict, left };
    let gone = before.tasks().filter(|(id, ..)| now.task(id).is_none()).map(|(id, ..)| id);
    let mut ids: Vec<&str> = now.tasks().map(|(id, ..)| id).chain(gone).collect();
    ids.sort_unstable();
    let of =
        |id: &str| TaskChange { task: id.to_owned(), before: before.task(id).map(state), now: now.task(id).map(state) };
    ids.into_iter().map(of).filter(|change| change.before != change.now).collect()
}

impl BurnDown {
    /// What it comes to, in a sentence.
    pub(crate) fn sentence(&self) -> String {
        match &self.days[..] {
            [] => "The history holds no state.".to_owned(),
            [only] => format!(
                "The history has one state, of {}: {} left, {} left.",
                only.date,
                findings(only.findings_left),
                tasks(only.tasks_left)
            ),
            [first, .., last] => format!(
                "From {} to {}: findings left {} → {}, tasks left {} → {}.",
                first.date, last.date, first.findings_left, last.findings_left, first.tasks_left, last.tasks_left
            ),
        }
    }

    /// What was left out, in a sentence.
    pub(crate) fn later_sentence(&self) -> Option<String> {
        match self.later {
            0 => None,
            1 => Some("1 line of the history is about a later day and was left out.".to_owned()),
            later => Some(format!("{later} lines of the history are about later days and were left out.")),
        }
    }

    /// The last states, which tables list, and how many there are before them.
    pub(crate) fn listed(&self) -> (usize, &[BurnDownDay]) {
        /// A table of more is read by nobody; the chart and the JSON have all of them.
        const MOST_LISTED: usize = 30;
        let from = self.days.len().saturating_sub(MOST_LISTED);
        (from, &self.days[from..])
    }
}

fn findings(number: u64) -> String {
    crate::plain::count(number, "finding")
}

fn tasks(number: u64) -> String {
    crate::plain::count(number, "task")
}

impl TaskState {
    /// "open, 3 left"; "not checked" where there is none.
    pub(crate) fn shown(state: Option<Self>) -> String {
        match state {
            Some(Self { verdict, left }) => format!("{verdict}, {left} left"),
            None => "not checked".to_owned(),
        }
    }
}

/// A line of a chart: places from 0 to `WIDTH` and from 0 to `HEIGHT`, and the figures beside the scale.
pub(crate) struct Chart {
    /// The places of the states, from the left; 0 is the bottom.
    pub(crate) points: Vec<(u64, u64)>,
    /// The places and figures of the scale.
    pub(crate) scale: Vec<(u64, u64)>,
}

impl Chart {
    /// How far to the right the last state stands.
    pub(crate) const WIDTH: u64 = 640;
    /// How high the greatest figure of the scale stands.
    pub(crate) const HEIGHT: u64 = 160;

    /// A line through the figures of some days, each as far to the right as it is late.
    pub(crate) fn of(days: &[BurnDownDay], figure: impl Fn(&BurnDownDay) -> u64) -> Self {
        let number = |day: &BurnDownDay| Date::parse(&day.date).map_or(0, Date::number);
        let (first, last) = (days.first().map_or(0, number), days.last().map_or(0, number));
        let span = u64::from(last - first);
        let most = days.iter().map(&figure).max().unwrap_or(0);
        let step = step(most);
        let top = most.div_ceil(step).max(1).saturating_mul(step);
        let high = |figure: u64| (u128::from(figure) * u128::from(Self::HEIGHT) / u128::from(top)) as u64;
        let right = |day: &BurnDownDay| match u64::from(number(day) - first) * Self::WIDTH {
            _ if span == 0 => Self::WIDTH / 2,
            far => far / span,
        };
        Self {
            points: days.iter().map(|day| (right(day), high(figure(day)))).collect(),
            scale: (0..=top / step).map(|at| (high(at * step), at * step)).collect(),
        }
    }
}

/// The step of a scale with four steps at the most: 1, 2 or 5 with noughts behind.
fn step(most: u64) -> u64 {
    const STEPS: u64 = 4;
    let mut unit: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = unit.saturating_mul(factor);
            if step.saturating_mul(STEPS) >= most {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(days: &[(&str, u64)]) -> Chart {
        let days: Vec<BurnDownDay> = days
            .iter()
            .map(|(date, left)| BurnDownDay {
                date: (*date).to_owned(),
                commit: None,
                findings_left: *left,
                suppressed: 0,
                tasks_left: 0,
                verified: 0,
                regressed: 0,
            })
            .collect();
        Chart::of(&days, |day| day.findings_left)
    }

    #[test]
    fn a_state_stands_where_its_day_and_its_figure_are() {
        let chart = of(&[("2026-01-01", 40), ("2026-01-02", 30), ("2026-01-05", 0)]);
        assert_eq!(chart.points, [(0, 160), (160, 120), (640, 0)]);
        assert_eq!(chart.scale, [(0, 0), (40, 10), (80, 20), (120, 30), (160, 40)]);
        assert_eq!(of(&[("2026-01-01", 0)]).points, [(320, 0)]);
        assert_eq!(of(&[("2025-12-31", 1), ("2026-01-01", 1)]).points, [(0, 160), (640, 160)]);
        assert!(of(&[]).points.is_empty());
    }

    #[test]
    fn no_figure_is_too_great() {
        for most in [1, 4, 5, 9, 21, 999, 5_001, u64::MAX / 4, u64::MAX] {
            let chart = of(&[("0000-01-01", 0), ("9999-12-31", most)]);
            assert!((2..=5).contains(&chart.scale.len()), "{most}: {:?}", chart.scale);
            let within = |(right, high): &(u64, u64)| *right <= Chart::WIDTH && *high <= Chart::HEIGHT;
            assert!(chart.points.iter().all(within), "{most}: {:?}", chart.points);
        }
    }
}
