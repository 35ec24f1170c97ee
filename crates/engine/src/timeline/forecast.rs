//! When the findings will be gone, if they go on as they went.
//!
//! The time that was looked at is cut into periods of equal length, and what each of them took away is drawn from again and again until
//! nothing is left. Each of these futures ends on a day; the forecast is the range in which most of them do. The draws come from a
//! fixed sequence, so the same history gives the same forecast.

use crate::Date;

/// Into how many periods the time is cut at most.
const MOST_PERIODS: u32 = 24;
/// How many periods are needed to say anything.
const FEWEST_PERIODS: u32 = 4;
/// How many futures are drawn, and which of them, in order, are the ends of the range.
const FUTURES: usize = 200;
const EARLY: usize = 20;
const LATE: usize = 180;
/// How much further than it was looked back is looked ahead.
const AHEAD: u32 = 20;

/// What is to be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forecast {
    /// Nothing is left.
    Done,
    /// The history is too short, or has no days.
    TooShort,
    /// Four of five futures end in this range.
    Between(Date, Date),
    /// Most futures do not end, or only long after.
    NotConverging,
}

/// The forecast for what is left on days, the oldest first.
#[must_use]
pub fn forecast(left: &[(Date, u64)]) -> Forecast {
    let mut days: Vec<(u32, u64)> = Vec::new();
    for (day, count) in left {
        // Commits of one day, or of an author whose clock was slow, count by their order.
        let day = days.last().map_or(day.number(), |last| day.number().max(last.0));
        match days.last_mut().filter(|last| last.0 == day) {
            Some(last) => last.1 = *count,
            None => days.push((day, *count)),
        }
    }
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Forecast::TooShort };
    if last.1 == 0 {
        return Forecast::Done;
    }
    let span = last.0 - first.0;
    let periods = span.min(MOST_PERIODS);
    if periods < FEWEST_PERIODS {
        return Forecast::TooShort;
    }
    let gone = gone_in_periods(&days, periods);
    let mut futures: Vec<Option<u32>> = Vec::with_capacity(FUTURES);
    let mut draw = Draws(0);
    for _ in 0..FUTURES {
        futures.push(periods_until_done(last.1, &gone, AHEAD * periods, &mut draw));
    }
    // Those that never end are the latest.
    futures.sort_by_key(|future| future.unwrap_or(u32::MAX));
    let day = |future: u32| {
        Date::from_number(last.0 + (u64::from(future) * u64::from(span)).div_ceil(u64::from(periods)) as u32)
    };
    let ends = futures[EARLY].and_then(day).zip(futures[LATE - 1].and_then(day));
    ends.map_or(Forecast::NotConverging, |(early, late)| Forecast::Between(early, late))
}

/// How many findings went in each period; less than none where some came.
fn gone_in_periods(days: &[(u32, u64)], periods: u32) -> Vec<i64> {
    let (first, span) = (days[0].0, u64::from(days[days.len() - 1].0 - days[0].0));
    let at_end = |period: u32| {
        let end = u64::from(first) + span * u64::from(period) / u64::from(periods);
        let known = days.partition_point(|(day, _)| u64::from(*day) <= end);
        days[known.saturating_sub(1)].1 as i64
    };
    (0..periods).map(|period| at_end(period) - at_end(period + 1)).collect()
}

/// After how many periods nothing is left, if each goes as one that was drawn; `None` where that takes more than there may be.
fn periods_until_done(left: u64, gone: &[i64], most: u32, draw: &mut Draws) -> Option<u32> {
    let mut left = left as i64;
    for period in 1..=most {
        left -= gone[draw.below(gone.len())];
        if left <= 0 {
            return Some(period);
        }
    }
    None
}

/// A fixed sequence of numbers that look drawn (SplitMix64).
struct Draws(u64);

impl Draws {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % count as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> Date {
        Date::from_number(Date::parse("2026-01-01").unwrap().number() + number).unwrap()
    }

    fn of(left: &[(u32, u64)]) -> Forecast {
        let left: Vec<(Date, u64)> = left.iter().map(|(number, count)| (day(*number), *count)).collect();
        forecast(&left)
    }

    #[test]
    fn a_steady_pace_ends_on_its_day() {
        // One a day, ten left.
        let left: Vec<(u32, u64)> = (0..=20).map(|at| (at, 30 - u64::from(at))).collect();
        assert_eq!(of(&left), Forecast::Between(day(30), day(30)));
    }

    #[test]
    fn a_pace_that_varies_gives_a_range() {
        let left = [(0, 40), (7, 38), (14, 30), (21, 30), (28, 21), (35, 20), (42, 12), (49, 10)];
        let Forecast::Between(early, late) = of(&left) else { panic!("{:?}", of(&left)) };
        assert!(day(53) < early && early < day(67) && day(63) < late && late < day(110), "{early} {late}");
        assert_eq!(of(&left), of(&left), "the same history gives the same forecast");
    }

    #[test]
    fn what_does_not_shrink_does_not_converge() {
        assert_eq!(of(&[(0, 10), (30, 10)]), Forecast::NotConverging);
        assert_eq!(of(&[(0, 10), (10, 12), (20, 11), (30, 15)]), Forecast::NotConverging);
        // One finding in a year, and a thousand left.
        assert_eq!(of(&[(0, 1001), (365, 1000)]), Forecast::NotConverging);
    }

    #[test]
    fn too_short_or_over() {
        assert_eq!(of(&[]), Forecast::TooShort);
        assert_eq!(of(&[(0, 3)]), Forecast::TooShort);
        assert_eq!(of(&[(0, 9), (1, 5), (3, 2)]), Forecast::TooShort);
        assert_eq!(of(&[(0, 9), (1, 5), (3, 0)]), Forecast::Done);
        // A clock that went back.
        assert_eq!(of(&[(5, 9), (1, 5), (3, 2)]), Forecast::TooShort);
    }
}
