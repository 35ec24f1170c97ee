//! Lists that are not findings: tasks, rules, figures.

use std::borrow::Cow;
use std::io::{self, Write as _};

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::plain::{line_start, one_line, shown_name};
use crate::style::TextStyle;
use crate::{EscapeWriter, Passing};

/// One cell of a [`OutputTable`].
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number, put to the right.
    Number(u64),
    /// A number with a fraction; text shows one digit of it.
    Decimal(f64),
    /// Yes or no.
    Flag(bool),
    /// Several words, joined by commas in text.
    List(Vec<String>),
    /// Nothing: `-` in text, null in JSON.
    Missing,
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Self::Text(text) if text.is_empty() => "-".to_owned(),
            Self::Text(text) => one_line(text).into_owned(),
            Self::Number(number) => number.to_string(),
            Self::Decimal(number) => format!("{number:.1}"),
            Self::Flag(flag) => flag.to_string(),
            Self::List(words) if words.is_empty() => "-".to_owned(),
            Self::List(words) => one_line(&words.join(", ")).into_owned(),
            Self::Missing => "-".to_owned(),
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Decimal(_))
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Decimal(number) => serializer.serialize_f64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::List(words) => serializer.collect_seq(words),
            Self::Missing => serializer.serialize_none(),
        }
    }
}

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputTable {
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl OutputTable {
    /// An empty table. The names are the heads in text and the keys in JSON, so no two may be the same.
    #[must_use]
    pub fn new<C: Into<String>>(columns: impl IntoIterator<Item = C>) -> Self {
        let columns: Vec<String> = columns.into_iter().map(Into::into).collect();
        let is_repeated = |(index, name): (usize, &String)| columns[..index].contains(name);
        debug_assert!(!columns.iter().enumerate().any(is_repeated), "two columns have one name: {columns:?}");
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row; cells that are not given are missing.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<Cell> = row.into_iter().collect();
        debug_assert!(row.len() <= self.columns.len(), "a row has no more cells than the table has columns");
        row.resize(self.columns.len(), Cell::Missing);
        self.rows.push(row);
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes aligned columns below their heads. A column of numbers is put to the right; the last one is not padded.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_text(&self, color: bool, out: &mut dyn io::Write) -> io::Result<()> {
        let mut rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect();
        for first in rows.iter_mut().filter_map(|row| row.first_mut()) {
            if let Cow::Owned(shown) = line_start(first) {
                *first = shown;
            }
        }
        let width_of = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([self.columns[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width_of).collect();
        let right: Vec<bool> =
            (0..self.columns.len()).map(|column| self.rows.iter().any(|row| row[column].is_number())).collect();
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut line = String::new();
            for (column, cell) in cells.enumerate() {
                if column > 0 {
                    line.push_str("  ");
                }
                let width = widths[column];
                line.push_str(&if right[column] { format!("{cell:>width$}") } else { format!("{cell:<width$}") });
            }
            line.truncate(line.trim_end().len());
            line
        };
        let mut out = EscapeWriter::new(out, Passing::of_color(color));
        writeln!(out, "{}", TextStyle::Bold.paint(color, line(&mut self.columns.iter().map(String::as_str))))?;
        for row in &rows {
            writeln!(out, "{}", line(&mut row.iter().map(String::as_str)))?;
        }
        out.flush()
    }

    /// Writes the heads and then the rows, cells between tabs. Tabs and line ends in a cell are written as `\t` and `\n`.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_tsv(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = EscapeWriter::new(out, Passing::Nothing);
        writeln!(out, "{}", self.columns.join("\t"))?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Missing => String::new(),
                Cell::Text(text) => shown_name(text).into_owned(),
                cell => cell.text(),
            });
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("\t"))?;
        }
        out.flush()
    }

    /// Writes the heads and then the rows as comma-separated values (RFC 4180). A list is one cell, its words parted by spaces.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_csv(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = EscapeWriter::new(out, Passing::Nothing);
        let quoted = |text: &str| match text.contains([',', '"', '\n', '\r']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.to_owned(),
        };
        writeln!(out, "{}", self.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(","))?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Missing => String::new(),
                Cell::Text(text) => quoted(&no_formula(&one_line(text))),
                Cell::List(words) => quoted(&no_formula(&one_line(&words.join(" ")))),
                cell => cell.text(),
            });
            writeln!(out, "{}", cells.collect::<Vec<_>>().join(","))?;
        }
        out.flush()
    }

    /// Writes a Markdown table.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_markdown(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = EscapeWriter::new(out, Passing::Nothing);
        let line = |cells: &mut dyn Iterator<Item = String>| format!("| {} |", cells.collect::<Vec<_>>().join(" | "));
        writeln!(out, "{}", line(&mut self.columns.iter().map(|column| markdown(column))))?;
        let right = |column: usize| self.rows.iter().any(|row| row[column].is_number());
        let rules = (0..self.columns.len()).map(|column| if right(column) { "--:" } else { "---" }.to_owned());
        writeln!(out, "{}", line(&mut rules.into_iter()))?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Missing => String::new(),
                cell => markdown(&cell.text()),
            });
            writeln!(out, "{}", line(&mut cells.into_iter()))?;
        }
        out.flush()
    }

    /// Writes an array with an object for each row.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = EscapeWriter::new(out, Passing::Json);
        serde_json::to_writer_pretty(&mut out, self)?;
        writeln!(out)?;
        out.flush()
    }
}

