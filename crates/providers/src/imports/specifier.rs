//! What a module specifier names.

use std::collections::BTreeSet;

use auditlint_names::is_builtin_module;
use rustc_hash::{FxHashMap, FxHashSet};

/// The npm package that a specifier names; `None` for a path, a module of Node.js, a scheme such as `virtual:`, and what is not a valid
/// name of a package.
pub(super) fn package_of(specifier: &str) -> Option<&str> {
    const GIVEN: &[&str] = &["bun", "k6", "meteor", "pnpapi", "vscode"];
    if is_builtin_module(specifier)
        || specifier.starts_with(['.', '/', '#', '~', '$'])
        || specifier.contains([':', '?', '\\', ' ', '!'])
    {
        return None;
    }
    let mut ends = specifier.match_indices('/').map(|(at, _)| at);
    let end = if specifier.starts_with('@') { ends.nth(1) } else { ends.next() };
    let name = &specifier[..end.unwrap_or(specifier.len())];
    let is_part = |part: &str| {
        let is_letter =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_');
        part.bytes().all(is_letter) && part.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
    };
    let is_name = match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| is_part(scope) && is_part(name)),
        None => is_part(name),
    };
    // Runtimes bring some modules along that no registry has.
    (is_name && !GIVEN.contains(&name)).then_some(name)
}

/// The package of DefinitelyTyped with the types of a package.
pub(super) fn types_package(name: &str) -> String {
    let scoped = name.strip_prefix('@').and_then(|scoped| scoped.split_once('/'));
    scoped.map_or_else(|| format!("@types/{name}"), |(scope, name)| format!("@types/{scope}__{name}"))
}

/// Specifiers that something else than npm gives a meaning to: `@/*`, `*.svg`, `^src/(.*)$`, `src`.
pub(super) struct SpecifierAlias {
    start: String,
    end: String,
    /// Whether only the whole specifier is meant, or what stands behind it and a slash.
    whole: bool,
}

impl SpecifierAlias {
    /// How the specifiers begin that it is about.
    pub(super) fn into_start(self) -> String {
        self.start
    }

    /// A pattern with one `*`, as in `paths` and `declare module`.
    pub(super) fn of_pattern(pattern: &str) -> Self {
        match pattern.split_once('*') {
            Some((start, end)) => Self { start: start.to_owned(), end: end.to_owned(), whole: false },
            None => Self { start: pattern.to_owned(), end: String::new(), whole: true },
        }
    }

    /// A name or regular expression, as in the configuration of bundlers and test runners; `None` where it does not begin like a
    /// specifier.
    pub(super) fn of_configuration(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('^');
        let end = text.find(['*', '(', '$', '\\', '[', '|', '+', '?']).unwrap_or(text.len());
        let start = &text[..end];
        let begins_well =
            start.starts_with(|first: char| first.is_ascii_alphanumeric() || matches!(first, '@' | '~' | '#'));
        begins_well.then(|| Self {
            start: start.to_owned(),
            end: String::new(),
            whole: end == text.len() || text[end..] == *"$",
        })
    }
}

/// Many aliases, found by how they begin, so that asking costs the same however many there are.
#[derive(Default)]
pub(super) struct Aliases {
    by_start: FxHashMap<String, AliasGroup>,
    lengths: BTreeSet<usize>,
}

/// Aliases that begin alike.
#[derive(Default)]
struct AliasGroup {
    has_whole: bool,
    ends: FxHashSet<String>,
    lengths: BTreeSet<usize>,
}

impl Aliases {
    /// Whether one of them gives a specifier a meaning.
    pub(super) fn cover(&self, specifier: &str) -> bool {
        self.lengths.range(..=specifier.len()).any(|length| {
            let ends = specifier.get(..*length).and_then(|start| Some((start, self.by_start.get(start)?)));
            ends.is_some_and(|(start, ends)| ends.cover(start, &specifier[*length..]))
        })
    }
}

impl Extend<SpecifierAlias> for Aliases {
    fn extend<I: IntoIterator<Item = SpecifierAlias>>(&mut self, aliases: I) {
        for alias in aliases {
            self.lengths.insert(alias.start.len());
            let ends = self.by_start.entry(alias.start).or_default();
            if alias.whole {
                ends.has_whole = true;
            } else {
                ends.lengths.insert(alias.end.len());
                ends.ends.insert(alias.end);
            }
        }
    }
}

impl AliasGroup {
    fn cover(&self, start: &str, rest: &str) -> bool {
        // An alias of a bundler holds for what stands behind a slash as well.
        let is_whole = self.has_whole && (rest.is_empty() || rest.starts_with('/') || start.ends_with('/'));
        let has_end = |length: &usize| rest.get(rest.len() - length..).is_some_and(|end| self.ends.contains(end));
        is_whole || self.lengths.range(..=rest.len()).any(has_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages() {
        for (specifier, expected) in [
            ("react", Some("react")),
            ("react/jsx-runtime", Some("react")),
            ("@scope/name/deep", Some("@scope/name")),
            ("lodash.merge", Some("lodash.merge")),
            ("./a", None),
            ("/a", None),
            ("#internal", None),
            ("@/a", None),
            ("~/a", None),
            ("node:fs", None),
            ("fs/promises", None),
            ("virtual:pwa", None),
            ("Foo", None),
            ("a b", None),
            ("./a.svg?raw", None),
            ("@scope", None),
            ("", None),
        ] {
            assert_eq!(package_of(specifier), expected, "{specifier}");
        }
        assert_eq!(types_package("@a/b"), "@types/a__b");
        assert_eq!(types_package("node"), "@types/node");
    }

    #[test]
    fn aliases() {
        let covers = |alias: SpecifierAlias, specifier: &str| {
            let mut aliases = Aliases::default();
            aliases.extend([alias]);
            aliases.cover(specifier)
        };
        for (pattern, specifier, expected) in [
            ("@app/*", "@app/db", true),
            ("@app/*", "@apps/db", false),
            ("*.svg", "a.svg", true),
            ("*.svg", "svg", false),
            ("exact", "exact", true),
            ("exact", "exactly", false),
            ("*", "anything", true),
        ] {
            assert_eq!(covers(SpecifierAlias::of_pattern(pattern), specifier), expected, "{pattern} {specifier}");
        }
        for (text, specifier, expected) in [
            ("src", "src/a", Some(true)),
            ("src", "srcs", Some(false)),
            ("^lib/(.*)$", "lib/a", Some(true)),
            ("^uuid$", "uuid", Some(true)),
            ("^uuid$", "uuids", Some(false)),
            ("\\.css$", "a", None),
            ("**/*.ts", "a", None),
        ] {
            let covers = SpecifierAlias::of_configuration(text).map(|alias| covers(alias, specifier));
            assert_eq!(covers, expected, "{text} {specifier}");
        }
    }
}
