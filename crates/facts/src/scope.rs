//! The project scope: which files there are, read or not.

use std::fmt;

use auditlint_source::{FilePath, Span};

use crate::Configured;
use crate::folder::below;

/// A command that the configuration asks of continuous integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredCommand {
    /// The configuration.
    pub path: FilePath,
    /// Where it stands in it.
    pub span: Span,
    /// Its words.
    pub command: String,
}

impl RequiredCommand {
    /// Each of them.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        self.command.split_whitespace().collect()
    }
}

/// The files of a project, for what names files: imports, scripts, documents.
pub struct ProjectScope<'p> {
    /// Every file that is not ignored, sorted.
    files: &'p [FilePath],
    /// Whether a path is left out of the project, so that nobody can say whether a file lies there.
    ignores: &'p (dyn Fn(&FilePath) -> bool + Sync),
    /// What the configuration asks of continuous integration.
    required: &'p [RequiredCommand],
    /// Folders that could not be listed, with what is said about each.
    unread: &'p [(FilePath, String)],
    configured: Configured<'p>,
}

impl fmt::Debug for ProjectScope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProjectScope").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl<'p> ProjectScope<'p> {
    /// `files` must be sorted.
    #[must_use]
    pub fn new(files: &'p [FilePath], ignores: &'p (dyn Fn(&FilePath) -> bool + Sync)) -> Self {
        debug_assert!(files.is_sorted());
        Self { files, ignores, required: &[], unread: &[], configured: Configured::default() }
    }

    /// The same with commands that the configuration asks for.
    #[must_use]
    pub fn requiring(self, required: &'p [RequiredCommand]) -> Self {
        Self { required, ..self }
    }

    /// The same under a configuration.
    #[must_use]
    pub fn configured(self, configured: Configured<'p>) -> Self {
        Self { configured, ..self }
    }

    /// What the configuration says of names of columns that hold tokens.
    #[must_use]
    pub fn token_columns(&self) -> &'p [String] {
        self.configured.token_columns
    }

    /// Whether the configuration counts a file as documentation of the environment.
    #[must_use]
    pub fn documents_environment(&self, path: &FilePath) -> bool {
        self.configured.env_documents.binary_search(path).is_ok()
    }

    /// The same of a project in which some folders could not be listed: anything may lie there.
    #[must_use]
    pub fn lacking(self, unread: &'p [(FilePath, String)]) -> Self {
        Self { unread, ..self }
    }

    /// Folders that could not be listed, with what is said about each.
    #[must_use]
    pub fn unread(&self) -> &'p [(FilePath, String)] {
        self.unread
    }

    /// The commands that the configuration asks for.
    #[must_use]
    pub fn required(&self) -> &'p [RequiredCommand] {
        self.required
    }

    /// Every file that is not ignored, sorted.
    #[must_use]
    pub fn files(&self) -> &'p [FilePath] {
        self.files
    }

    /// Whether there is a file at a path.
    #[must_use]
    pub fn has_file(&self, path: &FilePath) -> bool {
        self.files.binary_search(path).is_ok()
    }

    /// Whether a file lies below a path.
    #[must_use]
    pub fn has_folder(&self, path: &FilePath) -> bool {
        path.is_root() || self.below(path).next().is_some()
    }

    /// The files below a folder.
    pub fn below(&self, folder: &FilePath) -> impl Iterator<Item = &'p FilePath> + use<'p> {
        below(self.files, folder).iter()
    }

    /// Whether nobody can say what lies at a path: ignored, out of the root, in a project of its own, a link or behind one.
    #[must_use]
    pub fn is_out_of_sight(&self, path: &FilePath) -> bool {
        path.as_str() == ".." || path.as_str().starts_with("../") || (self.ignores)(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders() {
        let mut files = ["a.ts", "a/b.ts", "a/c/d.ts", "ab/x.ts", "a-b.ts"].map(FilePath::new);
        files.sort();
        let scope = ProjectScope::new(&files, &|path| path.as_str() == "dist");
        let path = FilePath::new;
        assert!(scope.has_file(&path("a/b.ts")) && !scope.has_file(&path("a")) && !scope.has_file(&path("a/x.ts")));
        assert!(scope.has_folder(&path("a")) && scope.has_folder(&FilePath::root()) && !scope.has_folder(&path("b")));
        let below: Vec<&str> = scope.below(&path("a")).map(FilePath::as_str).collect();
        assert_eq!(below, ["a/b.ts", "a/c/d.ts"]);
        assert!(scope.is_out_of_sight(&path("dist")) && scope.is_out_of_sight(&path("../x")));
        assert!(!scope.is_out_of_sight(&path("a")) && !scope.is_out_of_sight(&path("..x")));
    }
}
