//! What a formatter of JavaScript and TypeScript writes in the place of a token, where that is something else: Prettier as it comes.
//!
//! White space, the kind of quotation marks, semicolons, trailing commas and parentheses are dealt with for all languages alike; see
//! [`fingerprint`](crate::fingerprint).

use auditlint_syntax::{Language, NodeId, Tree};

/// What is written in the place of the tokens up to `end`.
pub(crate) struct FormattedText {
    pub(crate) tokens: Vec<Vec<u8>>,
    pub(crate) end: u32,
}

/// How far up a token is looked for as the end of something.
const MOST_LEVELS: usize = 4;

/// Whether a language is written by such a formatter.
pub(crate) fn has_formatter(language: Language) -> bool {
    matches!(language, Language::TypeScript | Language::Tsx | Language::JavaScript)
}

/// What is written in the place of a token and those that belong to it; `None` where it stays as it is.
pub(crate) fn rewritten(tree: &Tree, token: NodeId, text: &[u8]) -> Option<FormattedText> {
    let written = tree.text(token, text);
    match written.first()? {
        b'0'..=b'9' | b'.' if tree.kind_name(token) == "number" => {
            let tokens = vec![number(written)?];
            Some(FormattedText { tokens, end: tree.span(token).end })
        }
        b'\'' | b'"' => string(tree, token, text),
        b'|' | b'&' | b',' if is_optional(tree, token) => {
            Some(FormattedText { tokens: Vec::new(), end: tree.span(token).end })
        }
        _ => None,
    }
}

/// Whether an object is made without arguments and ends with this token: `new Date` is written `new Date()`.
pub(crate) fn ends_bare_new(tree: &Tree, token: NodeId) -> bool {
    let end = tree.span(token).end;
    let up = tree.ancestors(token).take(MOST_LEVELS).take_while(|above| tree.span(*above).end == end);
    let mut new = up.filter(|above| tree.kind_name(*above) == "new_expression");
    new.any(|new| tree.child_by_field_name(new, "arguments").is_none())
}

/// A sign that parts nothing, or as well as a semicolon does.
fn is_optional(tree: &Tree, token: NodeId) -> bool {
    let Some(parent) = tree.parent(token) else { return false };
    match tree.kind_name(parent) {
        "union_type" | "intersection_type" => tree.first_child(parent) == Some(token),
        "object_type" | "interface_body" => tree.kind_name(token) == ",",
        _ => false,
    }
}

/// A number as a formatter writes it; `None` where it is written so.
fn number(written: &[u8]) -> Option<Vec<u8>> {
    let lower = written.to_ascii_lowercase();
    let is_other = |sign| matches!(lower.get(1), Some(b'x' | b'o' | b'b')) || lower.last() == Some(&sign);
    let number = if is_other(b'n') { lower } else { decimal(&lower) };
    (number != written).then_some(number)
}

fn decimal(lower: &[u8]) -> Vec<u8> {
    let at = lower.iter().position(|byte| *byte == b'e').unwrap_or(lower.len());
    let (digits, exponent) = lower.split_at(at);
    let mut number = if digits.starts_with(b".") { b"0".to_vec() } else { Vec::new() };
    number.extend_from_slice(digits);
    if let Some(point) = number.iter().position(|byte| *byte == b'.') {
        // One digit is left behind the point.
        while number.len() > point + 2 && number.ends_with(b"0") {
            number.pop();
        }
        if number.ends_with(b".") {
            number.pop();
        }
    }
    let exponent = exponent.strip_prefix(b"e").unwrap_or_default();
    let exponent = exponent.strip_prefix(b"+").unwrap_or(exponent);
    if exponent.iter().any(|byte| !matches!(byte, b'0' | b'-')) {
        number.push(b'e');
        number.extend_from_slice(exponent);
    }
    number
}

/// A string of which the token is the first quotation mark.
fn string(tree: &Tree, token: NodeId, text: &[u8]) -> Option<FormattedText> {
    let string = tree.parent(token)?;
    if tree.kind_name(string) != "string" || tree.first_child(string) != Some(token) {
        return None;
    }
    let span = tree.span(string);
    let written = tree.text(string, text);
    let inner = written.get(1..written.len().checked_sub(1)?)?;
    let tokens = if is_name(inner) && is_key(tree, string, text) {
        vec![inner.to_vec()]
    } else {
        inner.contains(&b'\\').then(|| quoted(written[0], inner))??
    };
    Some(FormattedText { tokens, end: span.end })
}

/// A name that needs no quotation marks as a key.
fn is_name(inner: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$');
    let Some((first, rest)) = inner.split_first() else { return false };
    is_letter(first) && rest.iter().all(|byte| is_letter(byte) || byte.is_ascii_digit())
}

