//! The one module that reads the environment.

use std::env;
use std::path::PathBuf;

use auditlint_report::wants_color;

/// Whether the program runs in a step of GitHub Actions.
pub(crate) fn is_github_step() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// The file whose content GitHub shows on the page of the run.
pub(crate) fn job_summary_file() -> Option<PathBuf> {
    path("GITHUB_STEP_SUMMARY")
}

/// The index that git tells a hook to use, where it is another one than the repository's.
pub(crate) fn index_file() -> Option<PathBuf> {
    let index = path("GIT_INDEX_FILE")?;
    Some(env::current_dir().map(|folder| folder.join(&index)).unwrap_or(index))
}

/// Whether to colour what goes to a stream, by the variables for it and by whether it is a terminal.
pub(crate) fn asks_for_color(is_terminal: bool) -> bool {
    let variable = |name: &str| env::var(name).ok();
    wants_color(
        variable("NO_COLOR").as_deref(),
        variable("CLICOLOR").as_deref(),
        variable("CLICOLOR_FORCE").as_deref(),
        is_terminal,
    )
}

/// How many columns text should have, where somebody says so.
pub(crate) fn columns() -> Option<usize> {
    env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok())
}

/// The program that a shell would run under a name.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let names = [name.to_owned(), format!("{name}{}", env::consts::EXE_SUFFIX)];
    env::split_paths(&folders)
        .flat_map(|folder| names.each_ref().map(|name| folder.join(name)))
        .find(|path| path.is_file())
}

/// The folder of whoever runs the program.
pub(crate) fn home() -> Option<PathBuf> {
    path("HOME").or_else(|| path("USERPROFILE"))
}

fn path(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
