//! Values that reach a statement through functions, methods and modules: calls with what they hand over, members of services, repositories of tables.
//!
//! One source says what each call hands on, as an expression over the parameters of the function around it. Derived is, from each place that writes
//! back to the calls, which literals arrive there. A step that is not certain gives nothing.

mod evaluate;
mod expression;
mod extract;
mod trace;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use self::expression::Expression;
pub(crate) use self::extract::{Extractor, extract};
pub(crate) use self::trace::{Arrived, trace};

/// A thing that a file says of the way of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FlowFact {
    /// Under a name, a class, a service or the module itself has something.
    Member { owner: Arc<str>, key: Arc<str>, of: FlowName },
    /// Something that writes to a table: what makes it, and what its methods are called besides.
    Repository { made: u32, table: Arc<str>, aliases: Vec<(Arc<str>, Arc<str>)> },
    /// A call, inside of a function with parameters or not.
    Call { function: Option<u32>, target: CallTarget, arguments: Vec<FlowArgument> },
    /// A constant of the module.
    Constant { name: Arc<str>, value: Expression },
}

/// Something that a file names: by where it is declared in the file, or by the name under which it is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FlowName {
    Here(u32),
    Named(Arc<str>),
}

/// What is called: a function of the file, or a member of what a name stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CallTarget {
    pub(super) root: FlowName,
    pub(super) path: Vec<Arc<str>>,
}

/// What a call hands over: an argument, or a property of one that is an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FlowArgument {
    pub(super) position: u8,
    pub(super) property: Option<Arc<str>>,
    /// Where it stands: how many bytes behind the beginning of the fact, and how long it is.
    pub(super) at: (i32, u32),
    pub(super) value: Expression,
}

impl FlowFact {
    /// What its lists take of memory, in bytes, roughly.
    pub(super) fn lists(&self) -> usize {
        match self {
            Self::Call { arguments, .. } => {
                arguments.iter().map(|argument| size_of::<FlowArgument>() + argument.value.weight()).sum()
            }
            Self::Constant { value, .. } => value.weight(),
            Self::Repository { aliases, .. } => size_of_val(aliases.as_slice()),
            Self::Member { .. } => 0,
        }
    }
}
