//! Text from sources, rules and file names, made harmless for terminals and logs.
//!
//! A message may quote a source (a metavariable in a message template), and a source may hold escape sequences that
//! recolour or rewrite the terminal, direction marks that show code in another order than it runs, and commands to the
//! CI runner that reads the log. What acts is shown as its escape: `\u{1b}`, `\u{202e}`, `\n`.

use std::borrow::Cow;

use auditlint_source::FilePath;

/// Whether a character acts on what shows it, or cannot be seen: controls, direction marks, other line breaks, what has
/// no width, and tags.
pub(crate) fn acts(c: char) -> bool {
    match c {
        // Nearly all text, frames too, asked about first.
        ' '..='~' | '\u{2070}'..='\u{fefe}' => false,
        '\0'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

/// Appends a character as it is shown.
pub(crate) fn push(out: &mut String, c: char) {
    if acts(c) {
        out.extend(c.escape_default());
        return;
    }
    if c == '[' && ends_with_a_prefix(out) {
        out.push('\\');
    }
    out.push(c);
}

/// Whether a `[` would make a command of the end of `text`: `##[…]` (GitHub's older form), `##vso[…]` (Azure) and
/// `##teamcity[…]`. The first two are obeyed anywhere in a line.
pub(crate) fn ends_with_a_prefix(text: &str) -> bool {
    const LONGEST: usize = 16;
    let bytes = text.as_bytes();
    let letters = bytes.iter().rev().take(LONGEST).take_while(|byte| byte.is_ascii_alphabetic()).count();
    bytes[..bytes.len() - letters].ends_with(b"##")
}

/// Whether GitHub would read a line as a command. Its runner trims the white space before it.
pub(crate) fn begins_a_command(line: &str) -> bool {
    line.trim_start().starts_with("::")
}

/// A line, or what stands at the start of one, that begins no command.
pub(crate) fn line_start(text: &str) -> Cow<'_, str> {
    if !begins_a_command(text) {
        return Cow::Borrowed(text);
    }
    let colon = text.len() - text.trim_start().len();
    Cow::Owned(format!("{}\\u{{3a}}{}", &text[..colon], &text[colon + 1..]))
}

/// What a byte of a text may be a part of.
const SHOWN: u8 = 0;
const MAY_ACT: u8 = 1;
const LINE_OR_TAB: u8 = 2;

/// By byte. Of what is not ASCII, the first bytes of characters that act count; most text has none of them.
const CLASSES: [u8; 256] = {
    let mut classes = [SHOWN; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\n' | b'\t' => LINE_OR_TAB,
            0..=0x1f | 0x7f | b'#' | 0xc2 | 0xd8 | 0xe1 | 0xe2 | 0xef | 0xf3 => MAY_ACT,
            _ => SHOWN,
        };
        byte += 1;
    }
    classes
};

/// Whether all of the text is shown as it is.
pub(crate) fn is_plain(text: &str) -> bool {
    let fast = text.bytes().all(|byte| CLASSES[usize::from(byte)] == SHOWN);
    fast || (!text.chars().any(acts) && !text.contains("##"))
}

/// Whether no line of the text holds anything that is shown escaped, wherever it stands; a quick look, which may say no
/// where [`is_plain`] says yes of each line.
pub(crate) fn are_surely_plain(lines: &str) -> bool {
    lines.bytes().all(|byte| CLASSES[usize::from(byte)] != MAY_ACT)
}

/// A name or a value in full, on one line: its line breaks and tabs are shown escaped too.
#[must_use]
pub fn shown_name(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut shown, c));
    Cow::Owned(shown)
}

/// A path, which may stand at the start of a line: one that would begin a command there begins with `./`, which names the
/// same file to an editor.
#[must_use]
pub fn shown_path(path: &FilePath) -> String {
    let text = path.to_string();
    // How a path holds a byte that is not UTF-8; no name holds a NUL.
    let text = if text.contains('\0') { text.replace('\0', "\\x") } else { text };
    let shown = shown_name(&text);
    if begins_a_command(&shown) { format!("./{shown}") } else { shown.into_owned() }
}

/// Prose on one line: line breaks and tabs become a space each, trailing ones vanish.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let text = text.trim_end();
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.replace("\r\n", " ").chars() {
        push(&mut shown, if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    }
    Cow::Owned(shown)
}

/// Prose with its lines; trailing line breaks vanish.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    let text = text.trim_end();
    if text.split('\n').all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' => shown.push('\n'),
            '\t' => shown.push(' '),
            other => push(&mut shown, other),
        }
    }
    Cow::Owned(shown)
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
        assert_eq!(one_line("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(one_line("a\u{202e}b\u{85}c\u{7f}"), "a\\u{202e}b\\u{85}c\\u{7f}");
        assert_eq!(lines("a\r\nb\rc\n\n"), "a\nb\nc");
        assert_eq!(shown_name("a\nb\tc\r\u{feff}\u{e0041}"), "a\\nb\\tc\\r\\u{feff}\\u{e0041}");
        assert!(matches!(one_line("déjà vu 漢字 😀"), Cow::Borrowed(_)));
    }

    #[test]
    fn breaks_commands() {
        for (text, expected) in [
            ("##[error]", "##\\[error]"),
            ("a ##vso[task.complete]", "a ##vso\\[task.complete]"),
            ("###teamcity[x]", "###teamcity\\[x]"),
            ("## [x] #[y] ##a-b[z] x##", "## [x] #[y] ##a-b[z] x##"),
        ] {
            assert_eq!(shown_name(text), expected);
            assert_eq!(one_line(text), expected);
            assert_eq!(lines(text), expected);
        }
        for (path, expected) in [
            ("::stop-commands::x/a.ts", "./::stop-commands::x/a.ts"),
            (" ::x", "./ ::x"),
            ("a::b", "a::b"),
            ("caf\0e9.ts", "caf\\xe9.ts"),
            (":a", ":a"),
        ] {
            assert_eq!(shown_path(&FilePath::new(path)), expected);
        }
    }

    #[test]
    fn wraps_at_words() {
        let mut out = String::new();
        wrap(&mut out, "  why: ", 7, "one two three\nfour averyveryverylongword five", 16);
        assert_eq!(out, "  why: one two\n       three\n       four\n       averyveryverylongword\n       five\n");
    }

    #[test]
    fn every_character_that_acts_is_looked_at() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32).filter(|c| acts(*c)) {
            let text = c.to_string();
            assert!(!is_plain(&text) && (matches!(c, '\n' | '\t') || !are_surely_plain(&text)), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_acts_is_left(text in any::<String>()) {
            prop_assert!(!one_line(&text).chars().any(acts));
            prop_assert!(!shown_name(&text).chars().any(acts));
            prop_assert!(!lines(&text).chars().any(|c| c != '\n' && acts(c)));
        }
    }
}
