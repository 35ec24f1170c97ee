//! What one file says about functions that answer requests.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

use super::does::Does;
use crate::imports::ModuleFact;

/// What one file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum HandlerFact {
    /// What it imports, and what decides where an import leads.
    Module(ModuleFact),
    /// A function, method or class.
    Function(Function),
    /// It exports a name that another one has inside of it.
    Exports { name: Arc<str>, local: Arc<str> },
    /// It takes a name from a package.
    Takes { package: Arc<str>, name: Arc<str> },
    /// It is a test, and asks an endpoint for something.
    Asks { method: Arc<str>, path: Arc<str> },
    /// It is a test.
    Test,
}

/// A function, method or class, and what it does by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Function {
    /// Its name, with that of its class or object before it; empty where it has none.
    pub(super) name: Arc<str>,
    /// The lines in which it, and the declaration around it, begin.
    pub(super) lines: (u32, u32),
    pub(super) does: Does,
    /// What it calls: names of the file, of what it imports, or of a method of something.
    pub(super) calls: Vec<CalledName>,
}

/// What a function calls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum CalledName {
    /// A function of the file.
    Own(Arc<str>),
    /// An export of another module of the project.
    Imported(Arc<str>),
    /// A method of something that nobody sees.
    Method(Arc<str>),
}

impl Fact for HandlerFact {
    fn lists(&self) -> usize {
        match self {
            Self::Function(function) => size_of_val(function.calls.as_slice()),
            _ => 0,
        }
    }
}

/// The facts of one file.
pub(super) type Facts = SourceFacts<HandlerFact>;
