//! The timeline for a terminal: the tasks with the commits that turned them, then the commits at which something changed.

use std::io;

use super::model::{Timeline, TimelineTurn, short, shown_forecast};
use crate::plain::{count, one_line};
use crate::{Cell, OutputTable};

pub(super) fn write(timeline: &Timeline, out: &mut dyn io::Write) -> io::Result<()> {
    for line in timeline.introduction() {
        writeln!(out, "{}", one_line(&line))?;
    }
    if !timeline.tasks.is_empty() {
        writeln!(out)?;
        tasks(timeline).write_text(false, out)?;
    }
    let turns = timeline.tasks.iter().flat_map(|task| task.turns.iter().map(move |turn| (task, turn)));
    for (at, (task, turn)) in turns.enumerate() {
        if at == 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", one_line(&sentence(&task.id, turn)))?;
    }
    writeln!(out)?;
    let (table, left_out) = commits(timeline);
    table.write_text(false, out)?;
    if left_out > 0 {
        writeln!(out, "{} between them changed no figure.", count(left_out, "commit"))?;
    }
    writeln!(out, "\n{}", timeline.forecast_sentence())
}

fn tasks(timeline: &Timeline) -> OutputTable {
    let mut table = OutputTable::new(["task", "findings", "first clean", "broken again", "forecast"]);
    for task in &timeline.tasks {
        let commit =
            |turn: Option<&TimelineTurn>| turn.map_or(Cell::Missing, |turn| Cell::Text(short(&turn.commit).to_owned()));
        table.push([
            Cell::Text(task.id.clone()),
            Cell::Text(task.shown_course()),
            commit(task.first_clean()),
            commit(task.last_broken()),
            Cell::Text(shown_forecast(task.forecast)),
        ]);
    }
    table
}

/// "08x_003 clean at 5afa3f31f658: feat: … (brought by the merge 7c02263d0a1b)".
fn sentence(task: &str, turn: &TimelineTurn) -> String {
    let verb = match (turn.kind, turn.is_first) {
        (auditlint_engine::TurnKind::Clean, true) => "clean since it is known, from",
        (auditlint_engine::TurnKind::Clean, false) => "clean at",
        (auditlint_engine::TurnKind::Broken, _) => "broken again at",
    };
    let mut text = format!("{task} {verb} {}: {}", short(&turn.commit), turn.subject);
    if let Some(merge) = &turn.merge {
        text.push_str(&format!(" (brought by the merge {})", short(merge)));
    }
    if let Some(author) = &turn.author {
        text.push_str(&format!(", by {}, {}", author.name, author.time));
    }
    text
}

/// The commits at which a figure changed, with the first and the last one, and how many are left out.
fn commits(timeline: &Timeline) -> (OutputTable, u64) {
    let has_tags = timeline.commits.iter().any(|commit| !commit.tags.is_empty());
    let mut columns = vec!["commit", "day", "findings", "suppressed"];
    if !timeline.tasks.is_empty() {
        columns.extend(["of tasks", "clean", "left", "unjudged"]);
    }
    columns.extend(has_tags.then_some("tags"));
    let mut table = OutputTable::new(columns);
    let mut left_out = 0;
    let mut before = None;
    for (number, commit) in timeline.commits.iter().enumerate() {
        let mut figures = vec![commit.findings, commit.suppressed];
        if !timeline.tasks.is_empty() {
            figures.extend([commit.findings_of_tasks, commit.clean, commit.with_findings, commit.unjudged]);
        }
        let is_last = number + 1 == timeline.commits.len();
        if before.as_ref() == Some(&figures) && !is_last && commit.tags.is_empty() {
            left_out += 1;
            continue;
        }
        let mut row =
            vec![Cell::Text(short(&commit.commit).to_owned()), commit.day.clone().map_or(Cell::Missing, Cell::Text)];
        row.extend(figures.iter().copied().map(Cell::Number));
        row.extend(has_tags.then(|| Cell::List(commit.tags.clone())));
        table.push(row);
        before = Some(figures);
    }
    (table, left_out)
}
