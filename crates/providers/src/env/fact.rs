//! What one file says about variables of the environment.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

/// The facts of one file.
pub(super) type Facts = SourceFacts<EnvFact>;

/// Something that a file says of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EnvFact {
    /// Code reads it; `is_given` where the platform sets it.
    Read {
        name: Arc<str>,
        is_given: bool,
    },
    /// A module exports the environment under that name.
    Gives(Arc<str>),
    /// A member of what a module exports, which is a variable where that is the environment.
    Taken {
        module: Arc<str>,
        export: Arc<str>,
        name: Arc<str>,
    },
    /// An example file has it.
    Documented(Arc<str>),
    Set {
        name: Arc<str>,
        by: Setter,
    },
}

impl Fact for EnvFact {}

/// What sets a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Setter {
    Code,
    Compose,
    /// Values of a Helm chart, where the file lies in one.
    Helm,
    Workflow,
    /// Code of a test, which sets nothing for the program.
    Test,
}

impl Setter {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Compose => "compose",
            Self::Helm => "helm",
            Self::Workflow => "workflow",
            Self::Test => "test",
        }
    }
}
