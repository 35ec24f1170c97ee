//! What several providers read, each in one place: command lines, what files run, JSON, packages and their workspaces.

pub(crate) mod commands;
pub(crate) mod json;
pub(crate) mod migration_lock;
pub(crate) mod package_json;
pub(crate) mod script_calls;
pub(crate) mod shell;
pub(crate) mod transpiler;
pub(crate) mod workspaces;
