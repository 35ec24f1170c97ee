//! What queries write into columns.

mod assigned;
mod keys;
mod python;
mod rust;
mod sql;
mod statement;
#[cfg(test)]
mod tests;

use auditlint_syntax::Family;

use super::fact::Facts;
use super::value::{self, FileValues};
use super::view::ColumnView;

pub(super) use self::assigned::table_of_row;
pub(super) use self::sql::{StatementInput, columns as written_columns, literals};

/// The facts of a source of code.
pub(super) fn in_code(view: ColumnView<'_>, out: &mut Facts) {
    match view.tree.language().family() {
        Family::Ecmascript => {
            let values = FileValues::new(view);
            let known = keys::extract(&values, out);
            assigned::extract(&values, &known, out);
            sql::extract(view, &|value| values.of(value), out);
            value::functions(&values, out);
        }
        Family::Rust => {
            sql::extract(view, &|value| value::of_rust(view, value), out);
            // What a migration writes was written before.
            if !view.has("MigrationTrait") {
                rust::extract(view, out);
            }
            value::functions_of_rust(view, out);
        }
        Family::Python => python::extract(view, out),
        Family::Shell => {}
    }
}
