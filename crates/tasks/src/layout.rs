//! Folders in which tools keep the tasks of one feature in one file, with ids that count from one in each.

use auditlint_source::FilePath;

use crate::Status;

/// The feature that a file of tasks stands for: `specs/001-login/tasks.md` (spec-kit), `.kiro/specs/login/tasks.md`,
/// `openspec/changes/add-login/tasks.md`.
pub(crate) fn of(path: &FilePath) -> Option<&str> {
    let parts: Vec<&str> = path.as_str().split('/').collect();
    let [.., above, feature, "tasks.md"] = parts[..] else { return None };
    let is_feature = matches!(above, "specs" | "changes" | "archive" | "features");
    // Ids are looked up without white space around them.
    is_feature.then_some(feature.trim()).filter(|feature| !feature.is_empty())
}

/// What a box says in a file: Kiro writes `[-]` for what is begun.
pub(crate) fn boxed(path: &FilePath, status: Status) -> Status {
    let is_kiro = || path.as_str().split('/').any(|part| part == ".kiro");
    if status == Status::WontDo && is_kiro() { Status::InProgress } else { status }
}

/// What stands in front of numbers that are ids in this file: its name, or its folder where the name says nothing.
pub(crate) fn scope(path: &FilePath) -> String {
    const PLAIN: &[&str] = &["tasks", "todo", "plan", "readme", "backlog", "checklist", "index", "implementation"];
    let stem = path.stem();
    let stem = stem.strip_prefix("tasks-").unwrap_or(stem);
    let folder = path.parent();
    let folder =
        folder.as_ref().map(|folder| folder.as_str().rsplit('/').next().unwrap_or_default()).unwrap_or_default();
    if PLAIN.contains(&stem.to_ascii_lowercase().as_str()) && !folder.is_empty() {
        folder.trim().to_owned()
    } else {
        stem.trim().to_owned()
    }
}
