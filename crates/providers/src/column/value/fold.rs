//! What several origins of one value come to.

use std::sync::Arc;

use super::super::fact::{ColumnValue, Sealed, ValueFlow};
use super::names::says_plain;

/// At most this many origins in other files are kept for one value; with more of them nobody knows.
const MOST_FLOWS: usize = 8;

/// At most this many letters of what decided are shown.
const SHOWN: usize = 60;

/// One origin of a value.
pub(super) struct ValueLeaf<'a> {
    pub(super) is: Is,
    /// What decides, as it is written.
    pub(super) how: &'a str,
    /// Whether it is put together with others: a part that is sealed then seals the whole, like a ciphertext beside its nonce.
    pub(super) is_part: bool,
    /// Whether it is a name of which nothing else is known.
    pub(super) is_named: bool,
}

/// What an origin is.
pub(super) enum Is {
    Sealed(Sealed),
    /// Something of another file.
    Elsewhere(ValueFlow),
}

/// What the origins of a value come to; `None` where nothing is written at all.
pub(super) fn fold(mut leaves: Vec<ValueLeaf<'_>>) -> Option<ColumnValue> {
    let is_yes = |leaf: &ValueLeaf<'_>| matches!(leaf.is, Is::Sealed(Sealed::Yes));
    if leaves.iter().any(|leaf| leaf.is_part && is_yes(leaf)) {
        leaves.retain(|leaf| !leaf.is_part || is_yes(leaf));
    }
    // A token beside something that only has a name is a token: `${action}.${secureToken}`.
    let is_open = |leaf: &ValueLeaf<'_>| match &leaf.is {
        Is::Sealed(sealed) => *sealed == Sealed::No,
        Is::Elsewhere(flow) => flow.taken == Sealed::No,
    };
    if leaves.iter().any(|leaf| is_open(leaf) && says_plain(leaf.how)) {
        leaves.retain(|leaf| !leaf.is_part || !leaf.is_named || is_open(leaf));
    }
    let first = leaves.first()?;
    let mut value = ColumnValue { own: None, how: shown(first.how), from: Vec::new(), is_named: true };
    // What makes it plain is what a person wants to see.
    if let Some(plain) = leaves.iter().find(|leaf| matches!(leaf.is, Is::Sealed(Sealed::No))) {
        value.how = shown(plain.how);
    }
    for leaf in leaves {
        value.is_named &= leaf.is_named || matches!(leaf.is, Is::Sealed(Sealed::No));
        match leaf.is {
            Is::Sealed(sealed) => value.own = Some(sealed.or(value.own)),
            Is::Elsewhere(_) if value.from.len() == MOST_FLOWS => value.own = Some(Sealed::Unknown),
            Is::Elsewhere(flow) => value.from.push(flow),
        }
    }
    Some(value)
}

/// Whether a text is a digest as libraries write it: `$2b$10$…`, `$argon2id$…`, `{SSHA}…`.
pub(super) fn is_digest_text(text: &str) -> bool {
    const MARKS: &[&str] =
        &["$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$argon2", "$pbkdf2", "$scrypt$", "{SSHA", "{SHA", "pbkdf2_sha"];
    MARKS.iter().any(|mark| text.starts_with(mark))
}

/// A text on one line, cut where it is long.
fn shown(text: &str) -> Arc<str> {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(SHOWN) {
        line.truncate(end);
        line.push('…');
    }
    line.into()
}
