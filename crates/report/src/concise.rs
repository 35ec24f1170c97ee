//! The concise format.

use std::io;

use auditlint_engine::Report;
use auditlint_source::Files;

use crate::{Render, RenderOptions};

pub(crate) struct Concise {
    options: RenderOptions,
}

impl Concise {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

impl Render for Concise {
    fn render(&self, _report: &Report, _files: &dyn Files, _out: &mut dyn io::Write) -> io::Result<()> {
        let _ = self.options.width;
        Ok(())
    }
}