impl Serialize for OutputTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(|row| TableRow { columns: &self.columns, row }))
    }
}

/// A text that a program which opens the table does not take for a formula.
fn no_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@']) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Text in Markdown, also in a cell of a table: it opens no cell, no emphasis, no link and no tag.
pub(crate) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let is_inside = before.is_alphanumeric() && letters.peek().is_some_and(|next| next.is_alphanumeric());
        before = c;
        match c {
            '_' if is_inside => escaped.push(c),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' => escaped.extend(['\\', c]),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            c => escaped.push(c),
        }
    }
    escaped
}

struct TableRow<'t> {
    columns: &'t [String],
    row: &'t [Cell],
}

impl Serialize for TableRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, cell) in self.columns.iter().zip(self.row) {
            map.serialize_entry(column, cell)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> OutputTable {
        let mut table = OutputTable::new(["id", "places", "tasks"]);
        let list = Cell::List(vec!["P1".into(), "P2".into()]);
        table.push([Cell::Text("process-env".into()), Cell::Number(12), list]);
        table.push([Cell::Text("a\nb".into()), Cell::Number(3)]);
        table
    }

    #[test]
    fn aligns() {
        let mut out = Vec::new();
        table().write_text(false, &mut out).unwrap();
        let expected = "\
id           places  tasks
process-env      12  P1, P2
a b               3  -
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn aligns_what_is_escaped() {
        let mut table = OutputTable::new(["file", "line"]);
        table.push([Cell::Text("::error::\u{1b}".into()), Cell::Number(1)]);
        table.push([Cell::Text("a.ts".into()), Cell::Number(10)]);
        let mut out = Vec::new();
        table.write_text(false, &mut out).unwrap();
        let expected = "\
file                  line
\\u{3a}:error::\\u{1b}     1
a.ts                    10
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn gives_tabs() {
        let mut table = table();
        table.push([Cell::Text("a\tb".into())]);
        let mut out = Vec::new();
        table.write_tsv(&mut out).unwrap();
        let expected = "id\tplaces\ttasks\nprocess-env\t12\tP1, P2\na\\nb\t3\t\na\\tb\t\t\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn gives_comma_separated_values() {
        let mut table = table();
        table.push([Cell::Text("a,\"b\"".into())]);
        table.push([Cell::Text("=1+1".into())]);
        let mut out = Vec::new();
        table.write_csv(&mut out).unwrap();
        let expected = "id,places,tasks\nprocess-env,12,P1 P2\na b,3,\n\"a,\"\"b\"\"\",,\n'=1+1,,\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn gives_a_markdown_table() {
        let mut table = table();
        table.push([Cell::Text("a|b <i> *c* _d_e_".into())]);
        let mut out = Vec::new();
        table.write_markdown(&mut out).unwrap();
        let expected = "\
| id | places | tasks |
| --- | --: | --- |
| process-env | 12 | P1, P2 |
| a b | 3 |  |
| a\\|b &lt;i&gt; \\*c\\* \\_d_e\\_ |  |  |
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn gives_objects() {
        let mut out = Vec::new();
        table().write_json(&mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let expected = serde_json::json!([
            { "id": "process-env", "places": 12, "tasks": ["P1", "P2"] },
            { "id": "a\nb", "places": 3, "tasks": null },
        ]);
        assert_eq!(value, expected);
    }
}
