//! Words in the text of a module of Rust.

use std::sync::Arc;

pub(super) fn shared(name: &[u8]) -> Arc<str> {
    String::from_utf8_lossy(name).into()
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) fn begins_word(text: &[u8], at: usize) -> bool {
    text[..at].last().is_none_or(|byte| !is_word(*byte))
}

pub(super) fn word_at(text: &[u8], at: usize) -> &[u8] {
    let rest = &text[at.min(text.len())..];
    &rest[..rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len())]
}
