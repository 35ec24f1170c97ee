//! What auditlint understands of one file, before anybody writes it into the configuration.

use auditlint_source::document::{DocumentNode, parse_json, parse_yaml};
use auditlint_source::{FilePath, Files, Problem, ProblemKind};

use crate::detect::described;
use crate::draft::TaskOrigin;
use crate::file::TaskFile;
use crate::reading::{self, FileReading, Reading};
use crate::{TaskFormat, TaskSource, UnreadTask, load};

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

/// How a file is read: by its name, or by what it holds where its name says nothing. `None` where neither does.
#[must_use]
pub fn format_of(path: &FilePath, bytes: &[u8]) -> Option<TaskFormat> {
    if Reading::of(TaskFormat::Auto, path).is_some() {
        return Some(TaskFormat::Auto);
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '[']) && parse_json(text).is_ok() {
        return Some(TaskFormat::Json);
    }
    let is_table = |node: &DocumentNode| node.as_map().is_some() || node.as_list().is_some();
    parse_yaml(text).is_ok_and(|documents| documents.iter().any(is_table)).then_some(TaskFormat::Yaml)
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
