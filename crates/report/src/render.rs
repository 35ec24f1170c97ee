//! What every output format can do.

use std::io;

use auditlint_engine::Report;
use auditlint_source::Files;

/// A format with its options.
pub trait Render {
    /// Writes the whole report in many small pieces, so `out` should be buffered. `files` gives the text of the sources that
    /// are quoted.
    ///
    /// # Errors
    /// Whatever the writer says.
    fn render(&self, report: &Report, files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()>;
}
