//! What commands say on standard error beside their answer.

use anyhow::Result;
use auditlint_engine::Report;
use auditlint_report::{RenderOptions, write_problems};
use auditlint_source::{Files, Problem};

use crate::out;

/// Puts problems on standard error.
pub(crate) fn say_problems(files: &dyn Files, problems: &[Problem]) -> Result<()> {
    let report = Report { problems: problems.to_vec(), ..Report::default() };
    write_problems(&report, files, &RenderOptions::default(), &mut out::stderr())?;
    Ok(())
}
