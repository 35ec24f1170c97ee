//! What providers read of one source.

/// The longest document of which links are read, in bytes: what its reader keeps is many times as long.
pub const MAX_DOCUMENT: usize = 2 << 20;

/// How many tokens of one statement of SQL are read.
pub const MAX_STATEMENT: usize = 500_000;

/// How many tokens of one Prisma schema are read.
pub const MAX_SCHEMA: usize = 1_000_000;

/// How many files and folders of one name a path of a task is held against.
pub(crate) const MAX_SAME_NAMES: usize = 64;

/// How often globs of tasks are held against paths, to find those that match nothing.
pub(crate) const MAX_GLOB_TRIES: u64 = 1_000_000;
