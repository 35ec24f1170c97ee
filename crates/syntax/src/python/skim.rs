//! Skimming Python: comments, strings with their prefixes, and the code inside of formatted ones.

use crate::skim_reader::SkimReader;

/// Reads as far as it is certain, and gives the first byte that is not.
pub(crate) fn read(reader: &mut SkimReader<'_, '_>) -> usize {
    while reader.at < reader.text.len() {
        let start = reader.at;
        let certain = match reader.text[start] {
            b'#' => {
                reader.skip_to(memchr::memchr(b'\n', reader.rest()), 0);
                reader.comment(start);
                true
            }
            b'"' | b'\'' => string(reader),
            b'{' => bracket(reader, b'}'),
            b'(' => bracket(reader, b')'),
            b'[' => bracket(reader, b']'),
            close @ (b'}' | b')' | b']') => reader.close(close),
            // The parser ends at some of these what seems to go on.
            0 => false,
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

/// What the letters before a quote make of the string behind it; `None` where they could belong to a number.
fn is_formatted(before: &[u8]) -> Option<bool> {
    let length = before.iter().rev().take_while(|byte| is_word(**byte)).count();
    let word = &before[before.len() - length..];
    if word.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let is_prefix = word.iter().all(|byte| b"rbuft".contains(&byte.to_ascii_lowercase()));
    Some(is_prefix && word.iter().any(|byte| b"ft".contains(&byte.to_ascii_lowercase())))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// A string with its quotes. A backslash takes the byte behind it along, in a raw one too.
fn string(reader: &mut SkimReader<'_, '_>) -> bool {
    let quote = reader.text[reader.at];
    let Some(formatted) = is_formatted(&reader.text[..reader.at]) else { return false };
    let is_long = reader.peek(1) == quote && reader.peek(2) == quote;
    reader.at += if is_long { 3 } else { 1 };
    if formatted {
        return formatted_text(reader, quote, is_long);
    }
    loop {
        let found = if is_long {
            memchr::memchr2(quote, b'\\', reader.rest())
        } else {
            memchr::memchr3(quote, b'\\', b'\n', reader.rest())
        };
        let Some(found) = found else { return false };
        reader.at += found;
        match reader.peek(0) {
            b'\\' => escape(reader),
            b'\n' => return false,
            _ if !is_long => {
                reader.at += 1;
                return true;
            }
            _ if reader.peek(1) == quote && reader.peek(2) == quote => {
                reader.at += 3;
                return true;
            }
            _ => reader.at += 1,
        }
    }
}

/// A backslash and what it takes along: one character, or the end of a line.
fn escape(reader: &mut SkimReader<'_, '_>) {
    let is_line_end = reader.peek(1) == b'\r' && reader.peek(2) == b'\n';
    reader.at += if is_line_end { 3 } else { 2 };
}

/// The rest of a formatted string. Since Python 3.12 the code in its braces may hold the quotes that it stands in; what could be read
/// in both ways is not certain.
fn formatted_text(reader: &mut SkimReader<'_, '_>, quote: u8, is_long: bool) -> bool {
    let mut depth = 0_u32;
    while reader.at < reader.text.len() {
        let byte = reader.peek(0);
        let ends = byte == quote && (!is_long || (reader.peek(1) == quote && reader.peek(2) == quote));
        match byte {
            0 => return false,
            _ if ends && depth == 0 => {
                reader.at += if is_long { 3 } else { 1 };
                return true;
            }
            _ if ends => return false,
            b'\\' if depth == 0 => {
                // Whether `\{` begins code depends on whether the string is raw.
                if matches!(reader.peek(1), b'{' | b'}' | b'N') {
                    return false;
                }
                escape(reader);
                continue;
            }
            b'\\' => return false,
            b'\n' if !is_long => return false,
            b'{' if depth == 0 && reader.peek(1) == b'{' => reader.at += 1,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' if depth > 0 => {
                if !quoted_inside(reader, byte) {
                    return false;
                }
                continue;
            }
            b'#' if depth > 0 && !is_format_sign(&reader.text[reader.at + 1..]) => return false,
            _ => {}
        }
        reader.at += 1;
    }
    false
}

/// A string in the braces of a formatted one, where nothing in it could be anything else.
fn quoted_inside(reader: &mut SkimReader<'_, '_>, quote: u8) -> bool {
    for (length, byte) in reader.rest()[1..].iter().enumerate() {
        match byte {
            b'{' | b'}' | b'\\' | b'\n' | b'#' | 0 => return false,
            byte if *byte == quote => {
                reader.at += length + 2;
                return true;
            }
            b'"' | b'\'' => return false,
            _ => {}
        }
    }
    false
}

/// Whether a `#` before this text asks a format for its long form (`{x:#x}`, `{x:#010b}`), and begins no comment.
fn is_format_sign(after: &[u8]) -> bool {
    let digits = after.iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b',' | b'.')).count();
    let rest = &after[digits..];
    let letter = usize::from(rest.first().is_some_and(u8::is_ascii_alphabetic));
    rest.get(letter) == Some(&b'}')
}
