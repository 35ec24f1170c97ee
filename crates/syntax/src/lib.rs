//! From the bytes of one source to its tree.
//!
//! tree-sitter parses; one cursor walk turns its tree into the flat [`Tree`], and the tree-sitter tree is dropped.
//! Nothing here knows of rules. Parsing never fails and never panics on any bytes: it returns what it understood
//! and, in [`Tree::not_understood`], what it did not.
#![forbid(unsafe_code)]

mod comment;
mod descent;
mod description;
mod descriptor;
mod ecmascript;
mod flatten;
mod grammar_parser;
mod kind;
mod language;
mod limits;
mod mask;
mod meter;
mod page;
mod parse;
mod python;
mod rust;
mod shell;
mod skim;
mod skim_reader;
mod tree;

pub use comment::comment_body;
pub use descent::Descent;
pub use descriptor::{Descriptor, Family, Vocabulary};
pub use ecmascript::ECMASCRIPT_FUNCTIONS;
pub use kind::{FieldId, KindId};
pub use language::Language;
pub use limits::{GaveUp, ParseLimits};
pub use meter::Meter;
pub use page::{Code, Page, languages_in, may_hold_code};
pub use parse::Parser;
pub use skim::Skim;
pub use tree::{Ancestors, Children, Node, NodeId, Tree};
