//! A report in every output format.
//!
//! [`renderer`] gives the [`Render`] of a [`ReportFormat`]; it writes what belongs on standard output and nothing else. What a format
//! does not carry ([`ReportFormat::carries_problems`], [`ReportFormat::carries_summary`]) the caller puts on standard error, with
//! [`write_problems`] and [`summary_text`], so that no run is silent. [`OutputTable`] shows lists that are not findings.
//!
//! Nothing here decides what a finding is or how a run ends. Text that comes from a source or a file name is made harmless
//! before it reaches a terminal or a CI log: whatever is written goes through an [`EscapeWriter`] at last.
#![forbid(unsafe_code)]

mod audit;
mod checkstyle;
mod color;
mod concise;
mod escape_writer;
mod excerpt;
mod format;
mod frame;
mod github;
mod gitlab;
mod job_summary;
mod json;
mod junit;
mod line_hash;
mod options;
mod placed_edit;
mod plain;
mod rdjson;
mod render;
mod sarif;
mod schema;
mod severity_name;
mod source_cache;
mod statistics;
mod style;
mod summary;
mod table;
mod tasks_json;
mod tasks_text;
mod text;
mod timeline;
mod timings;
mod uri;
mod verdict_json;
mod wording;
mod working_folder;
mod xml;

pub use audit::{AuditFormat, AuditInput, AuditReport, History, HistoryLine, PlaceUrl, audit_schema, history_schema};
pub use color::wants_color;
pub use escape_writer::{EscapeWriter, Passing};
pub use format::{ReportFormat, left_out, renderer};
pub use job_summary::job_summary;
pub use options::{JunitBy, RenderOptions, SarifProfile};
pub use plain::{shown_name, shown_path};
pub use render::Render;
pub use schema::findings_schema;
pub use summary::{summary_text, tracked_text};
pub use table::{Cell, OutputTable};
pub use tasks_json::{tasks_schema, write_tasks_json};
pub use tasks_text::{TaskText, verdict_counts};
pub use text::{write_findings, write_problems};
pub use timeline::{
    BisectAnswer, Timeline, TimelineCommit, TimelineFormat, TimelineTask, TimelineTurn, TurnAuthor, timeline_schema,
};
pub use timings::write_timings;
pub use working_folder::WorkingFolder;
