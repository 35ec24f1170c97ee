//! The sources from which packages are built that name built files alone.

use std::collections::BTreeMap;

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::folder_of;
use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::files::FileIndex;
use super::package::Manifest;

/// Packages of a project that must have the same built file from a source of the same name before that says something of another one.
const ENOUGH: usize = 2;

/// What the configuration of a tool that builds a package is called: it may name any other source.
const BUILDERS: [&str; 8] = ["build", "esbuild", "rollup", "rolldown", "tsdown", "tsup", "vite", "webpack"];

/// What the packages of a project show about the sources of their built files.
#[derive(Default)]
pub(super) struct Sources {
    /// Built files that come from `src/index` in enough packages.
    of_index: FxHashSet<String>,
    /// Folders with a configuration of a tool that builds.
    configured: FxHashSet<FilePath>,
}

impl Sources {
    pub(super) fn of(
        manifests: &BTreeMap<FilePath, Manifest<'_>>,
        files: &FileIndex<'_>,
        scope: &ProjectScope<'_>,
    ) -> Self {
        let mut counts: FxHashMap<String, usize> = FxHashMap::default();
        for manifest in manifests.values().filter(|manifest| !manifest.name.is_empty()) {
            let index = files.of_module(&index_of(&manifest.folder));
            for target in manifest.given() {
                if index.is_some() && files.source_of_built(&manifest.folder, &target) == index {
                    *counts.entry(target).or_default() += 1;
                }
            }
        }
        let of_index = counts.into_iter().filter(|(_, count)| *count >= ENOUGH).map(|(target, _)| target).collect();
        let is_builder = |path: &&FilePath| {
            let name = path.name();
            (name.contains(".config.") || name.starts_with("build."))
                && BUILDERS.iter().any(|tool| name.starts_with(tool))
        };
        let configured = scope.files().iter().filter(is_builder).map(folder_of).collect();
        Self { of_index, configured }
    }

    /// The source that a package must have to be built: the one that it names, or `src/index` where other packages of the project
    /// have the same built file from it and nothing says how this one is built.
    pub(super) fn needed(&self, manifest: &Manifest<'_>, scope: &ProjectScope<'_>) -> Option<FilePath> {
        if let Some(source) = manifest.source() {
            return Some(manifest.folder.join(source));
        }
        let given = manifest.given();
        let is_like_others = !given.is_empty() && given.iter().all(|target| self.of_index.contains(target));
        let has_sources = scope.has_folder(&manifest.folder.join("src"));
        (is_like_others && has_sources && !self.configured.contains(&manifest.folder))
            .then(|| index_of(&manifest.folder))
    }
}

fn index_of(folder: &FilePath) -> FilePath {
    folder.join("src/index")
}
