//! What a module exports, as one source names it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An export by its module and the names behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExportPath {
    /// The module, as imports spell it.
    pub module: String,
    /// The names in it, with dots between; empty for the whole module.
    pub name: String,
}

impl ExportPath {
    /// The last of the names; `None` for the whole module.
    #[must_use]
    pub fn last_name(&self) -> Option<&str> {
        self.name.rsplit('.').next().filter(|name| !name.is_empty())
    }
}

/// As rules write it: `node:fs#readFile`.
impl fmt::Display for ExportPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.module, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_last_name() {
        for (module, name, last) in
            [("a", "b.c", Some("c")), ("./a.js", "default", Some("default")), ("#own/a", "", None)]
        {
            let path = ExportPath { module: module.to_owned(), name: name.to_owned() };
            assert_eq!(path.last_name(), last, "{path}");
        }
    }
}
