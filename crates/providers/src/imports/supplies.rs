//! What builds, frameworks and servers supply, so that no `package.json` in sight declares it.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::{above, folder_of};
use auditlint_source::FilePath;

use super::package::ModuleManifest;

/// Dependencies, and the modules that each resolves for those who declare it.
const BROUGHT: [(&str, &[&str]); 8] = [
    ("next", &["client-only", "server-only", "styled-jsx"]),
    ("nuxt", &["@unhead/vue", "h3", "nitropack", "ofetch", "vue", "vue-router"]),
    ("nuxt-edge", &["@unhead/vue", "h3", "nitropack", "ofetch", "vue", "vue-router"]),
    ("vitepress", &["vue"]),
    ("@slidev/cli", &["uno.css", "vue"]),
    ("unocss", &["uno.css"]),
    ("unplugin-fonts", &["unfonts.css"]),
    ("vite-plugin-fonts", &["unfonts.css"]),
];

/// Builds that merge folders and give meanings to specifiers that nobody can list.
const MERGING: [&str; 2] = ["ember-cli", "ember-source"];

/// Files in which package managers write down what they installed.
pub(super) const LOCK_FILES: [&str; 6] =
    ["bun.lock", "bun.lockb", "npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock"];

/// The modules that a declared dependency brings along.
pub(super) fn brought_by(dependency: &str) -> &'static [&'static str] {
    let known = BROUGHT.iter().find(|(name, _)| *name == dependency).map_or(&[][..], |(_, brought)| brought);
    if known.is_empty() && dependency.starts_with("@unocss/") { &["uno.css"] } else { known }
}

/// The folders in which something else than the dependencies in sight supplies modules.
pub(super) struct Supplies {
    /// Whose build merges folders.
    merged: BTreeSet<FilePath>,
    /// Where code runs in a server that brings its modules.
    served: BTreeSet<FilePath>,
    /// Whose packages Elixir installs.
    elixir: BTreeSet<FilePath>,
    /// Of packages whose dependencies may also be declared above the root.
    cut_off: BTreeSet<FilePath>,
}

impl Supplies {
    pub(super) fn of(manifests: &BTreeMap<FilePath, ModuleManifest<'_>>, scope: &ProjectScope<'_>) -> Self {
        let merges = |manifest: &&ModuleManifest<'_>| MERGING.iter().any(|build| manifest.declares(build));
        let merged = manifests.values().filter(merges).map(|manifest| manifest.folder.clone()).collect();
        let with = |names: &[&str]| -> BTreeSet<FilePath> {
            scope.files().iter().filter(|path| names.contains(&path.name())).map(folder_of).collect()
        };
        let locked = with(&LOCK_FILES);
        let names: BTreeSet<&str> = manifests.values().map(|manifest| manifest.name).collect();
        let has_more = |folder| {
            manifests.get(&folder).is_some_and(|own| own.of_workspace().any(|package| !names.contains(package)))
        };
        let is_cut_off = |folder: &&FilePath| {
            let around = || above((*folder).clone());
            let has_root = manifests.contains_key(&FilePath::root());
            around().any(has_more) || (!has_root && !around().any(|above| locked.contains(&above)))
        };
        let cut_off = manifests.keys().filter(is_cut_off).cloned().collect();
        Self { merged, served: with(&["sfdx-project.json"]), elixir: with(&["mix.exs"]), cut_off }
    }

    /// Whether a path from a folder may lead into a folder that a build puts in its place.
    pub(super) fn may_merge(&self, folder: &FilePath) -> bool {
        above(folder.clone()).any(|folder| self.merged.contains(&folder))
    }

    /// Whether code of a folder below a `package.json` may get a package that no dependency in sight brings.
    pub(super) fn may_give(&self, folder: &FilePath, directory: &FilePath, package: &str) -> bool {
        self.may_merge(folder)
            || is_lightning(folder)
            || above(folder.clone()).any(|folder| self.served.contains(&folder))
            || self.cut_off.contains(directory)
            || (package.starts_with("phoenix") && above(folder.clone()).any(|folder| self.elixir.contains(&folder)))
    }
}

/// Whether a folder holds Lightning web components: `force-app/main/default/lwc/a`.
fn is_lightning(folder: &FilePath) -> bool {
    let mut parts = folder.as_str().split('/');
    parts.any(|part| part == "force-app") && parts.any(|part| part == "lwc")
}
