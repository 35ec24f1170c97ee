//! Text from sources, rules and file names, made harmless for terminals and logs.
//!
//! A message may quote a source (a metavariable in a message template), and a source may hold escape sequences that
//! recolour or rewrite the terminal, or direction marks that show code in another order than it runs.

use std::borrow::Cow;

/// What is shown for a character: itself, or one visible character in its place.
pub(crate) fn visible(c: char) -> char {
    match c {
        // The Unicode block "Control Pictures" has one picture for each of these, in the same order.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

/// The text on one line: line breaks and tabs become a space each, trailing ones vanish.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let text = text.trim_end();
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", " ");
    Cow::Owned(text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { visible(c) }).collect())
}

/// The text with its lines; trailing line breaks vanish.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    let text = text.trim_end();
    if text.split('\n').all(is_plain) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n");
    let shown = |c| match c {
        '\n' => '\n',
        '\r' => '\n',
        '\t' => ' ',
        other => visible(other),
    };
    Cow::Owned(text.chars().map(shown).collect())
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) || text.chars().all(|c| visible(c) == c)
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: u64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// Appends `text` in lines of at most `width` characters where words allow it. The first line begins with `first`, the
/// others with as many spaces; `first_width` is what `first` takes on the screen.
pub(crate) fn wrap(out: &mut String, first: &str, first_width: usize, text: &str, width: usize) {
    out.push_str(first);
    let mut column = first_width;
    let mut fresh = true;
    let new_line = |out: &mut String, column: &mut usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', first_width));
        *column = first_width;
    };
    for (index, paragraph) in lines(text).split('\n').enumerate() {
        if index > 0 {
            new_line(out, &mut column);
            fresh = true;
        }
        for word in paragraph.split_ascii_whitespace() {
            let length = word.chars().count();
            if !fresh && column + 1 + length > width {
                new_line(out, &mut column);
                fresh = true;
            }
            if !fresh {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
            fresh = false;
        }
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shows_what_would_act() {
        assert_eq!(one_line("a\nb\r\nc\td\n"), "a b c d");
        assert_eq!(one_line("\u{1b}[31mred"), "␛[31mred");
        assert_eq!(one_line("a\u{202e}b\u{85}c\u{7f}"), "a\u{fffd}b\u{fffd}c␡");
        assert_eq!(lines("a\r\nb\rc\n\n"), "a\nb\nc");
        assert!(matches!(one_line("déjà vu 漢字 😀"), Cow::Borrowed(_)));
    }

    #[test]
    fn wraps_at_words() {
        let mut out = String::new();
        wrap(&mut out, "  why: ", 7, "one two three\nfour averyveryverylongword five", 16);
        assert_eq!(out, "  why: one two\n       three\n       four\n       averyveryverylongword\n       five\n");
    }

    proptest! {
        #[test]
        fn nothing_that_acts_is_left(text in any::<String>()) {
            prop_assert!(one_line(&text).chars().all(|c| visible(c) == c));
            prop_assert!(lines(&text).chars().all(|c| c == '\n' || visible(c) == c));
        }
    }
}
