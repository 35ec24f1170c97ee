//! The names of languages in rule documents.

use auditlint_syntax::Language;

/// Every name that `language` accepts, the one that messages use first; upper and lower case are the same.
pub(crate) const NAMES: [(&str, Language); 8] = [
    ("TypeScript", Language::TypeScript),
    ("Tsx", Language::Tsx),
    ("JavaScript", Language::JavaScript),
    ("Rust", Language::Rust),
    ("ts", Language::TypeScript),
    ("js", Language::JavaScript),
    ("jsx", Language::JavaScript),
    ("rs", Language::Rust),
];

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
