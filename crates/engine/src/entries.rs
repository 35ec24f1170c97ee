//! Entries of folders that are looked for by their names.

use auditlint_source::{FilePath, Files};

/// The name of the configuration file.
pub const CONFIG_NAME: &str = "auditlint.toml";

/// What is said of a file that is not there, although its folder lists it.
pub(crate) const DANGLING: &str = "the link is broken";

/// Whether a folder lists an entry: where it cannot be found, it is a link.
pub(crate) fn is_listed(files: &dyn Files, path: &FilePath) -> bool {
    let entries = path.parent().and_then(|folder| files.list(&folder).ok()).unwrap_or_default();
    entries.iter().any(|entry| entry.name == path.name())
}
