//! The packages of a project: where they lie, which workspaces take them, which of them a command means.

use std::collections::BTreeMap;

use auditlint_facts::Gap;
use auditlint_facts::folder::above;
use auditlint_source::document::DocumentNode;
use auditlint_source::limits::MAX_GLOB;
use auditlint_source::{FilePath, Span};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rustc_hash::FxHashMap;

use super::script_calls::ScriptOwner;
use super::yaml::documents;

/// The globs of the packages that a `pnpm-workspace.yaml` takes.
pub(crate) fn workspaces_of_pnpm(text: &str, tell: &mut dyn FnMut(Gap)) -> Vec<(Span, String)> {
    let documents = documents(text, "this `pnpm-workspace.yaml`", |key| key == "packages", tell).unwrap_or_default();
    let globs = documents.first().and_then(|document| document.get("packages"));
    let items = globs.and_then(DocumentNode::as_list).unwrap_or_default();
    items.iter().filter_map(|glob| Some((glob.span, glob.scalar()?))).collect()
}

pub(crate) fn join(folder: &str, inner: &str) -> String {
    match (folder, inner) {
        ("", inner) => inner.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, inner) => format!("{folder}/{inner}"),
    }
}

/// The packages of a project.
#[derive(Default)]
pub(crate) struct WorkspacePackages<'r> {
    /// By folder: the name.
    names: BTreeMap<FilePath, &'r str>,
    globs: BTreeMap<FilePath, Vec<&'r str>>,
    /// The roots of workspaces, with what they take and what they leave out.
    workspaces: BTreeMap<FilePath, (GlobSet, GlobSet)>,
    /// By name, and by the part of a name behind its scope: the folders, two at most where several have it.
    by_name: FxHashMap<&'r str, Vec<FilePath>>,
}

impl<'r> WorkspacePackages<'r> {
    pub(crate) fn add(&mut self, folder: FilePath, name: &'r str) {
        self.names.insert(folder, name);
    }

    pub(crate) fn add_workspace(&mut self, root: FilePath, glob: &'r str) {
        self.globs.entry(root).or_default().push(glob);
    }

    /// Brings the globs of the workspaces into a form that matches.
    pub(crate) fn finish(mut self) -> Self {
        let set = |root: &FilePath, globs: &mut dyn Iterator<Item = &str>| {
            let mut set = GlobSetBuilder::new();
            for glob in globs.filter(|glob| glob.len() <= MAX_GLOB) {
                let glob = glob.trim_start_matches("./").trim_end_matches('/');
                // What is not a glob takes no package.
                let glob = GlobBuilder::new(&join(root.as_str(), glob)).literal_separator(true).build();
                if let Ok(glob) = glob {
                    set.add(glob);
                }
            }
            set.build().unwrap_or_default()
        };
        let workspaces = std::mem::take(&mut self.globs).into_iter().map(|(root, globs)| {
            let taken = set(&root, &mut globs.iter().copied().filter(|glob| !glob.starts_with('!')));
            let left = set(&root, &mut globs.iter().filter_map(|glob| glob.strip_prefix('!')));
            (root, (taken, left))
        });
        self.workspaces = workspaces.collect();
        for (folder, name) in &self.names {
            let inner = name.match_indices('/').map(|(at, _)| &name[at + 1..]);
            for name in inner.filter(|inner| !inner.contains('/')).chain([*name]) {
                let folders = self.by_name.entry(name).or_default();
                if folders.len() < 2 {
                    folders.push(folder.clone());
                }
            }
        }
        self
    }

    /// The root of the workspace of which a package is a member; the root is one itself.
    pub(crate) fn workspace_of(&self, folder: &FilePath) -> Option<&FilePath> {
        // Globs begin with the folder of their root, so it lies above what they take.
        let around: Vec<FilePath> = above(folder.clone()).filter(|root| self.workspaces.contains_key(root)).collect();
        let workspaces = around.iter().rev().filter_map(|root| self.workspaces.get_key_value(root));
        let takes = |(root, (taken, left)): &(&FilePath, &(GlobSet, GlobSet))| {
            *root == folder || (taken.is_match(folder.as_str()) && !left.is_match(folder.as_str()))
        };
        workspaces.into_iter().find(takes).map(|(root, _)| root)
    }

    /// The folder of the package whose script a command in a folder runs.
    pub(crate) fn target(&self, at: FilePath, package: &ScriptOwner) -> Option<FilePath> {
        match package {
            ScriptOwner::Here => self.package_at(at),
            ScriptOwner::Folder(folder) => self.package_at(FilePath::new(&join(at.as_str(), folder))),
            ScriptOwner::Root => self.workspace_of(&self.package_at(at)?).cloned(),
            ScriptOwner::Named(package) => {
                let near = self.package_at(at)?;
                let root = self.workspace_of(&near).cloned().unwrap_or(near);
                let folder = FilePath::new(&join(root.as_str(), package));
                if self.names.contains_key(&folder) {
                    return Some(folder);
                }
                match self.by_name.get(package.as_str()).map(Vec::as_slice) {
                    Some([folder]) => Some(folder.clone()),
                    _ => None,
                }
            }
            ScriptOwner::Several | ScriptOwner::Unknown => None,
        }
    }

    /// The root of the workspace around a folder, or the package that holds it.
    pub(crate) fn root_around(&self, folder: FilePath) -> Option<FilePath> {
        let near = self.nearest(folder)?;
        Some(self.workspace_of(&near).cloned().unwrap_or(near))
    }

    /// The nearest package at or above a folder.
    pub(crate) fn nearest(&self, folder: FilePath) -> Option<FilePath> {
        above(folder).find(|folder| self.names.contains_key(folder))
    }

    /// The folder, if it has a `package.json`. That of a folder above it may be meant where it has none, but a build may
    /// just as well put one there.
    fn package_at(&self, folder: FilePath) -> Option<FilePath> {
        self.names.contains_key(&folder).then_some(folder)
    }
}
