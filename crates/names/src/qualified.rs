//! Qualified paths that need no source: what one source says of a name to another.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Target;
use crate::builtin_modules::canonical;
use crate::path::Segment;

/// A global or an export, by all its names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QualifiedPath {
    /// The module of an export.
    pub(crate) module: Option<Arc<str>>,
    pub(crate) names: Vec<Arc<str>>,
}

impl QualifiedPath {
    /// What a target is; `None` where it is not a path.
    pub(crate) fn of(target: &Target, text: &[u8]) -> Option<Self> {
        let (path, is_export) = match target {
            Target::Global(path) => (path, false),
            Target::Export(path) => (path, true),
            Target::Local(_) | Target::Opaque | Target::Nothing => return None,
        };
        let mut names = path.0.iter().map(|name| Arc::from(String::from_utf8_lossy(name.text(text))));
        let module = if is_export { names.next() } else { None };
        Some(Self { module, names: names.collect() })
    }

    /// A whole module.
    #[must_use]
    pub fn of_module(module: &str) -> Self {
        let module = canonical(module.as_bytes()).unwrap_or(module);
        Self { module: Some(module.into()), names: Vec::new() }
    }

    pub(crate) fn is_export(&self) -> bool {
        self.module.is_some()
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = Segment> {
        self.module.iter().chain(&self.names).map(|name| Segment::Imported(Arc::clone(name)))
    }

    /// The module, where the path is a whole one.
    #[must_use]
    pub fn whole_module(&self) -> Option<&Arc<str>> {
        self.module.as_ref().filter(|_| self.names.is_empty())
    }

    /// All its names, that of the module first.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.module.iter().chain(&self.names).map(|name| &**name)
    }
}

impl fmt::Display for QualifiedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(module) = &self.module {
            write!(f, "{module}")?;
            f.write_str(if self.names.is_empty() { "" } else { "#" })?;
        }
        f.write_str(&self.names.join("."))
    }
}
