//! What queries write into columns.

mod assigned;
mod keys;
#[cfg(test)]
mod tests;

use auditlint_syntax::Family;

use super::fact::Facts;
use super::value::{self, Values};
use super::view::View;

/// The facts of a source of code.
pub(super) fn in_code(view: View<'_>, out: &mut Facts) {
    match view.tree.language().family() {
        Family::Ecmascript => {
            let values = Values::new(view);
            keys::extract(&values, out);
            assigned::extract(&values, out);
            value::functions(&values, out);
        }
        Family::Rust | Family::Shell => {}
    }
}
