//! Task files to tasks.
#![forbid(unsafe_code)]
