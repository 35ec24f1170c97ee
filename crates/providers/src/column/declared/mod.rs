//! Where columns are declared: one file for each mapper.

mod drizzle;
mod prisma;
mod sql;

use auditlint_facts::Source;
use auditlint_source::FilePath;
use auditlint_syntax::Family;

use super::fact::Facts;
use super::view::View;
use crate::read::migration_lock::LOCK;

/// Whether a file declares columns in a language of its own.
pub(super) fn is_schema(path: &FilePath) -> bool {
    matches!(path.extension(), Some("prisma" | "sql")) || path.name() == LOCK
}

/// The facts of such a file.
pub(super) fn in_schema(source: &Source<'_, '_>, out: &mut Facts) {
    match source.path.extension() {
        Some("prisma") => prisma::extract(source.text(), out),
        _ => sql::extract(source, out),
    }
}

/// The facts of a source of code.
pub(super) fn in_code(view: View<'_>, _path: &FilePath, out: &mut Facts) {
    match view.tree.language().family() {
        Family::Ecmascript => drizzle::extract(view, out),
        Family::Rust | Family::Shell => {}
    }
}
