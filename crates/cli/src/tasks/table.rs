//! How tasks are listed.

use std::io::Write;

use anyhow::Result;
use auditlint_report::{Cell, WorkingFolder};
use auditlint_tasks::{Status, Task, UnreadTask};

use crate::context::counted;

/// The columns.
pub(super) const COLUMNS: [&str; 7] = ["id", "status", "priority", "title", "path", "line", "rules"];

/// The cells of a task.
pub(super) fn row(task: &Task, working: &WorkingFolder, rules: Vec<String>) -> [Cell; 7] {
    let text = |text: Option<&str>| {
        text.filter(|text| !text.is_empty()).map_or(Cell::Missing, |text| Cell::Text(text.to_owned()))
    };
    [
        Cell::Text(task.id.as_str().to_owned()),
        text(task.status.map(Status::name)),
        text(task.priority.as_deref()),
        text(Some(&task.title)),
        Cell::Text(working.sees(&task.place.path).to_string()),
        Cell::Number(u64::from(task.place.line)),
        Cell::List(rules),
    ]
}

/// Says what looks like a task and was not read, with the line and the reason.
/// With `whole`, every reason is said, and every line.
pub(super) fn say_unread(
    unread: &[UnreadTask],
    whole: bool,
    working: &WorkingFolder,
    out: &mut impl Write,
) -> Result<()> {
    /// More are counted.
    const SHOWN: usize = 10;
    /// More pieces of lines are counted.
    const LINES: usize = 12;
    let (shown, lines) = if whole { (usize::MAX, usize::MAX) } else { (SHOWN, LINES) };
    if unread.is_empty() {
        return Ok(());
    }
    writeln!(out, "Not read as tasks:")?;
    for entry in unread.iter().take(shown) {
        let more = match entry.count {
            1 => String::new(),
            count => format!(", and {} more like it (lines {})", count - 1, entry.line_list(lines)),
        };
        let path = working.sees(&entry.place.path);
        writeln!(out, "  {path}:{} \"{}\"{more}: {}", entry.place.line, entry.text, entry.reason)?;
    }
    if unread.len() > shown {
        writeln!(
            out,
            "  {} more reasons; `auditlint tasks import --from FILE` lists those of one file",
            unread.len() - shown
        )?;
    }
    Ok(())
}

/// "63 tasks: 40 done, 20 todo, 3 without a status".
pub(super) fn counts(tasks: &[&Task]) -> String {
    let mut parts = Vec::new();
    for status in [Status::Done, Status::InProgress, Status::Todo, Status::WontDo, Status::Accepted] {
        let count = tasks.iter().filter(|task| task.status == Some(status)).count();
        if count > 0 {
            parts.push(format!("{count} {status}"));
        }
    }
    let without = tasks.iter().filter(|task| task.status.is_none()).count();
    if without > 0 {
        parts.push(format!("{without} without a status"));
    }
    format!("{}: {}", counted(tasks.len(), "task"), parts.join(", "))
}
