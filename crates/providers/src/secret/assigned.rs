//! Texts behind the name of a secret, that are as random as a machine makes them.

use auditlint_source::{FilePath, Role, Span};

use super::found::{FoundSecret, SecretEvidence};
use super::placeholder::{entropy, is_placeholder};
use super::tokens::begins_like_one;
use crate::words::Words;

/// What names of secrets end with, one spelling for each case.
static NAMES: Words = Words::new(&[
    "secret",
    "Secret",
    "SECRET",
    "password",
    "Password",
    "PASSWORD",
    "passwd",
    "Passwd",
    "PASSWD",
    "token",
    "Token",
    "TOKEN",
    "api_key",
    "apiKey",
    "ApiKey",
    "apikey",
    "API_KEY",
    "api-key",
    "APIKEY",
    "private_key",
    "privateKey",
    "PrivateKey",
    "PRIVATE_KEY",
    "private-key",
    "access_key",
    "accessKey",
    "AccessKey",
    "ACCESS_KEY",
    "access-key",
    "credentials",
    "Credentials",
    "CREDENTIALS",
    "auth_key",
    "authKey",
    "AUTH_KEY",
    "secret_key",
    "secretKey",
    "SecretKey",
    "SECRET_KEY",
    "encryption_key",
    "encryptionKey",
    "ENCRYPTION_KEY",
    "creds",
    "CREDS",
    "signing_key",
    "signingKey",
    "SIGNING_KEY",
]);

/// Words in names that say that the value is not one.
const OTHER: &[&str] = &[
    "public",
    "csrf",
    "xsrf",
    "name",
    "label",
    "field",
    "header",
    "url",
    "uri",
    "path",
    "file",
    "type",
    "hash",
    "placeholder",
    "example",
    "sample",
    "dummy",
    "fake",
    "mock",
    "test",
    "id",
    "version",
    "contract",
    "address",
    "mint",
    "symbol",
    "site",
    "recaptcha",
    "publishable",
    "client_id",
    "message",
    "error",
    "regex",
    "pattern",
    "prefix",
    "length",
    "cache",
    "page",
    "next",
    "cursor",
    "sync",
    "checksum",
    "digest",
    "sha",
    "sri",
    "integrity",
];

/// How variables begin that bundlers write into pages, where everybody reads them.
const PUBLIC: &[&str] = &[
    "NX_REACT_APP_",
    "REACT_APP_",
    "VITE_",
    "NEXT_PUBLIC_",
    "EXPO_PUBLIC_",
    "PUBLIC_",
    "GATSBY_",
    "NUXT_PUBLIC_",
    "VUE_APP_",
    "NX_PUBLIC_",
];

/// So long a value is at least and at most.
const LEAST: usize = 16;
const MOST: usize = 200;

/// Whether a text may hold one.
pub(super) fn may_hold(text: &[u8]) -> bool {
    NAMES.any_in(text)
}

/// Those in a text. Examples and documents hold values that stand for others.
pub(super) fn find<'t>(path: &FilePath, text: &'t str) -> Vec<FoundSecret<'t>> {
    // What runs tests makes values up.
    let runs_tests = ["NODE_ENV: test", "NODE_ENV: \"test", "NODE_ENV: 'test", "NODE_ENV=test"]
        .iter()
        .any(|word| text.contains(word));
    if runs_tests || is_example(path) {
        return Vec::new();
    }
    let bytes = text.as_bytes();
    NAMES.all_in(bytes).filter_map(|end| assigned(text, end)).collect()
}

/// Whether a file is there to show what others look like.
fn is_example(path: &FilePath) -> bool {
    let text = path.as_str().to_ascii_lowercase();
    if [".env.test", "/test.js", "/test.ts", "/test.json", "/testing."].iter().any(|part| text.contains(part)) {
        return true;
    }
    let is_document = [".md", ".mdx", ".rst", ".adoc", ".txt", ".html", ".css", ".scss", ".http", ".rest"]
        .iter()
        .any(|end| text.ends_with(end));
    let words = [
        "example",
        "sample",
        "template",
        "fixture",
        "mock",
        "demo",
        "docs/",
        "dist/",
        "vendor/",
        "seed",
        "locale",
        "i18n",
        "translation",
        "tutorial",
        "storybook",
        ".stories.",
    ];
    is_document
        || words.iter().any(|word| text.contains(word))
        || matches!(Role::by_default(path), Role::Test | Role::Generated)
}

