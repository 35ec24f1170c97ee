//! Task ids.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The id of a task, with the prefix of its source (`api:P1-T1`) where the configuration gives one. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(Arc<str>);

impl TaskId {
    /// An id as text.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for TaskId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The id with which a heading or list item starts (behind `` ` ``, `[`, `**`), where it starts with one: a word of
/// ASCII letters, digits, `-`, `_`, `.` that holds a letter. Whether it is one the caller must know better.
pub(crate) fn leading(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(['`', '*', '[', ' ', '~', '"']);
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let id = text[..end].trim_end_matches(['.', '-', '_']);
    // A path, an address or a word that goes on in another script is no id.
    let ends = !text[end..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '\'' | '('));
    (ends && id.starts_with(|c: char| c.is_ascii_alphanumeric()) && id.contains(|c: char| c.is_ascii_alphabetic()))
        .then_some(id)
}

/// An id as it is compared where the exact spelling gives nothing: lower case, with `-` for `_` and spaces.
pub(crate) fn fold(id: &str) -> String {
    id.trim().chars().map(|c| if matches!(c, '_' | ' ') { '-' } else { c.to_ascii_lowercase() }).collect()
}
