//! What one source imports from others of the project that a rule asks for.

use std::sync::Arc;

use auditlint_names::{ImportedName, ImportedNames, QualifiedPath};
use xxhash_rust::xxh3::Xxh3;

use crate::ExportPosition;

/// Where an exported name is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportPlace {
    /// The source.
    pub source: usize,
    /// Where in it.
    pub position: ExportPosition,
    /// What is exported there, for people.
    pub what: Arc<str>,
}

/// What a source imports from others of the project that a rule asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceImports {
    pub(crate) names: Arc<ImportedNames>,
    places: Vec<ExportPlace>,
}

impl SourceImports {
    /// Where a name that a match goes back to is bound.
    #[must_use]
    pub fn place(&self, via: u32) -> Option<&ExportPlace> {
        self.places.get(via as usize)
    }

    /// The names that the source may import.
    #[must_use]
    pub fn names(&self) -> &Arc<ImportedNames> {
        &self.names
    }

    /// A hash of what the source may learn from the modules that it imports. Where names are bound takes no part.
    #[must_use]
    pub fn digest(&self) -> u128 {
        let mut hash = Xxh3::new();
        let mut text = |text: &str| {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        for name in self.names.names() {
            text(&name.specifier);
            text(&name.names.len().to_string());
            name.names.iter().for_each(|name| text(name));
            text(&name.path.as_ref().map_or_else(String::new, QualifiedPath::to_string));
            text(&name.except.as_ref().map_or_else(String::new, |except| except.join(",")));
            for answers in [&name.values, &name.returns] {
                text(&answers.iter().map(u64::to_string).collect::<Vec<_>>().join(","));
            }
        }
        hash.digest128()
    }
}

impl SourceImports {
    /// What is imported, and where each of its names is bound.
    pub(crate) fn new(names: ImportedNames, places: Vec<ExportPlace>) -> Self {
        Self { names: Arc::new(names), places }
    }

    pub(crate) fn of_specifier<'i>(
        &'i self,
        specifier: &'i str,
    ) -> impl Iterator<Item = (&'i ImportedName, &'i ExportPlace)> {
        self.names.names().iter().zip(&self.places).filter(move |(name, _)| &*name.specifier == specifier)
    }
}
