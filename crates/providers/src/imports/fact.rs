//! What one file says about modules.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts, Value};
use serde::{Deserialize, Serialize};

use super::python::PythonFact;

/// The facts of one file.
pub(super) type Facts = SourceFacts<ModuleFact>;

/// Something that a file says about modules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ModuleFact {
    /// It imports a specifier; `is_optional` where the code is ready for it not to be there, `is_run` where it is sure to take more than
    /// types from it.
    Import { specifier: Arc<str>, how: ImportKind, is_optional: bool, is_run: bool },
    /// It takes a name from a specifier, or all with `*`.
    Name { specifier: Arc<str>, name: Arc<str>, how: ImportKind },
    /// It exports a name; `is_used` where it uses it besides.
    Export { name: Arc<str>, kind: ExportKind, is_used: bool },
    /// `export *` from a specifier.
    Star(Arc<str>),
    /// It exports what nobody can list.
    Open,
    /// It exports code; `decides` where that is worth a test.
    Code { decides: bool },
    /// A specifier of a file of which anything may be used.
    Mention(Arc<str>),
    /// A folder of whose files anything may be used.
    Folder(Arc<str>),
    /// A name that may be taken from any module.
    Loose(Arc<str>),
    /// A pattern of specifiers to which a bundler or test runner gives a meaning.
    Alias(Arc<str>),
    /// The path to which such a pattern leads, seen from the folder of the file, where it is plain.
    AliasTarget { pattern: Arc<str>, target: Arc<str> },
    /// A command makes a file or folder.
    Made { path: Arc<str>, folder: Arc<str> },
    /// A module that the recipe of an image puts into another folder.
    Moved(Arc<str>),
    /// The path of a file or folder that a configuration has written.
    Output(Arc<str>),
    /// A source with which a bundler is told to begin.
    BuildEntry(Arc<str>),
    /// A pattern of specifiers of which the code or the compiler says what they are: `declare module`, a key of `paths`.
    Ambient(Arc<str>),
    /// A module to which `declare module` adds from inside of another one: that gives the specifier no meaning.
    Augmented(Arc<str>),
    /// A `package.json`.
    Package(PackageFact),
    /// A package that a `package.json` declares.
    Dependency { package: Arc<str>, version: Option<Arc<str>> },
    /// A file that a key of `exports`, `main` or `bin` names.
    Entry { key: Arc<str>, target: Arc<str> },
    /// A file that a key of `imports` names.
    OwnImport { key: Arc<str>, target: Arc<str> },
    /// What a configuration of the compiler extends.
    Extends(Arc<str>),
    /// Another configuration of the compiler that one names.
    Reference(Arc<str>),
    /// A folder in which specifiers are looked up.
    Base(Arc<str>),
    /// There are `paths`, with or without patterns.
    Paths,
    /// A pattern of `paths`, and one of its targets.
    Path { pattern: Arc<str>, target: Arc<str> },
    /// A folder that counts as one with others.
    RootFolder(Arc<str>),
    /// The name of a package of Rust, as its modules have it.
    Crate(Arc<str>),
    /// What a source or a manifest of Python says.
    Python(PythonFact),
}

impl Fact for ModuleFact {}

/// What a `package.json` says of its package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PackageFact {
    pub(super) name: Option<Arc<str>>,
    /// Whether nobody else can install it.
    pub(super) is_private: bool,
    /// Whether it puts files in the place of others.
    pub(super) replaces: bool,
    /// Whether its files are modules.
    pub(super) is_module: bool,
}

/// In what way a module is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ImportKind {
    Import,
    Type,
    Require,
    Dynamic,
}

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ExportKind {
    Function,
    Component,
    Class,
    Variable,
    Enum,
    Interface,
    Type,
    Namespace,
    Signature,
    Default,
    Export,
    List,
}

/// The words for these as values, each made once.
pub(super) struct FactWords {
    how: [Value; 4],
    kinds: [Value; 12],
}

impl FactWords {
    pub(super) fn new() -> Self {
        let kinds = [
            "function",
            "component",
            "class",
            "variable",
            "enum",
            "interface",
            "type",
            "namespace",
            "signature",
            "default",
            "export",
            "list",
        ];
        Self { how: ["import", "type", "require", "dynamic"].map(Value::from), kinds: kinds.map(Value::from) }
    }

    pub(super) fn how(&self, how: ImportKind) -> Value {
        self.how[how as usize].clone()
    }

    pub(super) fn kind(&self, kind: ExportKind) -> Value {
        self.kinds[kind as usize].clone()
    }
}
