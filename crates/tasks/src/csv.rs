//! Comma-, semicolon- or tab-separated lines with a header, as trackers export them.

use auditlint_source::document::{DocumentKey, DocumentNode, DocumentValue};
use auditlint_source::{Problem, Span};

use crate::file::TaskFile;

/// Reads the lines below the header as tables from column to text. Cells may be in quotes and hold line breaks; the place of
/// a cell is its text without the quotes. Says what is wrong with the quotes, and where lines have more cells than columns.
pub(crate) fn read(file: &TaskFile, problems: &mut Vec<Problem>) -> Vec<DocumentNode> {
    let (rows, faults) = read_text(&file.text, file.start());
    for fault in faults {
        let (message, help) = match fault.kind {
            FaultKind::Unclosed => (
                "this quotation mark is never closed, so the cell was read without it",
                "close it, or write two of them for one that belongs to the text",
            ),
            FaultKind::Inside => (
                "a quotation mark stands inside this cell, and was read as a part of its text",
                "write two of them for one that belongs to the text",
            ),
            FaultKind::MoreCells => (
                "this line has more cells than the header has columns, and what stands from here on was not read",
                "put text that holds the separator in quotation marks",
            ),
        };
        problems.push(file.warning(fault.span, message).help(help));
    }
    rows
}

/// Something in the text that cannot be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fault {
    kind: FaultKind,
    span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FaultKind {
    Unclosed,
    Inside,
    MoreCells,
}

fn read_text(text: &str, start: usize) -> (Vec<DocumentNode>, Vec<Fault>) {
    let header_end = text[start..].find(['\n', '\r']).map_or(text.len(), |at| start + at);
    let header = &text[start..header_end];
    let count = |sign: char| header.matches(sign).count();
    let separator = [';', '\t'].into_iter().fold(',', |best, sign| if count(sign) > count(best) { sign } else { best });
    let mut records = Records { text, at: start, separator, faults: Vec::new() };
    let Some(names) = records.next() else { return (Vec::new(), records.faults) };
    let mut rows = Vec::new();
    while let Some(cells) = records.next() {
        if cells.iter().all(|cell| cell.span.is_empty()) {
            continue;
        }
        let more = cells.iter().skip(names.len()).find(|cell| !cell.span.is_empty());
        records.faults.extend(more.map(|cell| Fault { kind: FaultKind::MoreCells, span: cell.span }));
        let span =
            Span::new(cells.first().map_or(0, |cell| cell.span.start), cells.last().map_or(0, |cell| cell.span.end));
        let entry = |(name, cell): (&DocumentNode, DocumentNode)| {
            Some((DocumentKey { span: name.span, name: name.as_text()?.to_owned() }, cell))
        };
        rows.push(DocumentNode {
            span,
            value: DocumentValue::Map(names.iter().zip(cells).filter_map(entry).collect()),
        });
    }
    (rows, records.faults)
}

/// The lines as one list.
pub(crate) fn list(rows: Vec<DocumentNode>) -> DocumentNode {
    let span = Span::new(rows.first().map_or(0, |row| row.span.start), rows.last().map_or(0, |row| row.span.end));
    DocumentNode { span, value: DocumentValue::List(rows) }
}

struct Records<'t> {
    text: &'t str,
    at: usize,
    separator: char,
    faults: Vec<Fault>,
}

impl Iterator for Records<'_> {
    type Item = Vec<DocumentNode>;

    fn next(&mut self) -> Option<Vec<DocumentNode>> {
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

/// A cell in quotes.
struct QuotedCell<'t> {
    inner: &'t str,
    /// How far it goes, with what stands between the quote and the separator.
    length: usize,
    /// Whether a mark stands in it that is not doubled.
    has_mark: bool,
}

