//! Skimming TypeScript and JavaScript.

use crate::skim_reader::SkimReader;

/// Words after which a slash begins a regular expression.
const BEFORE_EXPRESSION: [&[u8]; 10] =
    [b"return", b"typeof", b"instanceof", b"in", b"new", b"delete", b"void", b"throw", b"case", b"else"];
/// Words that are names in some places and in others stand before an expression.
const CONTEXTUAL: [&[u8]; 5] = [b"of", b"yield", b"await", b"do", b"extends"];

/// From here on a byte may belong to a name: the grammar takes even this one, which is not one of JavaScript, for a letter.
const DELETE: u8 = 0x7f;

/// What a slash in the code may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slash {
    Divides,
    Regex,
    Either,
}

/// Reads as far as it is certain, and gives the first byte that is not. `jsx` says whether the language may hold JSX.
pub(crate) fn read(reader: &mut SkimReader<'_, '_>, jsx: bool) -> usize {
    // Text in JSX is not code. An element is closed by one of these, and begins with the sign `<`.
    let find = |text: &[u8], needle: &[u8]| memchr::memmem::find(text, needle).is_some();
    let jsx = jsx && (find(reader.text, b"</") || find(reader.text, b"/>"));
    if reader.text.starts_with(b"#!") {
        end_of_line(reader);
        reader.comment(0);
    }
    while reader.at < reader.text.len() {
        let start = reader.at;
        let certain = match reader.text[start] {
            b'/' => slash(reader),
            quote @ (b'"' | b'\'') => string(reader, quote),
            b'`' => template(reader),
            b'{' => bracket(reader, b'}'),
            b'(' => bracket(reader, b')'),
            b'[' => bracket(reader, b']'),
            b'}' if reader.open.last().is_some_and(|(close, _)| *close == b'`') => {
                reader.close(b'`') && template_text(reader)
            }
            close @ (b'}' | b')' | b']') => reader.close(close),
            b'\\' => {
                reader.seen.escape = true;
                reader.at += 1;
                reader.peek(0) == b'u'
            }
            // Comments as in HTML are known to few parsers.
            b'<' if jsx || reader.rest().starts_with(b"<!--") => false,
            b'-' if reader.rest().starts_with(b"-->") => false,
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

/// Goes to the end of the line; U+2028 and U+2029 end one too.
fn end_of_line(reader: &mut SkimReader<'_, '_>) {
    loop {
        reader.skip_to(memchr::memchr3(b'\n', b'\r', 0xe2, reader.rest()), 0);
        if reader.peek(0) == 0xe2 && !(reader.peek(1) == 0x80 && matches!(reader.peek(2), 0xa8 | 0xa9)) {
            reader.at += 1;
            continue;
        }
        return;
    }
}

fn slash(reader: &mut SkimReader<'_, '_>) -> bool {
    let start = reader.at;
    match reader.peek(1) {
        b'/' => {
            end_of_line(reader);
            reader.comment(start);
            true
        }
        b'*' => {
            reader.at += 2;
            let Some(end) = memchr::memmem::find(reader.rest(), b"*/") else { return false };
            reader.at += end + 2;
            reader.comment(start);
            true
        }
        _ => match before(reader) {
            Slash::Divides => {
                reader.at += 1;
                true
            }
            Slash::Regex => match regex_end(&reader.text[start..]) {
                Some(length) => {
                    reader.at += length;
                    true
                }
                None => false,
            },
            Slash::Either => match regex_end(&reader.text[start..]) {
                // Both readings come to the same where nothing between the slashes means anything, and the second begins
                // no comment.
                Some(length) => {
                    let inside = &reader.text[start + 1..start + length - 1];
                    reader.at += length;
                    !inside.iter().any(|byte| b"\"'`/\\{}()[]<".contains(byte))
                        && !matches!(reader.peek(0), b'/' | b'*')
                }
                None => {
                    reader.at += 1;
                    true
                }
            },
        },
    }
}

/// What a slash is, by the token before it.
fn before(reader: &SkimReader<'_, '_>) -> Slash {
    let mut end = reader.at;
    let mut comments = reader.seen.comments.iter().rev().peekable();
    loop {
        let white = reader.text[..end].iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
        end -= white;
        match comments.peek() {
            Some(comment) if comment.end as usize == end => {
                end = comment.start as usize;
                comments.next();
            }
            _ => break,
        }
    }
    let code = &reader.text[..end];
    let Some(&last) = code.last() else { return Slash::Regex };
    if last.is_ascii_alphanumeric() || matches!(last, b'_' | b'$') {
        let length =
            code.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')).count();
        let (head, word) = code.split_at(end - length);
        let property = head.ends_with(b".") && !head.ends_with(b"..");
        return if property {
            Slash::Divides
        } else if CONTEXTUAL.contains(&word) || head.last().is_some_and(|byte| *byte >= DELETE) {
            Slash::Either
        } else if BEFORE_EXPRESSION.contains(&word) {
            Slash::Regex
        } else {
            Slash::Divides
        };
    }
    match last {
        b']' | b'"' | b'\'' | b'`' => Slash::Divides,
        b')' if reader.closed.1 as usize == end => after_parentheses(&reader.text[..reader.closed.0 as usize]),
        // A slash may end a regular expression.
        b')' | b'}' | b'>' | b'!' | b'\\' | b'/' => Slash::Either,
        // A number may end with its dot.
        b'.' if code[..code.len() - 1].last().is_some_and(u8::is_ascii_alphanumeric) => Slash::Divides,
        b'+' | b'-' if code.len() > 1 && code[code.len() - 2] == last => Slash::Either,
        DELETE.. => Slash::Either,
        _ => Slash::Regex,
    }
}

/// What a slash is behind parentheses, by the text before them.
fn after_parentheses(code: &[u8]) -> Slash {
    let code = code.trim_ascii_end();
    let word = |word: &[u8]| code.ends_with(word);
    if [b"if".as_slice(), b"while", b"for", b"with", b"await", b"/"].into_iter().any(word) {
        Slash::Either
    } else {
        Slash::Divides
    }
}

/// The length of the regular expression at the start of a text, up to and with the slash that closes it.
fn regex_end(text: &[u8]) -> Option<usize> {
    let mut class = false;
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' | b'\r' => return None,
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

fn string(reader: &mut SkimReader<'_, '_>, quote: u8) -> bool {
    reader.at += 1;
    loop {
        let Some(next) = memchr::memchr3(quote, b'\\', b'\n', reader.rest()) else { return false };
        reader.at += next;
        match reader.peek(0) {
            b'\n' => return false,
            b'\\' if reader.peek(1) == b'\r' && reader.peek(2) == b'\n' => reader.at += 3,
            b'\\' => reader.at += 2,
            _ => {
                reader.at += 1;
                return true;
            }
        }
    }
}

fn template(reader: &mut SkimReader<'_, '_>) -> bool {
    reader.at += 1;
    template_text(reader)
}

/// The text of a template up to its end or to the `${` that opens.
fn template_text(reader: &mut SkimReader<'_, '_>) -> bool {
    loop {
        let Some(next) = memchr::memchr3(b'`', b'\\', b'$', reader.rest()) else { return false };
        reader.at += next;
        match reader.peek(0) {
            b'`' => {
                reader.at += 1;
                return true;
            }
            b'\\' => reader.at += 2,
            _ if reader.peek(1) == b'{' => {
                reader.at += 1;
                reader.open(b'`');
                return true;
            }
            _ => reader.at += 1,
        }
    }
}
