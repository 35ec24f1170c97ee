//! What one rule may cost, so that a rule of a few hundred bytes cannot take the memory or the time of a whole machine.
//!
//! What exceeds a limit while a rule is read is an error at its place; what exceeds one while a source is matched is told
//! once for each rule and source.

/// The longest text that a template of a rule (message, fix, label, column) may be, and that it or a transform may make.
/// A fix may be longer by the code that it replaces.
pub const MAX_TEXT: usize = 64 << 10;

/// The longest code of a pattern, in bytes.
pub const MAX_PATTERN: usize = 64 << 10;

/// How many tests one rule may consist of, utils and constraints included.
pub const MAX_OPS: usize = 20_000;

/// How many metavariables one rule may have.
pub const MAX_NAMES: usize = 1_000;

/// How many utils one rule may have, and how many constraints.
pub const MAX_UTILS: usize = 1_000;

/// How many transforms one rule may have, how many fixes, and how many labels.
pub const MAX_TEXTS: usize = 64;

/// How deep the rewriters of one match may lead to rewriters: code nests without a bound.
pub const MAX_REWRITES: usize = 64;

/// How many tests the rewriters of one match may make together.
pub const REWRITE_STEPS: u64 = 2_000_000;

/// How many calls of utils with arguments one rule may hold, those in the utils included.
pub const MAX_CALLS: usize = 1_000;

/// What one regular expression may take once it is compiled, in bytes.
pub const MAX_REGEX: usize = 2 << 20;

/// What the search of one regular expression may keep for each thread, in bytes.
pub(crate) const MAX_REGEX_CACHE: usize = 512 << 10;

/// How many tests a rule may make in one source: this many ...
pub const STEPS: u64 = 20_000_000;

/// ... and this many for each node of the source.
pub const STEPS_PER_NODE: u64 = 200;

/// How deep tests may nest while one node is tried. Rules nest a few levels; a util that comes back to itself through
/// a relation follows the tree, whose depth has no bound.
pub(crate) const MAX_DEPTH: u32 = 800;
