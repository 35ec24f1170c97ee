//! Packages whose site is built before it is served, by the configuration of what builds it.

use auditlint_source::{FilePath, Span};

use super::fact::{Facts, KindFact};

/// The folder in which VitePress has its configuration, below what it builds.
pub(super) const VITEPRESS: &str = ".vitepress";

/// Says so of a file that configures such a tool: `text` is its text.
pub(super) fn extract(path: &FilePath, text: &str, out: &mut Facts) {
    let Some(tool) = builder(path, text) else { return };
    let evidence = format!("its package builds a site with {tool} before it is served, by `{}`", path.name()).into();
    out.say(Span::new(0, 1), KindFact::BuildsSite { evidence });
}

fn builder(path: &FilePath, text: &str) -> Option<&'static str> {
    let stem = path.name().rsplit_once('.').map_or(path.name(), |(stem, _)| stem);
    // What the configuration says of what comes out: `output: "server"`.
    let output = || {
        let behind = text.split_once("output")?.1.trim_start().strip_prefix(':')?.trim_start();
        behind.strip_prefix(['"', '\''])?.split(['"', '\'']).next()
    };
    match stem {
        "astro.config" => output().is_none_or(|output| output == "static").then_some("Astro"),
        "next.config" => (output() == Some("export")).then_some("Next.js"),
        "docusaurus.config" => Some("Docusaurus"),
        "eleventy.config" | ".eleventy" => Some("Eleventy"),
        "config" => {
            let is_inside = path.parent().is_some_and(|folder| folder.name() == VITEPRESS);
            is_inside.then_some("VitePress")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_that_are_built() {
        for (path, text, expected) in [
            ("docs/astro.config.mjs", "export default defineConfig({ output: 'static' })", Some("Astro")),
            ("astro.config.ts", "export default defineConfig({ site })", Some("Astro")),
            ("astro.config.ts", "export default defineConfig({ output: \"server\" })", None),
            ("astro.config.ts", "export default defineConfig({ output: 'hybrid' })", None),
            ("next.config.js", "module.exports = { output: 'export' }", Some("Next.js")),
            ("next.config.js", "module.exports = { output: 'standalone' }", None),
            ("next.config.js", "module.exports = {}", None),
            ("docs/.vitepress/config.mts", "", Some("VitePress")),
            ("docs/config.mts", "", None),
            (".eleventy.js", "", Some("Eleventy")),
        ] {
            assert_eq!(builder(&FilePath::new(path), text), expected, "{path}: {text}");
        }
    }
}
