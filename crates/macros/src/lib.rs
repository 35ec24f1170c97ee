//! Proc macros with which a rule written in Rust declares itself.
#![forbid(unsafe_code)]
