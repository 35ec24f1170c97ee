//! Tasks that are rows of a Markdown table: `| ID | Title | Status | Priority |`.

use auditlint_source::Problem;

use crate::StatusForm;
use crate::draft::{TaskDraft, TaskOrigin};
use crate::field_item::FieldItem;
use crate::fields::{TaskField, column};
use crate::file::{TaskFile, span_in};
use crate::status::leading_sign;
use crate::unread::Unread;
use crate::written_id::{IdShape, written_id};

/// Reads every table whose header names an id and says how far its rows are, or whose ids look like ids of tasks.
pub(crate) fn read<'t>(
    file: &'t TaskFile,
    origin: TaskOrigin<'_>,
    lines: &[(usize, &'t str)],
    problems: &mut Vec<Problem>,
    unread: &mut Unread,
) -> Vec<TaskDraft> {
    let mut drafts = Vec::new();
    let mut at = 0;
    while at + 1 < lines.len() {
        let (header, rule) = (lines[at].1, lines[at + 1].1);
        if !header.contains('|') || !is_rule(rule) {
            at += 1;
            continue;
        }
        let rows = lines[at + 2..].iter().take_while(|(_, line)| line.contains('|') && !line.trim().is_empty()).count();
        let rows = &lines[at + 2..at + 2 + rows];
        at += 2 + rows.len();
        let columns: Vec<Option<TaskField>> = cells(header).into_iter().map(|cell| column(plain(cell))).collect();
        let has = |field| columns.contains(&Some(field));
        if !has(TaskField::Id) || !has(TaskField::Title) && !has(TaskField::Status) {
            continue;
        }
        let says_status = has(TaskField::Status) || has(TaskField::Priority) || has(TaskField::Owner);
        for (_, line) in rows {
            drafts.extend(row(file, origin, &columns, cells(line), says_status, problems, unread));
        }
    }
    drafts
}

fn row(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    columns: &[Option<TaskField>],
    cells: Vec<&str>,
    says_status: bool,
    problems: &mut Vec<Problem>,
    unread: &mut Unread,
) -> Option<TaskDraft> {
    let of = |field| columns.iter().position(|column| *column == Some(field)).and_then(|at| cells.get(at).copied());
    let cell = of(TaskField::Id)?;
    let sign = leading_sign(cell);
    let said = cell[sign.map_or(0, |(_, length)| length)..].trim();
    let Some(id) = written_id(said) else {
        if !said.is_empty() {
            unread.push(file, span_in(&file.text, cell), cell, "this cell of the column of ids holds no id");
        }
        return None;
    };
    let is_key = matches!(id.shape, IdShape::Key | IdShape::Number);
    // Rows of anything are counted: results of tests, tools, figures.
    if id.shape == IdShape::Dotted && of(TaskField::Title).is_none() {
        unread.push(
            file,
            span_in(&file.text, cell),
            cell,
            "its id is a number, and no column of this table is called like a title",
        );
        return None;
    }
    if !is_key && !says_status {
        unread.push(
            file,
            span_in(&file.text, cell),
            cell,
            "nothing in this table says how far its rows are, and its ids may be anything",
        );
        return None;
    }
    let title = of(TaskField::Title).map_or(id.title.as_str(), plain);
    let mut draft = TaskDraft::new(file, origin, &id.id, span_in(&file.text, id.written), title, StatusForm::TableCell);
    draft.is_listed = true;
    draft.counts = id.shape == IdShape::Dotted;
    draft.why = "a row of a table with an id";
    for (column, cell) in columns.iter().zip(&cells) {
        if let Some(field) = column.filter(|field| !matches!(field, TaskField::Id | TaskField::Title))
            && !cell.is_empty()
        {
            draft.take(file, field, vec![FieldItem::new(span_in(&file.text, cell), *cell)], problems);
        }
    }
    Some(draft)
}

/// `|---|:---:|`.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains("--") && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// The cells of a line, without the spaces around them. `\\|` and a `|` in code part none.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = Vec::new();
    let (mut from, mut code, mut escaped) = (0, false, false);
    for (at, letter) in line.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '`' => code = !code,
            '|' if !code => {
                cells.push(line[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    if !line[from..].trim().is_empty() {
        cells.push(line[from..].trim());
    }
    cells
}

/// A cell without marks of emphasis around it.
fn plain(cell: &str) -> &str {
    cell.trim_matches(['*', '`', '_', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cells() {
        assert_eq!(cells("| a | `b|c` | d\\|e | |"), ["a", "`b|c`", "d\\|e", ""]);
        assert_eq!(cells("a | b"), ["a", "b"]);
        assert!(is_rule("|---|:--:|") && !is_rule("| a | b |") && !is_rule("---"));
    }
}
