//! The instructions that a document compiles to.

use auditlint_syntax::{FieldId, KindId};
use serde::{Deserialize, Serialize};

use crate::clause::{Direction, NthFormula, Range, ReferenceCount};
use crate::pattern::Pattern;

/// Index of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct OpId(pub(crate) u32);

/// Instructions that stand one after the other in a list of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpList {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// One test of one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Op {
    Pattern(Pattern),
    Kind(KindId),
    /// Index of a [`crate::regexes::LazyRegex`].
    Regex(u32),
    NthChild {
        places: NthFormula,
        reverse: bool,
        of: Option<OpId>,
    },
    Range(Range),
    /// `kinds` is the index of a set of kinds outside of which nothing can match.
    All {
        ops: OpList,
        kinds: Option<u32>,
    },
    Any {
        ops: OpList,
        kinds: Option<u32>,
    },
    Not(OpId),
    Relational {
        direction: Direction,
        op: OpId,
        stop: Stop,
        field: Option<FieldId>,
    },
    /// Index of a [`Util`].
    Call(u32),
    /// Index of a list of paths; `wrapped` looks through parentheses and their like.
    ResolvesTo {
        paths: u32,
        wrapped: bool,
    },
    From(OpId),
    Reassigned(bool),
    Exported(bool),
    References(ReferenceCount),
    /// Index of an [`crate::option::OptionTest`].
    Option(u32),
}

/// How far a relation looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stop {
    Neighbor,
    End,
    Rule(OpId),
}

/// A util.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Util {
    pub(crate) body: OpId,
    /// A shared util neither sees nor sets the caller's metavariables, and has constraints of its own.
    pub(crate) shared: Option<Vec<Constraint>>,
    /// Its own metavariables, where it has been given matchers of its caller: what those bind is bound for the caller too.
    pub(crate) own: Option<OwnSlots>,
}

/// The slots that one call of a util has for itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct OwnSlots {
    pub(crate) ones: Vec<u16>,
    pub(crate) lists: Vec<u16>,
}

/// What the node of a metavariable must match, where it is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Constraint {
    pub(crate) slot: u16,
    pub(crate) op: OpId,
}

/// What the answer of an instruction depends on besides the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NameContext {
    /// On nothing, and it binds nothing.
    Free,
    /// On nothing, since no other instruction knows the metavariables that it binds.
    Binds,
    /// On what is bound already, which can only make it fail: with nothing bound it matches wherever it does now.
    Narrowed,
    /// On what is bound already.
    Bound,
}

impl NameContext {
    /// Whether an answer for a node holds whatever is bound.
    pub(crate) fn is_of_node_alone(self) -> bool {
        matches!(self, Self::Free | Self::Binds)
    }
}
