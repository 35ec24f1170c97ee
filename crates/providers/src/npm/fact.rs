//! What one file says about packages of npm.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

use crate::read::package_json::NpmDependencyKind;
use crate::read::script_calls::{Certainty, ScriptOwner};

/// The facts of one file.
pub(super) type Facts = SourceFacts<NpmFact>;

/// Something that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NpmFact {
    Package {
        name: Option<Arc<str>>,
        is_private: bool,
    },
    /// A glob of the packages of a workspace.
    Workspace(Arc<str>),
    Dependency {
        package: Arc<str>,
        kind: NpmDependencyKind,
        version: Option<Arc<str>>,
    },
    Script {
        name: Arc<str>,
        command: Arc<str>,
    },
    Call(Box<NestedScript>),
    /// A task that a runner of tasks knows besides the scripts.
    Task(Arc<str>),
    /// A runner of tasks makes tasks by itself.
    MakesTasks,
}

impl Fact for NpmFact {
    fn lists(&self) -> usize {
        if let Self::Call(_) = self { size_of::<NestedScript>() } else { 0 }
    }
}

/// A script that a script runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NestedScript {
    pub(super) caller: Arc<str>,
    pub(super) script: Arc<str>,
    pub(super) package: ScriptOwner,
    /// The folder of the command, seen from that of the package; nothing where nobody can say.
    pub(super) folder: Option<Arc<str>>,
    /// Whether that folder is seen from the root of the project.
    pub(super) is_from_root: bool,
    pub(super) certainty: Certainty,
    pub(super) may_fail: bool,
}
