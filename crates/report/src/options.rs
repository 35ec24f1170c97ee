//! What the caller decides about output.

use auditlint_source::FilePath;

use crate::{WorkingFolder, shown_path};

/// How much a SARIF file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SarifProfile {
    /// What counts, and what GitHub shows of it.
    #[default]
    Github,
    /// Everything: known and suppressed findings, fixes, tasks.
    Full,
}

/// What the test cases of a JUnit file are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JunitBy {
    /// Findings, in a suite for each file.
    #[default]
    File,
    /// Tasks: what is verified passes, what has regressed fails, what nothing checks is skipped.
    Task,
}

/// How a report is written. Formats ignore what does not concern them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether to colour; see [`wants_color`](crate::wants_color).
    pub color: bool,
    /// Columns of the terminal, for wrapping prose.
    pub width: usize,
    /// Lists what is otherwise only counted: notes, regions that were not understood, everything that was skipped.
    pub verbose: bool,
    /// Counts findings by rule, in a table; formats for people have it in place of the findings.
    pub statistics: bool,
    /// Whether warnings among the problems end the run as errors do; they are then called so.
    pub strict: bool,
    /// Lists the findings that are silenced, with the reason (JSON always has them).
    pub show_suppressed: bool,
    /// Lists the findings that are in the baseline (JSON always has them).
    pub show_known: bool,
    /// How many findings a format for people quotes with their code. The others are listed by rule, some of each.
    pub max_findings: usize,
    /// Where the root of the run lies below the root of the repository, such as `apps/web`; empty where both are the
    /// same. GitHub wants paths from the root of the repository.
    pub repository_prefix: String,
    /// Where whoever reads the output stands: formats for people have paths as they are seen from there.
    pub working: WorkingFolder,
    /// How much `sarif` holds.
    pub sarif_profile: SarifProfile,
    /// What the cases of `junit` are.
    pub junit_by: JunitBy,
}

impl RenderOptions {
    /// A path as people are shown it.
    pub(crate) fn shown(&self, path: &FilePath) -> String {
        shown_path(&self.working.sees(path))
    }

    /// A path from the root of the repository, which is what servers of repositories know.
    pub(crate) fn in_repository(&self, path: &FilePath) -> String {
        if self.repository_prefix.is_empty() {
            return path.as_str().to_owned();
        }
        FilePath::new(&self.repository_prefix).join(path.as_str()).as_str().to_owned()
    }
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            verbose: false,
            statistics: false,
            strict: false,
            show_suppressed: false,
            show_known: false,
            max_findings: 200,
            repository_prefix: String::new(),
            working: WorkingFolder::default(),
            sarif_profile: SarifProfile::default(),
            junit_by: JunitBy::default(),
        }
    }
}