/// The value that is given to the name that ends, or whose word ends, somewhere.
fn assigned(text: &str, end: usize) -> Option<FoundSecret<'_>> {
    let bytes = text.as_bytes();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let stop = end + bytes[end..].iter().take_while(|byte| is_name(**byte)).count();
    let start = end - bytes[..end].iter().rev().take(80).take_while(|byte| is_name(**byte)).count();
    let name = text.get(start..stop)?;
    // What follows the word may make something else of it: `tokenUrl`, but `secret_key_2`, `token1`.
    let rest = name.get(end - start..)?;
    let follows = crate::identifier::words(rest);
    let is_ending = follows.iter().all(|word| {
        word.bytes().all(|byte| byte.is_ascii_digit())
            || matches!(
                word.as_str(),
                "key" | "value" | "string" | "token" | "secret" | "prod" | "production" | "dev" | "base" | "base64"
            )
    });
    let words = crate::identifier::words(name);
    // A bundler writes it into pages.
    let is_in_pages = PUBLIC.iter().any(|prefix| name.starts_with(prefix));
    if is_in_pages || !is_ending || words.iter().any(|word| OTHER.contains(&word.as_str())) {
        return None;
    }
    let mut at = stop;
    let skip = |at: &mut usize, wanted: &dyn Fn(u8) -> bool, most: usize| {
        let count = bytes[*at..].iter().take(most).take_while(|byte| wanted(**byte)).count();
        *at += count;
        count
    };
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t');
    let is_quoted = skip(&mut at, &|byte| matches!(byte, b'"' | b'\'' | b'`' | b']'), 2) > 0;
    skip(&mut at, &is_blank, 40);
    // `const token: string = "…"`
    if bytes[at..].starts_with(b": string") {
        at += b": string".len();
        skip(&mut at, &is_blank, 40);
    }
    let operator = skip(&mut at, &|byte| matches!(byte, b'=' | b':' | b'>' | b'?'), 4);
    let is_handed = operator == 0 && is_quoted && skip(&mut at, &|byte| byte == b',', 1) == 1;
    if (operator == 0 && !is_handed) || bytes[..at].ends_with(b"==") {
        return None;
    }
    skip(&mut at, &is_blank, 40);
    let quote = bytes.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    at += usize::from(quote.is_some());
    let is_value = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b'<' | b'>' | b'{' | b'}' | b'(' | b')' | b',' | b';')
    };
    let length = bytes[at..].iter().take(MOST + 1).take_while(|byte| is_value(**byte)).count();
    let value = text.get(at..at + length)?;
    let closed = match quote {
        Some(quote) => bytes.get(at + length) == Some(&quote),
        // Without quotes only the line of a file of settings says where it ends, and code names something.
        None => {
            let is_alone = matches!(bytes.get(at + length), None | Some(b'\n' | b'\r'));
            let before = text.get(..start)?.rsplit('\n').next()?;
            is_alone
                && operator == 1
                && before.trim_matches([' ', '\t', '"', '\'', '#', '-']).trim_start_matches("export").trim().is_empty()
        }
    };
    if !closed || begins_like_one(value) || !is_random(value, quote.is_some()) {
        return None;
    }
    let span = Span::new(at as u32, (at + length) as u32);
    Some(FoundSecret { kind: "secret", span, evidence: SecretEvidence::Context, name })
}

/// Whether a machine wrote a value: letters of all kinds without a word, as random as a key.
fn is_random(value: &str, is_quoted: bool) -> bool {
    if value.len() < LEAST || value.len() > MOST || is_placeholder(value) {
        return false;
    }
    let is_uuid = value.len() == 36 && value.bytes().filter(|byte| *byte == b'-').count() == 4;
    let count = |wanted: fn(&u8) -> bool| value.bytes().filter(wanted).count();
    let (digits, upper, lower) =
        (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let signs = value.len() - digits - upper - lower;
    let is_hex = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex {
        return value.len() >= 32 && digits >= 4 && digits < value.len() && entropy(value) >= 3.0;
    }
    // A name, a path, an address, a date: several signs among letters.
    let is_path = value.contains("://")
        || value.contains("..")
        || value.starts_with(['/', '.', '$', '@', '#'])
        || value.contains(['$', '%', '*', '|', '&', '[']);
    let has_all = digits >= 2 && upper >= 2 && lower >= 2;
    let is_lower_alone = !is_quoted && upper == 0;
    let has_some = digits >= 4 && lower >= 4 && value.len() >= 24 && !is_lower_alone;
    let is_wordy = longest_word(value) >= 8;
    !is_uuid && !is_path && !is_wordy && (has_all || has_some) && signs * 6 <= value.len() && entropy(value) >= 3.6
}

/// The longest run of letters of one case (the first may be upper), as words have.
fn longest_word(value: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in value.bytes() {
        run = match byte {
            b'a'..=b'z' => run + 1,
            _ => 0,
        };
        longest = longest.max(run);
    }
    longest
}
