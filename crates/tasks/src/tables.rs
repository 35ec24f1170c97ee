//! Tasks that are rows of a Markdown table: `| ID | Title | Status | Priority |`.

use std::cmp::Reverse;

use auditlint_source::Problem;

use crate::StatusForm;
use crate::draft::{TaskDraft, TaskOrigin};
use crate::evidence::Crowd;
use crate::field_item::FieldItem;
use crate::fields::{TaskField, column, is_nothing};
use crate::file::{TaskFile, span_in};
use crate::status::{StatusToken, flag_of, leading_sign};
use crate::unread::UnreadParts;
use crate::written_id::{IdMark, IdShape, WrittenId, candidate, is_priority};

/// Reads every table that says how far its rows are and whose rows have ids: in a column that is called so, or in the cells of
/// another one. Of a table that looks like one of tasks and has none it is said.
pub(crate) fn read<'t>(
    file: &'t TaskFile,
    origin: TaskOrigin<'_>,
    lines: &[(usize, &'t str)],
    problems: &mut Vec<Problem>,
    unread: &mut UnreadParts,
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
        let rows: Vec<Vec<&str>> = lines[at + 2..at + 2 + rows].iter().map(|(_, line)| cells(line)).collect();
        at += 2 + rows.len();
        let Some(table) = TableReading::of(header, &rows) else {
            say_without_ids(file, header, &rows, unread);
            continue;
        };
        for cells in &rows {
            drafts.extend(table.row(file, origin, cells, problems, unread));
        }
    }
    drafts
}

/// How the rows of a table are read.
struct TableReading {
    columns: Vec<Option<TaskField>>,
    id: usize,
    title: Option<usize>,
    /// Whether the column of ids is called so; else its cells show it.
    is_named: bool,
    says_status: bool,
    /// The column that says whether a row is done.
    flag: Option<usize>,
}

impl TableReading {
    fn of(header: &str, rows: &[Vec<&str>]) -> Option<Self> {
        let names: Vec<&str> = cells(header).into_iter().map(plain).collect();
        let mut columns: Vec<Option<TaskField>> = names.iter().map(|name| column(name)).collect();
        // Whether it is done is what `| Key | Requirement | Done |` says.
        let says = |columns: &[Option<TaskField>], field| columns.contains(&Some(field));
        let has_status = says(&columns, TaskField::Status);
        let flag = names.iter().position(|name| is_flag_name(name)).filter(|_| !has_status);
        if let Some(at) = flag {
            columns[at] = Some(TaskField::Status);
        }
        let says_status =
            [TaskField::Status, TaskField::Priority, TaskField::Owner].iter().any(|field| says(&columns, *field));
        let named = columns.iter().position(|column| *column == Some(TaskField::Id));
        let title_of = |columns: &[Option<TaskField>], id: usize| {
            let other = |at: &usize| *at != id;
            let titled = (0..columns.len()).filter(other).find(|at| columns[*at] == Some(TaskField::Title));
            // A column of findings may hold their ids.
            let says_words = |at: &usize| {
                let words = rows.iter().filter(|cells| cells.get(*at).is_some_and(|cell| cell.contains(' '))).count();
                words * 2 >= rows.len()
            };
            let subjects = (0..columns.len()).filter(other).filter(|at| is_subject(names[*at]));
            titled.or_else(|| {
                let mut subjects = subjects;
                subjects.find(|at| columns[*at] != Some(TaskField::Findings) || says_words(at))
            })
        };
        if let Some(id) = named {
            let is_of_tasks = says(&columns, TaskField::Title) || says(&columns, TaskField::Status);
            let title = title_of(&columns, id);
            return is_of_tasks.then_some(Self { columns, id, title, is_named: true, says_status, flag });
        }
        // Ids in a column of another name count where the table says how far most of its rows are.
        if !says(&columns, TaskField::Status) || !says_how_far(&columns, rows) {
            return None;
        }
        let (id, is_whole) = id_column(&columns, rows)?;
        let title = if is_whole { title_of(&columns, id) } else { None };
        columns[id] = Some(TaskField::Id);
        Some(Self { columns, id, title, is_named: false, says_status, flag })
    }

    fn row(
        &self,
        file: &TaskFile,
        origin: TaskOrigin<'_>,
        cells: &[&str],
        problems: &mut Vec<Problem>,
        unread: &mut UnreadParts,
    ) -> Option<TaskDraft> {
        let cell = cells.get(self.id).copied()?;
        let sign = leading_sign(cell);
        let said = cell[sign.map_or(0, |(_, length)| length)..].trim();
        let mut leave = |reason: &str| unread.push(file, span_in(&file.text, cell), cell, reason);
        let Some(id) = candidate(said) else {
            if !said.is_empty() {
                leave(if self.is_named {
                    "this cell of the column of ids holds no id"
                } else {
                    "no id stands in this row, while others of the table have one"
                });
            }
            return None;
        };
        let is_key = matches!(id.shape, IdShape::Key | IdShape::Common | IdShape::Number);
        let is_titled = self.columns.contains(&Some(TaskField::Title));
        // Rows of anything are counted: results of tests, tools, figures.
        if id.shape == IdShape::Dotted && !is_titled {
            leave("its id is a number, and no column of this table is called like a title");
            return None;
        }
        if !is_key && !self.says_status {
            leave("nothing in this table says how far its rows are, and its ids may be anything");
            return None;
        }
        let titled = self.title.and_then(|at| cells.get(at).copied());
        let (title, title_cell) = (titled.map_or(id.title.as_str(), plain), titled.unwrap_or(cell));
        let span = span_in(&file.text, id.written);
        let mut draft = TaskDraft::new(file, origin, &id.id, span, title, StatusForm::TableCell);
        draft.take_written(&id);
        draft.take_rules_of_title(file, span_in(&file.text, title_cell));
        draft.is_listed = true;
        draft.counts = id.shape == IdShape::Dotted;
        draft.why = "a row of a table with an id";
        for (at, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let Some(field) = column.filter(|field| !matches!(field, TaskField::Id | TaskField::Title)) else {
                continue;
            };
            if at == self.id || Some(at) == self.title {
                continue;
            }
            if Some(at) == self.flag {
                draft.take_flag(file, span_in(&file.text, cell), problems);
            } else if !cell.is_empty() || field == TaskField::Status {
                draft.take(file, field, vec![FieldItem::new(span_in(&file.text, cell), *cell)], problems);
            }
        }
        Some(draft)
    }
}

