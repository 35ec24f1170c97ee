//! How the findings of tasks went from commit to commit, in every format, and the answer which commit turned a task.

mod bisect;
mod chart;
mod html;
mod json;
mod model;
mod text;

use std::io::{self, Write as _};

pub use self::bisect::BisectAnswer;
pub use self::json::timeline_schema;
pub use self::model::{Timeline, TimelineCommit, TimelineTask, TimelineTurn, TurnAuthor};
use crate::{Cell, EscapeWriter, OutputTable, Passing};

/// A format of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineFormat {
    /// Tables for a terminal.
    Table,
    /// Everything, for programs; its schema is [`timeline_schema`].
    Json,
    /// A row for each task at each commit.
    Csv,
    /// One page that needs nothing else.
    Html,
}

impl Timeline {
    /// Writes it. Nothing in it can act on a terminal or a CI runner.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, format: TimelineFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            TimelineFormat::Table => {
                let mut out = EscapeWriter::new(out, Passing::Nothing);
                text::write(self, &mut out)?;
                out.flush()
            }
            TimelineFormat::Json => {
                let mut out = EscapeWriter::new(out, Passing::Json);
                json::write(self, &mut out)?;
                out.flush()
            }
            TimelineFormat::Csv => rows(self).write_csv(out),
            TimelineFormat::Html => {
                let mut out = EscapeWriter::new(out, Passing::Nothing);
                out.write_all(html::page(self).as_bytes())?;
                out.flush()
            }
        }
    }
}

/// A row for each task at each commit.
fn rows(timeline: &Timeline) -> OutputTable {
    let mut table = OutputTable::new(["commit", "day", "tags", "task", "title", "state", "findings"]);
    for (number, commit) in timeline.commits.iter().enumerate() {
        for task in &timeline.tasks {
            let standing = task.standings[number];
            table.push([
                Cell::Text(commit.commit.clone()),
                commit.day.clone().map_or(Cell::Missing, Cell::Text),
                Cell::List(commit.tags.clone()),
                Cell::Text(task.id.clone()),
                Cell::Text(task.title.clone()),
                Cell::Text(model::standing_name(standing).to_owned()),
                standing.left().map_or(Cell::Missing, Cell::Number),
            ]);
        }
    }
    table
}
