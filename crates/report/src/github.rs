//! The github format.

use std::io;

use auditlint_engine::Report;
use auditlint_source::Files;

use crate::{Render, RenderOptions};

pub(crate) struct Github {
    options: RenderOptions,
}

impl Github {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

impl Render for Github {
    fn render(&self, _report: &Report, _files: &dyn Files, _out: &mut dyn io::Write) -> io::Result<()> {
        let _ = self.options.width;
        Ok(())
    }
}
