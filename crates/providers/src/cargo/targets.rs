//! Which files belong to the targets of a package: the roots as Cargo finds them, and the modules below.

use std::collections::BTreeMap;

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::folder_of;
use auditlint_source::FilePath;

use super::fact::{CargoFact, Facts, ModuleFile};
use super::packages::{CargoPackage, CargoPackages};
use crate::read::cargo_toml::{CargoTarget, TargetKind};

/// As what a file is compiled, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CompiledAs(u8);

impl CompiledAs {
    /// By the places of `packages::KINDS`.
    const KINDS: u8 = 0b111;
    const DEV: u8 = 0b10;
    const BUILD: u8 = 0b100;
    /// On some way without a condition that may never hold.
    const CERTAIN: u8 = 0b1000;

    fn root(kind: TargetKind) -> Self {
        let kind = match kind {
            TargetKind::Lib | TargetKind::Bin => 0b1,
            TargetKind::Build => Self::BUILD,
            _ => Self::DEV,
        };
        Self(kind | Self::CERTAIN)
    }

    pub(super) fn is_certain(self) -> bool {
        self.0 & Self::CERTAIN != 0
    }

    /// The same in tests only.
    pub(super) fn in_tests(self) -> Self {
        match self.0 & Self::BUILD {
            0 => Self(self.0 & Self::CERTAIN | Self::DEV),
            _ => Self(self.0 | Self::DEV),
        }
    }

    fn doubtful(self) -> Self {
        Self(self.0 & Self::KINDS)
    }

    /// The kinds, as places in `packages::KINDS`.
    pub(super) fn kinds(self) -> impl Iterator<Item = usize> {
        (0..3).filter(move |kind| self.0 >> kind & 1 == 1)
    }
}

/// By file: as what its package compiles it.
pub(super) fn reached(
    sources: &[(FilePath, &Facts)],
    packages: &CargoPackages<'_>,
    scope: &ProjectScope<'_>,
) -> BTreeMap<FilePath, CompiledAs> {
    let sources: BTreeMap<&FilePath, &Facts> = sources.iter().map(|(path, source)| (path, *source)).collect();
    let mut found = BTreeMap::new();
    for package in packages.all() {
        // A file with the modules that it declares below its folder or below one with its name.
        let mut open: Vec<(FilePath, CompiledAs, bool)> = Vec::new();
        for target in &package.targets {
            // A package inside of the folder may lend a file of its own, of which nobody can say whose it is.
            for root in roots(package, target, scope).into_iter().filter(|root| is_of(packages, package, root)) {
                open.push((root, CompiledAs::root(target.kind), true));
            }
        }
        while let Some((path, reached, is_root)) = open.pop() {
            let known: &mut CompiledAs = found.entry(path.clone()).or_default();
            let before = *known;
            known.0 |= reached.0;
            if *known == before && before != CompiledAs::default() {
                continue;
            }
            let Some(source) = sources.get(&path) else { continue };
            for said in &source.facts {
                let CargoFact::Module(module) = &said.fact else { continue };
                let reached = if module.is_test { reached.in_tests() } else { reached };
                let is_certain = module.is_certain && module.features.iter().all(|name| package.has_feature(name));
                let reached = if is_certain { reached } else { reached.doubtful() };
                for file in files(&path, is_root, module) {
                    if sources.contains_key(&file) && is_of(packages, package, &file) {
                        let is_root = file.name() == "mod.rs" || module.path.is_some();
                        open.push((file, reached, is_root));
                    }
                }
            }
        }
    }
    found
}

fn is_of(packages: &CargoPackages<'_>, package: &CargoPackage<'_>, file: &FilePath) -> bool {
    packages.around(&folder_of(file)).is_some_and(|own| own.folder == package.folder)
}

/// The files in which a module may stand.
fn files(path: &FilePath, is_root: bool, module: &ModuleFile) -> Vec<FilePath> {
    let folder = folder_of(path);
    let (name, around) = (&module.name, &*module.around);
    let below = if is_root { folder.clone() } else { folder.join(path.stem()) };
    match &module.path {
        Some(spelled) if around.is_empty() => vec![folder.join(spelled)],
        Some(spelled) => vec![below.join(around).join(spelled)],
        None => {
            let below = if around.is_empty() { below } else { below.join(around) };
            vec![below.join(&format!("{name}.rs")), below.join(&format!("{name}/mod.rs"))]
        }
    }
}

/// The roots of a target: where it says, or where Cargo looks for such.
fn roots(package: &CargoPackage<'_>, target: &CargoTarget, scope: &ProjectScope<'_>) -> Vec<FilePath> {
    let at = |path: &str| package.folder.join(path);
    let kind = target.kind;
    if let Some(path) = &target.path {
        return vec![at(path)];
    }
    let folder = match kind {
        TargetKind::Lib => return vec![at("src/lib.rs")],
        TargetKind::Build => return vec![at("build.rs")],
        TargetKind::Bin => "src/bin",
        TargetKind::Test => "tests",
        TargetKind::Example => "examples",
        TargetKind::Bench => "benches",
    };
    if let Some(name) = &target.name {
        let mut files = vec![at(&format!("{folder}/{name}.rs")), at(&format!("{folder}/{name}/main.rs"))];
        if kind == TargetKind::Bin {
            files.push(at("src/main.rs"));
        }
        return files;
    }
    let folder = at(folder);
    let mut files: Vec<FilePath> = scope
        .below(&folder)
        .filter(|file| {
            let around = folder_of(file);
            (around == folder && file.extension() == Some("rs"))
                || (file.name() == "main.rs" && folder_of(&around) == folder)
        })
        .cloned()
        .collect();
    if kind == TargetKind::Bin {
        files.push(at("src/main.rs"));
    }
    files
}
