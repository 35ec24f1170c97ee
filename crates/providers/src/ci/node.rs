//! What runs something or is run.

use std::fmt;
use std::sync::Arc;

use auditlint_source::FilePath;

/// What runs something or is run. Written out only for people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum RunNode {
    /// A file, or a part of it: a job, a recipe, a script of a package.
    File { path: FilePath, part: Option<Arc<str>> },
    /// The scripts of a name in every package that has one.
    Task(Arc<str>),
    /// The files in a folder, or those that a pattern means.
    Group(Arc<str>),
    /// The lists of commands of all jobs of a name in pipelines of GitLab; `is_reference` where a `!reference` names them.
    Lists { part: Arc<str>, is_reference: bool },
}

impl RunNode {
    pub(super) fn file(path: &FilePath) -> Self {
        Self::of(path, None)
    }

    pub(super) fn of(path: &FilePath, part: Option<&Arc<str>>) -> Self {
        Self::File { path: path.clone(), part: part.cloned() }
    }

    pub(super) fn part(path: &FilePath, part: &str) -> Self {
        Self::File { path: path.clone(), part: Some(part.into()) }
    }

    /// A script of the package in a folder.
    pub(super) fn script(folder: &FilePath, name: &str) -> Self {
        Self::part(&folder.join("package.json"), name)
    }

    /// The file that it is, or is part of.
    pub(super) fn path(&self) -> Option<&FilePath> {
        match self {
            Self::File { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Whether it is a file as a whole.
    pub(super) fn is_file(&self, file: &FilePath) -> bool {
        matches!(self, Self::File { path, part: None } if path == file)
    }
}

impl fmt::Display for RunNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, part: None } => f.write_str(path.as_str()),
            Self::File { path, part: Some(part) } => write!(f, "{path}#{part}"),
            Self::Task(name) => write!(f, "#{name}"),
            Self::Group(name) => f.write_str(name),
            Self::Lists { part, is_reference: false } => write!(f, "#{part}"),
            Self::Lists { part, is_reference: true } => write!(f, "#!{part}"),
        }
    }
}
