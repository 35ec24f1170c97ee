//! What every other crate of auditlint stands on: bytes and where they come from.
//!
//! [`Files`] is the only door to the outside: the worktree, the git index, an editor's buffers and tests all
//! answer through it. [`Span`] is the only span type, [`Problem`] the only way to say that something could not be
//! read or understood, and [`document`] the only reader of YAML and TOML.
//!
//! Nothing here touches the file system, the clock, the environment or git.
#![forbid(unsafe_code)]

mod decoded;
pub mod document;
mod files;
pub mod limits;
mod line_index;
mod module_kind;
mod nearest;
mod path;
mod problem;
mod role;
mod span;
mod text_id;

pub use decoded::{Decoded, NotText};
pub use files::{ContentId, Entry, EntryKind, Files, FilesState, MemoryFiles, ReadError};
pub use line_index::{LineIndex, Position};
pub use module_kind::ModuleKind;
pub use nearest::nearest;
pub use path::{FilePath, name_of};
pub use problem::{Problem, ProblemKind, ProblemLevel};
pub use role::Role;
pub use span::Span;
