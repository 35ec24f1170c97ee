//! The sources from which packages are built that name built files alone.

use std::collections::BTreeMap;

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::folder_of;
use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fact::{Facts, ModuleFact};
use super::files::FileIndex;
use super::package::ModuleManifest;

/// Packages of a project that must have the same built file from a source of the same name before that says something of another one.
const ENOUGH: usize = 2;

/// What the configuration of a tool that builds a package is called.
const BUILDERS: [&str; 8] = ["build", "esbuild", "rollup", "rolldown", "tsdown", "tsup", "vite", "webpack"];

/// What the packages of a project show about the sources of their built files.
pub(super) struct BuiltSources<'r> {
    /// Built files that come from `src/index` in enough packages.
    of_index: FxHashSet<String>,
    /// By folder with a configuration of a tool that builds: the sources that it begins with, none where it names none.
    begun: FxHashMap<FilePath, Vec<&'r str>>,
}

impl<'r> BuiltSources<'r> {
    pub(super) fn of(
        sources: &'r [(FilePath, &'r Facts)],
        manifests: &BTreeMap<FilePath, ModuleManifest<'_>>,
        files: &FileIndex<'_>,
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
        let mut begun: FxHashMap<FilePath, Vec<&str>> = FxHashMap::default();
        for (path, source) in sources.iter().filter(|(path, _)| is_builder(path.name())) {
            let entries = source.facts.iter().filter_map(|said| match &said.fact {
                ModuleFact::BuildEntry(entry) => Some(&**entry),
                _ => None,
            });
            begun.entry(folder_of(path)).or_default().extend(entries);
        }
        Self { of_index, begun }
    }

    /// The source that a package must have to be built: the one that it or the configuration of its build names, or `src/index` where
    /// other packages of the project have the same built file from it and nothing names another one.
    pub(super) fn needed(
        &self,
        manifest: &ModuleManifest<'_>,
        files: &FileIndex<'_>,
        scope: &ProjectScope<'_>,
    ) -> Option<FilePath> {
        if let Some(source) = manifest.source() {
            return Some(manifest.folder.join(source));
        }
        let begun = self.begun.get(&manifest.folder).map_or(&[][..], Vec::as_slice);
        if let Some(first) = begun.first() {
            let may_be_there =
                |entry: &&str| entry.contains('*') || files.of_module(&manifest.folder.join(entry)).is_some();
            return (!begun.iter().any(may_be_there)).then(|| manifest.folder.join(first));
        }
        let given = manifest.given();
        let is_like_others = !given.is_empty() && given.iter().all(|target| self.of_index.contains(target));
        (is_like_others && scope.has_folder(&manifest.folder.join("src"))).then(|| index_of(&manifest.folder))
    }
}

fn index_of(folder: &FilePath) -> FilePath {
    folder.join("src/index")
}

/// Whether a file of that name configures a tool that builds.
fn is_builder(name: &str) -> bool {
    (name.contains(".config.") || name.starts_with("build.")) && BUILDERS.iter().any(|tool| name.starts_with(tool))
}
