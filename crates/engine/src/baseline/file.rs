//! The file of a baseline, as a run sees it.

use auditlint_source::{FilePath, Files, Problem, ProblemKind, ReadError};

use super::hold::KnownFindings;
use super::list::Baseline;
use crate::limits::MAX_BASELINE;

/// What stands where the baseline of a project should.
#[derive(Debug)]
pub(crate) enum BaselineFile {
    /// Nothing.
    None,
    /// A list of known findings.
    Known(Box<KnownFindings>),
    /// What nobody can read, and why.
    Broken(Box<Problem>),
}

impl BaselineFile {
    /// Reads what stands at a path, as the baseline of the project in a folder.
    pub(crate) fn read(files: &dyn Files, path: &FilePath, project: &FilePath) -> Self {
        let broken = |problem: Problem| Self::Broken(Box::new(problem));
        match files.read(path, MAX_BASELINE) {
            Ok(bytes) => match Baseline::read(&bytes) {
                Ok(baseline) => Self::Known(Box::new(KnownFindings::new(baseline.read_in(project)))),
                Err(mistake) => broken(mistake.problem(path)),
            },
            Err(ReadError::NotFound) => Self::None,
            Err(error) => {
                let problem = Problem::error(ProblemKind::Config, format!("the baseline cannot be read: {error}"));
                broken(problem.in_file(path).help("restore the file from version control, or run with --no-baseline"))
            }
        }
    }
}
