//! Styles of names.

/// How the words of a name are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    Kebab,
    Camel,
    Pascal,
    Snake,
    /// One word in lower case.
    Plain,
    Other,
}

impl Style {
    pub(super) fn of(name: &str) -> Self {
        let is = |wanted: fn(char) -> bool| name.chars().all(wanted);
        let is_lower = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let begins_upper = name.starts_with(|letter: char| letter.is_ascii_uppercase());
        let has_lower = name.contains(|letter: char| letter.is_ascii_lowercase());
        if is(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()) {
            Self::Plain
        } else if name.chars().all(|letter| is_lower(letter) || letter == '-') {
            Self::Kebab
        } else if name.chars().all(|letter| is_lower(letter) || letter == '_') {
            Self::Snake
        } else if is(|letter| letter.is_ascii_alphanumeric()) && begins_upper && has_lower {
            Self::Pascal
        } else if is(|letter| letter.is_ascii_alphanumeric()) && !begins_upper {
            Self::Camel
        } else {
            Self::Other
        }
    }

    /// Whether it is one of the styles, and no other.
    pub(super) fn is_decided(self) -> bool {
        !matches!(self, Self::Plain | Self::Other)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Kebab => "kebab-case",
            Self::Camel => "camelCase",
            Self::Pascal => "PascalCase",
            Self::Snake => "snake_case",
            Self::Plain => "plain",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles() {
        for (name, expected) in [
            ("user", Style::Plain),
            ("user2", Style::Plain),
            ("user-list", Style::Kebab),
            ("userList", Style::Camel),
            ("UserList", Style::Pascal),
            ("User", Style::Pascal),
            ("user_list", Style::Snake),
            ("USER_LIST", Style::Other),
            ("README", Style::Other),
            ("user-List", Style::Other),
        ] {
            assert_eq!(Style::of(name), expected, "{name}");
        }
    }
}
