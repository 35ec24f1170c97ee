//! What one run may take.

use auditlint_syntax::ParseLimits;

/// The largest source that is analysed unless the configuration says otherwise, in bytes.
pub const MAX_FILE_SIZE: u64 = 10 << 20;

/// The largest value of `max-file-size`. A source may take 40 times its size while it is analysed, which is 2.5 GiB for
/// one of this size.
pub const FILE_SIZE_CEILING: u64 = 64 << 20;

/// What the sources that are analysed at one time may take, all threads together; one that may take more runs alone.
pub(crate) const MEMORY_AT_ONCE: u64 = 2 << 30;

/// From what size on, in bytes, a source waits for its turn under [`MEMORY_AT_ONCE`]. Smaller ones on all threads together
/// do not come near it.
pub(crate) const WAITS_FROM: u64 = 64 << 10;

/// What a source of `bytes` bytes may take at most: no code takes more than 350 times its size, and the parser is
/// stopped where it takes too much.
pub(crate) fn memory_of(bytes: u64) -> u64 {
    let limits = ParseLimits::default();
    bytes.saturating_mul(350).min(limits.memory.max(bytes.saturating_mul(limits.memory_per_byte)))
}

/// What the findings of a run may take as they are written out, in bytes, roughly: their own texts, and what they say
/// about their rule. Those of the last files are left out.
pub(crate) const MAX_REPORT: u64 = 512 << 20;

/// How many parts of one source that were not understood are listed; further ones are counted.
pub(crate) const MAX_REGIONS: u64 = 1_000;

/// The longest reason of a suppression comment or an `[[ignore]]` table, in bytes. It stands in the output of every finding
/// that it silences.
pub(crate) const MAX_REASON: usize = 1 << 10;

/// How many places are shown beside a finding that stands for several.
pub(crate) const MAX_RELATED: usize = 10;

/// How many places rules over facts find in a run.
pub(crate) const MAX_FACT_MATCHES: u64 = 200_000;

/// How many `[[overrides]]` tables count.
pub(crate) const MAX_OVERRIDES: usize = 1_000;

/// How many `[[ignore]]` tables count.
pub(crate) const MAX_IGNORES: usize = 10_000;

/// How many `[[attest]]` tables count.
pub(crate) const MAX_ATTESTATIONS: usize = 10_000;

/// How many links between rules and tasks a verdict may rest on, all tasks together.
pub(crate) const MAX_BINDINGS: usize = 1_000_000;

/// How many findings of one task are listed with its verdict; all are counted.
pub(crate) const MAX_TASK_FINDINGS: usize = 1_000;

/// Of how many places that may hide something it is looked up whom they concern; where there are more, they concern everybody.
pub(crate) const MAX_DOUBTS: usize = 1_000;

/// How many folders of rules, and how many of utils, are read.
pub(crate) const MAX_RULE_DIRS: usize = 100;

/// How many rules a run reads.
pub(crate) const MAX_RULES: usize = 10_000;

/// How many tasks a finding is linked to.
pub(crate) const MAX_TASKS: usize = 100;

/// How many rules of which something was too much are named for one source.
pub(crate) const MAX_NAMED_RULES: usize = 20;

/// The largest baseline, in bytes; a line takes about a hundred.
pub const MAX_BASELINE: u64 = 64 << 20;

/// The largest file of the configuration, in bytes.
pub(crate) const CONFIG_FILE: u64 = 4 << 20;

/// How many bytes of configurations a run reads, those of all its projects together.
pub(crate) const MAX_CONFIG_BYTES: u64 = 256 << 20;

/// How many configurations may extend each other one by one.
pub(crate) const MAX_EXTENDS: usize = 32;

/// How many projects below the root a run has.
pub(crate) const MAX_PROJECTS: usize = 1_000;

/// The largest rule file, in bytes.
pub(crate) const RULE_FILE: u64 = 4 << 20;

/// How many rule files, or files of shared utils, are read of one folder.
pub(crate) const MAX_RULE_FILES: usize = 10_000;

/// How many bytes of rule files are read of one folder.
pub(crate) const MAX_RULE_BYTES: usize = 32 << 20;

/// The largest ignore file and the largest `.gitattributes`, in bytes.
pub(crate) const IGNORE_FILE: u64 = 16 << 20;

/// The largest index of a repository that is read, in bytes.
pub(crate) const MAX_INDEX: u64 = 512 << 20;

/// How many patterns of one ignore file count, and of `exclude`.
pub(crate) const MAX_PATTERNS: usize = 10_000;

/// How many bytes of patterns count in one folder, with those of the folders above it. A pattern takes some hundred times
/// its length when it is compiled.
pub(crate) const MAX_PATTERN_BYTES: usize = 256 << 10;

/// The longest pattern of an ignore file, in bytes.
pub(crate) const MAX_PATTERN: usize = 1 << 10;

/// How many bytes are read under the paths of links, besides what is read where it lies.
pub(crate) const MAX_LINKED: u64 = 64 << 20;

/// How many files in folders that links lead to are looked at.
pub(crate) const MAX_BEHIND_LINKS: u64 = 100_000;

/// How many bytes of what rules found in sources an engine keeps from one snapshot to the next. A single run keeps none.
pub(crate) const MAX_KEPT_MATCHES: usize = 64 << 20;
