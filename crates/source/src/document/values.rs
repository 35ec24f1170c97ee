//! How many values a document may hold.

use crate::Span;
use crate::document::DocumentError;
use crate::limits::MAX_VALUES;

/// An error where a TOML or JSON text holds more values than are read. Before every value but the first stands one of a few
/// signs, so no value need be read to know it.
#[must_use]
pub fn too_many_values(text: &str) -> Option<DocumentError> {
    let mut signs = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'=' | b',' | b'[' | b'{' | b':'));
    let (at, _) = signs.nth(MAX_VALUES)?;
    let span = Span::new(at as u32, at as u32);
    Some(DocumentError::new(span, format!("the file holds more than {MAX_VALUES} values")).help("split the file"))
}
