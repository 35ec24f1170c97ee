//! The folders of other repositories, as `.gitmodules` names them.

/// The file that names them.
pub(crate) const GITMODULES: &str = ".gitmodules";

/// The folders that a text names.
pub(crate) fn submodules(text: &str) -> impl Iterator<Item = &str> {
    let paths = text.lines().filter_map(|line| line.trim().strip_prefix("path")?.trim_start().strip_prefix('='));
    paths.map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_paths() {
        let text = "[submodule \"a\"]\n\tpath = lib/a\n\turl = x\n[submodule \"b\"]\n path=b\n";
        assert_eq!(submodules(text).collect::<Vec<_>>(), ["lib/a", "b"]);
    }
}
