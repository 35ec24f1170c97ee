//! Names to which bundlers, compilers and test runners give another meaning, as JSON has them: `"^@/(.*)$": "<rootDir>/src/$1"`.

use std::sync::Arc;

use auditlint_source::Span;
use jsonc_parser::ast::{ObjectProp, Value as Json};

use super::json::span_of;

/// A pattern of specifiers that is replaced.
#[derive(Debug)]
pub(crate) struct Alias {
    pub(crate) span: Span,
    pub(crate) pattern: Arc<str>,
    /// The paths to which it leads, seen from the folder of the file; nothing where nobody can say.
    pub(crate) targets: Vec<Arc<str>>,
}

impl Alias {
    /// An entry of a table of aliases.
    pub(crate) fn of(entry: &ObjectProp<'_>) -> Self {
        let values: Vec<&Json<'_>> = match &entry.value {
            Json::Array(list) => list.elements.iter().collect(),
            value => vec![value],
        };
        let paths: Option<Vec<Arc<str>>> =
            values.iter().map(|value| plain_path(&value.as_string_lit()?.value).map(Arc::from)).collect();
        Self { span: span_of(&entry.name), pattern: entry.name.as_str().into(), targets: paths.unwrap_or_default() }
    }
}

/// The path that the target of an alias names, without what stands for the rest of the specifier. A plain word may be a package.
pub(crate) fn plain_path(target: &str) -> Option<&str> {
    let path = target.strip_prefix("<rootDir>/").or_else(|| target.starts_with('.').then_some(target))?;
    without_rest(path)
}

/// A path without `$1` or `*` at its end.
pub(crate) fn without_rest(path: &str) -> Option<&str> {
    let path = path.strip_suffix("$1").or_else(|| path.strip_suffix("/*")).unwrap_or(path).trim_end_matches('/');
    (!path.contains(['$', '*', '<'])).then_some(path)
}

/// Words with which a configuration makes an absolute path of a relative one.
const OF_PATHS: [&str; 15] = [
    "",
    "URL",
    "__dirname",
    "cwd",
    "dirname",
    "fileURLToPath",
    "import",
    "join",
    "meta",
    "new",
    "path",
    "process",
    "resolve",
    "rootDir",
    "url",
];

/// The path that an expression of a configuration spells: `"./src"`, `path.resolve(__dirname, "src")`; `None` where anything else
/// takes part in it.
pub(crate) fn spelled_path(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['"', '\'']).collect();
    if text.len() > 200 || text.contains(['`', '\\']) || parts.len().is_multiple_of(2) {
        return None;
    }
    let is_of_paths = |outside: &&str| {
        outside.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).all(|word| OF_PATHS.contains(&word))
    };
    if !parts.iter().step_by(2).all(is_of_paths) {
        return None;
    }
    let inside: Vec<&str> = parts.iter().skip(1).step_by(2).copied().collect();
    Some(inside.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_targets() {
        for (target, expected) in [
            ("<rootDir>/src/$1", Some("src")),
            ("<rootDir>/src/a.ts", Some("src/a.ts")),
            ("./src/*", Some("./src")),
            ("./", Some(".")),
            ("identity-obj-proxy", None),
            ("<rootDir>/$1/src", None),
            ("/abs/$1", None),
        ] {
            assert_eq!(plain_path(target), expected, "{target}");
        }
    }
}
