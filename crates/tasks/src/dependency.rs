//! What a task says must be done before it, id by id.

use auditlint_source::Span;

use crate::field_item::FieldItem;
use crate::file::{TaskFile, span_in};
use crate::paths::split_list;
use crate::{TaskId, TaskPlace};

/// A mention of a task that must be done before another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskDependency {
    /// The id as it is written.
    pub written: String,
    /// The task that it stands for; `None` where nobody knows it.
    pub on: Option<TaskId>,
    /// Whether it is an entry of a list of ids. A word in a sentence may mean something else: `unblocks T-4`.
    pub is_entry: bool,
    /// Where it is written.
    pub place: TaskPlace,
}

/// An entry that is nothing but an id.
pub(crate) struct WrittenEntry {
    pub(crate) id: String,
    pub(crate) place: TaskPlace,
}

/// The entries of a list of dependencies that are ids: `T-1`, `` `T-2` (the schema) ``, `#13`, `Task 4: the queue`.
pub(crate) fn entries(file: &TaskFile, item: &FieldItem) -> Vec<WrittenEntry> {
    let written = file.slice(item.span);
    let mut from = 0;
    let mut found = Vec::new();
    for part in split_list(&item.text).into_iter().flat_map(|part| part.split(" and ")) {
        let Some(id) = whole_id(part) else { continue };
        // A value that is escaped or folded is not found as it is read.
        let at = written.get(from..).and_then(|rest| rest.find(id)).map(|at| from + at);
        let span = match at {
            Some(at) => {
                from = at + id.len();
                span_in(&file.text, &written[at..from])
            }
            None => Span::new(item.span.start, item.span.end),
        };
        found.push(WrittenEntry { id: id.to_owned(), place: file.place(span) });
    }
    found
}

/// The id that an entry is, where nothing but a remark follows.
fn whole_id(part: &str) -> Option<&str> {
    const MARKS: [char; 7] = ['*', '`', '[', '"', '\'', '_', ']'];
    let part = part.trim().trim_start_matches("- ").trim_start_matches(MARKS);
    let word = part.split(' ').next().unwrap_or_default();
    let part = match word.to_ascii_lowercase().as_str() {
        "task" | "issue" => part[word.len()..].trim_start().trim_start_matches(MARKS),
        _ => part,
    };
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '#');
    let end = part.find(|c: char| !is_id(c)).unwrap_or(part.len());
    let id = part[..end].trim_end_matches(['.', ':', '-', '_']);
    let rest = part[id.len()..].trim_start_matches(MARKS);
    let is_remark = [" (", " -", " –", " —", ": ", "."].iter().any(|sign| rest.starts_with(sign));
    let is_link = part[id.len()..].trim_start_matches(['*', '`']).starts_with("](");
    let ends = rest.trim().is_empty() || is_remark || is_link;
    (ends && id.contains(|c: char| c.is_ascii_digit())).then_some(id)
}

/// How an id is made: letters and digits in runs, with the signs between them (`P1-T12` is `A9-A9`).
pub(crate) fn shape(id: &str) -> String {
    let mut shape = String::new();
    for letter in id.chars() {
        let sign = match letter {
            letter if letter.is_ascii_digit() => '9',
            letter if letter.is_alphabetic() => 'A',
            '_' => '-',
            other => other,
        };
        if !(matches!(sign, 'A' | '9') && shape.ends_with(sign)) {
            shape.push(sign);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_are_ids() {
        for (part, expected) in [
            ("T-1", Some("T-1")),
            (" `P1-T2` (the schema)", Some("P1-T2")),
            ("**DB-1**: the schema", Some("DB-1")),
            ("Task 4", Some("4")),
            ("#13 — raw fetch", Some("#13")),
            ("[T-3](t3.md)", Some("T-3")),
            ("08x_003.", Some("08x_003")),
            ("unblocks T-4", None),
            ("T-4 can begin later", None),
            ("2 weeks", None),
            ("the schema", None),
            ("", None),
        ] {
            assert_eq!(whole_id(part), expected, "{part}");
        }
    }

    #[test]
    fn shapes_of_ids() {
        for (id, expected) in [("P1-T12", "A9-A9"), ("SEC-014", "A-9"), ("08x_003", "9A-9"), ("#13", "#9")] {
            assert_eq!(shape(id), expected);
        }
    }
}
