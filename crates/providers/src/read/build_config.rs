//! Where configurations of bundlers and of the TypeScript compiler say that files are written, `build: { outDir: "served" }`, and from
//! which sources.

use auditlint_facts::Source;
use auditlint_matcher::Analysis;
use auditlint_source::{FilePath, Span};
use auditlint_syntax::{Language, NodeId, Tree};

use super::{alias, compiler_config};
use crate::kinds::Kinds;

static PAIRS: Kinds = Kinds::new(&["pair"]);

/// Keys of configurations under which a path is that of what is written.
const OUTPUTS: [&str; 10] = [
    "buildPath",
    "declarationDir",
    "destDir",
    "distDir",
    "outDir",
    "outFile",
    "outdir",
    "outfile",
    "outputDir",
    "outputPath",
];

/// The same of keys that say it only in an object `output`.
const OF_OUTPUT: [&str; 5] = ["dir", "distPath", "file", "path", "publicDir"];

/// Keys under which the sources stand with which a bundler begins.
const ENTRIES: [&str; 4] = ["entries", "entry", "entryPoints", "input"];

/// How far a key lies below its object `output` at most: `output: { distPath: { root: "x" } }`.
const DEEPEST: usize = 8;

/// Whether a file may configure a bundler or a test runner, by its name or its folder.
pub(crate) fn is_config(path: &FilePath) -> bool {
    let names = [".config.", "webpack", "babel", "alias", "esbuild", ".umirc.", "config-overrides."];
    let folder = path.parent().unwrap_or_default();
    names.iter().any(|part| path.name().contains(part))
        || path.name().starts_with("build.")
        || matches!(folder.name(), ".storybook" | "webpack" | "build")
}

/// Whether a file may be such a configuration.
pub(crate) fn may_configure(path: &FilePath) -> bool {
    let name = path.name();
    compiler_config::is_compiler_config(path)
        || (Language::of_path(path).is_some_and(Language::is_ecmascript)
            && (name.contains(".config.")
                || ["webpack", "rollup", "esbuild"].iter().any(|tool| name.starts_with(tool))))
}

/// Whether its text may name something that is written.
pub(crate) fn may_name(text: &[u8]) -> bool {
    let words = OUTPUTS.iter().copied().chain(["output"]);
    words.into_iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

/// The paths that a configuration says are written, seen from its folder.
pub(crate) fn written(source: &Source<'_, '_>) -> Vec<(Span, String)> {
    if compiler_config::is_compiler_config(source.path) {
        return match &*compiler_config::of(source) {
            Ok(config) => config.written.iter().filter_map(|(span, path)| Some((*span, plain(path)?))).collect(),
            Err(_) => Vec::new(),
        };
    }
    let Some(analysis) = source.analysis() else { return Vec::new() };
    let tree = analysis.tree();
    let pairs = PAIRS.of(tree.language());
    let nodes = (0..tree.len()).map(NodeId).filter(|node| pairs.contains(tree.kind(*node)));
    nodes.filter_map(|pair| Some((tree.span(pair), of_pair(analysis, pair)?))).collect()
}

/// The sources with which a configuration of a bundler begins, seen from its folder: each text under such a key, patterns too.
pub(crate) fn entries(analysis: &Analysis<'_>) -> Vec<(Span, String)> {
    let tree = analysis.tree();
    let pairs = PAIRS.of(tree.language());
    let is_entry = |pair: &NodeId| {
        pairs.contains(tree.kind(*pair)) && key(analysis, *pair).is_some_and(|key| ENTRIES.contains(&key))
    };
    let mut found = Vec::new();
    let mut behind = 0;
    for pair in (0..tree.len()).map(NodeId).filter(is_entry) {
        // One inside of another one was read with it.
        if pair.0 < behind {
            continue;
        }
        behind = tree.subtree_end(pair);
        let Some(value) = tree.child_by_field_name(pair, "value") else { continue };
        let texts = tree.subtree(value).filter(|node| tree.kind_name(*node) == "string");
        let is_key =
            |text: &NodeId| tree.parent(*text).is_some_and(|pair| tree.child_by_field_name(pair, "key") == Some(*text));
        let texts = texts.filter(|text| !is_key(text));
        found.extend(texts.map(|text| (tree.span(text), analysis.words(text).trim_matches(['"', '\'']).to_owned())));
    }
    found
}

fn of_pair(analysis: &Analysis<'_>, pair: NodeId) -> Option<String> {
    let tree = analysis.tree();
    let key = key(analysis, pair)?;
    let is_output = OUTPUTS.contains(&key) || (OF_OUTPUT.contains(&key) && is_below_output(analysis, tree, pair));
    let value = tree.child_by_field_name(pair, "value").filter(|_| is_output)?;
    plain(&alias::spelled_path(analysis.words(value))?)
}

/// A path that is that of a file or folder below the one of the configuration or beside it.
fn plain(path: &str) -> Option<String> {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let is_plain = !path.starts_with('/') && !path.contains(['[', '*', '$', '<', ':']);
    (is_plain && !matches!(path, "" | "." | "..")).then(|| path.to_owned())
}

fn key<'a>(analysis: &'a Analysis<'_>, pair: NodeId) -> Option<&'a str> {
    let key = analysis.tree().child_by_field_name(pair, "key")?;
    Some(analysis.words(key).trim_matches(['"', '\'']))
}

fn is_below_output(analysis: &Analysis<'_>, tree: &Tree, pair: NodeId) -> bool {
    let mut above = tree.ancestors(pair).take(DEEPEST).filter(|above| tree.kind_name(*above) == "pair");
    above.any(|above| key(analysis, above) == Some("output"))
}

#[cfg(test)]
mod tests {
    use auditlint_source::FilePath;

    use super::*;

    #[test]
    fn files_that_configure() {
        for (path, expected) in [
            ("vite.config.ts", true),
            ("webpack.prod.js", true),
            ("app/tsconfig.build.json", true),
            ("rollup.config.mjs", true),
            ("src/config.ts", false),
            ("package.json", false),
        ] {
            assert_eq!(may_configure(&FilePath::new(path)), expected, "{path}");
        }
        assert_eq!(plain("./served/"), Some("served".to_owned()));
        assert_eq!(plain("../api/public"), Some("../api/public".to_owned()));
        for path in ["", ".", "./", "..", "/abs", "[name].js"] {
            assert_eq!(plain(path), None, "{path}");
        }
    }
}
