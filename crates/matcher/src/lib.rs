//! The pattern and matcher language of auditlint: model, compile, match.
//!
//! A rule document is read into a [`MatcherDocument`], which keeps every place for error messages. Compiling it for
//! one language gives a [`Program`]: flat arrays that compare numbers and bytes and allocate nothing while they try a
//! node. [`Program::match_at`] tries one node of an [`Analysis`] and gives a [`Match`].
//!
//! The language is a superset of ast-grep's, and a rule written for ast-grep finds the same places here. What differs
//! on purpose:
//! - `within` and `contains` are `inside` and `has` with `stopBy: end`;
//! - a rule needs no kind, and the match of a rule that consists of a relation alone is the node itself;
//! - `has` with `field` and a `stopBy` rule looks at every depth below the field, not at one level;
//! - a pattern that holds a syntax error is refused, and so is a kind that no node can have;
//! - `kind` may name a token (`=>`), and in Rust a `$` inside a string of a pattern is a `$`;
//! - a message or fix keeps a `$` that starts no name, and of several fixes the first is the one that is applied.
#![forbid(unsafe_code)]

mod analysis;
mod bounded;
mod captures;
mod case;
mod clause;
mod compile;
mod context;
mod document;
mod entries;
mod entry;
mod explain;
mod fix;
mod flow;
mod kinds;
mod label;
pub mod limits;
mod literal;
mod literals;
mod matching;
mod memory;
mod mistakes;
mod op;
mod option;
mod pattern;
mod program;
mod regexes;
mod rewrite;
mod run;
mod same;
mod selector;
mod shared;
mod template;
mod transform;
mod variable;

pub use analysis::Analysis;
pub use clause::{Clause, OptionCondition, Spanned};
pub use document::MatcherDocument;
pub use entry::{EntryKey, KeyPath, ProgramEntry};
pub use explain::ExplainStep;
pub use label::{Label, LabelStyle};
pub use literal::{Literal, Literals};
pub use matching::{CannotCarry, Edit, Excess, Match, Scratch};
pub use memory::Memory;
pub use program::Program;
pub use shared::SharedUtils;
