//! What a comment says, without the signs that make it one.

use auditlint_source::Span;

/// The text of a comment between its delimiters, trimmed: `//`, `///`, `//!`, `/* */`, `/** */`, `#`, `--`,
/// `<!-- -->`, and `{/* */}` around a comment in JSX. What has no delimiter is returned whole.
#[must_use]
pub fn comment_body(span: Span, text: &[u8]) -> &[u8] {
    let mut body = span.of(text).trim_ascii();
    if let Some(inner) = body.strip_prefix(b"{").and_then(|inner| inner.strip_suffix(b"}")) {
        body = inner.trim_ascii();
    }
    let body = if let Some(line) = body.strip_prefix(b"//") {
        line.strip_prefix(b"/").or_else(|| line.strip_prefix(b"!")).unwrap_or(line)
    } else if let Some(block) = body.strip_prefix(b"/*") {
        let block = block.strip_suffix(b"*/").unwrap_or(block);
        block.strip_prefix(b"*").or_else(|| block.strip_prefix(b"!")).unwrap_or(block)
    } else if let Some(markup) = body.strip_prefix(b"<!--") {
        markup.strip_suffix(b"-->").unwrap_or(markup)
    } else {
        body.strip_prefix(b"--").or_else(|| body.strip_prefix(b"#")).unwrap_or(body)
    };
    body.trim_ascii()
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
        check("<!-- a -->", "a");
        check("no comment", "no comment");
        check("", "");
    }
}
