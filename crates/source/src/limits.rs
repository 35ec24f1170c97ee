//! What documents and globs of every kind may hold.

/// The longest glob, in bytes.
pub const MAX_GLOB: usize = 1 << 10;

/// How many values a YAML file may hold, those that aliases stand for counted each time.
pub const MAX_YAML_NODES: usize = 200_000;

/// How much text the values of a YAML file may hold, the text that aliases stand for counted each time: so many times the
/// size of the file ...
pub const MAX_YAML_GROWTH: usize = 4;

/// ... and this many bytes in any case.
pub const MAX_YAML_TEXT: usize = 1 << 20;

/// How many values a TOML or JSON file may hold.
pub const MAX_VALUES: usize = 200_000;

/// How many mistakes of one document are told.
pub const MAX_MISTAKES: usize = 100;

/// How many values of a YAML file may stand inside each other. The library reads them by recursion, and a thread has 2 MB of stack.
pub const MAX_YAML_DEPTH: usize = 64;

/// How many anchors a YAML file may have.
pub const MAX_YAML_ANCHORS: usize = 256;
