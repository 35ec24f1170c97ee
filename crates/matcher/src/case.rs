//! Changing the case of names, for the transform `convert`.

use serde::{Deserialize, Serialize};

/// The cases that a name can be brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Case {
    Lower,
    Upper,
    Capitalize,
    Camel,
    Snake,
    Kebab,
    Pascal,
}

/// Where one word of a name ends and the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Separator {
    CaseChange,
    Dash,
    Dot,
    Slash,
    Space,
    Underscore,
}

impl Case {
    pub(crate) const WORDS: [(&'static str, Self); 7] = [
        ("lowerCase", Self::Lower),
        ("upperCase", Self::Upper),
        ("capitalize", Self::Capitalize),
        ("camelCase", Self::Camel),
        ("snakeCase", Self::Snake),
        ("kebabCase", Self::Kebab),
        ("pascalCase", Self::Pascal),
    ];

    /// Brings `text` to this case. Words are separated by everything that separates, where `separators` is `None`.
    pub(crate) fn apply(self, text: &str, separators: Option<&[Separator]>) -> String {
        let words = || split(text, separators);
        let lower = |joint: &str| words().iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join(joint);
        match self {
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::Capitalize => capitalize(text),
            Self::Snake => lower("_"),
            Self::Kebab => lower("-"),
            Self::Pascal => words().into_iter().map(capitalize).collect(),
            Self::Camel => words()
                .into_iter()
                .enumerate()
                .map(|(index, word)| if index == 0 { word.to_lowercase() } else { capitalize(word) })
                .collect(),
        }
    }
}

impl Separator {
    pub(crate) const WORDS: [(&'static str, Self); 6] = [
        ("caseChange", Self::CaseChange),
        ("dash", Self::Dash),
        ("dot", Self::Dot),
        ("slash", Self::Slash),
        ("space", Self::Space),
        ("underscore", Self::Underscore),
    ];

    fn character(self) -> Option<char> {
        match self {
            Self::CaseChange => None,
            Self::Dash => Some('-'),
            Self::Dot => Some('.'),
            Self::Slash => Some('/'),
            Self::Space => Some(' '),
            Self::Underscore => Some('_'),
        }
    }
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The words of a name. Where the case changes a word begins, and of several capitals in a row the last one belongs
/// to the word behind it (`XMLHttp` is `XML`, `Http`).
fn split<'t>(text: &'t str, separators: Option<&[Separator]>) -> Vec<&'t str> {
    let all = Separator::WORDS.map(|(_, separator)| separator);
    let separators = separators.unwrap_or(&all);
    let by_case = separators.contains(&Separator::CaseChange);
    let mut words = Vec::new();
    let mut start = 0;
    // How many capitals stand right before the current character, and where the last one stands.
    let (mut capitals, mut last_capital) = (0, 0);
    for (at, c) in text.char_indices() {
        if separators.iter().any(|separator| separator.character() == Some(c)) {
            words.push(&text[start..at]);
            start = at + c.len_utf8();
            capitals = 0;
        } else if by_case && c.is_uppercase() {
            if capitals == 0 {
                words.push(&text[start..at]);
                start = at;
            }
            capitals += 1;
            last_capital = at;
        } else if by_case && c.is_lowercase() {
            if capitals > 1 {
                words.push(&text[start..last_capital]);
                start = last_capital;
            }
            capitals = 0;
        } else if by_case && capitals > 0 {
            // A digit behind capitals counts as one of them.
            capitals += 1;
            last_capital = at;
        } else if by_case {
            capitals = 1;
            last_capital = at;
        }
    }
    words.push(&text[start..]);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts() {
        for (case, text, expected) in [
            (Case::Lower, "aB", "ab"),
            (Case::Upper, "aß", "ASS"),
            (Case::Capitalize, "éa", "Éa"),
            (Case::Camel, "user_accountName", "userAccountName"),
            (Case::Snake, "XMLHttpRequest", "xml_http_request"),
            (Case::Kebab, "a b.c/d", "a-b-c-d"),
            (Case::Pascal, "foo-bar", "FooBar"),
            (Case::Snake, "__a__", "a"),
            (Case::Snake, "", ""),
        ] {
            assert_eq!(case.apply(text, None), expected, "{text}");
        }
        assert_eq!(Case::Camel.apply("user_accountName", Some(&[Separator::Underscore])), "userAccountName");
        assert_eq!(Case::Snake.apply("user-accountName", Some(&[Separator::Dash])), "user_accountname");
    }
}
