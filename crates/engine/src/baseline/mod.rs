//! The baseline: the committed list of findings that are known and not yet fixed.
//!
//! It is a set of lines, one for each finding, and nothing in it depends on where in a file the finding stands. `list` is the set,
//! `line` how one is written, `read` how a file is read; `hold` puts findings and lines together, `revise` makes a new list of
//! them, and `merge` joins two lists that grew from one.

mod file;
mod hold;
mod line;
mod list;
mod merge;
mod read;
mod revise;

pub(crate) use file::BaselineFile;
pub(crate) use hold::ProjectState;
pub use hold::{Held, KnownFindings};
pub use line::{BaselineLine, GrowthNote};
pub use list::Baseline;
pub use merge::merged;
pub use read::BaselineMistake;
pub use revise::{Revision, RevisionCounts};
pub(crate) use revise::{first_baseline, revise};

/// The name of the file, beside the configuration.
pub const BASELINE_NAME: &str = "auditlint-baseline.tsv";
