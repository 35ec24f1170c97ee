//! The names that modules export, through `export *` too.

use std::cell::RefCell;
use std::rc::Rc;

use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fact::{Facts, ModuleFact};
use super::files::{FileId, FileIndex};
use super::resolve::ImportTarget;

/// How many modules one name is looked for in. Behind more nobody can say.
const MOST_MODULES: usize = 2_000;

/// What a module exports.
pub(super) struct ExportingModule<'r> {
    names: FxHashSet<&'r str>,
    /// Where `export *` leads.
    stars: Vec<ImportTarget>,
    /// Whether it may export what nobody can list.
    is_open: bool,
}

/// Where an exported name comes from.
#[derive(Default)]
pub(super) struct ExportOrigin {
    /// The modules that export it by name.
    pub(super) modules: Vec<FileId>,
    /// Whether it may come from elsewhere.
    pub(super) is_open: bool,
}

/// The modules of a project.
#[derive(Default)]
pub(super) struct ModuleTable<'r> {
    modules: FxHashMap<FileId, ExportingModule<'r>>,
    /// Every name that some module exports.
    names: FxHashSet<&'r str>,
    known: RefCell<FxHashMap<(FileId, &'r str), Rc<ExportOrigin>>>,
}

impl ExportingModule<'_> {
    pub(super) fn stars(&self) -> &[ImportTarget] {
        &self.stars
    }
}

impl<'r> ModuleTable<'r> {
    /// Adds a module; `stars` are where its `export *` lead.
    pub(super) fn add(&mut self, id: FileId, source: &'r Facts, stars: Vec<ImportTarget>, files: &FileIndex<'_>) {
        let exported = source.facts.iter().filter_map(|said| match &said.fact {
            ModuleFact::Export { name, .. } => Some(&**name),
            _ => None,
        });
        let names: FxHashSet<&str> = exported.collect();
        self.names.extend(&names);
        let is_read = source.gaps.is_empty();
        let says_open = source.facts.iter().any(|said| said.fact == ModuleFact::Open);
        let is_open = !is_read || says_open || is_described_elsewhere(files.path(id), files);
        self.modules.insert(id, ExportingModule { names, stars, is_open });
    }

    /// Says that a module may export more than it says: `declare module "./a"` adds to it.
    pub(super) fn open(&mut self, id: FileId) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.is_open = true;
        }
    }

    pub(super) fn get(&self, id: FileId) -> Option<&ExportingModule<'r>> {
        self.modules.get(&id)
    }

    /// Where a name comes from that somebody takes from a module.
    pub(super) fn origin(&self, id: FileId, name: &'r str) -> Rc<ExportOrigin> {
        // All names that no module exports are looked for in the same modules, and found in none.
        let name = if name == "default" || self.names.contains(name) { name } else { "" };
        if let Some(known) = self.known.borrow().get(&(id, name)) {
            return Rc::clone(known);
        }
        let origin = Rc::new(self.look(id, name));
        self.known.borrow_mut().insert((id, name), Rc::clone(&origin));
        origin
    }

    fn look(&self, id: FileId, name: &str) -> ExportOrigin {
        let mut origin = ExportOrigin::default();
        let mut seen = FxHashSet::default();
        let mut left = vec![id];
        while let Some(id) = left.pop() {
            if !seen.insert(id) {
                continue;
            }
            let Some(module) = self.modules.get(&id).filter(|_| seen.len() <= MOST_MODULES) else {
                origin.is_open = true;
                continue;
            };
            origin.is_open |= module.is_open;
            if module.names.contains(name) {
                origin.modules.push(id);
            } else if name != "default" {
                for star in &module.stars {
                    origin.is_open |= !matches!(star, ImportTarget::File { is_said: true, .. });
                    left.extend(star.file());
                }
            }
        }
        origin
    }
}

/// Whether what a file exports stands in declarations: it is one, or has one beside it.
fn is_described_elsewhere(path: &FilePath, files: &FileIndex<'_>) -> bool {
    let text = path.as_str();
    if [".d.ts", ".d.mts", ".d.cts"].iter().any(|ending| text.ends_with(ending)) {
        return true;
    }
    let stem = [".js", ".mjs", ".cjs", ".jsx"].iter().find_map(|ending| text.strip_suffix(ending));
    stem.is_some_and(|stem| [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| files.id(&format!("{stem}{end}")).is_some()))
}
