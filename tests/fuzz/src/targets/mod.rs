//! What is fuzzed: functions over bytes that hold what they promise against whatever they are given.
//!
//! The fuzzer (`tests/fuzz/run`) and a test of the workspace, which replays the corpus, share them.

#[path = "../../../../crates/syntax/tests/consistency/mod.rs"]
mod consistency;
mod documents;
mod engine;
mod facts;
mod hold;
mod input;
mod matching;
mod sources;
mod tasks;

/// One thing to fuzz.
pub(crate) struct Target {
    /// Its name, that of its folder in the corpus.
    pub(crate) name: &'static str,
    /// Panics where something does not hold.
    pub(crate) run: fn(&[u8]),
    /// Longer inputs are not generated: what is slower per byte gets less of it.
    pub(crate) max_len: usize,
}

const KIB: usize = 1024;

const fn target(name: &'static str, run: fn(&[u8]), max_len: usize) -> Target {
    Target { name, run, max_len }
}

/// Every target.
pub(crate) const TARGETS: &[Target] = &[
    target("rule_yaml", documents::rule_yaml, 16 * KIB),
    target("rule_examples", documents::rule_examples, 8 * KIB),
    target("config", documents::config, 64 * KIB),
    target("sgconfig", documents::sgconfig, 64 * KIB),
    target("yaml", documents::yaml, 64 * KIB),
    target("toml", documents::toml, 64 * KIB),
    target("globs", documents::globs, 4 * KIB),
    target("tasks_yaml", tasks::tasks_yaml, 64 * KIB),
    target("tasks_markdown", tasks::tasks_markdown, 64 * KIB),
    target("tasks_checklist", tasks::tasks_checklist, 64 * KIB),
    target("tasks_markers", tasks::tasks_markers, 16 * KIB),
    target("tasks_auto", tasks::tasks_auto, 64 * KIB),
    target("tasks_external", tasks::tasks_external, 64 * KIB),
    target("line_index", sources::line_index, 64 * KIB),
    target("skim_ecmascript", sources::skim_ecmascript, 64 * KIB),
    target("skim_rust", sources::skim_rust, 64 * KIB),
    target("tree_ecmascript", sources::tree_ecmascript, 16 * KIB),
    target("pages", sources::pages, 16 * KIB),
    target("islands", sources::islands, 16 * KIB),
    target("names_ecmascript", sources::names_ecmascript, 16 * KIB),
    target("names_rust", sources::names_rust, 16 * KIB),
    target("sql", facts::sql, 64 * KIB),
    target("sql_in_code", facts::sql_in_code, 16 * KIB),
    target("prisma", facts::prisma, 64 * KIB),
    target("prisma_client", facts::prisma_client, 16 * KIB),
    target("shell", facts::shell, 16 * KIB),
    target("columns", facts::columns, 16 * KIB),
    target("dotenv", facts::dotenv, 64 * KIB),
    target("makefile", facts::makefile, 16 * KIB),
    target("github_workflow", facts::github_workflow, 16 * KIB),
    target("gitlab_ci", facts::gitlab_ci, 16 * KIB),
    target("pipelines", facts::pipelines, 16 * KIB),
    target("package_json", facts::package_json, 64 * KIB),
    target("tsconfig", facts::tsconfig, 64 * KIB),
    target("imports", facts::imports, 16 * KIB),
    target("cargo_toml", facts::cargo_toml, 64 * KIB),
    target("cargo_code", facts::cargo_code, 16 * KIB),
    target("env_code", facts::env_code, 16 * KIB),
    target("markdown_links", facts::markdown_links, 64 * KIB),
    target("matcher", matching::matcher, 8 * KIB),
    target("templates", matching::templates, 8 * KIB),
    target("suppressions", engine::suppressions, 4 * KIB),
    target("fixes", engine::fixes, 4 * KIB),
    target("ignore_files", engine::ignore_files, 16 * KIB),
    target("init", engine::init, 4 * KIB),
    target("incremental", engine::incremental, 8 * KIB),
    target("engine", engine::engine, 8 * KIB),
];
