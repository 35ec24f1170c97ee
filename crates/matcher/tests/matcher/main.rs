//! The matcher language, key by key: rules, code, and the places that must match.

mod limits;
mod names;
mod patterns;
mod prefilter;
mod rewriting;
mod rules;
mod sharing;
mod support;
