//! What a pattern is walked for.

use crate::builder::Declaration;

/// What is done with the names of a pattern.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Declare { scope: u32, declaration: Declaration },
    Write,
}
