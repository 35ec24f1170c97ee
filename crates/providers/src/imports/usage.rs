//! Which exports are used, by whom anybody can tell.

use std::collections::BTreeSet;

use auditlint_facts::folder::above;
use auditlint_source::FilePath;
use rustc_hash::FxHashSet;

use super::files::FileId;
use super::modules::{ExportingModule, ModuleTable};
use super::package::ModuleManifest;
use super::resolve::{FolderScope, ImportTarget, Resolver};

/// Methods of HTTP, by whose names servers call functions.
const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// What is known of the uses of exports.
#[derive(Default)]
pub(super) struct Usage<'r> {
    named: FxHashSet<(FileId, &'r str)>,
    /// The names of each module that tests take.
    tested: FxHashSet<(FileId, &'r str)>,
    /// Modules of which tests may use anything.
    tested_whole: FxHashSet<FileId>,
    /// Modules of which anything may be used.
    whole: FxHashSet<FileId>,
    /// Modules from which another file takes something by its name.
    imported: FxHashSet<FileId>,
    /// Names that are taken from where nobody can say.
    loose_names: FxHashSet<&'r str>,
    /// The last parts of specifiers that lead where nobody can say, without extensions.
    loose_files: FxHashSet<&'r str>,
    /// Folders of whose files anything may be used.
    folders: BTreeSet<FilePath>,
    /// Packages whose files anybody may import.
    packages: BTreeSet<FilePath>,
    /// Whether a file that may use anything was not read.
    has_unread: bool,
}

impl<'r> Usage<'r> {
    /// A file takes a name from a module, or `*`.
    pub(super) fn name(
        &mut self,
        from: Option<FileId>,
        (specifier, target): (&str, ImportTarget),
        name: &'r str,
        modules: &ModuleTable<'r>,
    ) {
        let Some(file) = target.file() else {
            if target != ImportTarget::Package {
                self.loose_names.insert(name);
            }
            return;
        };
        if matches!(target, ImportTarget::File { is_said: false, .. }) {
            self.loose_names.insert(name);
        }
        if name == "*" || specifier.contains('?') {
            self.whole.insert(file);
            return;
        }
        for origin in &modules.origin(file, name).modules {
            self.named.insert((*origin, name));
            if from != Some(*origin) {
                self.imported.insert(*origin);
            }
        }
    }

    /// A test takes a name from a module, or `*`.
    pub(super) fn tested(&mut self, target: ImportTarget, name: &'r str, modules: &ModuleTable<'r>) {
        match target.file() {
            None if target != ImportTarget::Package => {
                self.loose_names.insert(name);
            }
            Some(file) if name == "*" => {
                self.tested_whole.insert(file);
            }
            Some(file) => self.tested.extend(modules.origin(file, name).modules.iter().map(|origin| (*origin, name))),
            None => {}
        }
    }

    /// Whether a test takes a name from a module.
    pub(super) fn is_tested(&self, id: FileId, name: &'r str) -> bool {
        self.tested.contains(&(id, name)) || self.tested_whole.contains(&id)
    }

    /// A file that may use anything was not read.
    pub(super) fn unread(&mut self) {
        self.has_unread = true;
    }

    /// A file names another one in some way that is not an import.
    pub(super) fn mention(&mut self, target: ImportTarget) {
        self.whole.extend(target.file());
    }

    /// A specifier leads somewhere; nobody knows where.
    pub(super) fn loose(&mut self, specifier: &'r str) {
        let last = specifier.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        self.loose_files.insert(last.split('.').next().unwrap_or_default());
    }

    /// Somebody may take a name from any module.
    pub(super) fn loose_name(&mut self, name: &'r str) {
        self.loose_names.insert(name);
    }

    /// Files below a folder are named by a path that is computed.
    pub(super) fn folder(&mut self, folder: FilePath) {
        self.folders.insert(folder);
    }

    /// Adds what packages give to others, and what `export *` passes on.
    pub(super) fn finish(&mut self, resolver: &Resolver<'r, '_>, modules: &ModuleTable<'r>) {
        let is_public = |manifest: &&ModuleManifest<'_>| {
            !manifest.is_private || resolver.files.id(manifest.folder.join("jsr.json").as_str()).is_some()
        };
        for manifest in resolver.manifests.values().filter(is_public) {
            match manifest.published(&resolver.files) {
                Some(files) => self.whole.extend(files),
                None => {
                    self.packages.insert(manifest.folder.clone());
                }
            }
        }
        let mut left: Vec<FileId> = self.whole.iter().copied().collect();
        while let Some(file) = left.pop() {
            let stars = modules.get(file).map(ExportingModule::stars).unwrap_or_default();
            left.extend(stars.iter().filter_map(|star| star.file()).filter(|star| self.whole.insert(*star)));
        }
    }

    /// Whether nobody can follow all who may use a file.
    pub(super) fn is_mentioned(&self, path: &FilePath) -> bool {
        let stem = path.name().split('.').next().unwrap_or_default();
        let parent = path.parent();
        let name = if stem == "index" { parent.as_ref().map_or("", FilePath::name) } else { stem };
        self.loose_files.contains(name)
            || above(parent.unwrap_or_default()).any(|folder| self.folders.contains(&folder))
    }

    /// Whether an export is used; `None` where nobody can say.
    pub(super) fn uses(
        &self,
        (id, path): (FileId, &FilePath),
        name: &'r str,
        place: &FolderScope<'r>,
        resolver: &Resolver<'r, '_>,
    ) -> Option<bool> {
        if self.named.contains(&(id, name)) || self.whole.contains(&id) {
            return Some(true);
        }
        let manifest = resolver.manifest(place)?;
        // One without a name says only what kind of modules lie there.
        let is_public = resolver.packages_around(place).any(|manifest| self.packages.contains(&manifest.folder));
        // Only of modules that are imported for what they export it is known how they are used.
        let is_known = self.imported.contains(&id) && !manifest.is_broken && !resolver.imports_by_itself(place);
        let is_loose = METHODS.contains(&name) || self.loose_names.contains(name) || self.is_mentioned(path);
        (is_known && !is_public && !is_loose && !self.has_unread).then_some(false)
    }
}

/// Whether a framework or a tool calls what a file exports, by the name of the file.
pub(super) fn is_convention(path: &FilePath) -> bool {
    const NAMES: &[&str] = &[
        "page",
        "layout",
        "route",
        "loading",
        "error",
        "global-error",
        "template",
        "default",
        "not-found",
        "forbidden",
        "unauthorized",
        "middleware",
        "proxy",
        "instrumentation",
        "instrumentation-client",
        "sitemap",
        "robots",
        "manifest",
        "opengraph-image",
        "twitter-image",
        "icon",
        "apple-icon",
        "root",
        "_app",
        "_document",
        "_error",
        "entry",
        "hooks",
        "preview",
        "gatsby-node",
        "gatsby-browser",
        "gatsby-ssr",
        "mdx-components",
    ];
    let stem = path.name().split('.').next().unwrap_or_default();
    let is_named = NAMES.contains(&stem) || path.name().starts_with('+') || path.name().starts_with("entry.");
    let in_folder = |part: &str| matches!(part, "pages" | "routes" | "migrations" | "seeders" | "commands");
    let parent = path.parent().unwrap_or_default();
    let mut parts = parent.as_str().split('/');
    // An `api` of its own is a package like any other.
    let serves = |of: &str| parent.as_str().contains(of);
    is_named || parts.any(in_folder) || serves("app/api") || serves("server/api") || serves("src/params")
}
