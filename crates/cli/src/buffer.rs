//! A source that is not saved, from standard input.

use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::Overlay;
use auditlint_source::{FilePath, Files};

use crate::context::CommandContext;
use crate::out;

/// The text of a source that is not saved. What is written goes to standard output; the file of that name is not touched.
pub(crate) struct Buffer {
    pub(crate) path: FilePath,
    pub(crate) text: Vec<u8>,
}

impl Buffer {
    pub(crate) fn read(context: &CommandContext, name: &Path, limit: u64) -> Result<Self> {
        let path = context.relative(name)?;
        let mut text = Vec::new();
        io::stdin().take(limit + 1).read_to_end(&mut text).context("standard input cannot be read")?;
        if text.len() as u64 > limit {
            bail!("standard input is longer than {limit} bytes; raise `max-file-size` in auditlint.toml");
        }
        Ok(Self { path, text })
    }

    /// Files with this text among them.
    pub(crate) fn over<'f>(&self, files: &'f dyn Files) -> Overlay<&'f dyn Files> {
        Overlay::new(files, [(self.path.clone(), self.text.clone())])
    }

    pub(crate) fn write(&self) -> Result<()> {
        let mut out = out::unescaped_stdout();
        out.write_all(&self.text)?;
        out.flush()?;
        Ok(())
    }
}
