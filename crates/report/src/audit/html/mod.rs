//! The HTML format: one page that loads nothing, and that says everything without a script and on paper.
//!
//! Every text goes through the templates, which escape it, after what acts was shown as its escape. The script only hides what a reader
//! does not ask for.

mod burn_down;
mod filters;
mod page;
mod tables;
mod task;
mod text;

pub(super) use self::page::page;
