//! Code that a minifier wrote, known by its lines.

use crate::limits::MINIFIED_LINE;

/// Whether a text of at least `from` bytes is in lines as long as a minifier writes them. Of others no more than the beginning is looked at.
#[must_use]
pub fn is_minified(text: &[u8], from: usize) -> bool {
    let most = text.len() / MINIFIED_LINE;
    text.len() >= from && memchr::memchr_iter(b'\n', text).nth(most).is_none()
}
