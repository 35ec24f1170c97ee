//! What auditlint understands of one file, before anybody writes it into the configuration.

use auditlint_source::{FilePath, Files, Problem, ProblemKind};

use crate::detect::described;
use crate::draft::TaskOrigin;
use crate::file::TaskFile;
use crate::reading::{self, FileReading, Reading};
use crate::{TaskSource, UnreadTask, load};

/// What was understood of one file.
#[derive(Debug, Default)]
pub struct Understood {
    /// The tasks, with a file that gives no others the status.
    pub tasks: crate::TaskSet,
    /// What shows that these are tasks.
    pub what: String,
    /// Which key or column says what, for a file of tables: in all rows that have it.
    pub fields: Vec<(&'static str, String)>,
    /// What looks like a task and was not read.
    pub unread: Vec<UnreadTask>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Reads one file as a source of tasks.
#[must_use]
pub fn understand(source: &TaskSource, path: &FilePath, files: &dyn Files) -> Understood {
    let (tasks, mut problems) = load(std::slice::from_ref(source), std::slice::from_ref(path), files);
    // Other globs of the source are about other files.
    problems.retain(|problem| problem.kind != ProblemKind::Unmatched);
    let mut understood = Understood { unread: tasks.unread().to_vec(), tasks, problems, ..Understood::default() };
    let Some(reading) = Reading::of(source.format, path).filter(|reading| *reading != Reading::Marker) else {
        return understood;
    };
    let Ok(file) = TaskFile::open(path, files, &mut Vec::new()) else { return understood };
    let how = FileReading { reading, paths: &source.fields, ids: source.ids };
    let origin = TaskOrigin { source: 0, prefix: source.prefix.as_deref() };
    let found = reading::read(&file, origin, how, &mut Vec::new());
    understood.what = described(&found.drafts);
    for (name, key) in found.drafts.iter().flat_map(|draft| &draft.understood) {
        if *name != "text" && !understood.fields.iter().any(|(known, path)| known == name && path == key) {
            understood.fields.push((name, key.clone()));
        }
    }
    understood
}
