//! What the modules that a source imports give it, as far as other sources of the project have told.

use std::sync::Arc;

use crate::QualifiedPath;
use crate::path::Path;

/// A name that a module exports, as one that imports the module sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImportedName {
    /// The module, as the importing source writes it.
    pub specifier: Arc<str>,
    /// The exported name and members of it; none where the module is meant as a whole.
    pub names: Vec<Arc<str>>,
    /// What it is; `None` where it is not a path.
    pub path: Option<QualifiedPath>,
    /// Where the module passes on all that another one exports: the names that it exports itself.
    pub except: Option<Arc<[Arc<str>]>>,
    /// The questions about the origins of values that its value answers with yes.
    pub values: Vec<u64>,
    /// The same for what it returns, where it is a function that does nothing else.
    pub returns: Vec<u64>,
}

/// All that is known of the modules that one source imports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ImportedNames {
    /// Sorted by specifier and names.
    names: Vec<ImportedName>,
}

impl ImportedNames {
    /// Takes what is known, in the order in which evidence about it is kept: it must be sorted by specifier.
    #[must_use]
    pub fn new(names: Vec<ImportedName>) -> Self {
        debug_assert!(names.is_sorted_by(|one, other| one.specifier <= other.specifier), "sorted by specifier");
        Self { names }
    }

    /// What is known, in its order.
    #[must_use]
    pub fn names(&self) -> &[ImportedName] {
        &self.names
    }

    /// All names of the paths.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter_map(|name| name.path.as_ref()).flat_map(QualifiedPath::words)
    }

    fn of_specifier(&self, specifier: &[u8]) -> (usize, &[ImportedName]) {
        let start = self.names.partition_point(|name| name.specifier.as_bytes() < specifier);
        let count = self.names[start..].partition_point(|name| name.specifier.as_bytes() == specifier);
        (start, &self.names[start..start + count])
    }

    /// The entry that says most about an export, and how many names behind the module it stands for.
    pub(crate) fn find(&self, export: &Path, text: &[u8]) -> Option<(u32, usize)> {
        let (module, names) = export.0.split_first()?;
        let (start, known) = self.of_specifier(module.text(text));
        let fits = |entry: &ImportedName| {
            let is_begun = entry.names.len() <= names.len()
                && entry.names.iter().zip(names).all(|(own, name)| own.as_bytes() == name.text(text));
            let is_passed_on = |except| names.first().is_some_and(|name| passes_on(except, name.text(text)));
            is_begun && entry.except.as_ref().is_none_or(|except| is_passed_on(except))
        };
        let fitting = known.iter().enumerate().filter(|(_, entry)| entry.path.is_some() && fits(entry));
        let (place, entry) = fitting.max_by_key(|(_, entry)| (entry.names.len(), entry.except.is_none()))?;
        Some(((start + place) as u32, entry.names.len()))
    }

    /// The entry of exactly this export.
    pub(crate) fn exactly(&self, export: &Path, text: &[u8]) -> Option<u32> {
        let (module, names) = export.0.split_first()?;
        let (start, known) = self.of_specifier(module.text(text));
        let is_it = |entry: &ImportedName| {
            entry.except.is_none()
                && entry.names.len() == names.len()
                && entry.names.iter().zip(names).all(|(own, name)| own.as_bytes() == name.text(text))
        };
        known.iter().position(is_it).map(|place| (start + place) as u32)
    }
}

/// Whether `export *` passes a name on.
fn passes_on(except: &[Arc<str>], name: &[u8]) -> bool {
    name != b"default" && !except.iter().any(|own| own.as_bytes() == name)
}
