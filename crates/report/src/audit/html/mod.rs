//! The HTML format: one page that loads nothing, and that says everything without a script and on paper.

use super::model::AuditReport;

/// The page.
pub(super) fn page(_report: &AuditReport) -> String {
    String::new()
}
