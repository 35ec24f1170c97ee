//! What commands say on standard error beside their answer.

use anyhow::Result;
use auditlint_engine::Report;
use auditlint_report::{RenderOptions, WorkingFolder, write_problems};
use auditlint_source::{Files, Problem};

use crate::out;

/// Puts problems on standard error, with paths as they are seen from the working folder.
pub(crate) fn say_problems(working: WorkingFolder, files: &dyn Files, problems: &[Problem]) -> Result<()> {
    let report = Report { problems: problems.to_vec(), ..Report::default() };
    write_problems(&report, files, &RenderOptions { working, ..RenderOptions::default() }, &mut out::stderr())?;
    Ok(())
}
