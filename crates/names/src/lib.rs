//! What the identifiers of one source refer to.
//!
//! [`Names::of`] makes one pass over a flat tree: it opens and closes scopes, declares what they bind, notes every use of a
//! name, and resolves all uses in the order of the scopes. [`Names::target`] then says what an expression is, whatever its
//! spelling: `p["env"]` behind `const p = globalThis.process` is `process.env`. Nothing here fails or panics on any tree, recurses
//! over its depth, or takes more than linear time to bind.
//!
//! What cannot be known is [`Target::Opaque`], and no rule may report it.
#![forbid(unsafe_code)]

mod binding;
mod builder;
mod builtin_modules;
mod by_family;
mod ecmascript;
mod escape;
mod evaluate;
mod export_path;
mod exported;
mod imported;
mod memo;
mod name_kinds;
mod origins;
mod path;
mod pattern;
mod python;
mod qualified;
mod rust;
mod symbols;
mod table;

pub use binding::{Access, Binding, BindingId, BindingKind, Reference};
pub use builtin_modules::is_builtin_module;
pub use export_path::ExportPath;
pub use exported::{ExportedName, ModuleExports};
pub use imported::{ImportedName, ImportedNames};
pub use name_kinds::{ends_otherwise, name_kinds};
pub use path::{Path, Target};
pub use pattern::{PathPattern, PathPatternError};
pub use qualified::QualifiedPath;
pub use table::Names;
