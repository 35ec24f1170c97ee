//! TypeScript, TSX and JavaScript.

mod bind;
mod destructure;
mod follow;
mod kinds;
mod origins;

pub(crate) use bind::bind;
pub(crate) use follow::target;
pub(crate) use origins::origins;
