//! Secrets whose inside says what they are: JSON Web Tokens, private keys, passwords in addresses.

use auditlint_source::Span;
use memchr::memmem;

use super::charset::Charset;
use super::encoding::base64;
use super::found::{FoundSecret, SecretEvidence};
use super::placeholder::{entropy, is_placeholder};

const PRIVATE_KEY: &str = "-----BEGIN ";

/// Whether a text may hold one.
pub(super) fn may_hold(text: &[u8]) -> bool {
    ["eyJ", PRIVATE_KEY, "://"].iter().any(|word| memmem::find(text, word.as_bytes()).is_some())
}

/// Those in a text.
pub(super) fn find(text: &str) -> Vec<FoundSecret<'_>> {
    let mut found = Vec::new();
    web_tokens(text, &mut found);
    private_keys(text, &mut found);
    addresses(text, &mut found);
    found
}

fn web_tokens<'t>(text: &'t str, found: &mut Vec<FoundSecret<'t>>) {
    let bytes = text.as_bytes();
    let mut behind = 0;
    for start in memmem::find_iter(bytes, b"eyJ") {
        let is_inside = start > 0 && (Charset::Url.has(bytes[start - 1]) || bytes[start - 1] == b'.');
        let is_escaped = start >= 2 && bytes[start - 2] == b'\\';
        if start < behind || (is_inside && !is_escaped) {
            continue;
        }
        let header = start + Charset::Url.run(&bytes[start..]);
        if bytes.get(header) != Some(&b'.') {
            continue;
        }
        let payload = header + 1 + Charset::Url.run(&bytes[header + 1..]);
        if bytes.get(payload) != Some(&b'.') {
            continue;
        }
        let end = payload + 1 + Charset::Url.run(&bytes[payload + 1..]);
        behind = end;
        let decoded = |from: usize, to: usize| {
            text.get(from..to).and_then(base64).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        let (Some(header), Some(claims)) = (decoded(start, header), decoded(header + 1, payload)) else { continue };
        let says_how = header.contains("\"alg\"") && header.trim_end().ends_with('}');
        let is_signed = end - payload > 20;
        if says_how && is_signed && claims.starts_with('{') && !is_public(&claims) {
            found.push(FoundSecret {
                kind: "JSON Web Token",
                span: Span::new(start as u32, end as u32),
                evidence: SecretEvidence::Format,
                name: "",
            });
        }
    }
}

/// Whether claims are those of a token that everybody has: the example of jwt.io, the anonymous key of a project and the keys of Supabase on one's own machine.
fn is_public(claims: &str) -> bool {
    let claims: String = claims.chars().filter(|letter| !letter.is_whitespace()).collect();
    if is_short_lived(&claims) {
        return true;
    }
    ["\"role\":\"anon\"", "supabase-demo", "\"1234567890\"", "JohnDoe", "example.com", "\"foo\"", "\"test"]
        .iter()
        .any(|known| claims.contains(known))
}

/// Whether a token was good for a day at most: it has ended before anybody reads it here.
fn is_short_lived(claims: &str) -> bool {
    let number = |name: &str| {
        let behind = claims.split_once(name)?.1.strip_prefix("\":")?;
        let end = behind.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(behind.len());
        behind[..end].parse::<u64>().ok()
    };
    match (number("\"iat"), number("\"exp")) {
        (Some(made), Some(ends)) => ends.saturating_sub(made) <= 24 * 60 * 60,
        _ => false,
    }
}

