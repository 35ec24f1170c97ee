//! What stands in the place of a secret and is not one, and how random a text is.

/// Words that no machine writes into a secret.
const WORDS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change_me",
    "change-me",
    "your",
    "dummy",
    "sample",
    "redacted",
    "replace",
    "insert",
    "foobar",
    "notreal",
    "not_real",
    "not-real",
    "fake",
    "lorem",
    "qwerty",
    "deadbeef",
    "cafebabe",
    "mock",
    "testing",
    "todo",
    "fixme",
    "xxxx",
    "abc123",
    "123abc",
    "123456",
    "****",
    "0000000",
    "1111111",
    "1234567",
    "7654321",
    "abcdef",
    "secretkey",
    "secret-key",
    "secret_key",
    "my-secret",
    "mysecret",
    "my_secret",
    "some-secret",
    "super",
    "verysecret",
    "very-secret",
    "keyboard",
];

/// Whether a text stands for a secret that somebody is to put there.
pub(super) fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word)) || is_pattern(lower.as_bytes())
}

/// Whether letters follow a pattern: one again and again, an alphabet, a few repeated.
fn is_pattern(text: &[u8]) -> bool {
    let longest = |step: fn(u8, u8) -> bool| {
        let (mut longest, mut run) = (0, 1);
        for pair in text.windows(2) {
            run = if step(pair[0], pair[1]) { run + 1 } else { 1 };
            longest = longest.max(run);
        }
        longest
    };
    if longest(|a, b| a == b) >= 6 || longest(|a, b| a.checked_add(1) == Some(b)) >= 7 {
        return true;
    }
    (1..=8).any(|period| text.len() >= period * 3 && text.iter().skip(period).zip(text).all(|(a, b)| a == b))
}

/// The entropy of the letters of a text, in bits for each.
pub(super) fn entropy(text: &str) -> f64 {
    let mut counts = [0u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let all = text.len() as f64;
    let each = counts.iter().filter(|count| **count > 0).map(|count| {
        let share = f64::from(*count) / all;
        -share * share.log2()
    });
    each.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for (text, expected) in [
            ("xxxxxxxxxxxxxxxx", true),
            ("IOSFODNN7EXAMPLE", true),
            ("your-api-key-here", true),
            ("abcdefghijklmnop", true),
            ("0123456789", true),
            ("a1b2a1b2a1b2", true),
            ("aaaaaaaa", true),
            ("q8Zt3vLmW0xKcR7yBnD5", false),
            ("", false),
        ] {
            assert_eq!(is_placeholder(text), expected, "{text}");
        }
    }

    #[test]
    fn entropies() {
        assert!(entropy("aaaa") < 0.01 && entropy("") == 0.0);
        assert!((entropy("abcd") - 2.0).abs() < 0.01 && entropy("q8Zt3vLmW0xKcR7yBnD5") > 4.0);
    }
}
