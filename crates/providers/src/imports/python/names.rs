//! The names that modules of Python give.

use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::fact::{Facts, ModuleFact};
use super::fact::PythonFact;
use super::lookup::{DottedTarget, Lookup};

/// How many modules a name is looked for in, through `from a import *`.
const MOST_STARS: usize = 64;

/// Names that every module has.
const OF_EVERY_MODULE: [&str; 10] = [
    "__name__",
    "__file__",
    "__doc__",
    "__dict__",
    "__path__",
    "__spec__",
    "__loader__",
    "__package__",
    "__builtins__",
    "__annotations__",
];

/// What one module says of its names.
#[derive(Default)]
struct PythonModule<'r> {
    bound: FxHashSet<&'r str>,
    /// Those that an import alone binds.
    taken: FxHashSet<&'r str>,
    /// Modules whose names it takes over.
    stars: Vec<&'r str>,
    is_open: bool,
}

/// The modules of a project, with their names.
pub(super) struct PythonModules<'r> {
    by_path: FxHashMap<&'r FilePath, PythonModule<'r>>,
}

impl<'r> PythonModules<'r> {
    pub(super) fn of(sources: &[(&'r FilePath, &'r Facts)]) -> Self {
        let mut by_path: FxHashMap<&FilePath, PythonModule<'_>> = FxHashMap::default();
        for (path, facts) in sources.iter().filter(|(path, _)| super::is_code(path)) {
            let module = by_path.entry(path).or_default();
            module.is_open = !facts.gaps.is_empty();
            for said in &facts.facts {
                match &said.fact {
                    ModuleFact::Python(PythonFact::Bound(names)) => {
                        module.bound.extend(names.iter().map(|name| &**name));
                    }
                    ModuleFact::Python(PythonFact::Taken(names)) => {
                        module.taken.extend(names.iter().map(|name| &**name));
                    }
                    ModuleFact::Python(PythonFact::Open) => module.is_open = true,
                    ModuleFact::Python(PythonFact::Name { module: from, name, .. }) if &**name == "*" => {
                        module.stars.push(from);
                    }
                    _ => {}
                }
            }
        }
        Self { by_path }
    }

    /// Whether a module has a name from an import alone: from one of itself it gets nothing.
    pub(super) fn takes(&self, file: &FilePath, name: &str) -> bool {
        self.by_path.get(file).is_some_and(|module| module.taken.contains(name) && !module.is_open)
    }

    /// Whether a module gives a name; nothing where nobody can say.
    pub(super) fn gives(&self, file: &FilePath, name: &str, lookup: &Lookup<'_>) -> Option<bool> {
        if OF_EVERY_MODULE.contains(&name) {
            return Some(true);
        }
        let mut open = vec![file.clone()];
        let mut seen: FxHashSet<FilePath> = FxHashSet::default();
        let mut is_known = true;
        while let Some(file) = open.pop() {
            if !seen.insert(file.clone()) {
                continue;
            }
            // Nothing was read of it: a stub, or a file that holds no import and no name.
            let module = self.by_path.get(&file)?;
            if module.bound.contains(name) {
                return Some(true);
            }
            is_known &= !module.is_open && seen.len() <= MOST_STARS;
            if seen.len() > MOST_STARS {
                break;
            }
            for star in &module.stars {
                match lookup.resolve(&file, star) {
                    DottedTarget::File { file, is_certain } => {
                        is_known &= is_certain;
                        open.push(file);
                    }
                    _ => is_known = false,
                }
            }
        }
        is_known.then_some(false)
    }
}
