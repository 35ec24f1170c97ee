//! What task files may hold.

/// A task file larger than this many bytes is a problem and is not read.
pub const SIZE_LIMIT: u64 = 4 << 20;

/// How many task files are read.
pub const MAX_FILES: usize = 10_000;

/// How many bytes of task files are read together.
pub const MAX_BYTES: usize = 64 << 20;

/// How many tasks a run knows.
pub const MAX_TASKS: usize = 50_000;
