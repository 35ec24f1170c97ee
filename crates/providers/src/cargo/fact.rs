//! What one file says: a manifest about its package, code about crates and modules.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

use super::glob::Sight;
use crate::read::cargo_toml::{CargoTarget, DependencyEntry, PackageSection, WorkspaceDependency};

/// The facts of one file.
pub(super) type Facts = SourceFacts<CargoFact>;

/// Something that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CargoFact {
    Package(Box<PackageSection>),
    Target(CargoTarget),
    Dependency(Box<DependencyEntry>),
    /// A feature, and one thing that it enables.
    Feature {
        name: Arc<str>,
        enables: Option<Arc<str>>,
    },
    /// A workspace, with the edition of its packages.
    Workspace {
        edition: Option<Arc<str>>,
    },
    /// A glob of members, or of what is left out.
    Member {
        glob: Option<Arc<str>>,
        is_taken: bool,
    },
    /// A dependency that members may inherit.
    Shared(Box<WorkspaceDependency>),
    Use(Box<Use>),
    Module(Box<ModuleFile>),
    /// Names that the file gives to modules and types.
    Declared(Vec<Arc<str>>),
    /// Names that it gives to crates.
    Aliases(Vec<Arc<str>>),
    /// Names of macros that it defines.
    Macros(Vec<Arc<str>>),
    /// Macros among its items, which may declare anything.
    Calls(Vec<Arc<str>>),
    /// It takes all names of another crate's module.
    Leak,
    /// The packages of a lock file, as code has their names.
    Locked(Vec<Arc<str>>),
    /// The words of definitions of messages, as modules have them.
    Messages(Vec<Arc<str>>),
}

impl Fact for CargoFact {
    fn lists(&self) -> usize {
        let features = |names: &Vec<Arc<str>>| size_of_val(names.as_slice());
        match self {
            Self::Package(_) => size_of::<PackageSection>(),
            Self::Dependency(_) => size_of::<DependencyEntry>(),
            Self::Shared(_) => size_of::<WorkspaceDependency>(),
            Self::Use(found) => size_of::<Use>() + features(&found.features),
            Self::Module(module) => size_of::<ModuleFile>() + features(&module.features),
            Self::Declared(names)
            | Self::Aliases(names)
            | Self::Macros(names)
            | Self::Calls(names)
            | Self::Locked(names)
            | Self::Messages(names) => features(names),
            _ => 0,
        }
    }
}

/// A crate that code names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Use {
    pub(super) name: Arc<str>,
    pub(super) how: UseKind,
    pub(super) is_test: bool,
    /// Whether nothing but features says whether it is compiled.
    pub(super) is_certain: bool,
    pub(super) features: Vec<Arc<str>>,
    pub(super) sight: Sight,
}

/// How code names a crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum UseKind {
    Use,
    ExternCrate,
    Path,
    Attribute,
}

impl UseKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Use => "use",
            Self::ExternCrate => "extern crate",
            Self::Path => "path",
            Self::Attribute => "attribute",
        }
    }
}

/// A module that has a file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ModuleFile {
    pub(super) name: Arc<str>,
    /// The path that an attribute says.
    pub(super) path: Option<Arc<str>>,
    /// The folder of the modules of the file around it.
    pub(super) around: Arc<str>,
    pub(super) is_test: bool,
    pub(super) is_certain: bool,
    pub(super) features: Vec<Arc<str>>,
}
