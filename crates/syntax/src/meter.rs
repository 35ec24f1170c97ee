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
    /// How many blocks were taken on this thread since it began, given back or not; counted all the time.
    pub blocks: fn() -> u64,
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
pub(crate) struct Measurement {
    meter: Option<Meter>,
    /// Whether the bytes that are held are counted too.
    counts_bytes: bool,
    /// The blocks taken before.
    blocks: u64,
}

impl Measurement {
    /// Begins to count blocks, and bytes where `counts_bytes` says so.
    pub(crate) fn start(meter: Option<Meter>, counts_bytes: bool) -> Self {
        if let Some(meter) = meter.filter(|_| counts_bytes) {
            (meter.start)();
        }
        Self { meter, counts_bytes, blocks: meter.map_or(0, |meter| (meter.blocks)()) }
    }

    /// How many bytes are held; `None` where nobody counts.
    pub(crate) fn held(&self) -> Option<u64> {
        self.meter.filter(|_| self.counts_bytes).map(|meter| (meter.held)())
    }

    /// How many blocks were taken; none where nobody counts.
    pub(crate) fn blocks(&self) -> u64 {
        self.meter.map_or(0, |meter| (meter.blocks)() - self.blocks)
    }
}

impl Drop for Measurement {
    fn drop(&mut self) {
        if let Some(meter) = self.meter.filter(|_| self.counts_bytes) {
            (meter.stop)();
        }
    }
}
