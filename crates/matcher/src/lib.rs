//! The pattern and matcher language of auditlint: model, compile, match.
#![forbid(unsafe_code)]
