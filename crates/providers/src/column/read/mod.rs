//! Which columns queries ask for and compare, and what is done with what they give.

mod keys;
mod text;
mod used;

use auditlint_syntax::Family;

use super::fact::Facts;
use super::value::{self, FileValues};
use super::view::ColumnView;

/// The facts of a source of code.
pub(super) fn in_code(view: ColumnView<'_>, out: &mut Facts) {
    match view.tree.language().family() {
        Family::Ecmascript => {
            keys::extract(view, out);
            let values = FileValues::new(view);
            text::extract(view, &|value| values.of(value), out);
            used::extract(&values, out);
        }
        Family::Rust => text::extract(view, &|value| value::of_rust(view, value), out),
        Family::Python | Family::Shell => {}
    }
}
