//! The last thing that all output goes through: a writer that lets nothing pass that acts on a terminal or a CI runner.
//!
//! Renderers escape what they put into columns and frames themselves, because they count its width. Here is made sure of
//! the rest, and that nobody forgot: control characters, and lines that a runner would take for a command.
//!
//! Sources: the runner of GitHub Actions (`ActionCommand`: `::name` at the start of a line after white space, `##[name]`
//! anywhere), the Azure agent (`##vso[` anywhere), TeamCity's service messages; GitLab's section markers need an escape
//! character.

use std::io::{self, Write};

use crate::plain;

/// What may pass besides plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// Nothing.
    Nothing,
    /// Bytes that are not UTF-8, byte order marks and every kind of line end, as in a difference that is to be applied.
    Bytes,
    /// Colours and weights of text.
    Styles,
    /// Commands of GitHub at the start of a line.
    GithubCommands,
    /// JSON: what acts becomes an escape of its strings, so that the value stays exact.
    Json,
}

impl Passing {
    /// What passes where `color` says whether text is coloured.
    #[must_use]
    pub fn of_color(color: bool) -> Self {
        if color { Self::Styles } else { Self::Nothing }
    }
}

/// How much is gathered before it is looked through.
const BLOCK: usize = 64 << 10;

/// A writer that shows what would act as its escape. Gathers what it is given; [`Write::flush`] writes the rest.
#[derive(Debug)]
pub struct EscapeWriter<W: Write> {
    out: W,
    passing: Passing,
    /// What is not written yet.
    pending: Vec<u8>,
    /// How long that may get.
    limit: usize,
    /// Whether a part of the current line was written already.
    is_within_line: bool,
    shown: String,
}

impl<W: Write> EscapeWriter<W> {
    /// A writer into `out`.
    pub fn new(out: W, passing: Passing) -> Self {
        Self { out, passing, pending: Vec::new(), limit: BLOCK, is_within_line: false, shown: String::new() }
    }

    /// Writes lines or, at the end, a part of one.
    fn write_shown(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.passing == Passing::Bytes {
            return self.write_bytes(bytes);
        }
        self.write_text(&String::from_utf8_lossy(bytes))
    }

    fn write_text(&mut self, text: &str) -> io::Result<()> {
        if self.passing == Passing::Json && plain::are_surely_plain(text) {
            return self.out.write_all(text.as_bytes());
        }
        // Long runs of lines that need nothing are written at once.
        let mut written = 0;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let may_begin = !self.is_within_line && self.passing != Passing::GithubCommands;
            let begins = may_begin && plain::begins_a_command(line);
            if begins || !plain::is_plain(line.strip_suffix('\n').unwrap_or(line)) {
                self.out.write_all(&text.as_bytes()[written..start])?;
                self.show(line, begins);
                self.out.write_all(self.shown.as_bytes())?;
                written = start + line.len();
            }
            start += line.len();
            self.is_within_line = !line.ends_with('\n');
        }
        self.out.write_all(&text.as_bytes()[written..])
    }

    /// The same, with the bytes that are not UTF-8 as they are.
    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        for chunk in bytes.utf8_chunks() {
            self.write_text(chunk.valid())?;
            self.out.write_all(chunk.invalid())?;
            self.is_within_line |= !chunk.invalid().is_empty();
        }
        Ok(())
    }

    /// Puts a line as it is shown into `shown`.
    fn show(&mut self, line: &str, mut begins_a_command: bool) {
        self.shown.clear();
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let style = if self.passing == Passing::Styles && c == '\u{1b}' { style_length(rest) } else { 0 };
            if style > 0 {
                self.shown.push_str(&rest[..style]);
                rest = &rest[style..];
                continue;
            }
            match c {
                '\n' | '\t' => self.shown.push(c),
                // What a program that applies a difference compares.
                '\r' if self.passing == Passing::Bytes && rest.starts_with("\r\n") => self.shown.push(c),
                '\u{feff}' if self.passing == Passing::Bytes && matches!(self.shown.as_str(), " " | "+" | "-") => {
                    self.shown.push(c);
                }
                ':' if begins_a_command => {
                    self.shown.push_str("\\u{3a}");
                    begins_a_command = false;
                }
                c if self.passing == Passing::Json => push_json(&mut self.shown, c),
                c => plain::push(&mut self.shown, c),
            }
            rest = &rest[c.len_utf8()..];
        }
    }
}

impl<W: Write> Write for EscapeWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() < self.limit {
            return Ok(bytes.len());
        }
        match self.pending.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => {
                let rest = self.pending.split_off(end + 1);
                let mut lines = std::mem::take(&mut self.pending);
                self.write_shown(&lines)?;
                // The buffer is used again.
                lines.clear();
                lines.extend_from_slice(&rest);
                self.pending = lines;
                self.limit = BLOCK.max(self.pending.len() * 2);
            }
            // A long line is looked through once more each time that it has doubled.
            None => self.limit = self.pending.len() * 2,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let pending = std::mem::take(&mut self.pending);
        self.write_shown(&pending)?;
        self.out.flush()
    }
}

