//! The project scope: which files there are, read or not.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use auditlint_source::{FilePath, Span};
use xxhash_rust::xxh3::Xxh3;

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
    /// Whether anybody asked which files there are.
    is_asked: AtomicBool,
    digest: OnceLock<ScopeDigest>,
}

/// All that a scope holds, by its hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScopeDigest {
    /// Which files there are.
    pub(crate) files: u128,
    /// What the configuration says, and which folders could not be listed.
    pub(crate) settings: u128,
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
        let configured = Configured::default();
        let (is_asked, digest) = Default::default();
        Self { files, ignores, required: &[], unread: &[], configured, is_asked, digest }
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
        self.is_asked.store(true, Ordering::Relaxed);
        self.files
    }

    /// Whether there is a file at a path.
    #[must_use]
    pub fn has_file(&self, path: &FilePath) -> bool {
        self.files().binary_search(path).is_ok()
    }

    /// Whether a file lies below a path.
    #[must_use]
    pub fn has_folder(&self, path: &FilePath) -> bool {
        path.is_root() || self.below(path).next().is_some()
    }

    /// The files below a folder.
    pub fn below(&self, folder: &FilePath) -> impl Iterator<Item = &'p FilePath> + use<'p> {
        below(self.files(), folder).iter()
    }

    /// Whether nobody can say what lies at a path: ignored, out of the root, in a project of its own, a link or behind one.
    #[must_use]
    pub fn is_out_of_sight(&self, path: &FilePath) -> bool {
        path.as_str() == ".." || path.as_str().starts_with("../") || (self.ignores)(path)
    }
}

impl<'p> ProjectScope<'p> {
    /// The same for somebody of whom it is noted what is asked: `ignores` answers in the place of the own one.
    pub(crate) fn watched<'w>(&'w self, ignores: &'w (dyn Fn(&FilePath) -> bool + Sync)) -> ProjectScope<'w>
    where
        'p: 'w,
    {
        let Self { files, required, unread, configured, .. } = *self;
        let (is_asked, digest) = Default::default();
        ProjectScope { files, ignores, required, unread, configured, is_asked, digest }
    }

    /// Whether anybody asked which files there are.
    pub(crate) fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Relaxed)
    }

    /// Whether a path is left out of the project.
    pub(crate) fn ignores(&self, path: &FilePath) -> bool {
        (self.ignores)(path)
    }

    /// The hashes of all that it holds.
    pub(crate) fn digest(&self) -> ScopeDigest {
        *self.digest.get_or_init(|| {
            let (mut files, mut settings) = (Xxh3::new(), Xxh3::new());
            self.files.iter().for_each(|path| add(&mut files, path.as_str()));
            add(&mut settings, &format!("{:?} {:?}", self.required, self.unread));
            self.configured.token_columns.iter().for_each(|column| add(&mut settings, column));
            add(&mut settings, "");
            self.configured.env_documents.iter().for_each(|path| add(&mut settings, path.as_str()));
            ScopeDigest { files: files.digest128(), settings: settings.digest128() }
        })
    }
}

/// Adds a text with its length, so that no two lists of texts are one.
fn add(hash: &mut Xxh3, text: &str) {
    hash.update(&(text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
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
