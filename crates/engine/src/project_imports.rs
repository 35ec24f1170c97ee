//! What the sources of a project import from each other, as far as a rule asks for it.

use std::collections::HashMap;

use auditlint_rules::{Counters, SourceImports};
use auditlint_source::FilePath;

use crate::Related;

/// What sources import from others, by path.
#[derive(Debug, Default)]
pub(crate) struct ProjectImports {
    pub(crate) by_path: HashMap<FilePath, SourceImports>,
    /// The sources that exports are numbered by.
    pub(crate) sources: Vec<FilePath>,
    /// What was read for it.
    pub(crate) counters: Counters,
}

impl ProjectImports {
    /// What a source imports; nothing where no rule asks for any of it.
    pub(crate) fn of(&self, path: &FilePath) -> Option<&SourceImports> {
        self.by_path.get(path)
    }

    /// Where a name that a match in a source goes back to is bound.
    pub(crate) fn related(&self, path: &FilePath, via: u32) -> Option<Related> {
        let place = self.of(path)?.place(via)?;
        let position = &place.position;
        Some(Related {
            path: self.sources.get(place.source)?.clone(),
            span: position.span,
            start: position.start,
            end: position.end,
            message: place.what.to_string(),
        })
    }
}
