//! Where a file stands that the command line names, in the project or outside of it.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::Worktree;
use auditlint_source::{FilePath, name_of};

/// The folder in which the file stands, and its name there. The file itself may be missing.
pub(crate) struct NamedPlace {
    pub(crate) folder: Worktree,
    pub(crate) name: FilePath,
}

impl NamedPlace {
    /// # Errors
    /// Where the path names no file, or its folder cannot be opened.
    pub(crate) fn find(path: &Path) -> Result<Self> {
        let Some(name) = path.file_name() else { bail!("{} is not a file", path.display()) };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = Worktree::open(parent, None).with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(Self { folder, name: FilePath::root().child(&name_of(name)) })
    }
}
