//! Comma-, semicolon- or tab-separated lines with a header, as trackers export them.

use auditlint_source::Span;
use auditlint_source::document::{Key, Node, Value};

/// Reads the lines below the header as tables from column to text. Cells may be in quotes and hold line breaks; the place of
/// a cell is its text without the quotes.
pub(crate) fn read(text: &str, start: usize) -> Vec<Node> {
    let header_end = text[start..].find(['\n', '\r']).map_or(text.len(), |at| start + at);
    let header = &text[start..header_end];
    let count = |sign: char| header.matches(sign).count();
    let separator = [';', '\t'].into_iter().fold(',', |best, sign| if count(sign) > count(best) { sign } else { best });
    let mut records = Records { text, at: start, separator };
    let Some(names) = records.next() else { return Vec::new() };
    records
        .filter(|cells| cells.iter().any(|cell| !cell.span.is_empty()))
        .map(|cells| {
            let span = Span::new(
                cells.first().map_or(0, |cell| cell.span.start),
                cells.last().map_or(0, |cell| cell.span.end),
            );
            let entry =
                |(name, cell): (&Node, Node)| Some((Key { span: name.span, name: name.as_text()?.to_owned() }, cell));
            Node { span, value: Value::Map(names.iter().zip(cells).filter_map(entry).collect()) }
        })
        .collect()
}

/// The lines as one list.
pub(crate) fn list(rows: Vec<Node>) -> Node {
    let span = Span::new(rows.first().map_or(0, |row| row.span.start), rows.last().map_or(0, |row| row.span.end));
    Node { span, value: Value::List(rows) }
}

struct Records<'t> {
    text: &'t str,
    at: usize,
    separator: char,
}

impl Iterator for Records<'_> {
    type Item = Vec<Node>;

    fn next(&mut self) -> Option<Vec<Node>> {
        if self.at >= self.text.len() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            cells.push(self.cell());
            let rest = &self.text[self.at..];
            if rest.starts_with(self.separator) {
                self.at += 1;
                continue;
            }
            self.at += if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
            return Some(cells);
        }
    }
}

impl Records<'_> {
    /// Reads a cell up to what ends it.
    fn cell(&mut self) -> Node {
        let rest = &self.text[self.at..];
        if let Some(opened) = rest.strip_prefix('"') {
            let mut end = 1;
            while let Some(quote) = rest[end..].find('"') {
                end += quote + 1;
                if !rest[end..].starts_with('"') {
                    break;
                }
                end += 1;
            }
            let closed = end > 1 && rest[..end].ends_with('"');
            let inner = if closed { &rest[1..end - 1] } else { opened };
            let span = Span::new((self.at + 1) as u32, (self.at + 1 + inner.len()) as u32);
            let length = if closed { end } else { rest.len() };
            // What stands between the quote and the separator belongs to nothing.
            let gap = rest[length..].find([self.separator, '\n', '\r']).unwrap_or(rest.len() - length);
            self.at += length + gap;
            return Node { span, value: Value::Text(inner.replace("\"\"", "\"")) };
        }
        let length = rest.find([self.separator, '\n', '\r']).unwrap_or(rest.len());
        let cell = rest[..length].trim();
        let start = self.at + (rest[..length].len() - rest[..length].trim_start().len());
        self.at += length;
        let span = Span::new(start as u32, (start + cell.len()) as u32);
        Node { span, value: Value::Text(cell.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_quoted_cells_over_several_lines() {
        let text = "id,\"the title\",status\r\n1,\"a, \"\"b\"\"\r\nc\",done\r\n\r\n2, x ,\"open";
        let rows = read(text, 0);
        let cell = |row: usize, name: &str| rows[row].get(name).and_then(Node::as_text).unwrap();
        assert_eq!((cell(0, "id"), cell(0, "the title"), cell(0, "status")), ("1", "a, \"b\"\r\nc", "done"));
        assert_eq!((cell(1, "id"), cell(1, "the title"), cell(1, "status")), ("2", "x", "open"));
        assert_eq!(rows[0].get("status").unwrap().span.of(text.as_bytes()), b"done");
        assert_eq!(rows.len(), 2);
        assert_eq!(read("a;b\n1;2\n", 0)[0].get("b").and_then(Node::as_text), Some("2"));
        assert!(read("", 0).is_empty());
    }
}
