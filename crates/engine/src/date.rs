//! A day of the calendar, for suppressions that end.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day, ordered as days are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`; `None` for anything that is not a day of the Gregorian calendar.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| -> Option<u16> {
            let digits = text.get(range)?;
            digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let (year, month, day) = (number(0..4)?, number(5..7)? as u8, number(8..10)? as u8);
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// How many days it is behind the first one that there is.
    #[must_use]
    pub fn number(self) -> u32 {
        const BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let year = u32::from(self.year);
        let month = usize::from(self.month.clamp(1, 12)) - 1;
        // A leap day counts from the year that follows, or from March on.
        let years = if month < 2 { year } else { year + 1 };
        let leaps = years.div_ceil(4) - years.div_ceil(100) + years.div_ceil(400);
        year * 365 + leaps + BEFORE[month] + u32::from(self.day.max(1)) - 1
    }

    /// The day with this number; `None` where it is none of the calendar.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        // Years have 365 days at the least, so the year is one of a few.
        let guess = u16::try_from(number / 366).ok()?;
        let of_year = |year: u16| Self { year, month: 1, day: 1 };
        let year = (guess..=guess.saturating_add(30)).rev().find(|year| of_year(*year).number() <= number)?;
        let month = (1..=12).rev().find(|month| Self { month: *month, ..of_year(year) }.number() <= number)?;
        let first = Self { year, month, day: 1 };
        let day = u8::try_from(number - first.number() + 1).ok()?;
        (year <= 9999).then_some(Self { day, ..first })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn counts_days() {
        let mut expected = 0;
        for year in 0..2_200_u16 {
            for month in 1..=12 {
                for day in 1..=31 {
                    if let Some(date) = Date::parse(&format!("{year:04}-{month:02}-{day:02}")) {
                        assert_eq!(date.number(), expected, "{date}");
                        expected += 1;
                    }
                }
            }
        }
    }

    #[test]
    fn reads_days_only() {
        for (text, valid) in [
            ("2026-02-28", true),
            ("2024-02-29", true),
            ("2026-02-29", false),
            ("2100-02-29", false),
            ("2026-13-01", false),
            ("2026-4-01", false),
            ("2026-04-31", false),
            ("+026-04-01", false),
            ("soon", false),
        ] {
            assert_eq!(Date::parse(text).map(|date| date.to_string()), valid.then(|| text.to_owned()), "{text}");
        }
        assert!(Date::parse("2026-09-30") < Date::parse("2026-10-01"));
    }

    #[test]
    fn numbers_lead_back_to_days() {
        let last = Date::parse("9999-12-31").unwrap().number();
        for number in (0..=last).step_by(97).chain([0, 59, 60, 365, 366, last]) {
            let day = Date::from_number(number).unwrap();
            assert_eq!(day.number(), number, "{day}");
            assert_eq!(Date::parse(&day.to_string()), Some(day), "{number}");
        }
        assert_eq!(Date::from_number(last + 1), None);
    }
}
