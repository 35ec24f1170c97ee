//! What the parse of one source may cost.

/// How often each byte of a source may be read.
pub(crate) const READ_AGAIN: u64 = 64;

/// What one parse may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLimits {
    /// How many times the parser may report progress before it is stopped, however large the source is. Counted in calls
    /// (one for a hundred of its actions), not in time, so that the same file always ends the same way.
    pub steps: u64,
    /// A source gets one such step for so many of its bytes, and [`ParseLimits::LEAST_STEPS`] in any case. Real sources
    /// take one for 30 bytes or more, tokens of one byte each one for 14.
    pub bytes_per_step: u64,
    /// How many bytes the parser may read, again and again while it looks for the end of a token (a comment or a raw string
    /// that is never closed): this many, or [`READ_AGAIN`] times the source where that is more.
    pub read_bytes: u64,
    /// What the parser and the flat tree may hold together of one source, in bytes: this much ...
    pub memory: u64,
    /// ... or so many times the size of the source, where that is more: with its text and what rules note about it a source
    /// stays below 40 times its size. Real sources take 15 to 25 times their size, minified ones 70.
    pub memory_per_byte: u64,
    /// How many blocks of memory the parser may take for each byte, given back or not, on top of [`ParseLimits::LEAST_BLOCKS`].
    /// While the grammar leaves several readings open, or is being recovered from an error, work is done between two calls
    /// of progress that may grow with the depth of the code read so far; all of it takes blocks. Real sources take up to 3
    /// for a byte, those of 7,000 real sources that were broken on purpose 9.
    pub blocks_per_byte: u64,
    /// How many islands may stand inside each other.
    pub island_depth: u32,
    /// How many bytes of islands are read for one source, nested islands and second attempts counted each time: this
    /// many, or four times the source where that is more.
    pub island_bytes: u64,
}

impl ParseLimits {
    /// How many steps every source gets.
    pub const LEAST_STEPS: u64 = 20_000;

    /// How many blocks of memory every source gets.
    pub const LEAST_BLOCKS: u64 = 20_000;

    /// How many blocks of memory the parser may take for a source of `length` bytes.
    pub(crate) fn blocks_for(&self, length: u64) -> u64 {
        length.saturating_mul(self.blocks_per_byte).saturating_add(Self::LEAST_BLOCKS)
    }

    /// How many steps a source of `length` bytes gets.
    pub(crate) fn steps_for(&self, length: u64) -> u64 {
        (length / self.bytes_per_step.max(1)).max(Self::LEAST_STEPS).min(self.steps)
    }

    /// How many bytes may be read of a source of `length` bytes.
    pub(crate) fn read_bytes_for(&self, length: u64) -> u64 {
        self.read_bytes.max(length.saturating_mul(READ_AGAIN))
    }

    /// How much memory a source of `length` bytes gets.
    pub(crate) fn memory_for(&self, length: u64) -> u64 {
        self.memory.max(length.saturating_mul(self.memory_per_byte))
    }
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self {
            steps: 2_000_000,
            bytes_per_step: 5,
            read_bytes: 64 << 20,
            memory: 256 << 20,
            memory_per_byte: 32,
            blocks_per_byte: 8,
            island_depth: 16,
            island_bytes: 1 << 20,
        }
    }
}

/// Why the parser was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GaveUp {
    /// At the limit of steps, of bytes read again, or of blocks of memory.
    #[error("takes too many steps to parse")]
    Steps,
    /// At the limit of memory.
    #[error("takes too much memory to parse")]
    Memory,
}
