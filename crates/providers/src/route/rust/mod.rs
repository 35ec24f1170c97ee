//! Routes in Rust.

use auditlint_facts::ProjectScope;
use auditlint_source::FilePath;

/// The file of a module.
pub(super) fn module_file(_path: &FilePath, _module: &str, _scope: &ProjectScope<'_>) -> Option<FilePath> {
    None
}
