//! What one file says about the kind of a module.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use auditlint_source::ModuleKind;
use serde::{Deserialize, Serialize};

use crate::http::{AddressBase, Reach};
use crate::imports::ModuleFact;

/// The facts of one file.
pub(super) type Facts = SourceFacts<KindFact>;

/// Something that a file says about the kind of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum KindFact {
    /// What it imports, and what decides where an import leads.
    Module(ModuleFact),
    /// It shows itself where it runs.
    Shows { kind: ModuleKind, weight: Weight, evidence: Arc<str> },
    /// A manifest says where the modules below its folder run, as far as they do not show it.
    Package { kind: ModuleKind, evidence: Arc<str> },
    /// Types are all that it exports, so whoever imports it brings nothing of it along.
    OnlyTypes,
    /// The package renders components on a server too.
    RendersOnServer,
    /// What the package serves is built before: what runs in it is a tool, unless it answers requests itself.
    BuildsSite { evidence: Arc<str> },
    /// A manifest begins a package and says nothing: what stands above it is about other modules.
    Quiet,
    /// A part of it reads the environment for the rest, or makes the requests for it; all of it where no lines are given. `client` is what
    /// it reaches where any request can go through it.
    Part {
        kind: ModuleKind,
        lines: Option<(u32, u32)>,
        evidence: Arc<str>,
        only_if_shared: bool,
        client: Option<Reach>,
    },
    /// A class of the module, or a function that makes something, that holds a collection, with its first and last line.
    Class { name: Arc<str>, lines: (u32, u32) },
    /// It declares an empty collection, as a binding of its own or as a member of something, in a line.
    Holds { name: Arc<str>, is_member: bool, line: u32 },
    /// It adds entries to what is not declared in it, in a line.
    Adds { name: Arc<str>, is_member: bool, line: u32 },
    /// It makes an instance of a class, or calls a function that is named so, in a line.
    Made { what: Arc<str>, when: When, line: u32 },
    /// An item of Rust, with the names of the types that it holds, and its lines where entries can be added to what it holds;
    /// `needs_lock` where only what is behind a lock lets them be added.
    Struct { name: Arc<str>, parts: Arc<str>, lines: Option<(u32, u32)>, needs_lock: bool },
    /// Types that stand behind a lock.
    Locked { names: Arc<str> },
    /// A type implements a trait.
    Implements { name: Arc<str>, what: Arc<str> },
    /// Types that the process keeps: handlers ask for them, or a static is one, in a line; `is_service` where they answer requests
    /// themselves.
    State { names: Arc<str>, line: u32, is_service: bool },
    /// Types that a function makes with which a program starts, in a line.
    Starts { names: Arc<str>, line: u32 },
    /// Its crate listens to programs of the same machine.
    Local,
    /// A request that no client makes, by the function that is called.
    Request { function: Arc<str>, base: AddressBase },
}

/// How much a sign says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Weight {
    /// It gives way to any sign of a server.
    Light,
    /// It stands beside others.
    Plain,
    /// It decides.
    Declared,
}

impl Fact for KindFact {}

/// What makes an instance, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum When {
    /// While the module loads.
    Loading,
    /// When a function runs.
    Function(Arc<str>),
    /// When an instance of a class is made.
    Class(Arc<str>),
}
