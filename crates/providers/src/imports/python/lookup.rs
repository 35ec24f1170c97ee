//! Where modules of Python lie in a project, and where an import leads.

use std::cell::RefCell;

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::{above, folder_of};
use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::conventions;

/// Folders beside a manifest or a script that modules are looked up in.
const BESIDE: [&str; 4] = ["", "src", "lib", "python"];

/// Files of other languages from which modules are compiled, and templates of modules.
const COMPILED: [&str; 9] = ["pyx", "pxd", "so", "pyd", "c", "cpp", "cc", "rs", "proto"];

/// What a dotted name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DottedTarget {
    /// A file; `is_certain` where nothing else can be meant.
    File { file: FilePath, is_certain: bool },
    /// A folder of modules without a file of its own.
    Folder { folder: FilePath, is_certain: bool },
    /// A part of a package of the project that is not there.
    Missing,
    /// Something of the project may have the name, and nobody can say what.
    Unknown,
    /// Nothing of the project has its first name.
    Foreign,
}

/// The modules of a project.
pub(super) struct Lookup<'p> {
    scope: &'p ProjectScope<'p>,
    /// Folders with a module in them or below.
    folders: FxHashSet<FilePath>,
    /// Folders with an `__init__`.
    packages: FxHashSet<FilePath>,
    /// Folders that hold a module or package of a name, for those that no package holds.
    tops: FxHashMap<&'p str, Vec<FilePath>>,
    /// The same of those that a package holds.
    inner: FxHashSet<&'p str>,
    /// Folders in which modules are looked up because something says so.
    pub(super) roots: Vec<FilePath>,
    /// Whether code changes where modules are looked up.
    pub(super) is_path_changed: bool,
    /// Modules that a build writes.
    pub(super) written: FxHashSet<FilePath>,
    /// Folders of projects whose builds compile modules.
    pub(super) native: FxHashSet<FilePath>,
    /// By folder, the folders that modules are looked up in from there: those that are packages themselves last.
    places: RefCell<FxHashMap<FilePath, Vec<LookupFolder>>>,
}

/// A folder in which modules are looked up.
struct LookupFolder {
    path: FilePath,
    /// Whether what lies there is certain to be meant.
    is_certain: bool,
}

impl<'p> Lookup<'p> {
    pub(super) fn of(scope: &'p ProjectScope<'p>) -> Self {
        let modules = || {
            let is_module =
                |path: &&FilePath| matches!(path.extension(), Some("py" | "pyi" | "pyx" | "so" | "pyd" | "pyw"));
            scope.files().iter().filter(is_module)
        };
        let (mut folders, mut packages) = (FxHashSet::default(), FxHashSet::default());
        for path in modules() {
            for folder in above(folder_of(path)) {
                if !folders.insert(folder) {
                    break;
                }
            }
            if stem(path) == "__init__" {
                packages.insert(folder_of(path));
            }
        }
        let (mut tops, mut inner): (FxHashMap<&str, Vec<FilePath>>, _) = (FxHashMap::default(), FxHashSet::default());
        for path in modules() {
            let folder = folder_of(path);
            let (name, around) = match stem(path) {
                "__init__" => (name_of_folder(path), folder_of(&folder)),
                name => (name, folder),
            };
            if packages.contains(&around) {
                inner.insert(name);
            } else {
                tops.entry(name).or_default().push(around);
            }
        }
        Self {
            scope,
            folders,
            packages,
            tops,
            inner,
            roots: Vec::new(),
            is_path_changed: false,
            written: FxHashSet::default(),
            native: FxHashSet::default(),
            places: RefCell::default(),
        }
    }

    /// Where a module leads that a file imports.
    pub(super) fn resolve(&self, from: &FilePath, module: &str) -> DottedTarget {
        let name = module.trim_start_matches('.');
        let dots = module.len() - name.len();
        match dots {
            0 => self.absolute(from, name),
            _ => self.relative(from, dots, name),
        }
    }

    fn relative(&self, from: &FilePath, dots: usize, name: &str) -> DottedTarget {
        let mut folder = folder_of(from);
        for _ in 1..dots {
            if folder.is_root() {
                return DottedTarget::Unknown;
            }
            folder = folder_of(&folder);
        }
        match name.is_empty() {
            true => self.at_folder(folder, true),
            false => self.below(&folder, name, true),
        }
    }

