//! Reads in code, by the language that it is written in.

use auditlint_matcher::Analysis;
use auditlint_syntax::Family;

use super::fact::Facts;
use super::{ecmascript, rust, schema};

/// The facts of a source.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    match analysis.tree().language().family() {
        Family::Rust => rust::extract(analysis, out),
        Family::Ecmascript => {
            ecmascript::extract(analysis, out);
            schema::extract(analysis, out);
        }
        Family::Shell => {}
    }
}
