//! What facts may take.

/// How many rows one source may give.
pub const MAX_ROWS: usize = 200_000;

/// How many bytes the facts of one source have at most: a long name may stand in each of many.
pub const MAX_FACT_BYTES: usize = 64 << 20;

/// How many gaps of one source are kept apart; more are one that may hide any row.
pub const MAX_GAPS: usize = 1_000;

/// The longest message that is made of a row, in bytes.
pub const MAX_MESSAGE: usize = 64 << 10;

/// What the rows of all sources may take together, in bytes, roughly.
pub const MAX_FACTS: u64 = 1 << 30;

/// From how many bytes on code may be minified.
pub const MINIFIED_FROM: usize = 256 << 10;

/// How long the lines of such code are on average, in bytes: people write a tenth of it.
pub const MINIFIED_LINE: usize = 500;
