//! Lists, written in the format that was asked for.

use std::io::{self, Write};

use auditlint_report::OutputTable;

use crate::args::TableFormat;

impl TableFormat {
    /// Writes a list.
    pub(crate) fn write(self, table: &OutputTable, color: bool, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Table => table.write_text(color, out),
            Self::Json => table.write_json(out),
            Self::Tsv => table.write_tsv(out),
        }
    }
}
