//! The words of an identifier.

/// The words of an identifier, in lower case: `refreshTokenById`, `refresh_token_by_id` and `REFRESH_TOKEN_BY_ID` all
/// give `refresh token by id`. Digits belong to the word before them.
pub fn words(identifier: &str) -> Vec<String> {
    let letters: Vec<char> = identifier.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for (at, letter) in letters.iter().copied().enumerate() {
        if !letter.is_alphanumeric() {
            open = false;
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| letters.get(before)).copied();
        let after = letters.get(at + 1).copied();
        let begins = letter.is_uppercase()
            && (before.is_some_and(|before| !before.is_uppercase()) || after.is_some_and(char::is_lowercase));
        if !open || begins {
            words.push(String::new());
            open = true;
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_case_and_marks() {
        for (identifier, expected) in [
            ("accessToken", "access token"),
            ("access_token", "access token"),
            ("ACCESS_TOKEN", "access token"),
            ("HTTPCacheByURL", "http cache by url"),
            ("oauth2Token", "oauth2 token"),
            ("_private$store", "private store"),
            ("", ""),
            ("«»", ""),
        ] {
            assert_eq!(words(identifier).join(" "), expected, "{identifier}");
        }
    }
}
