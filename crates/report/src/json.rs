//! The json format.

use std::io;

use auditlint_engine::Report;
use auditlint_source::Files;

use crate::{Render, RenderOptions};

pub(crate) struct Json {
    options: RenderOptions,
}

impl Json {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

impl Render for Json {
    fn render(&self, _report: &Report, _files: &dyn Files, _out: &mut dyn io::Write) -> io::Result<()> {
        let _ = self.options.width;
        Ok(())
    }
}

pub(crate) struct JsonLines;

impl Render for JsonLines {
    fn render(&self, _report: &Report, _files: &dyn Files, _out: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}
