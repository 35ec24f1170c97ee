//! Which names are those of a column that holds a token as it is.

use super::words::words;

/// The two words in which such a name ends.
const PAIRS: &[(&str, &str)] = &[
    ("access", "token"),
    ("refresh", "token"),
    ("id", "token"),
    ("auth", "token"),
    ("oauth", "token"),
    ("bearer", "token"),
    ("api", "token"),
    ("session", "token"),
    ("reset", "token"),
    ("bot", "token"),
    ("token", "secret"),
    ("api", "key"),
    ("api", "secret"),
    ("secret", "key"),
    ("private", "key"),
    ("client", "secret"),
    ("app", "secret"),
    ("webhook", "secret"),
    ("signing", "secret"),
    ("totp", "secret"),
    ("mfa", "secret"),
];

/// The same written as one word.
const JOINED: &[&str] = &["accesstoken", "refreshtoken", "idtoken", "authtoken", "apikey", "clientsecret"];

/// Words that say that the column does not hold the token itself, or not as it is.
const OTHERWISE: &[&str] = &[
    "encrypted",
    "encrypt",
    "enc",
    "ciphertext",
    "cipher",
    "sealed",
    "wrapped",
    "hashed",
    "hash",
    "digest",
    "masked",
    "redacted",
    "truncated",
    "has",
    "is",
    "no",
    "num",
    "count",
    "public",
    "show",
    "hide",
    "include",
    "with",
    "without",
    "supports",
    "requires",
    "use",
    "uses",
    "needs",
];

/// The ways in which such a name is written; one of them stands in every file that holds such a name.
pub(super) const SPELLINGS: &[&str] = &[
    "access_token",
    "ccessToken",
    "ACCESS_TOKEN",
    "refresh_token",
    "efreshToken",
    "REFRESH_TOKEN",
    "id_token",
    "dToken",
    "ID_TOKEN",
    "auth_token",
    "uthToken",
    "AUTH_TOKEN",
    "oauth_token",
    "authToken",
    "OAUTH_TOKEN",
    "bearer_token",
    "earerToken",
    "BEARER_TOKEN",
    "api_token",
    "piToken",
    "API_TOKEN",
    "session_token",
    "essionToken",
    "SESSION_TOKEN",
    "reset_token",
    "esetToken",
    "RESET_TOKEN",
    "bot_token",
    "otToken",
    "BOT_TOKEN",
    "token_secret",
    "okenSecret",
    "TOKEN_SECRET",
    "api_key",
    "piKey",
    "API_KEY",
    "api_secret",
    "piSecret",
    "API_SECRET",
    "secret_key",
    "ecretKey",
    "SECRET_KEY",
    "private_key",
    "rivateKey",
    "PRIVATE_KEY",
    "client_secret",
    "lientSecret",
    "CLIENT_SECRET",
    "app_secret",
    "ppSecret",
    "APP_SECRET",
    "webhook_secret",
    "ebhookSecret",
    "WEBHOOK_SECRET",
    "signing_secret",
    "igningSecret",
    "SIGNING_SECRET",
    "totp_secret",
    "otpSecret",
    "TOTP_SECRET",
    "mfa_secret",
    "faSecret",
    "MFA_SECRET",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "apikey",
    "clientsecret",
];

/// Whether a column of that name holds a token as it is.
pub(super) fn is_plaintext_token(name: &str) -> bool {
    if !SPELLINGS.iter().any(|spelling| name.contains(spelling)) {
        return false;
    }
    let words = words(name);
    let ends_so = match words.as_slice() {
        [.., first, last] => PAIRS.contains(&(first.as_str(), last.as_str())) || JOINED.contains(&last.as_str()),
        [only] => JOINED.contains(&only.as_str()),
        [] => false,
    };
    ends_so && !words.iter().any(|word| OTHERWISE.contains(&word.as_str()))
}

/// What a name of a function or type holds, in lower case, that says that it seals what it is given.
pub(super) const SEALED: [&str; 8] = ["encrypt", "cipher", "seal", "hash", "hmac", "digest", "scrypt", "argon"];

/// Whether a name of a function or type says that it seals what it is given.
pub(super) fn says_sealed(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SEALED.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_tokens_from_what_is_about_them() {
        for name in [
            "access_token",
            "refreshToken",
            "apiKey",
            "spotify_access_token",
            "clientSecret",
            "apikey",
            "oauth_token_secret",
        ] {
            assert!(is_plaintext_token(name), "{name}");
        }
        for name in [
            "access_token_ciphertext",
            "access_token_hash",
            "accessTokenEncrypted",
            "encrypted_access_token",
            "hashedApiKey",
            "has_access_token",
            "access_token_count",
            "access_token_label",
            "accessTokenExpiresAt",
            "api_key_id",
            "public_api_key",
            "token",
            "key",
            "primary_key",
            "token_type",
        ] {
            assert!(!is_plaintext_token(name), "{name}");
        }
    }

    #[test]
    fn every_pair_is_spelled_in_three_ways() {
        for (first, last) in PAIRS {
            let camel = format!("{first}{}{}", last[..1].to_uppercase(), &last[1..]);
            for name in [format!("{first}_{last}"), camel, format!("{first}_{last}").to_uppercase()] {
                assert!(is_plaintext_token(&name), "{name}");
            }
        }
        for name in JOINED {
            assert!(is_plaintext_token(name), "{name}");
        }
    }
}
