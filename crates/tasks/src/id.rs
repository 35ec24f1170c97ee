//! Task ids.

use std::cell::RefCell;

use auditlint_source::document::{DocumentError, DocumentNode, DocumentValue, Setting, ValueShape};

auditlint_source::text_id! {
    /// The id of a task, with the prefix of its source (`api:P1-T1`) where the configuration gives one. Cheap to clone.
    TaskId
}

impl Setting for TaskId {
    fn shape() -> ValueShape {
        ValueShape::Scalar { what: "the id of a task" }
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let id = node.scalar();
        if id.is_none() {
            errors.borrow_mut().push(DocumentError::expected("the id of a task", node));
        }
        id.map(|id| Self::new(&id))
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.as_str().to_owned())
    }
}

/// The id with which a heading or list item starts (behind `` ` ``, `[`, `**`), where it starts with one: a word of
/// ASCII letters, digits, `-`, `_`, `.` that holds a letter. Whether it is one the caller must know better.
pub(crate) fn leading(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(['`', '*', '[', ' ', '~', '"']);
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let id = text[..end].trim_end_matches(['.', '-', '_']);
    // A path, an address or a word that goes on in another script is not an id.
    let ends = !text[end..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '\'' | '('));
    (ends && id.starts_with(|c: char| c.is_ascii_alphanumeric()) && id.contains(|c: char| c.is_ascii_alphabetic()))
        .then_some(id)
}

/// An id as it is compared where the exact spelling gives nothing: lower case, with `-` for `_` and spaces.
pub(crate) fn fold(id: &str) -> String {
    id.trim().chars().map(|c| if matches!(c, '_' | ' ') { '-' } else { c.to_ascii_lowercase() }).collect()
}
