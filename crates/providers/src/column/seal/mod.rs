//! What seals columns that are declared or written elsewhere: extensions of clients, hooks of models, decorators, and comparisons
//! that show that a digest is stored.

mod decorators;
mod digests;
mod extension;
mod hooks;
mod inside;
mod library;
mod names;
mod project;
mod python;
#[cfg(test)]
mod tests;

use auditlint_syntax::Family;

use super::fact::Facts;
use super::value::FileValues;
use super::view::ColumnView;

pub(super) use self::inside::beside;
pub(super) use self::names::{says_opened, says_sealed};
pub(super) use self::project::{encrypts_in_sql, subject_of};

/// The facts of a source of code.
pub(super) fn in_code(view: ColumnView<'_>, out: &mut Facts) {
    match view.tree.language().family() {
        Family::Ecmascript => {
            let values = FileValues::new(view);
            inside::extract(view, out);
            extension::extract(view, out);
            decorators::extract(view, out);
            hooks::extract(&values, out);
            digests::extract(&values, out);
            library::extract(view, out);
            project::extract(view, out);
        }
        Family::Rust => project::extract(view, out),
        Family::Python => python::extract(view, out),
        Family::Shell => {}
    }
}
