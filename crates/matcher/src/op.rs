//! The instructions that a document compiles to.

use std::sync::OnceLock;

use auditlint_source::document::DocumentError;
use auditlint_syntax::{FieldId, KindId};
use serde::{Deserialize, Serialize};

use crate::Spanned;
use crate::clause::{Count, Direction, Places, Range};
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
    /// Index of a [`LazyRegex`].
    Regex(u32),
    NthChild {
        places: Places,
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
    Relation {
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
    References(Count),
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
}

/// What the node of a metavariable must match, where it is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Constraint {
    pub(crate) slot: u16,
    pub(crate) op: OpId,
}

/// A regular expression that is compiled when it is first asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LazyRegex {
    text: String,
    /// How many bytes of a text are looked at, where only its beginning can match.
    reach: Option<usize>,
    #[serde(skip)]
    compiled: OnceLock<Option<regex::bytes::Regex>>,
}

impl LazyRegex {
    /// The same as [`LazyRegex::new`], with an error at the place of the text.
    pub(crate) fn compile(text: &Spanned<String>) -> Result<Self, DocumentError> {
        Self::new(&text.value).map_err(|message| {
            let last = message.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it does not parse");
            let message = last.strip_prefix("error: ").unwrap_or(last);
            DocumentError::new(text.span, format!("invalid regular expression: {message}"))
        })
    }

    /// Checks `text` without compiling it, unless a repetition in it could make it too large.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let parsed = regex_syntax::parse(text).map_err(|error| error.to_string())?;
        let counted = text.contains('{') || text.len() > 2_000;
        let properties = parsed.properties();
        let at_start = properties.look_set_prefix().contains(regex_syntax::hir::Look::Start);
        let reach = properties.maximum_len().filter(|_| at_start);
        drop(parsed);
        let compiled = OnceLock::new();
        if counted {
            let regex = regex::bytes::Regex::new(text).map_err(|error| error.to_string())?;
            compiled.get_or_init(|| Some(regex));
        }
        Ok(Self { text: text.to_owned(), reach, compiled })
    }

    /// The expression as written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How many bytes of a text have to be looked at, at the most.
    pub(crate) fn cost(&self, text: &[u8]) -> u64 {
        self.reach.map_or(text.len(), |reach| reach.min(text.len())) as u64
    }

    /// The compiled expression. `None` cannot happen for one that `new` accepted, and would match nothing.
    pub(crate) fn get(&self) -> Option<&regex::bytes::Regex> {
        self.compiled.get_or_init(|| regex::bytes::Regex::new(&self.text).ok()).as_ref()
    }
}
