//! Counting the memory that the C code of the parser holds.
//!
//! Only a program can give tree-sitter an allocator, because that is unsafe; the allocator of a program may count, and tells
//! the parser here. The count is that of one thread and of one parse, so it does not depend on what runs beside it.

use std::sync::OnceLock;

/// How to count what the present thread allocates for a parse.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    /// Begins to count at nothing.
    pub start: fn(),
    /// What was allocated since and not given back, in bytes.
    pub held: fn() -> u64,
    /// Counts no longer.
    pub stop: fn(),
}

static METER: OnceLock<Meter> = OnceLock::new();

impl Meter {
    /// Lets every parser of the process use this meter. The first one stays.
    pub fn install(self) {
        METER.get_or_init(|| self);
    }

    /// The meter of the process, if it has one.
    pub(crate) fn of_process() -> Option<Self> {
        METER.get().copied()
    }
}

/// One parse being measured.
pub(crate) struct Measurement(Option<Meter>);

impl Measurement {
    pub(crate) fn start(meter: Option<Meter>) -> Self {
        if let Some(meter) = meter {
            (meter.start)();
        }
        Self(meter)
    }

    /// What is held; `None` where nobody counts.
    pub(crate) fn held(&self) -> Option<u64> {
        self.0.map(|meter| (meter.held)())
    }
}

impl Drop for Measurement {
    fn drop(&mut self) {
        if let Some(meter) = self.0 {
            (meter.stop)();
        }
    }
}