impl Records<'_> {
    /// The cell in quotes with which `rest` begins; `None` where they are not closed. The mark that closes it stands before a separator or
    /// the end of a line. Another one that is not doubled belongs to the text if the cell closes on the same line; else the cell was not closed,
    /// and the mark opens another one.
    fn quoted<'t>(&self, rest: &'t str) -> Option<QuotedCell<'t>> {
        let is_blank = |c: char| matches!(c, ' ' | '\t') && c != self.separator;
        let (mut end, mut has_mark, mut is_over_lines) = (1, false, false);
        loop {
            let mark = end + rest[end..].find('"')?;
            is_over_lines |= rest[end..mark].contains(['\n', '\r']);
            let behind = rest[mark + 1..].trim_start_matches(is_blank);
            if rest[mark + 1..].starts_with('"') {
                end = mark + 2;
                continue;
            }
            if behind.is_empty() || behind.starts_with([self.separator, '\n', '\r']) {
                let is_whole = !(has_mark && is_over_lines);
                return is_whole.then(|| QuotedCell {
                    inner: &rest[1..mark],
                    length: rest.len() - behind.len(),
                    has_mark,
                });
            }
            if is_over_lines {
                return None;
            }
            (end, has_mark) = (mark + 1, true);
        }
    }

    /// Reads a cell up to what ends it.
    fn cell(&mut self) -> DocumentNode {
        let rest = &self.text[self.at..];
        if rest.starts_with('"') {
            let start = self.at as u32;
            if let Some(quoted) = self.quoted(rest) {
                if quoted.has_mark {
                    self.faults.push(Fault { kind: FaultKind::Inside, span: Span::new(start, start + 1) });
                }
                self.at += quoted.length;
                let span = Span::new(start + 1, start + 1 + quoted.inner.len() as u32);
                return DocumentNode { span, value: DocumentValue::Text(quoted.inner.replace("\"\"", "\"")) };
            }
            self.faults.push(Fault { kind: FaultKind::Unclosed, span: Span::new(start, start + 1) });
            self.at += 1;
        }
        let rest = &self.text[self.at..];
        let length = rest.find([self.separator, '\n', '\r']).unwrap_or(rest.len());
        let cell = rest[..length].trim();
        let start = self.at + (rest[..length].len() - rest[..length].trim_start().len());
        self.at += length;
        let span = Span::new(start as u32, (start + cell.len()) as u32);
        DocumentNode { span, value: DocumentValue::Text(cell.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of a text below its header, and its faults with their offsets.
    #[track_caller]
    fn check(text: &str, expected: &[&[&str]], faults: &[(FaultKind, u32)]) {
        let (rows, found) = read_text(text, 0);
        let cells = |row: &DocumentNode| -> Vec<String> {
            row.as_map().unwrap().iter().map(|(_, cell)| cell.as_text().unwrap().to_owned()).collect()
        };
        assert_eq!(rows.iter().map(cells).collect::<Vec<_>>(), expected, "{text}");
        let found: Vec<(FaultKind, u32)> = found.iter().map(|fault| (fault.kind, fault.span.start)).collect();
        assert_eq!(found, faults, "{text}");
    }

    #[test]
    fn reads_quoted_cells_over_several_lines() {
        let text = "id,\"the title\",status\r\n1,\"a, \"\"b\"\"\r\nc\",done\r\n\r\n2, x ,\"open\"";
        check(text, &[&["1", "a, \"b\"\r\nc", "done"], &["2", "x", "open"]], &[]);
        let (rows, _) = read_text(text, 0);
        assert_eq!(rows[0].get("status").unwrap().span.of(text.as_bytes()), b"done");
        check("a;b\n1;2\n", &[&["1", "2"]], &[]);
        check("", &[], &[]);
    }

    #[test]
    fn a_quote_that_is_not_closed_takes_no_other_line() {
        use FaultKind::{Inside, MoreCells, Unclosed};
        check("a,b\n1,\"x\n2,y\n", &[&["1", "x"], &["2", "y"]], &[(Unclosed, 6)]);
        // The next mark closes nothing: text stands behind it.
        check("a,b,c\n1,\"x,d\n2,\"y\",e\n", &[&["1", "x", "d"], &["2", "y", "e"]], &[(Unclosed, 8)]);
        check("a,b\n1,\"x\n2,\"y\"\n3,z\n", &[&["1", "x"], &["2", "y"], &["3", "z"]], &[(Unclosed, 6)]);
        check("a,b\n1,\"say \"hi\" now\"\n2,y\n", &[&["1", "say \"hi\" now"], &["2", "y"]], &[(Inside, 6)]);
        check("a,b\n1,\"x\" ,3\n", &[&["1", "x"]], &[(MoreCells, 11)]);
        check("a,b\n1,x,\n", &[&["1", "x"]], &[]);
        check("a\tb\n\"1\"\t\"x\"\n", &[&["1", "x"]], &[]);
    }
}
