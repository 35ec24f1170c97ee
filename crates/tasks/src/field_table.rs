//! Fields of a task in a table of its section: `| Status | done |`.

use crate::fields::{TaskField, column, field, is_nothing};
use crate::tables::{cells, is_rule, plain};

/// A table that tells of one task.
pub(crate) struct FieldTable<'t> {
    /// How many lines it takes.
    pub(crate) lines: usize,
    /// The cells that say something of a field.
    pub(crate) cells: Vec<(TaskField, &'t str)>,
}

/// The table that begins with the first of some lines: one field a row, or one row below the names of fields.
pub(crate) fn at<'t>(lines: &[(usize, &'t str)]) -> Option<FieldTable<'t>> {
    let [(_, header), (_, rule), below @ ..] = lines else { return None };
    if !header.contains('|') || !is_rule(rule) {
        return None;
    }
    let header = cells(header);
    let rows = below.iter().map(|(_, line)| *line).take_while(|line| line.contains('|') && !line.trim().is_empty());
    let rows: Vec<Vec<&str>> = rows.map(cells).collect();
    let cells = vertical(&header, &rows).or_else(|| horizontal(&header, &rows))?;
    Some(FieldTable { lines: 2 + rows.len(), cells })
}

/// `| Field | Value |`, of which at least half of the rows begin with the name of a field.
fn vertical<'t>(header: &[&'t str], rows: &[Vec<&'t str>]) -> Option<Vec<(TaskField, &'t str)>> {
    let of_row = |row: &[&'t str]| match row {
        [name, value] => Some((field(plain(name).trim_end_matches(':'))?, *value)),
        _ => None,
    };
    if header.len() != 2 {
        return None;
    }
    let found: Vec<(TaskField, &str)> = rows.iter().filter_map(|row| of_row(row)).collect();
    let is_telling = found.iter().any(|(field, _)| *field != TaskField::Text);
    // A table must have a header, so that the first field may stand there.
    let first = of_row(header).filter(|(_, value)| !is_heading_of_values(value));
    (is_telling && found.len() * 2 >= rows.len()).then(|| first.into_iter().chain(found).collect())
}

/// `| Status | Owner |` above one row.
fn horizontal<'t>(header: &[&'t str], rows: &[Vec<&'t str>]) -> Option<Vec<(TaskField, &'t str)>> {
    let [row] = rows else { return None };
    let fields: Vec<TaskField> = header.iter().map(|name| field(plain(name))).collect::<Option<_>>()?;
    let has_id = header.iter().any(|name| matches!(column(plain(name)), Some(TaskField::Id | TaskField::Title)));
    let fits = fields.contains(&TaskField::Status) && !has_id && row.len() <= header.len();
    // A status that says nothing has a place all the same.
    let says_something = |(field, cell): &(TaskField, &str)| *field == TaskField::Status || !is_nothing(cell);
    fits.then(|| fields.into_iter().zip(row.iter().copied()).filter(says_something).collect())
}

/// What the second column is called where it holds values of all kinds.
fn is_heading_of_values(cell: &str) -> bool {
    const NAMES: [&str; 7] = ["value", "values", "description", "details", "detail", "content", "info"];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(plain(cell)))
}
