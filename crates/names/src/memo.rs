//! What lookups remember of the values of bindings.

use crate::Target;

/// What is known of the values of bindings.
#[derive(Debug)]
pub(crate) struct Memo {
    pub(crate) values: Vec<MemoState>,
    pub(crate) nested: u32,
}

/// What is known of the value of one binding.
#[derive(Clone, Debug)]
pub(crate) enum MemoState {
    No,
    Running,
    Yes(LookupBase),
}

impl Memo {
    pub(crate) fn new(bindings: usize) -> Self {
        Self { values: vec![MemoState::No; bindings], nested: 0 }
    }
}

/// What a lookup has found so far.
#[derive(Clone, Debug)]
pub(crate) enum LookupBase {
    Target(Target),
    /// A value that is not a path: a literal, an object, a function.
    Value,
    /// An instance of a class of the file, or the class itself.
    This {
        class: u32,
        is_static: bool,
    },
}
