//! What a text imports, and whether it names a cache or a circuit breaker.

use auditlint_source::Span;
use auditlint_syntax::Skim;
use memchr::memmem;

use super::fact::{Facts, ResilienceFact};
use crate::imports::{ImportKind, ModuleFact};

/// Packages that cache.
const CACHES: &[&str] = &[
    "lru-cache",
    "node-cache",
    "keyv",
    "cacheable-request",
    "cache-manager",
    "axios-cache-interceptor",
    "axios-cache-adapter",
    "make-fetch-happen",
    "quick-lru",
    "memoizee",
    "p-memoize",
];

/// Packages that break circuits.
const BREAKERS: &[&str] = &["opossum", "cockatiel", "brakes", "mollitia", "circuit-breaker-js"];

/// At most this many imports of one file are read.
const MOST: usize = 2_000;

pub(super) fn extract(text: &[u8], skim: &Skim, out: &mut Facts) {
    let (mut cache, mut breaker) = (None, None);
    for (at, specifier) in specifiers(text, skim).into_iter().take(MOST) {
        let span = Span::new(at as u32, (at + specifier.len()) as u32);
        if CACHES.contains(&specifier) {
            cache = cache.or(Some(span));
        } else if BREAKERS.contains(&specifier) {
            breaker = breaker.or(Some(span));
        }
        let fact = ModuleFact::Import {
            specifier: specifier.into(),
            how: ImportKind::Import,
            is_optional: false,
            is_run: false,
        };
        out.say(span, ResilienceFact::Module(fact));
    }
    cache = cache.or_else(|| named(text, skim, &["cache", "Cache", "memoize", "Memoize"], is_cache));
    breaker = breaker.or_else(|| {
        named(text, skim, &["circuitBreaker", "CircuitBreaker", "circuit_breaker", "breaker", "Breaker"], |_, _| true)
    });
    if let Some(span) = cache {
        out.say(span, ResilienceFact::Cache);
    }
    if let Some(span) = breaker {
        out.say(span, ResilienceFact::Breaker);
    }
}

/// Where one of some words first stands in a name of the code.
fn named(text: &[u8], skim: &Skim, words: &[&str], counts: fn(&[u8], usize) -> bool) -> Option<Span> {
    let places = words.iter().filter_map(|word| {
        memmem::find_iter(text, *word)
            .find(|at| !skim.in_comment(*at as u32) && counts(text, *at))
            .map(|at| Span::new(at as u32, (at + word.len()) as u32))
    });
    places.min_by_key(|span| span.start)
}

/// Whether `cache` at a place is more than an option of `fetch`, a header, or a part of a text.
fn is_cache(text: &[u8], at: usize) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let start = text[..at].iter().rposition(|byte| !is_word(byte)).map_or(0, |before| before + 1);
    let length = text[at..].iter().position(|byte| !is_word(byte)).unwrap_or(text.len() - at);
    let (name, behind) = (&text[start..at + length], text[at + length..].trim_ascii_start());
    // `"no-cache"`, `"Cache-Control"`
    let is_in_text = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'-' | b'"' | b'\'' | b'`' | b'/'));
    if is_in_text(start.checked_sub(1).and_then(|before| text.get(before))) || is_in_text(text.get(at + length)) {
        return false;
    }
    // `cache: "no-store"`, `request.cache`
    !(name == b"cache" && (behind.starts_with(b":") || behind.starts_with(b"?:")))
}

/// The texts that `from`, `import` and `require` name.
fn specifiers<'t>(text: &'t [u8], skim: &Skim) -> Vec<(usize, &'t str)> {
    let mut found = Vec::new();
    for word in ["from", "import", "require"] {
        for at in memmem::find_iter(text, word) {
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.');
            if text[..at].last().is_some_and(is_name) || skim.in_comment(at as u32) {
                continue;
            }
            let rest = &text[at + word.len()..];
            let open = rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b'(');
            let Some(quote) = open.filter(|open| matches!(rest[*open], b'"' | b'\'')) else { continue };
            let inner = &rest[quote + 1..];
            let end = inner.iter().position(|byte| *byte == rest[quote] || *byte == b'\n');
            let Some(specifier) = end.and_then(|end| str::from_utf8(&inner[..end]).ok()) else { continue };
            if !specifier.is_empty() {
                found.push((at + word.len() + quote + 1, specifier));
            }
        }
    }
    found.sort_unstable();
    found
}
