//! What a comment says, without the signs that make it one.

use auditlint_source::Span;

/// The text of a comment between its delimiters, trimmed: `//`, `///`, `//!`, `/* */`, `/** */`, `#`, `--`, `;`,
/// `<!-- -->`, and `{/* */}` around a comment in JSX. What has no delimiter is returned whole.
#[must_use]
pub fn comment_body(span: Span, text: &[u8]) -> &[u8] {
    const DELIMITERS: [(&[u8], &[u8]); 6] =
        [(b"/*", b"*/"), (b"<!--", b"-->"), (b"//", b""), (b"--", b""), (b"#", b""), (b";", b"")];
    let mut body = span.of(text).trim_ascii();
    if let Some(inner) = body.strip_prefix(b"{").map(<[u8]>::trim_ascii_start).filter(|inner| inner.starts_with(b"/*"))
    {
        body = inner.strip_suffix(b"}").unwrap_or(inner).trim_ascii_end();
    }
    if let Some((open, close)) = DELIMITERS.into_iter().find(|(open, _)| body.starts_with(open)) {
        body = &body[open.len()..];
        body = body.strip_suffix(close).unwrap_or(body);
    }
    let signs = body.iter().take_while(|byte| matches!(byte, b'/' | b'*' | b'!' | b'#' | b';')).count();
    body[signs..].trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(comment: &str, body: &str) {
        let text = format!("ab {comment} cd");
        let span = Span::new(3, 3 + comment.len() as u32);
        assert_eq!(String::from_utf8_lossy(comment_body(span, text.as_bytes())), body, "{comment}");
    }

    #[test]
    fn strips_delimiters() {
        check("// a b ", "a b");
        check("//", "");
        check("/// a", "a");
        check("//! a\r\n", "a");
        check("/* a */", "a");
        check("/** a\n * b */", "a\n * b");
        check("/**/", "");
        check("/* open", "open");
        check("{/* a */}", "a");
        check("{ /* a */ }", "a");
        check("# a", "a");
        check("-- a", "a");
        check("; a", "a");
        check("<!-- a -->", "a");
        check("no comment", "no comment");
        check("", "");
    }
}
