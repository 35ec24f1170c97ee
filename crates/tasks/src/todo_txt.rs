//! Lines of todo.txt: `x 2025-10-02 2025-10-01 (A) SEC-1 Title +project @context key:value`.

use auditlint_source::{Problem, Span};

use crate::draft::{TaskDraft, TaskOrigin};
use crate::field_item::FieldItem;
use crate::fields::{TaskField, field};
use crate::file::{TaskFile, span_in};
use crate::paths::named_in;
use crate::unread::UnreadParts;
use crate::written_id::{IdShape, written_id};
use crate::{DeclaredBy, Status, StatusDeclaration, StatusForm};

/// Reads the tasks of one file: lines that carry an id, as `id:SEC-1` or as a list item would.
pub(crate) fn read(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    problems: &mut Vec<Problem>,
    unread: &mut UnreadParts,
) -> Vec<TaskDraft> {
    let mut drafts = Vec::new();
    for (start, line) in file.lines() {
        if line.trim().is_empty() {
            continue;
        }
        let is_done = line.starts_with("x ");
        let mut rest = if is_done { &line[2..] } else { line };
        let mut priority = None;
        // Dates and the priority stand in front, in this order or the other.
        while let Some((word, behind)) = rest.trim_start().split_once(' ') {
            if is_date(word) {
                rest = behind;
            } else if let Some(level) = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'))
                && level.len() == 1
            {
                priority = Some(level);
                rest = behind;
            } else {
                break;
            }
        }
        let words = || rest.split_whitespace();
        let pairs = || {
            words()
                .filter_map(|word| word.split_once(':'))
                .filter(|(_, value)| !value.is_empty() && !value.starts_with("//"))
        };
        let named = pairs().find(|(key, _)| *key == "id").map(|(_, value)| (value.to_owned(), value));
        let written = written_id(rest)
            .filter(|id| matches!(id.shape, IdShape::Key | IdShape::Number))
            .map(|id| (id.id.clone(), id.written));
        let Some((id, at)) = named.or(written) else {
            unread.push(file, span_in(&file.text, line), line, "it carries no id");
            continue;
        };
        let is_text = |word: &&str| {
            !word.starts_with(['+', '@'])
                && !word.split_once(':').is_some_and(|(key, value)| is_key(key) && !value.is_empty())
        };
        let title: Vec<&str> = words().filter(is_text).collect();
        let title = title.join(" ");
        let title = title.strip_prefix(at).unwrap_or(&title).trim_start_matches([':', ' ', '-']);
        let mut draft = TaskDraft::new(file, origin, &id, span_in(&file.text, at), title, StatusForm::Word);
        draft.why = "a line with an id";
        draft.is_listed = true;
        let mark = Span::new(start as u32, start as u32 + if is_done { 2 } else { 0 });
        draft.task.declarations.push(StatusDeclaration {
            status: if is_done { Status::Done } else { Status::Todo },
            by: DeclaredBy::Task,
            form: StatusForm::LineMark,
            place: file.place(mark),
        });
        draft.task.priority = priority.map(str::to_owned);
        draft.task.phase = words().find_map(|word| word.strip_prefix('+')).map(str::to_owned);
        draft.name_files(file, span_in(&file.text, rest), named_in(title), false);
        for (key, value) in pairs() {
            let named = match key {
                "dep" | "p" | "parent" => Some(TaskField::DependsOn),
                key => field(key).filter(|field| *field != TaskField::Status && *field != TaskField::Priority),
            };
            if let Some(named) = named {
                draft.take(file, named, vec![FieldItem::new(span_in(&file.text, value), value)], problems);
            }
        }
        drafts.push(draft);
    }
    drafts
}

fn is_date(word: &str) -> bool {
    word.len() == 10
        && word
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// A key of todo.txt is one word of letters.
fn is_key(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