/// Whether a string is the key of an entry or the name of a member: what stands behind a colon or `=` is a value.
fn is_key(tree: &Tree, string: NodeId, text: &[u8]) -> bool {
    const KINDS: [&str; 8] = [
        "pair",
        "pair_pattern",
        "property_signature",
        "method_signature",
        "method_definition",
        "public_field_definition",
        "field_definition",
        "enum_assignment",
    ];
    let Some(parent) = tree.parent(string) else { return false };
    let before = tree.prev_sibling(string).map(|before| tree.text(before, text));
    KINDS.contains(&tree.kind_name(parent))
        && !matches!(before, Some(b":" | b"="))
        && tree.next_sibling(string).is_some()
}

/// The tokens of a string with escaped quotation marks, written with the marks that need fewer of them; `None` where it is written so.
fn quoted(mark: u8, inner: &[u8]) -> Option<Vec<Vec<u8>>> {
    let count = |mark: u8| inner.iter().filter(|byte| **byte == mark).count();
    let best = if count(b'"') > count(b'\'') { b'\'' } else { b'"' };
    let mut tokens = vec![vec![best]];
    let (mut piece, mut is_same, mut at) = (Vec::new(), mark == best, 0);
    let escape = |tokens: &mut Vec<Vec<u8>>, piece: &mut Vec<u8>, escape: &[u8]| {
        tokens.extend((!piece.is_empty()).then(|| std::mem::take(piece)));
        tokens.push(escape.to_vec());
    };
    while let Some(byte) = inner.get(at) {
        match (byte, inner.get(at + 1)) {
            (b'\\', Some(escaped @ (b'"' | b'\''))) => {
                if *escaped == best {
                    escape(&mut tokens, &mut piece, &inner[at..at + 2]);
                } else {
                    piece.push(*escaped);
                    is_same = false;
                }
                at += 2;
            }
            (b'\\', Some(_)) => {
                let end = at + escape_length(&inner[at..]);
                escape(&mut tokens, &mut piece, &inner[at..end]);
                at = end;
            }
            (byte, _) if *byte == best => {
                escape(&mut tokens, &mut piece, &[b'\\', best]);
                is_same = false;
                at += 1;
            }
            (byte, _) => {
                piece.push(*byte);
                at += 1;
            }
        }
    }
    tokens.extend((!piece.is_empty()).then_some(piece));
    tokens.push(vec![best]);
    (!is_same).then_some(tokens)
}

/// How long an escape is, as the grammar has it.
fn escape_length(from: &[u8]) -> usize {
    let digits =
        |from: &[u8], most: usize, is: fn(&u8) -> bool| from.iter().take(most).take_while(|byte| is(byte)).count();
    let length = match from.get(1) {
        Some(b'x') => 2 + digits(&from[2..], 2, u8::is_ascii_hexdigit),
        Some(b'u') if from.get(2) == Some(&b'{') => from.iter().position(|byte| *byte == b'}').map_or(2, |end| end + 1),
        Some(b'u') => 2 + digits(&from[2..], 4, u8::is_ascii_hexdigit),
        Some(b'0'..=b'7') => 1 + digits(&from[1..], 3, |byte| matches!(byte, b'0'..=b'7')),
        Some(b'\r') if from.get(2) == Some(&b'\n') => 3,
        // A letter of several bytes.
        Some(_) => 2 + from[2..].iter().take_while(|byte| (0x80..0xc0).contains(*byte)).count(),
        None => 1,
    };
    length.min(from.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_a_formatter_writes_them() {
        for (written, expected) in [
            ("0XFF", Some("0xff")),
            ("0xFF", Some("0xff")),
            ("1E5", Some("1e5")),
            ("1e+05", Some("1e05")),
            ("1e-7", None),
            ("1.50", Some("1.5")),
            ("1.0", None),
            ("1.", Some("1")),
            (".5", Some("0.5")),
            ("1e0", Some("1")),
            ("0XAn", Some("0xan")),
            ("100", None),
            ("1_000", None),
        ] {
            let found = number(written.as_bytes()).map(|number| String::from_utf8(number).unwrap_or_default());
            assert_eq!(found.as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn strings_with_the_marks_that_need_fewer_escapes() {
        for (written, expected) in [
            (r"'it\'s'", Some(&["\"", "it's", "\""][..])),
            (r#""it\'s""#, Some(&["\"", "it's", "\""])),
            (r#"'a " \' \' b'"#, Some(&["\"", "a ", "\\\"", " ' ' b", "\""])),
            (r#""say \"hi\"""#, Some(&["'", "say \"hi\"", "'"])),
            (r"'a\n'", Some(&["\"", "a", "\\n", "\""])),
            (r#""a\n""#, None),
            (r#""a\"b'c""#, None),
        ] {
            let inner = &written.as_bytes()[1..written.len() - 1];
            let found = quoted(written.as_bytes()[0], inner);
            let found: Option<Vec<String>> = found
                .map(|tokens| tokens.into_iter().map(|token| String::from_utf8(token).unwrap_or_default()).collect());
            let expected: Option<Vec<String>> =
                expected.map(|tokens| tokens.iter().map(|token| (*token).to_owned()).collect());
            assert_eq!(found, expected, "{written}");
        }
    }
}
