//! The rules that ship with auditlint, by pack.
//!
//! Rules in YAML stand in the folder `rules` of the repository; the build script brings them into a compact form that holds
//! their compiled programs. Rules that no matcher language should say stand in [`native`], one file each.
#![forbid(unsafe_code)]

mod native;
mod pack;

pub use pack::{Pack, packs};
