//! What values are when the programs of all files are known.

use std::rc::Rc;

use auditlint_names::ExportPath;
use auditlint_source::{FilePath, Span};

use super::super::fact::{Framework, Kind, Part, RouteValue, RouterStage};

/// What a call of something that a package gives gives itself.
pub(super) fn result_of(function: &ExportPath) -> ExportPath {
    ExportPath { module: function.module.clone(), name: format!("{}()", function.name) }
}

/// What a value is.
#[derive(Clone, Debug, Default)]
pub(super) enum Thing<'r> {
    #[default]
    Unknown,
    /// A router, by its number.
    Router(usize),
    /// A method of a router.
    OfRouter(usize, Rc<str>),
    /// A function: its file and number.
    Body(usize, u32),
    Class(usize, u32),
    Instance(usize, u32),
    Object(usize, &'r [(std::sync::Arc<str>, RouteValue)]),
    List(usize, &'r [Part]),
    /// A text, and whether a part of it is computed.
    Text(Rc<str>, bool),
    /// A folder of the project, or a file where so said.
    Place(FilePath, bool),
    /// Something that a package gives; `*` is all of it.
    Package(Rc<ExportPath>),
    /// All of a file.
    Module(usize),
    /// Something of a file that says nothing of routes.
    Outside(FilePath, Rc<str>),
    /// A plugin that fills the router around it.
    Open(Rc<Self>),
    /// A router below a path.
    At(Rc<str>, Rc<Self>),
    /// What a call gives: the file, the place, what it is.
    Called(usize, u32, Rc<Self>),
    /// One of these, as something says that is known when it runs.
    OneOf(Rc<[Self]>),
}

impl Thing<'_> {
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// What stands behind calls; the first where it is one of several.
    pub(super) fn given(self) -> Self {
        let mut at = self;
        loop {
            at = match at {
                Self::Called(_, _, given) => (*given).clone(),
                Self::OneOf(ways) => ways.first().cloned().unwrap_or_default(),
                at => return at,
            };
        }
    }
}

/// Something that runs for a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Link {
    pub(super) name: Rc<str>,
    /// What it is handed to where it is declared, and what it is then.
    pub(super) wrapper: Option<Rc<str>>,
    pub(super) wrapped: Option<Box<Self>>,
    pub(super) resolves_to: Option<Rc<str>>,
    /// The file of its function, its line, and whether that is `async`.
    pub(super) function: Option<(FilePath, u32, Option<bool>)>,
    /// How many parameters its function has.
    pub(super) arity: u32,
    pub(super) is_call: bool,
    pub(super) kind: Kind,
    pub(super) stage: u8,
    /// Where it is put there: the file, by number.
    pub(super) file: usize,
    pub(super) span: Span,
    /// Whether nobody can say what it is, nor how many.
    pub(super) is_open: bool,
}

/// Something that a router is given.
#[derive(Clone, Debug)]
pub(super) struct Registration {
    pub(super) file: usize,
    pub(super) span: Span,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Use {
        at: Vec<Rc<str>>,
        links: Rc<[Link]>,
        stage: RouterStage,
    },
    /// What runs for a parameter of a path.
    Param {
        name: Rc<str>,
        links: Vec<Link>,
    },
    Route {
        methods: Vec<Rc<str>>,
        paths: Vec<Rc<str>>,
        links: Vec<Link>,
        handler: Link,
    },
    /// Another router below paths; `replaces` where they stand in the place of its own prefix.
    Mount {
        at: Vec<Rc<str>>,
        child: usize,
        links: Rc<[Link]>,
        name: Rc<str>,
        replaces: bool,
    },
}

/// A router.
#[derive(Clone, Debug)]
pub(super) struct Router {
    pub(super) framework: Framework,
    pub(super) name: Rc<str>,
    pub(super) is_root: bool,
    pub(super) prefix: Rc<str>,
    pub(super) is_mounted: bool,
    /// Whether it is one path of another router.
    pub(super) is_route: bool,
    /// Whether it stands for what a function is handed by whoever calls it.
    pub(super) is_handed: bool,
    /// The function that made it while nobody was seen to call that.
    pub(super) uncalled_in: Option<(usize, u32)>,
    pub(super) file: usize,
    pub(super) span: Span,
    /// Whether something runs for a parameter of its paths.
    pub(super) has_params: bool,
    pub(super) ops: Vec<Registration>,
}