fn private_keys<'t>(text: &'t str, found: &mut Vec<FoundSecret<'t>>) {
    for start in memmem::find_iter(text.as_bytes(), PRIVATE_KEY.as_bytes()) {
        let Some(rest) = text.get(start + PRIVATE_KEY.len()..) else { continue };
        let Some(label) = rest.find("-----").filter(|at| *at <= 40).map(|at| &rest[..at]) else { continue };
        if !(label.ends_with("PRIVATE KEY") || label == "PGP PRIVATE KEY BLOCK") || label.contains("ENCRYPTED") {
            continue;
        }
        let inside = &rest[label.len() + 5..];
        let Some(end) = inside.find("-----") else { continue };
        let body = inside[..end].replace("\\\\n", "").replace("\\n", "").replace("\\r", "");
        // A key in PEM may say more of itself before an empty line.
        let is_locked = body.contains("ENCRYPTED");
        let letters: String = body
            .lines()
            .filter(|line| !line.contains(": "))
            .flat_map(str::chars)
            .filter(|letter| Charset::Base64.has(*letter as u8) && letter.is_ascii())
            .collect();
        if is_locked || letters.len() < 40 || is_placeholder(&letters[..letters.len().min(200)]) {
            continue;
        }
        let is_key = label.starts_with("PGP")
            || base64(&letters)
                .is_some_and(|bytes| bytes.first() == Some(&0x30) || bytes.starts_with(b"openssh-key-v1"));
        // The footer closes it.
        let stop = start + PRIVATE_KEY.len() + label.len() + 5 + end;
        if is_key && text[stop..].starts_with("-----END ") {
            found.push(FoundSecret {
                kind: "private key",
                span: Span::new(start as u32, stop as u32),
                evidence: SecretEvidence::Format,
                name: "",
            });
        }
    }
}

/// Hosts that only the machine itself or its neighbours in a container reach, and those that stand for any.
fn is_nowhere(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    !host.contains('.')
        || [
            "example.",
            "localhost",
            "127.0.0.1",
            "0.0.0.0",
            "host.docker",
            "test.",
            ".test",
            ".local",
            "domain.",
            "yourdomain",
            "your",
            "server.com",
            "host.com",
            "myhost",
            ".internal",
            "192.168.",
            "10.0.",
            "172.17.",
        ]
        .iter()
        .any(|part| host.contains(part))
}

/// What is not a password that anybody keeps.
const COMMON: &[&str] =
    &["password", "passwd", "pass", "secret", "admin", "root", "user", "postgres", "guest", "token", "hunter2", "test"];

/// Schemes of addresses without a host, behind which somebody or something is named.
const OF_PEOPLE: &[&str] =
    &["mailto", "mail", "email", "tel", "sip", "sips", "xmpp", "acct", "skype", "im", "http", "https"];
/// Hosts at which people have their mail.
const OF_MAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "protonmail.com",
    "proton.me",
    "gmx.de",
    "gmx.net",
    "web.de",
    "mail.ru",
    "yandex.ru",
    "qq.com",
    "163.com",
];

/// Whether an address of the web is one of mail that somebody has put behind the wrong scheme: `https://mailto:who@where`.
fn is_mail_address(scheme: &[u8], user: &str, host: &str) -> bool {
    let is_one = |of: &[&str], text: &str| of.iter().any(|known| text.eq_ignore_ascii_case(known));
    scheme.to_ascii_lowercase().starts_with(b"http") && (is_one(OF_PEOPLE, user) || is_one(OF_MAIL, host))
}

/// Passwords in addresses: `postgres://user:password@host`.
fn addresses<'t>(text: &'t str, found: &mut Vec<FoundSecret<'t>>) {
    for at in memmem::find_iter(text.as_bytes(), b"://") {
        let bytes = text.as_bytes();
        let scheme = bytes[..at].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'+').count();
        let Some(rest) = text.get(at + 3..).filter(|_| scheme >= 2) else { continue };
        let authority =
            rest.split(['/', '?', '#', '"', '\'', '`', ' ', '\n', '<', '>', '\\', '|', ',']).next().unwrap_or_default();
        let Some((account, host)) = authority.rsplit_once('@') else { continue };
        let Some((user, password)) = account.split_once(':') else { continue };
        let lower = password.to_ascii_lowercase();
        let is_variable = account.contains(['$', '{', '}', '%', '[', ']', '(', ')', '*']);
        let is_common = COMMON
            .iter()
            .any(|common| lower.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '!') == *common);
        let is_weak = password.len() < 8 || lower == user.to_ascii_lowercase() || entropy(password) < 2.5;
        if is_mail_address(&bytes[at - scheme..at], user, host) {
            continue;
        }
        if is_variable || is_common || is_weak || is_nowhere(host) || is_placeholder(password) || lower.contains("pass")
        {
            continue;
        }
        let start = at + 3 + user.len() + 1;
        let span = Span::new(start as u32, (start + password.len()) as u32);
        found.push(FoundSecret { kind: "password in an address", span, evidence: SecretEvidence::Format, name: "" });
    }
}
