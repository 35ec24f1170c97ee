//! TypeScript, TSX and JavaScript.

mod bind;
mod classes;
mod destructure;
mod exports;
mod follow;
mod functions;
mod kinds;
mod modules;
mod origins;
mod purpose;

pub(crate) use bind::bind;
pub(crate) use exports::exports;
pub(crate) use follow::target;
pub(crate) use origins::origins;
