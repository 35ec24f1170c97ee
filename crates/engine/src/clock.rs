//! The clock of `--timings`, and of kept results.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use auditlint_source::Moment;

/// Time since the first call.
pub(crate) fn clock() -> Duration {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    BEGIN.get_or_init(Instant::now).elapsed()
}

/// What time it is. No result depends on it: it tells which files may have been written since they were read.
pub(crate) fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment::of_nanoseconds(i128::try_from(since.as_nanos()).unwrap_or_default())
}

/// Times phases when asked to.
#[derive(Clone, Debug, Default)]
pub(crate) struct PhaseClock {
    /// When the last phase ended; `None` where nothing is timed.
    last: Option<Duration>,
    pub(crate) phases: Vec<(&'static str, Duration)>,
}

impl PhaseClock {
    pub(crate) fn new(on: bool) -> Self {
        Self { last: on.then(clock), phases: Vec::new() }
    }

    /// Goes on from here: what passed since the last phase belongs to none.
    pub(crate) fn resume(mut self) -> Self {
        self.last = self.last.map(|_| clock());
        self
    }

    /// Ends a phase.
    pub(crate) fn lap(&mut self, phase: &'static str) {
        if let Some(last) = self.last {
            let now = clock();
            self.phases.push((phase, now - last));
            self.last = Some(now);
        }
    }
}
