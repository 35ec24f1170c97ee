//! Folders of what another project may be made from.

use auditlint_source::FilePath;

/// Whether a file lies in a folder of what another project may be made from.
pub(super) fn is_in_templates(path: &FilePath) -> bool {
    let folders = path.as_str().rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(|folder| matches!(folder, "template" | "templates" | "_templates"))
}
