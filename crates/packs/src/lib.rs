//! The rules that ship with auditlint.
#![forbid(unsafe_code)]
