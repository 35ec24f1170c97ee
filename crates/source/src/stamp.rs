//! What a file system says of a file without reading it.

/// A time as the file system keeps it: seconds since 1970, and nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Whole seconds.
    pub seconds: i64,
    /// And so many nanoseconds.
    pub nanoseconds: u32,
}

impl Moment {
    const BILLION: i128 = 1_000_000_000;

    /// All of it in nanoseconds.
    #[must_use]
    pub fn as_nanoseconds(self) -> i128 {
        i128::from(self.seconds) * Self::BILLION + i128::from(self.nanoseconds)
    }

    /// A moment by its nanoseconds.
    #[must_use]
    pub fn of_nanoseconds(all: i128) -> Self {
        Self { seconds: all.div_euclid(Self::BILLION) as i64, nanoseconds: all.rem_euclid(Self::BILLION) as u32 }
    }
}

/// What changes whenever a file is written: where it is the same, the file need not be read again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// How long it is.
    pub size: u64,
    /// When it was written, as far as anybody says: programs set it as they like.
    pub modified: Moment,
    /// When anything about it was changed, which no program sets; the same as `modified` where the system keeps no such time.
    pub changed: Moment,
    /// Its number in the file system; 0 where there is none.
    pub inode: u64,
}

impl Stamp {
    /// Clocks of file systems tick about a hundred times a second.
    const TICK: i128 = 50_000_000;
    /// Some only each second or two, and tell nothing of what lies between.
    const COARSE_TICK: i128 = 2_100_000_000;

    /// Whether whoever writes the file from `moment` on gives it another stamp. One that is written twice within one tick of the
    /// clock has the same stamp both times.
    #[must_use]
    pub fn is_settled_at(&self, moment: Moment) -> bool {
        let tick = if self.changed.nanoseconds == 0 { Self::COARSE_TICK } else { Self::TICK };
        self.changed.as_nanoseconds() + tick < moment.as_nanoseconds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_count_from_either_side_of_1970() {
        for (seconds, nanoseconds) in [(0, 0), (5, 7), (-1, 999_999_999), (1_800_000_000, 1)] {
            let moment = Moment { seconds, nanoseconds };
            assert_eq!(Moment::of_nanoseconds(moment.as_nanoseconds()), moment);
        }
    }

    #[test]
    fn a_file_is_settled_a_tick_after_it_was_written() {
        let at = |seconds, nanoseconds| Moment { seconds, nanoseconds };
        for (changed, moment, expected) in [
            (at(10, 500), at(10, 500), false),
            (at(10, 500), at(10, 50_000_500), false),
            (at(10, 500), at(10, 50_000_501), true),
            // A clock that tells whole seconds.
            (at(10, 0), at(11, 0), false),
            (at(10, 0), at(13, 0), true),
            // The clock of the file system is ahead.
            (at(20, 1), at(10, 0), false),
        ] {
            let stamp = Stamp { changed, ..Stamp::default() };
            assert_eq!(stamp.is_settled_at(moment), expected, "{changed:?} {moment:?}");
        }
    }
}
