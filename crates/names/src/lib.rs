//! What the identifiers of one tree refer to.
#![forbid(unsafe_code)]
