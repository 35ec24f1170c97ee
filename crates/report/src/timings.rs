//! How long the parts of a run took.

use std::io;
use std::time::Duration;

use auditlint_engine::{NameCounts, Report};

use crate::plain::shown_path;
use crate::{Cell, OutputTable, RenderOptions};

/// How many rules and files are listed.
const LISTED: usize = 10;

/// Writes the phases, the slowest rules and the slowest files, where the run measured them.
///
/// # Errors
/// Whatever the writer says.
pub fn write_timings(report: &Report, options: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let Some(timings) = &report.timings else { return Ok(()) };
    let listed = if options.verbose { usize::MAX } else { LISTED };

    let mut phases = OutputTable::new(["phase", "ms"]);
    for (name, time) in &timings.phases {
        phases.push([Cell::Text((*name).to_owned()), milliseconds(*time)]);
    }
    let mut rules = OutputTable::new(["rule", "ms", "attempts"]);
    for (rule, time, attempts) in timings.rules.iter().take(listed) {
        rules.push([Cell::Text(rule.clone()), milliseconds(*time), Cell::Number(*attempts)]);
    }
    let mut files = OutputTable::new(["file", "ms"]);
    for (path, time) in timings.files.iter().take(listed) {
        files.push([Cell::Text(shown_path(path)), milliseconds(*time)]);
    }
    let mut names = OutputTable::new(["files with names bound", "lookups", "opaque", "files with exports read"]);
    let NameCounts { files_bound, lookups, opaque, exporting } = timings.names;
    if files_bound > 0 || exporting > 0 {
        names.push([files_bound, lookups, opaque, exporting].map(Cell::Number));
    }
    let mut kept = OutputTable::new(["kept results used", "sources read", "sources analysed"]);
    if let Some(counts) = timings.kept {
        kept.push([counts.kept, counts.read, counts.analysed].map(Cell::Number));
    }
    let mut is_first = true;
    for table in [phases, rules, files, names, kept] {
        if table.is_empty() {
            continue;
        }
        if !is_first {
            writeln!(out)?;
        }
        is_first = false;
        table.write_text(options.color, out)?;
    }
    Ok(())
}

fn milliseconds(time: Duration) -> Cell {
    Cell::Decimal(time.as_secs_f64() * 1000.0)
}
