//! The names of languages in rule documents.

use auditlint_syntax::Language;

/// Every name that `language` accepts, the one that messages use first; upper and lower case are the same.
pub(crate) const NAMES: [(&str, Language); 10] = [
    ("TypeScript", Language::TypeScript),
    ("Tsx", Language::Tsx),
    ("JavaScript", Language::JavaScript),
    ("Rust", Language::Rust),
    ("Python", Language::Python),
    ("ts", Language::TypeScript),
    ("js", Language::JavaScript),
    ("jsx", Language::JavaScript),
    ("rs", Language::Rust),
    ("py", Language::Python),
];

/// The languages that ast-grep has a grammar for and auditlint has not, with the other names that they go by.
const FOREIGN: [(&str, &[&str]); 23] = [
    ("Bash", &[]),
    ("C", &[]),
    ("C++", &["cpp", "cc", "cxx"]),
    ("C#", &["csharp", "cs"]),
    ("CSS", &[]),
    ("Dart", &[]),
    ("Elixir", &["ex"]),
    ("Go", &["golang"]),
    ("Haskell", &["hs"]),
    ("HCL", &[]),
    ("HTML", &[]),
    ("Java", &[]),
    ("JSON", &[]),
    ("Kotlin", &["kt"]),
    ("Lua", &[]),
    ("Markdown", &["md"]),
    ("Nix", &[]),
    ("PHP", &[]),
    ("Ruby", &["rb"]),
    ("Scala", &[]),
    ("Solidity", &["sol"]),
    ("Swift", &[]),
    ("YAML", &["yml"]),
];

/// The usual name of a language that ast-grep reads and auditlint does not.
pub(crate) fn foreign(name: &str) -> Option<&'static str> {
    let is_named = |known: &str| known.eq_ignore_ascii_case(name);
    FOREIGN
        .iter()
        .find(|(known, others)| is_named(known) || others.iter().any(|other| is_named(other)))
        .map(|found| found.0)
}

/// The language with that name.
pub(crate) fn named(name: &str) -> Option<Language> {
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, language)| *language)
}

/// Adds the languages that naming `language` in a rule stands for: TypeScript covers `.tsx` too.
pub(crate) fn extend(languages: &mut Vec<Language>, language: Language) {
    let also = (language == Language::TypeScript).then_some(Language::Tsx);
    for language in std::iter::once(language).chain(also) {
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
}
