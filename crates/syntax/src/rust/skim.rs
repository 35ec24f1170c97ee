//! Skimming Rust: its lexer needs no context.

use crate::skim_reader::SkimReader;

/// Reads as far as it is certain, and gives the first byte that is not.
pub(crate) fn read(reader: &mut SkimReader<'_, '_>) -> usize {
    let shebang = reader.text.starts_with(b"#!")
        && reader.text[2..].iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| *byte != b'[');
    if shebang {
        reader.skip_to(memchr::memchr(b'\n', reader.rest()), 0);
        reader.comment(0);
    }
    while reader.at < reader.text.len() {
        let start = reader.at;
        let certain = match reader.text[start] {
            b'/' => comment(reader),
            b'"' => string(reader),
            b'\'' => quote(reader),
            b'{' => bracket(reader, b'}'),
            b'(' => bracket(reader, b')'),
            b'[' => bracket(reader, b']'),
            close @ (b'}' | b')' | b']') => reader.close(close),
            _ => {
                reader.at += 1;
                true
            }
        };
        if !certain {
            return start;
        }
    }
    reader.text.len()
}

fn bracket(reader: &mut SkimReader<'_, '_>, close: u8) -> bool {
    reader.open(close);
    true
}

/// `//` to the end of the line, `/*` nested; else a slash that divides.
fn comment(reader: &mut SkimReader<'_, '_>) -> bool {
    let start = reader.at;
    match reader.peek(1) {
        b'/' => {
            reader.skip_to(memchr::memchr(b'\n', reader.rest()), 0);
            reader.comment(start);
        }
        b'*' => {
            let mut depth = 0_u32;
            loop {
                match (reader.peek(0), reader.peek(1)) {
                    (b'/', b'*') => depth += 1,
                    (b'*', b'/') => depth -= 1,
                    _ => {
                        let next = memchr::memchr2(b'/', b'*', reader.rest().get(1..).unwrap_or_default());
                        match next {
                            Some(next) => reader.at += 1 + next,
                            None => return false,
                        }
                        continue;
                    }
                }
                reader.at += 2;
                if depth == 0 {
                    break;
                }
            }
            reader.comment(start);
        }
        _ => reader.at += 1,
    }
    true
}

/// A string, raw where an `r` and as many `#` as close it stand before.
fn string(reader: &mut SkimReader<'_, '_>) -> bool {
    let before = &reader.text[..reader.at];
    let hashes = before.iter().rev().take_while(|byte| **byte == b'#').count();
    let before = &before[..before.len() - hashes];
    let word = before.iter().rev().take_while(|byte| is_word(**byte)).count();
    let raw = matches!(&before[before.len() - word..], b"r" | b"br" | b"cr");
    reader.at += 1;
    if raw {
        loop {
            let Some(end) = memchr::memchr(b'"', reader.rest()) else { return false };
            reader.at += end + 1;
            if reader.rest().iter().take(hashes).filter(|byte| **byte == b'#').count() == hashes {
                reader.at += hashes;
                return true;
            }
        }
    }
    loop {
        let Some(next) = memchr::memchr2(b'"', b'\\', reader.rest()) else { return false };
        reader.at += next;
        if reader.peek(0) == b'"' {
            reader.at += 1;
            return true;
        }
        reader.at += 2;
    }
}

/// A character literal or the sign of a lifetime.
fn quote(reader: &mut SkimReader<'_, '_>) -> bool {
    if reader.peek(1) == b'\\' {
        // The character behind the backslash may be a quote itself.
        let Some(end) = reader.rest().get(3..).and_then(|rest| memchr::memchr2(b'\'', b'\n', rest)) else {
            return false;
        };
        reader.at += 3 + end + 1;
        return reader.text[reader.at - 1] == b'\'';
    }
    let width = match reader.peek(1) {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
        0x80..=0xbf => return false,
    };
    reader.at += if reader.peek(1 + width) == b'\'' { width + 2 } else { 1 };
    true
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
