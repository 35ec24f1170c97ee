//! Rust.

mod bind;
mod follow;
mod kinds;
mod mentions;
mod origins;
mod patterns;
mod prelude;
mod use_tree;

pub(crate) use bind::bind;
pub(crate) use follow::target;
pub(crate) use origins::origins;
pub(crate) use prelude::may_be_bare;
