//! What several providers read, each in one place: command lines, what files run, JSON, YAML, packages and their workspaces.

pub(crate) mod alias;
pub(crate) mod build_config;
pub(crate) mod cargo_toml;
pub(crate) mod commands;
pub(crate) mod compiler_config;
pub(crate) mod import_map;
pub(crate) mod indentation;
pub(crate) mod json;
pub(crate) mod migration_lock;
pub(crate) mod package_json;
pub(crate) mod python;
pub(crate) mod script_calls;
pub(crate) mod shell;
pub(crate) mod submodules;
pub(crate) mod task_definitions;
pub(crate) mod task_runners;
pub(crate) mod toml;
pub(crate) mod transpiler;
pub(crate) mod workspaces;
pub(crate) mod yaml;
