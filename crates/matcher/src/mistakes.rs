//! Mistakes in a rule that are found in several places.

use auditlint_source::Span;
use auditlint_source::document::DocumentError;

use crate::limits::{MAX_NAMES, MAX_TEXT};

/// An error where a text of a rule is longer than what may be made of it.
pub(crate) fn too_long(span: Span, length: usize) -> Option<DocumentError> {
    let message = || format!("this text is {length} bytes long, the limit is {MAX_TEXT}");
    (length > MAX_TEXT).then(|| DocumentError::new(span, message()))
}

/// An error where a rule has more metavariables than it may have.
pub(crate) fn too_many_names(span: Span) -> DocumentError {
    DocumentError::new(span, format!("the rule has more than {MAX_NAMES} metavariables"))
}

/// An error about a name that nothing binds.
pub(crate) fn undefined(span: Span, name: &str, valid: &[&str]) -> DocumentError {
    if valid.is_empty() {
        DocumentError::new(span, format!("unknown metavariable `{name}`")).help("no pattern in this rule defines one")
    } else {
        DocumentError::unknown(span, "metavariable", name, valid)
    }
}
