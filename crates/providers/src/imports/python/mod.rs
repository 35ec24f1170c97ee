//! Imports of Python: the modules of the project that they lead to, the distributions that bring the others, and what manifests declare.

mod code;
mod distributions;
mod fact;
mod lookup;
mod manifest;
mod names;
mod projects;
mod stdlib;
mod tables;
#[cfg(test)]
mod tests;

use auditlint_facts::Source;
use auditlint_source::FilePath;
use auditlint_syntax::Language;

pub(super) use self::fact::PythonFact;
use self::manifest::is_manifest;
pub(super) use self::tables::derive;
use super::fact::Facts;

/// Whether a file is read for what it says about Python.
pub(super) fn reads(path: &FilePath) -> bool {
    is_manifest(path) || is_code(path)
}

/// Whether a file is code of Python that is run: stubs describe other files.
pub(super) fn is_code(path: &FilePath) -> bool {
    Language::of_path(path) == Some(Language::Python) && path.extension() != Some("pyi")
}

/// Says what a file says about Python.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    if is_manifest(source.path) {
        manifest::extract(source, out);
    }
    if is_code(source.path)
        && let Some(analysis) = source.analysis()
    {
        code::extract(analysis, out);
    }
}
