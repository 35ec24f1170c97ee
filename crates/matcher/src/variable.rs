//! How metavariables are written: `$A`, `$_A`, `$$A`, `$$$`, `$$$A`.

use auditlint_syntax::Language;

/// A metavariable as it stands in a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variable<'t> {
    /// `$A`, or without a name `$_` and `$_A`; with two dollars it matches tokens too.
    One { name: Option<&'t str>, named: bool },
    /// `$$$A`, or without a name `$$$` and `$$$_`: any number of siblings.
    Many { name: Option<&'t str> },
}

/// The character that stands for `$` while a pattern is parsed.
pub(crate) fn sigil(language: Language) -> char {
    language.descriptor().sigil
}

/// The text of a pattern with the `$` of its metavariables written as the language's parser can take it.
pub(crate) fn with_sigil(code: &str, language: Language) -> String {
    let sigil = sigil(language);
    if sigil == '$' {
        return code.to_owned();
    }
    let mut text = String::with_capacity(code.len() + 8);
    let mut dollars = 0;
    for c in code.chars().map(Some).chain([None]) {
        if c == Some('$') {
            dollars += 1;
            continue;
        }
        let variable = dollars == 3 || c.is_some_and(starts_name);
        text.extend(std::iter::repeat_n(if variable { sigil } else { '$' }, dollars));
        dollars = 0;
        text.extend(c);
    }
    text
}

/// Reads the whole of `text` as a metavariable.
pub(crate) fn parse(text: &str, sigil: char) -> Option<Variable<'_>> {
    let name = text.trim_start_matches(sigil);
    let sigils = (text.len() - name.len()) / sigil.len_utf8();
    let whole = name.starts_with(starts_name) && name.chars().all(continues_name);
    let captured = (!name.starts_with('_')).then_some(name);
    match sigils {
        1 | 2 if whole => Some(Variable::One { name: captured, named: sigils == 1 }),
        3 if name.is_empty() => Some(Variable::Many { name: None }),
        3 if whole => Some(Variable::Many { name: captured }),
        _ => None,
    }
}

/// Whether a metavariable's name may start with it.
pub(crate) fn starts_name(c: char) -> bool {
    matches!(c, 'A'..='Z' | '_')
}

/// Whether it may stand inside a metavariable's name.
pub(crate) fn continues_name(c: char) -> bool {
    starts_name(c) || c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names() {
        let one = |name, named| Some(Variable::One { name, named });
        for (text, expected) in [
            ("$A", one(Some("A"), true)),
            ("$A1_B", one(Some("A1_B"), true)),
            ("$_", one(None, true)),
            ("$_A", one(None, true)),
            ("$$A", one(Some("A"), false)),
            ("$$_", one(None, false)),
            ("$$$", Some(Variable::Many { name: None })),
            ("$$$_A", Some(Variable::Many { name: None })),
            ("$$$ARGS", Some(Variable::Many { name: Some("ARGS") })),
            ("$a", None),
            ("$1", None),
            ("$", None),
            ("$$", None),
            ("$$$$", None),
            ("$A.b", None),
            ("A", None),
        ] {
            assert_eq!(parse(text, '$'), expected, "{text}");
        }
    }

    #[test]
    fn replaces_dollars_for_rust_only() {
        assert_eq!(with_sigil("f($A, $$$, $$$B, $x, $1, $$$", Language::Rust), "f(µA, µµµ, µµµB, $x, $1, µµµ");
        assert_eq!(with_sigil("f($A)", Language::Tsx), "f($A)");
    }
}
