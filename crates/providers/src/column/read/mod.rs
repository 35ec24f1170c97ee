//! Which columns queries ask for, and compare.

mod keys;
mod text;

use auditlint_syntax::Family;

use super::fact::Facts;
use super::view::View;

/// The facts of a source of code.
pub(super) fn in_code(view: View<'_>, out: &mut Facts) {
    match view.tree.language().family() {
        Family::Ecmascript => {
            keys::extract(view, out);
            text::extract(view, out);
        }
        Family::Rust => text::extract(view, out),
        Family::Python | Family::Shell => {}
    }
}
