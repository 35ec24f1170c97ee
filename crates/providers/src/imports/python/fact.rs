//! What one file says about modules of Python, and about the distributions that bring them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::fact::ImportKind;

/// Something that a file of Python or a manifest of a project says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PythonFact {
    /// It imports a module, with the dots of a relative one; `is_optional` where the code is ready for it not to be there.
    Import { module: Arc<str>, how: ImportKind, is_optional: bool },
    /// It takes a name from a module, or all with `*`.
    Name { module: Arc<str>, name: Arc<str>, how: ImportKind, is_optional: bool },
    /// The names of the module itself.
    Bound(Vec<Arc<str>>),
    /// Those of them that an import alone binds.
    Taken(Vec<Arc<str>>),
    /// Names are bound in it that nobody can list.
    Open,
    /// It changes where modules are looked up.
    PathChange,
    /// A manifest that says what the project needs.
    Manifest { name: Option<Arc<str>>, python: Option<Arc<str>> },
    /// A distribution that a manifest declares.
    Distribution(Arc<str>),
    /// Another file of requirements that one includes.
    Include(Arc<str>),
    /// A module that a distribution is known to bring.
    Module { distribution: Arc<str>, module: Arc<str> },
    /// A folder in which modules are looked up.
    Root(Arc<str>),
    /// A module that a build writes.
    Written(Arc<str>),
    /// Modules are compiled from other languages.
    Native,
}
