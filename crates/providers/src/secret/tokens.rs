//! Tokens of known services.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use auditlint_source::Span;

use super::charset::Charset;
use super::formats::{FORMATS, Format, TokenPart};
use super::found::{FoundSecret, SecretEvidence};
use super::placeholder::{entropy, is_placeholder};

/// How random the letters of a token are at least, in bits for each.
const LEAST_ENTROPY: f64 = 2.5;

fn prefixes() -> &'static AhoCorasick {
    static PREFIXES: OnceLock<AhoCorasick> = OnceLock::new();
    PREFIXES.get_or_init(|| {
        let prefixes = FORMATS.iter().map(|format| format.prefix);
        let built = AhoCorasick::builder().match_kind(MatchKind::Standard).build(prefixes);
        built.expect("a few short prefixes make an automaton")
    })
}

/// Whether a text holds how a token begins.
pub(super) fn may_hold(text: &[u8]) -> bool {
    prefixes().is_match(text)
}

/// The tokens in a text.
pub(super) fn find(text: &str) -> Vec<FoundSecret<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for place in prefixes().find_overlapping_iter(bytes) {
        let format = &FORMATS[place.pattern().as_usize()];
        let start = place.start();
        let Some(end) = end_of(format, bytes, place.end()).filter(|_| begins_word(bytes, start)) else { continue };
        let (Some(token), Some(body)) = (text.get(start..end), text.get(place.end()..end)) else { continue };
        let evidence = match format.checksum {
            Some(is_right) if is_right(token) => SecretEvidence::Checksum,
            Some(_) => continue,
            None => SecretEvidence::Format,
        };
        let is_dull = entropy(body) < LEAST_ENTROPY || (evidence > SecretEvidence::Checksum && is_placeholder(body));
        if is_dull || is_public(format, text) || is_name(format, body) {
            continue;
        }
        found.push(FoundSecret { kind: format.kind, span: Span::new(start as u32, end as u32), evidence, name: "" });
    }
    found
}

/// Where a token ends that begins with the prefix of a format; `None` where it goes on, or is not one.
fn end_of(format: &Format, text: &[u8], behind: usize) -> Option<usize> {
    let mut at = behind;
    let mut last = None;
    for (number, part) in format.parts.iter().enumerate() {
        match part {
            TokenPart::Text(wanted) => {
                text[at..].starts_with(wanted.as_bytes()).then_some(())?;
                at += wanted.len();
                last = None;
            }
            TokenPart::Run(charset, least, most) => {
                let run = charset.run(&text[at..]);
                // The text that follows may be of letters of the run.
                let run = match format.parts.get(number + 1) {
                    Some(TokenPart::Text(next)) => {
                        let most = run.min(*most);
                        (*least..=most).rev().find(|length| text[at + length..].starts_with(next.as_bytes()))?
                    }
                    Some(TokenPart::Run(..)) => run.min(*most),
                    None => run,
                };
                (run >= *least && run <= *most).then_some(())?;
                at += run;
                last = Some(*charset);
            }
        }
    }
    let goes_on = |byte: u8| last.is_some_and(|charset| charset.has(byte)) || Charset::Word.has(byte);
    (!text.get(at).copied().is_some_and(goes_on)).then_some(at)
}

/// Whether a word begins somewhere, also behind `\n` in a string.
fn begins_word(text: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).map(|before| text[before]) else { return true };
    let is_escape = matches!(before, b'n' | b'r' | b't') && start >= 2 && text[start - 2] == b'\\';
    is_escape
        || !(before.is_ascii_alphanumeric() || matches!(before, b'_' | b'-' | b'.' | b'+'))
        || matches!(text[start], b'h' | b'd')
            && text[start..].iter().take(30).any(|byte| *byte == b'/')
            && before == b'/'
}

/// Whether everybody may see a key: those of Google stand in the pages of Firebase.
fn is_public(format: &Format, text: &str) -> bool {
    format.prefix == "AIza"
        && ["authDomain", "AUTH_DOMAIN", "messagingSenderId", "firebase", "Firebase", "maps.google", "project_info"]
            .iter()
            .any(|word| text.contains(word))
}

/// Whether what follows a short prefix of letters is a word or a name: it has no digit.
fn is_name(format: &Format, body: &str) -> bool {
    let has_sign = format.prefix.bytes().any(|byte| !byte.is_ascii_alphanumeric());
    !has_sign && (body.bytes().filter(u8::is_ascii_digit).count() < 2 || body.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a text begins as the tokens or keys of a service do, so that its format decides what it is.
pub(super) fn begins_like_one(text: &str) -> bool {
    let for_tests = ["sk_test_", "rk_test_", "pk_test_", "pk_live_", "pk.", "eyJ", "phc_"];
    let formats = FORMATS.iter().map(|format| format.prefix).filter(|prefix| prefix.len() >= 4);
    for_tests.into_iter().chain(formats).any(|prefix| text.starts_with(prefix))
}
