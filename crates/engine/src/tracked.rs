//! What git tracks although one of its own ignore files covers it: the index decides, as it does for git.

use std::sync::Mutex;

use auditlint_source::{FilePath, Files, Problem, ProblemKind};

/// The files that git tracks; its index is read where the first ignored path asks.
pub(crate) struct Tracked<'f> {
    files: &'f dyn Files,
    error: Mutex<Option<String>>,
}

impl<'f> Tracked<'f> {
    pub(crate) fn of(files: &'f dyn Files) -> Self {
        Self { files, error: Mutex::default() }
    }

    /// Whether a file is tracked, or a file in a folder.
    pub(crate) fn has(&self, path: &FilePath, is_folder: bool) -> bool {
        let tracked = match self.files.tracked() {
            Ok(tracked) => tracked,
            Err(error) => {
                *self.error.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
                return false;
            }
        };
        if !is_folder {
            return tracked.binary_search(path).is_ok();
        }
        let first = path.child("");
        let at = tracked.partition_point(|known| *known < first);
        tracked.get(at).is_some_and(|known| known.is_under(path))
    }

    /// What is said where the index could not be read.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let error = self.error.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()?;
        let message = format!("git's index cannot be read: {error}");
        let help = "files that git tracks although they are ignored are passed over";
        Some(Problem::warning(ProblemKind::File, message).help(help))
    }
}
