//! A report in every output format.
#![forbid(unsafe_code)]