    fn absolute(&self, from: &FilePath, name: &str) -> DottedTarget {
        let top = name.split('.').next().unwrap_or(name);
        let mut best = DottedTarget::Foreign;
        let folder = folder_of(from);
        let mut places = self.places.borrow_mut();
        let places = places.entry(folder.clone()).or_insert_with(|| self.places_from(&folder));
        for LookupFolder { path: place, is_certain } in places.iter() {
            let at = place.child(top);
            let is_regular = self.packages.contains(&at) || self.has_module(place, top);
            if !is_regular && !self.folders.contains(&at) {
                continue;
            }
            // What lies in a folder without `__init__` gives way to whatever is installed.
            match self.below(place, name, *is_certain && is_regular) {
                found @ (DottedTarget::File { .. } | DottedTarget::Folder { .. }) => return found,
                DottedTarget::Missing if best == DottedTarget::Foreign && is_regular && *is_certain => {
                    best = DottedTarget::Missing;
                }
                DottedTarget::Missing if best == DottedTarget::Missing => {}
                _ => best = DottedTarget::Unknown,
            }
        }
        let may_be_elsewhere = || self.tops.contains_key(top) || (self.is_path_changed && self.inner.contains(top));
        match best {
            DottedTarget::Foreign if may_be_elsewhere() => DottedTarget::Unknown,
            // Another package of the name may hold it.
            DottedTarget::Missing if self.tops.get(top).is_some_and(|places| places.len() > 1) => DottedTarget::Unknown,
            best => best,
        }
    }

    /// The folders in which a file of a folder looks modules up.
    fn places_from(&self, folder: &FilePath) -> Vec<LookupFolder> {
        let mut places: Vec<LookupFolder> = Vec::new();
        let all = above(folder.clone()).flat_map(|folder| BESIDE.map(|beside| folder.join(beside)));
        for place in all.chain(self.roots.iter().cloned()) {
            if self.folders.contains(&place) && !places.iter().any(|known| known.path == place) {
                // A script that lies in a package looks modules up there, a module of the package does not.
                let is_certain = !self.packages.contains(&place);
                places.push(LookupFolder { path: place, is_certain });
            }
        }
        places.sort_by_key(|place| !place.is_certain);
        places
    }

    /// What a dotted name leads to in a folder.
    pub(super) fn below(&self, folder: &FilePath, name: &str, is_certain: bool) -> DottedTarget {
        let mut at = folder.clone();
        let mut parts = name.split('.').peekable();
        while let Some(part) = parts.next() {
            let next = at.child(part);
            let is_last = parts.peek().is_none();
            if self.folders.contains(&next)
                && !(is_last && self.has_module(&at, part) && !self.packages.contains(&next))
            {
                at = next;
            } else if is_last && let Some(file) = self.module(&at, part) {
                return DottedTarget::File { file, is_certain };
            } else {
                return if self.may_be_made(&at, part) { DottedTarget::Unknown } else { DottedTarget::Missing };
            }
        }
        self.at_folder(at, is_certain)
    }

    fn at_folder(&self, folder: FilePath, is_certain: bool) -> DottedTarget {
        match self.module(&folder, "__init__") {
            Some(file) => DottedTarget::File { file, is_certain },
            None if self.folders.contains(&folder) => DottedTarget::Folder { folder, is_certain },
            None => DottedTarget::Unknown,
        }
    }

    fn has_module(&self, folder: &FilePath, name: &str) -> bool {
        self.module(folder, name).is_some()
    }

    fn module(&self, folder: &FilePath, name: &str) -> Option<FilePath> {
        let endings = ["py", "pyi", "pyw"].into_iter();
        endings.map(|ending| folder.child(&format!("{name}.{ending}"))).find(|path| self.scope.has_file(path))
    }

    /// Whether something may make a module, or compile it, or whether nobody can look.
    fn may_be_made(&self, folder: &FilePath, name: &str) -> bool {
        let path = folder.child(&format!("{name}.py"));
        let is_generated =
            name.ends_with("_pb2") || name.ends_with("_pb2_grpc") || matches!(name, "_version" | "version");
        let is_in_made = folder.as_str().split('/').chain([name]).any(conventions::is_made_for_imports);
        let is_out = self.scope.is_out_of_sight(&path)
            || self.scope.is_out_of_sight(&folder.child(name))
            || above(folder.clone()).any(|folder| self.scope.is_out_of_sight(&folder));
        let has_kin = || {
            // Its own name with another ending, or that of the platform it is compiled for.
            let start = format!("{}.", folder.child(name));
            let files = self.scope.files();
            let first = files.partition_point(|file| file.as_str() < start.as_str());
            let mut kin = files[first..].iter().take_while(|file| file.as_str().starts_with(&start));
            kin.any(|file| {
                COMPILED.iter().any(|ending| file.as_str().ends_with(ending)) || file.as_str().contains(".py.")
            })
        };
        let is_native = || above(folder.clone()).any(|folder| self.native.contains(&folder));
        is_generated || is_in_made || is_out || self.written.contains(&path) || has_kin() || is_native()
    }

    /// Whether a package may hold a module of a name, from what lies in its folder.
    pub(super) fn has_part(&self, package: &FilePath, name: &str) -> bool {
        !matches!(self.below(package, name, true), DottedTarget::Missing)
    }
}

fn stem(path: &FilePath) -> &str {
    path.name().split('.').next().unwrap_or_default()
}

/// The name of the folder of a file.
fn name_of_folder(path: &FilePath) -> &str {
    path.as_str().rsplit('/').nth(1).unwrap_or_default()
}
