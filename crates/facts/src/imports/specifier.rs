//! What a module specifier names.

use auditlint_names::is_builtin_module;

/// The npm package that a specifier names; `None` for a path, a module of Node.js, a scheme such as `virtual:`, and what is no valid
/// name of a package.
pub(super) fn package_of(specifier: &str) -> Option<&str> {
    const GIVEN: &[&str] = &["bun", "k6", "meteor", "vscode"];
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

/// The package whose types a package of DefinitelyTyped has.
pub(super) fn typed_package(name: &str) -> Option<String> {
    let typed = name.strip_prefix("@types/")?;
    Some(typed.split_once("__").map_or_else(|| typed.to_owned(), |(scope, name)| format!("@{scope}/{name}")))
}

/// Specifiers that something else than npm gives a meaning to: `@/*`, `*.svg`, `^src/(.*)$`, `src`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alias {
    start: String,
    end: String,
    /// Whether only the whole specifier is meant, or what stands behind it and a slash.
    whole: bool,
}

impl Alias {
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

    pub(super) fn covers(&self, specifier: &str) -> bool {
        let Some(rest) = specifier.strip_prefix(self.start.as_str()) else { return false };
        // An alias of a bundler holds for what stands behind a slash as well.
        let fits = !self.whole || rest.is_empty() || rest.starts_with('/') || self.start.ends_with('/');
        fits && rest.ends_with(&self.end)
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
        assert_eq!(typed_package("@types/a__b").as_deref(), Some("@a/b"));
        assert_eq!(typed_package("@types/node").as_deref(), Some("node"));
        assert_eq!(typed_package("types"), None);
    }

    #[test]
    fn aliases() {
        for (pattern, specifier, expected) in [
            ("@app/*", "@app/db", true),
            ("@app/*", "@apps/db", false),
            ("*.svg", "a.svg", true),
            ("*.svg", "svg", false),
            ("exact", "exact", true),
            ("exact", "exactly", false),
            ("*", "anything", true),
        ] {
            assert_eq!(Alias::of_pattern(pattern).covers(specifier), expected, "{pattern} {specifier}");
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
            let covers = Alias::of_configuration(text).map(|alias| alias.covers(specifier));
            assert_eq!(covers, expected, "{text} {specifier}");
        }
    }
}
