//! Lines of JSON, a table each, as tools write tasks that they add to: `issues.jsonl`.

use auditlint_source::document::{DocumentNode, DocumentValue, parse_json};
use auditlint_source::{Problem, Span};

use crate::file::TaskFile;

/// The lines as one list. A line that is not JSON is left out, which is said.
pub(crate) fn read(file: &TaskFile, problems: &mut Vec<Problem>) -> DocumentNode {
    let mut rows = Vec::new();
    for (start, line) in file.lines().filter(|(_, line)| !line.trim().is_empty()) {
        match parse_json(line) {
            Ok(mut row) => {
                move_on(&mut row, start as u32);
                rows.push(row);
            }
            Err(error) => {
                let span = moved(error.span, start as u32);
                problems.push(file.warning(span, format!("this line was not read: {}", error.message)));
            }
        }
    }
    DocumentNode { span: Span::new(file.start() as u32, file.text.len() as u32), value: DocumentValue::List(rows) }
}

fn moved(span: Span, by: u32) -> Span {
    Span::new(span.start + by, span.end + by)
}

/// Gives the parts of a line their places in the file.
fn move_on(row: &mut DocumentNode, by: u32) {
    let mut open = vec![row];
    while let Some(node) = open.pop() {
        node.span = moved(node.span, by);
        match &mut node.value {
            DocumentValue::Map(entries) => open.extend(entries.iter_mut().map(|(key, value)| {
                key.span = moved(key.span, by);
                value
            })),
            DocumentValue::List(items) => open.extend(items),
            _ => {}
        }
    }
}
