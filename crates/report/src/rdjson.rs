//! The Reviewdog Diagnostic Format, in one JSON object.
//!
//! Its columns count bytes of UTF-8 from 1, and ends are exclusive.
//!
//! Source: `proto/rdf/reviewdog.proto` of reviewdog.

use std::cell::RefCell;
use std::io;

use auditlint_engine::{Finding, Report};
use auditlint_rules::Severity;
use auditlint_source::{FilePath, Files, Position};
use serde::{Serialize, Serializer};

use crate::placed_edit::placed_edits;
use crate::source_cache::SourceCache;
use crate::{Render, RenderOptions};

pub(crate) struct Rdjson {
    options: RenderOptions,
}

impl Rdjson {
    pub(crate) fn new(options: RenderOptions) -> Self {
        Self { options }
    }
}

#[derive(Serialize)]
struct Document<'r> {
    source: Source,
    severity: &'static str,
    diagnostics: Diagnostics<'r>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'r> {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RelatedLocation<'r>>,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Place,
    end: Place,
}

#[derive(Serialize)]
struct Place {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Code<'r> {
    value: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'r str>,
}

#[derive(Serialize)]
struct Suggestion<'r> {
    range: Range,
    text: &'r str,
}

#[derive(Serialize)]
struct RelatedLocation<'r> {
    message: &'r str,
    location: Location,
}

fn range(start: Position, end: Position) -> Range {
    let place = |at: Position| Place { line: at.line, column: at.column };
    Range { start: place(start), end: place(end) }
}

struct Diagnostics<'r> {
    report: &'r Report,
    options: &'r RenderOptions,
    sources: RefCell<SourceCache<'r>>,
}

impl Serialize for Diagnostics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sources = self.sources.borrow_mut();
        serializer.collect_seq(self.report.active().map(|finding| self.diagnostic(finding, &mut sources)))
    }
}

impl Diagnostics<'_> {
    fn diagnostic<'f>(&self, finding: &'f Finding, sources: &mut SourceCache<'_>) -> Diagnostic<'f> {
        let mut message = finding.message.to_string();
        if let Some(instead) = &finding.rule.instead {
            message.push('\n');
            message.push_str(instead.trim());
        }
        for task in finding.tasks.iter() {
            let title = task.title.as_deref().unwrap_or_default();
            message.push_str(format!("\nTask {} {title}", task.id).trim_end());
        }
        let edits = finding.fix.as_ref().and_then(|edits| placed_edits(finding, edits, sources).ok());
        let suggestion = |edit: crate::placed_edit::PlacedEdit<'f>| Suggestion {
            range: range(edit.start, edit.end),
            text: edit.text,
        };
        Diagnostic {
            message,
            location: self.location(&finding.path, finding.start, finding.end),
            severity: match finding.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Info | Severity::Hint => "INFO",
            },
            code: Code { value: finding.rule.id.as_str(), url: finding.rule.url.as_deref() },
            suggestions: edits.into_iter().flatten().map(suggestion).collect(),
            related_locations: (finding.related.iter())
                .map(|place| RelatedLocation {
                    message: &place.message,
                    location: self.location(&place.path, place.start, place.end),
                })
                .collect(),
        }
    }

    fn location(&self, path: &FilePath, start: Position, end: Position) -> Location {
        Location { path: self.options.in_repository(path), range: range(start, end) }
    }
}

impl Render for Rdjson {
    fn render(&self, report: &Report, files: &dyn Files, out: &mut dyn io::Write) -> io::Result<()> {
        let diagnostics =
            Diagnostics { report, options: &self.options, sources: RefCell::new(SourceCache::new(files)) };
        let document = Document { source: Source { name: "auditlint" }, severity: "WARNING", diagnostics };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}