impl<W: Write> Drop for EscapeWriter<W> {
    /// Writes what was forgotten; an error has no one left to go to.
    fn drop(&mut self) {
        if !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            let _ = self.write_shown(&pending);
        }
    }
}

/// The length of the sequence at the start of `text` that sets colours and weights (`ESC [ 1;31 m`); 0 where there is none.
fn style_length(text: &str) -> usize {
    let Some(numbers) = text.strip_prefix("\u{1b}[") else { return 0 };
    let length = numbers.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if numbers.as_bytes().get(length) == Some(&b'm') { length + 3 } else { 0 }
}

/// Appends a character of JSON. What acts can only stand inside a string, and so can a `[` after `##`.
fn push_json(out: &mut String, c: char) {
    use std::fmt::Write as _;

    if plain::acts(c) || (c == '[' && plain::ends_with_a_prefix(out)) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    } else {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(passing: Passing, parts: &[&[u8]]) -> String {
        let mut out = Vec::new();
        let mut writer = EscapeWriter::new(&mut out, passing);
        for part in parts {
            writer.write_all(part).unwrap();
        }
        writer.flush().unwrap();
        drop(writer);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn shows_what_would_act() {
        for (text, passing, expected) in [
            ("a\tb\nc", Passing::Nothing, "a\tb\nc"),
            ("a\u{1b}[31mb\n", Passing::Nothing, "a\\u{1b}[31mb\n"),
            (
                "a\u{1b}[1;31mb\u{1b}[2J\u{1b}]0;x\u{7}\u{1b}[0m\n",
                Passing::Styles,
                "a\u{1b}[1;31mb\\u{1b}[2J\\u{1b}]0;x\\u{7}\u{1b}[0m\n",
            ),
            ("\u{1b}[31", Passing::Styles, "\\u{1b}[31"),
            ("fine\n\u{3000} ::add-mask::x\nfine\n", Passing::Nothing, "fine\n\u{3000} \\u{3a}:add-mask::x\nfine\n"),
            ("::error ::##[error]\r\n", Passing::GithubCommands, "::error ::##\\[error]\\r\n"),
            ("x ##vso[y]", Passing::Nothing, "x ##vso\\[y]"),
            ("-\u{feff}a\r\n+b\rc\u{1b}\r\n", Passing::Bytes, "-\u{feff}a\r\n+b\\rc\\u{1b}\r\n"),
            (
                "[\"\u{202e}\u{e0041}\u{9b}##vso[x]\"]\n",
                Passing::Json,
                "[\"\\u202e\\udb40\\udc41\\u009b##vso\\u005bx]\"]\n",
            ),
        ] {
            assert_eq!(written(passing, &[text.as_bytes()]), expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_may_come_in_parts() {
        assert_eq!(
            written(Passing::Nothing, &[b"a\n ", b":", b":x\n\xe2\x80", b"\xae::\n"]),
            "a\n \\u{3a}:x\n\\u{202e}::\n"
        );
        let mut out = Vec::new();
        let mut writer = EscapeWriter::new(&mut out, Passing::Nothing);
        writer.write_all(b"a").unwrap();
        writer.flush().unwrap();
        writer.write_all(b"::b\n::c").unwrap();
        // What was not flushed is written at the end.
        drop(writer);
        assert_eq!(String::from_utf8(out).unwrap(), "a::b\n\\u{3a}:c");
    }

    #[test]
    fn more_than_a_block_comes_out_whole() {
        let line = format!("é{}\u{1b}\n ::x\n", "a".repeat(100));
        let shown = format!("é{}\\u{{1b}}\n \\u{{3a}}:x\n", "a".repeat(100));
        let long = format!("{}\u{7f}", "漢".repeat(BLOCK));
        let text = format!("{}{long}\n{line}", line.repeat(3000));
        let expected = format!("{}{}\n{shown}", shown.repeat(3000), long.replace('\u{7f}', "\\u{7f}"));
        for size in [1, 97, BLOCK, text.len()] {
            let parts: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            assert!(written(Passing::Nothing, &parts) == expected, "in parts of {size} bytes");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_acts_passes(
            text in "([ \\t\\n:#\\[a-z\\x00-\\x1f\\u{7f}-\\u{9f}\\u{200b}-\\u{2069}]|::|##\\[|##vso\\[){0,60}",
            cuts in prop::collection::vec(0..200usize, 0..6),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.sort_unstable();
            let mut parts = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().chain([text.len()]) {
                parts.push(&text.as_bytes()[from..cut]);
                from = cut;
            }
            let out = written(Passing::Nothing, &parts);
            prop_assert!(!out.chars().any(|c| !matches!(c, '\n' | '\t') && plain::acts(c)), "{:?}", out);
            prop_assert!(!out.lines().any(plain::begins_a_command), "{:?}", out);
            prop_assert!(!out.contains("##[") && !out.contains("##vso["), "{:?}", out);
            prop_assert_eq!(out.lines().count(), text.lines().count());
        }

        #[test]
        fn json_stays_exact(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let out = written(Passing::Json, &[json.as_bytes()]);
            prop_assert!(!out.chars().any(plain::acts));
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
