//! Python: scopes of functions, classes and comprehensions, and what a name in them refers to.

mod bind;
mod builtins;
mod exports;
mod follow;
mod imports;
mod kinds;
mod origins;

pub(crate) use bind::bind;
pub(crate) use follow::target;
pub(crate) use origins::origins;
