//! What the rules of a run may cost together, and what their matches in one source may take.

/// How many findings rules may make in one source; further ones are counted.
pub const MAX_MATCHES: u64 = 100_000;

/// How much text the findings of one source may take: messages, fixes and labels, and what was made on the way to them.
pub const MAX_MATCH_BYTES: u64 = 64 << 20;

/// How many places the `require` rules may count in one source.
pub const MAX_REQUIRED: usize = 1_000_000;

/// What the compiled rules of a run may take together, regular expressions included, in bytes; roughly.
pub const MAX_RULES_WEIGHT: usize = 256 << 20;

/// The longest `why`, `instead`, `note` or `url` of a rule, in bytes. They stand in the output of every finding.
pub const MAX_PROSE: usize = 8 << 10;

/// The longest id of a rule, in bytes.
pub const MAX_ID: usize = 200;

/// How many examples a rule may have of each kind.
pub const MAX_EXAMPLES: usize = 1_000;

/// The longest code of an example, in bytes.
pub const MAX_EXAMPLE: usize = 256 << 10;

/// How many globs one list of a rule or of the configuration may have.
pub const MAX_GLOBS: usize = 1_000;

/// How many bytes of globs the rules of a run may have together.
pub const MAX_ALL_GLOBS: usize = 1 << 20;

/// How many tasks a rule may be linked to.
pub const MAX_TASK_LINKS: usize = 1_000;

pub use auditlint_source::limits::MAX_GLOB;

/// How many options a rule may declare.
pub const MAX_OPTIONS: usize = 32;

/// Through how many modules a name is followed, one after the other.
pub const MAX_EXPORT_ROUNDS: u32 = 16;
/// How many names lead to a member of a namespace: `a.b.c` of `export * as a`.
pub const MAX_EXPORT_NAMES: usize = 4;
/// How many names that rules ask for are known of one module.
pub const MAX_MODULE_EXPORTS: usize = 1_000;
