//! Reads in code, by the language that it is written in.

use auditlint_matcher::Analysis;
use auditlint_source::FilePath;
use auditlint_syntax::{Family, Language};

use super::fact::Facts;
use super::{defined, ecmascript, handed, python, rust, schema};

/// Whether reads are looked for in a language.
pub(super) fn is_read(language: Language) -> bool {
    match language.family() {
        Family::Rust | Family::Ecmascript | Family::Python => true,
        Family::Shell => false,
    }
}

/// The facts of a source.
pub(super) fn extract(analysis: &Analysis<'_>, path: &FilePath, out: &mut Facts) {
    match analysis.tree().language().family() {
        Family::Rust => rust::extract(analysis, out),
        Family::Ecmascript => {
            ecmascript::extract(analysis, out);
            schema::extract(analysis, out);
            defined::extract(analysis, path, out);
            handed::extract(analysis, out);
        }
        Family::Python => python::extract(analysis, out),
        Family::Shell => {}
    }
}