/// What columns are called that say what a row is about, where none is called like a title.
fn is_subject(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "requirement",
        "finding",
        "issue",
        "problem",
        "bug",
        "vulnerability",
        "feature",
        "story",
        "goal",
        "deliverable",
        "recommendation",
        "action",
        "control",
        "change",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The names of columns that say yes or no.
fn is_flag_name(name: &str) -> bool {
    ["done", "done?", "complete", "completed", "complete?", "fixed", "fixed?", "resolved"]
        .iter()
        .any(|flag| flag.eq_ignore_ascii_case(name))
}

/// Whether at least half of the cells that say something in the column of the status name one.
fn says_how_far(columns: &[Option<TaskField>], rows: &[Vec<&str>]) -> bool {
    let Some(at) = columns.iter().position(|column| *column == Some(TaskField::Status)) else { return false };
    let said = || rows.iter().filter_map(|cells| cells.get(at)).filter(|cell| !is_nothing(cell));
    let known = said().filter(|cell| StatusToken::of(cell).is_some() || flag_of(cell).is_some()).count();
    known * 2 >= said().count() && (known > 0 || !rows.is_empty() && said().count() == 0)
}

/// The column in which most rows have an id, and whether the ids are all that stands there.
fn id_column(columns: &[Option<TaskField>], rows: &[Vec<&str>]) -> Option<(usize, bool)> {
    let ids_of = |at: usize| -> Vec<WrittenId<'_>> {
        rows.iter().filter_map(|cells| candidate(cells.get(at)?)).filter(|id| id.mark < IdMark::Trailing).collect()
    };
    let judge = |at: usize| {
        let ids = ids_of(at);
        let crowd = Crowd::of(ids.iter());
        let is_id = |id: &&WrittenId<'_>| {
            let fits = match id.shape {
                IdShape::Key | IdShape::Number => true,
                IdShape::Common => !crowd.is_name(id),
                IdShape::Mixed => crowd.has_family(id),
                IdShape::Compact => crowd.has_family(id) && id.title.is_empty() && !is_priority(id.written),
                IdShape::Dotted | IdShape::Counted | IdShape::Phase => false,
            };
            fits && crowd.repeated(id).is_none()
        };
        let found: Vec<&WrittenId<'_>> = ids.iter().filter(is_id).collect();
        let whole = found.iter().filter(|id| id.title.is_empty()).count();
        (found.len() * 2 > rows.len()).then_some((whole * 2 >= found.len(), found.len()))
    };
    let fits =
        |at: &usize| matches!(columns[*at], None | Some(TaskField::Title | TaskField::Findings | TaskField::Text));
    let found = (0..columns.len()).filter(fits).filter_map(|at| Some((at, judge(at)?)));
    // A column of tasks beside one of findings is that of the ids.
    found
        .max_by_key(|(at, (is_whole, count))| (columns[*at] == Some(TaskField::Title), *is_whole, *count, Reverse(*at)))
        .map(|(at, (is_whole, _))| (at, is_whole))
}

/// Says that a table about tasks has no ids: where a column is called like a title, and most rows say how far they are in words.
fn say_without_ids(file: &TaskFile, header: &str, rows: &[Vec<&str>], unread: &mut UnreadParts) {
    let columns: Vec<Option<TaskField>> = cells(header).into_iter().map(|cell| column(plain(cell))).collect();
    let at = |field| columns.iter().position(|column| *column == Some(field));
    let named = at(TaskField::Title).or_else(|| at(TaskField::Findings));
    let (Some(title), Some(status)) = (named, at(TaskField::Status)) else { return };
    let is_word = |cells: &&Vec<&str>| {
        cells.get(status).is_some_and(|cell| cell.contains(char::is_alphabetic) && StatusToken::of(cell).is_some())
    };
    if rows.iter().filter(is_word).count() * 2 < rows.len() || at(TaskField::Id).is_some() {
        return;
    }
    for cell in rows.iter().filter_map(|cells| cells.get(title)).filter(|cell| !cell.is_empty()) {
        unread.push(
            file,
            span_in(&file.text, cell),
            cell,
            "its table says how far its rows are, and gives them no ids",
        );
    }
}

/// `|---|:---:|`.
pub(crate) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains("--") && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// The cells of a line, without the spaces around them. `\\|` and a `|` in code part none.
pub(crate) fn cells(line: &str) -> Vec<&str> {
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
pub(crate) fn plain(cell: &str) -> &str {
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
