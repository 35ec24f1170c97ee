//! The words of an identifier.

pub(super) use auditlint_providers::identifier_words as words;
