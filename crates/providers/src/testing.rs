//! What tests of several providers share.

use auditlint_facts::{DerivedFacts, SourceText};
use auditlint_source::FilePath;

use crate::{facts_of, providers};

/// The facts of a few files.
pub(crate) fn facts(files: &[(&str, &str)]) -> DerivedFacts {
    let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
    let sources: Vec<SourceText<'_>> =
        paths.iter().zip(files).map(|(path, (_, text))| SourceText { path, text: text.as_bytes() }).collect();
    facts_of(&sources, providers())
}
