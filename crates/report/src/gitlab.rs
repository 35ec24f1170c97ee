//! GitLab's code quality reports.
//!
//! GitLab compares reports by fingerprint and shows one of several entries that share one, so every entry has its own: the
//! finding's, the path, and a number where a file has it several times. The name of the check is not shown, so the description begins
//! with it.
//!
//! Source: "Code Quality report format" in GitLab's documentation.

use std::collections::BTreeMap;
use std::io;

use auditlint_engine::{Finding, Report};
use auditlint_rules::Severity;
use auditlint_source::Files;
use serde::{Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Render, RenderOptions};

pub(crate) struct Gitlab {
    options: RenderOptions,
}

impl Gitlab {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

struct Entries<'r> {
    report: &'r Report,
    options: &'r RenderOptions,
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ordinals: BTreeMap<(&str, u64), u32> = BTreeMap::new();
        serializer.collect_seq(self.report.active().map(|finding| {
            let ordinal = ordinals.entry((finding.path.as_str(), finding.fingerprint.0)).or_default();
            *ordinal += 1;
            self.entry(finding, *ordinal)
        }))
    }
}

impl Entries<'_> {
    fn entry<'f>(&self, finding: &'f Finding, ordinal: u32) -> Entry<'f> {
        let path = self.options.in_repository(&finding.path);
        let rule = finding.rule.id.as_str();
        let mut description = format!("{rule}: {}", finding.message);
        for task in finding.tasks.iter() {
            description.push_str(&format!(" [{}]", task.id));
        }
        let name = format!("{path}\0{ordinal}");
        Entry {
            description,
            check_name: rule,
            fingerprint: format!("{}{:016x}", finding.fingerprint, xxh3_64(name.as_bytes())),
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "minor",
                Severity::Hint => "info",
            },
            location: Location { path, lines: Lines { begin: finding.start.line, end: finding.end.line } },
        }
    }
}

impl Render for Gitlab {
    fn render(&self, report: &Report, _files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &Entries { report, options: &self.options })?;
        writeln!(out)
    }
}
