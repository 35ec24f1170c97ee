//! The report of an audit: which tasks are proven done, which are claimed done and are not, what is left and where.
//!
//! [`AuditReport`] is plain data, made once from a run; every format only writes it. It holds no time but the day of the run, and
//! nothing of the machine, so the same project gives the same bytes.

mod build;
mod burn_down;
mod code;
mod csv;
mod groups;
mod history;
mod html;
mod markdown;
mod matrix;
mod metrics;
mod model;
mod place_url;
mod progress;
mod prose;

use std::io::{self, Write as _};

use schemars::generate::SchemaSettings;

pub use self::build::AuditInput;
pub use self::history::{History, HistoryLine, history_schema};
pub(crate) use self::markdown::{cell_of, code_cell};
pub use self::model::AuditReport;
pub use self::place_url::PlaceUrl;
pub(crate) use self::place_url::is_web_address;
use crate::{EscapeWriter, Passing};

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditFormat {
    /// One page that needs nothing else.
    Html,
    /// A document for a repository or a pull request.
    Markdown,
    /// Everything, for programs; its schema is [`audit_schema`].
    Json,
    /// The traceability matrix with a row for each place.
    Csv,
}

impl AuditReport {
    /// Writes the report. Nothing in it can act on a terminal or a CI runner.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, format: AuditFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            AuditFormat::Html => {
                let mut out = EscapeWriter::new(out, Passing::Nothing);
                out.write_all(html::page(self).as_bytes())?;
                out.flush()
            }
            AuditFormat::Markdown => {
                let mut out = EscapeWriter::new(out, Passing::Nothing);
                out.write_all(markdown::document(self).as_bytes())?;
                out.flush()
            }
            AuditFormat::Json => {
                let mut out = EscapeWriter::new(out, Passing::Json);
                serde_json::to_writer_pretty(&mut out, self)?;
                writeln!(out)?;
                out.flush()
            }
            AuditFormat::Csv => csv::table(self).write_csv(out),
        }
    }
}

/// The JSON Schema (draft 2020-12) of `auditlint report --format json`.
#[must_use]
pub fn audit_schema() -> serde_json::Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<AuditReport>().to_value()
}
