//! Reads YAML that is not valid YAML, by top-level keys and list items.
//!
//! People write task files by hand: `: ` in a plain item, an item that starts with a backtick, `*` or `@`, bullets of
//! `*` below an item. A YAML parser stops at the first of these; here every line that can be understood on its own is.
//! Two levels are read, keys and the items below them. Whatever is deeper stays text. On a valid file of that shape
//! the result is the parser's, except that every scalar is text.

use std::collections::BTreeSet;

use auditlint_source::Span;
use auditlint_source::document::{DocumentKey, DocumentNode, DocumentValue};

use crate::file::{lines_of, span_in};

/// A line of a value: how far it is indented, and its text behind the indent.
#[derive(Clone, Copy)]
struct ValueLine<'t> {
    indent: usize,
    text: &'t str,
}

/// Reads every document of `text[start..]`; each is a table. Spans are offsets in `text`.
pub(crate) fn read(text: &str, start: usize) -> Vec<DocumentNode> {
    let mut documents = Vec::new();
    let mut entries: Vec<(DocumentKey, DocumentNode)> = Vec::new();
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let mut open: Option<(DocumentKey, &str, Vec<ValueLine<'_>>)> = None;
    for (_, line) in lines_of(text, start, text.len()) {
        let body = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - body.len();
        if indent == 0 {
            if is_document_break(line) {
                close(text, &mut entries, &mut keys, open.take());
                finish(&mut documents, &mut entries);
                keys.clear();
                continue;
            }
            if let Some((key, head)) = split_key(line) {
                close(text, &mut entries, &mut keys, open.take());
                open = Some((DocumentKey { span: span_in(text, key), name: unquote(key) }, head, Vec::new()));
                continue;
            }
            if line.starts_with('#') {
                continue;
            }
        }
        if let Some((_, _, lines)) = &mut open {
            lines.push(ValueLine { indent, text: body.trim_end() });
        }
    }
    close(text, &mut entries, &mut keys, open);
    finish(&mut documents, &mut entries);
    documents
}

fn is_document_break(line: &str) -> bool {
    line == "---" || line == "..." || line.starts_with("--- ")
}

fn finish(documents: &mut Vec<DocumentNode>, entries: &mut Vec<(DocumentKey, DocumentNode)>) {
    if let (Some((first, _)), Some((_, last))) = (entries.first(), entries.last()) {
        let span = Span::new(first.span.start, last.span.end.max(first.span.end));
        documents.push(DocumentNode { span, value: DocumentValue::Map(std::mem::take(entries)) });
    }
}

fn close<'t>(
    text: &'t str,
    entries: &mut Vec<(DocumentKey, DocumentNode)>,
    keys: &mut BTreeSet<String>,
    open: Option<(DocumentKey, &'t str, Vec<ValueLine<'t>>)>,
) {
    let Some((key, head, mut lines)) = open else { return };
    while lines.last().is_some_and(|line| line.text.is_empty()) {
        lines.pop();
    }
    // The first of two equal keys holds, as nothing tells which one is meant.
    if !keys.insert(key.name.clone()) {
        return;
    }
    let node = value(text, head, &lines);
    entries.push((key, node));
}

/// `key: rest`, `"key": rest`. A key is one to four words, so that a sentence with a colon is not one.
fn split_key(line: &str) -> Option<(&str, &str)> {
    let end = match line.as_bytes().first()? {
        quote @ (b'"' | b'\'') => line[1..].find(*quote as char)? + 2,
        byte if byte.is_ascii_alphabetic() || *byte == b'_' => line.find(':')?,
        _ => return None,
    };
    let rest = line[end..].strip_prefix(':')?;
    let key = &line[..end];
    let good = key.len() <= 60 && key.split_whitespace().count() <= 4 && !key.contains(['`', '(', '[', '{', ',']);
    (good && (rest.is_empty() || rest.starts_with([' ', '\t']))).then_some((key, rest))
}

/// The value behind a key: what stands on its line, and the lines below.
fn value(text: &str, head: &str, lines: &[ValueLine<'_>]) -> DocumentNode {
    let trimmed = head.trim();
    let is_list = |line: &ValueLine<'_>| item_head(line.text).is_some();
    let first = lines.iter().find(|line| !line.text.is_empty() && !line.text.starts_with('#'));
    if without_comment(trimmed).is_empty() {
        return match first {
            None => DocumentNode { span: span_in(text, &head[..0]), value: DocumentValue::Null },
            Some(first) if is_list(first) => list(text, first.indent, lines),
            Some(_) => scalar(text, trimmed, lines),
        };
    }
    if trimmed.starts_with('[')
        && let Some(node) = inline_list(text, trimmed, lines)
    {
        return node;
    }
    scalar(text, trimmed, lines)
}

/// What stands behind the dash of a list item.
fn item_head(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('-')?;
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| rest.trim())
}

fn list(text: &str, indent: usize, lines: &[ValueLine<'_>]) -> DocumentNode {
    let mut items = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        // A dash further out than the first one is an item that slipped.
        let Some(head) = item_head(line.text).filter(|_| line.indent <= indent) else { continue };
        let from = at;
        while at < lines.len() && (lines[at].indent > indent || item_head(lines[at].text).is_none()) {
            at += 1;
        }
        let mut below = &lines[from..at];
        while let Some((last, rest)) = below.split_last().filter(|(last, _)| last.text.is_empty()) {
            debug_assert!(last.text.is_empty(), "only empty lines are cut");
            below = rest;
        }
        items.push(scalar(text, head, below));
    }
    let span = match (items.first(), items.last()) {
        (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
        _ => Span::default(),
    };
    DocumentNode { span, value: DocumentValue::List(items) }
}

/// A scalar of any style. Lines below that start with a bullet stay lines of their own; others are folded.
fn scalar(text: &str, head: &str, lines: &[ValueLine<'_>]) -> DocumentNode {
    if let Some(style) = BlockStyle::of(head) {
        let span = span_over(text, head, lines);
        return DocumentNode { span, value: DocumentValue::Text(block(style, lines)) };
    }
    if head.starts_with(['"', '\''])
        && let Some(node) = quoted(text, head, lines)
    {
        return node;
    }
    let mut folded = String::new();
    let mut breaks = 0;
    let head = without_comment(head);
    let mut covered: Vec<ValueLine<'_>> = Vec::new();
    for line in std::iter::once(ValueLine { indent: 0, text: head }).chain(lines.iter().copied()) {
        if line.text.is_empty() {
            breaks += usize::from(!folded.is_empty());
            continue;
        }
        let part = without_comment(line.text);
        if part.is_empty() {
            continue;
        }
        let is_bullet = part.starts_with("* ") || part.starts_with("- ") || part.starts_with("+ ");
        if !folded.is_empty() {
            match (breaks, is_bullet) {
                (0, false) => folded.push(' '),
                (0, true) => folded.push('\n'),
                (breaks, _) => folded.extend(std::iter::repeat_n('\n', breaks)),
            }
        }
        breaks = 0;
        folded.push_str(part);
        covered.push(ValueLine { indent: line.indent, text: part });
    }
    let span = match (covered.first(), covered.last()) {
        (Some(first), Some(last)) => Span::new(span_in(text, first.text).start, span_in(text, last.text).end),
        _ => span_in(text, &head[..0]),
    };
    let value =
        if matches!(folded.as_str(), "" | "~" | "null") { DocumentValue::Null } else { DocumentValue::Text(folded) };
    DocumentNode { span, value }
}

/// From the start of `head` to the end of the last line.
fn span_over(text: &str, head: &str, lines: &[ValueLine<'_>]) -> Span {
    let first = span_in(text, head);
    let last = lines.iter().rev().find(|line| !line.text.is_empty());
    Span::new(first.start, last.map_or(first.end, |line| span_in(text, line.text).end))
}

/// `|`, `>`, with what they say about indent and final line breaks.
#[derive(Clone, Copy)]
struct BlockStyle {
    folded: bool,
    keep: bool,
    strip: bool,
}

impl BlockStyle {
    fn of(head: &str) -> Option<Self> {
        let head = without_comment(head);
        let folded = match head.as_bytes().first()? {
            b'|' => false,
            b'>' => true,
            _ => return None,
        };
        let rest = &head[1..];
        let good = rest.len() <= 2 && rest.bytes().all(|byte| matches!(byte, b'+' | b'-' | b'1'..=b'9'));
        good.then_some(Self { folded, keep: rest.contains('+'), strip: rest.contains('-') })
    }
}

fn block(style: BlockStyle, lines: &[ValueLine<'_>]) -> String {
    let base = lines.iter().find(|line| !line.text.is_empty()).map_or(0, |line| line.indent);
    let mut out = String::new();
    let mut breaks = 0;
    let mut was_deeper = true;
    for line in lines {
        if line.text.is_empty() {
            breaks += 1;
            continue;
        }
        let deeper = line.indent > base;
        if !out.is_empty() {
            // Folding joins two lines of the base indent; deeper lines and empty ones keep their breaks.
            let joins = style.folded && !deeper && !was_deeper;
            match (joins, breaks) {
                (true, 0) => out.push(' '),
                (true, breaks) => out.extend(std::iter::repeat_n('\n', breaks)),
                (false, breaks) => out.extend(std::iter::repeat_n('\n', breaks + 1)),
            }
        } else {
            out.extend(std::iter::repeat_n('\n', breaks));
        }
        breaks = 0;
        out.extend(std::iter::repeat_n(' ', line.indent.saturating_sub(base)));
        out.push_str(line.text);
        was_deeper = deeper;
    }
    if !out.is_empty() && !style.strip {
        out.extend(std::iter::repeat_n('\n', 1 + if style.keep { breaks } else { 0 }));
    }
    out
}

/// A quoted scalar; `None` where the quote does not close at the end of the value, so that it is prose.
fn quoted(text: &str, head: &str, lines: &[ValueLine<'_>]) -> Option<DocumentNode> {
    let mut joined = head.to_owned();
    let mut breaks = 0;
    for line in lines {
        if line.text.is_empty() {
            breaks += 1;
            continue;
        }
        joined.push_str(&if breaks == 0 { " ".to_owned() } else { "\n".repeat(breaks) });
        breaks = 0;
        joined.push_str(line.text);
    }
    let (value, length) = read_quoted(&joined)?;
    let rest = joined[length..].trim_start();
    (rest.is_empty() || rest.starts_with('#')).then(|| DocumentNode {
        span: span_over(text, &head[..length.min(head.len())], lines),
        value: DocumentValue::Text(value),
    })
}

/// Reads a quoted scalar at the start of `text`: its value and its length in bytes with the quotes.
fn read_quoted(text: &str) -> Option<(String, usize)> {
    let quote = text.chars().next()?;
    let mut value = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            _ if letter == quote => {
                if quote == '\'' && letters.next_if(|(_, next)| *next == '\'').is_some() {
                    value.push('\'');
                    continue;
                }
                return Some((value, at + 1));
            }
            '\\' if quote == '"' => match letters.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                escaped @ ('"' | '\\' | '/' | ' ') => value.push(escaped),
                // Rare escapes are kept as they are written.
                other => value.extend(['\\', other]),
            },
            _ => value.push(letter),
        }
    }
    None
}

fn unquote(key: &str) -> String {
    match key.starts_with(['"', '\'']).then(|| read_quoted(key)).flatten() {
        Some((value, _)) => value,
        None => key.trim().to_owned(),
    }
}

/// `[a, "b, c"]`, over several lines too; `None` where it does not close, so that it is prose.
fn inline_list(text: &str, head: &str, lines: &[ValueLine<'_>]) -> Option<DocumentNode> {
    let from = span_in(text, head).start as usize;
    let end = span_over(text, head, lines).end as usize;
    let body = &text[from..end];
    let mut items = Vec::new();
    let mut quote: Option<char> = None;
    let mut start = 1;
    let mut depth = 0_usize;
    for (at, letter) in body.char_indices().skip(1) {
        match (letter, quote) {
            (_, Some(open)) if letter == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) if body[start..at].trim().is_empty() => quote = Some(letter),
            ('[' | '{', None) => depth += 1,
            (']' | '}', None) if depth > 0 => depth -= 1,
            (',' | ']', None) if depth == 0 => {
                let item = body[start..at].trim();
                if !(item.is_empty() && letter == ']') {
                    items.push(scalar(text, item, &[]));
                }
                start = at + 1;
                if letter == ']' {
                    let rest = body[start..].trim();
                    let span = Span::new(from as u32, (from + start) as u32);
                    return (rest.is_empty() || rest.starts_with('#'))
                        .then_some(DocumentNode { span, value: DocumentValue::List(items) });
                }
            }
            _ => {}
        }
    }
    None
}

/// Cuts a comment: `#` at the start or after a space.
fn without_comment(text: &str) -> &str {
    if text.starts_with('#') {
        return &text[..0];
    }
    match text.find(" #") {
        Some(at) => text[..at].trim_end(),
        None => text.trim_end(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditlint_source::document::parse_yaml;
    use proptest::prelude::*;

    /// A document as keys with texts, lists flat.
    fn shown(node: &DocumentNode) -> Vec<(String, Vec<Option<String>>)> {
        let entries = node.as_map().unwrap();
        let show = |node: &DocumentNode| match &node.value {
            DocumentValue::List(items) => items.iter().map(DocumentNode::scalar).collect(),
            _ => vec![node.scalar()],
        };
        entries.iter().map(|(key, node)| (key.name.clone(), show(node))).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &[&str])]) {
        let documents = read(text, 0);
        let found = shown(&documents[0]);
        let expected: Vec<(String, Vec<Option<String>>)> = expected
            .iter()
            .map(|(key, items)| ((*key).to_owned(), items.iter().map(|item| Some((*item).to_owned())).collect()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn reads_what_a_parser_refuses() {
        check(
            "id: t1\ntitle: Worker: write the file\nacceptance:\n  - Tests in a.ts pass:\n    * renders: a row\n    * closes\n  - `run all` is green\n  - \"quoted\" is not all\nfiles:\n  - @app/x (note: later)\n",
            &[
                ("id", &["t1"]),
                ("title", &["Worker: write the file"]),
                (
                    "acceptance",
                    &["Tests in a.ts pass:\n* renders: a row\n* closes", "`run all` is green", "\"quoted\" is not all"],
                ),
                ("files", &["@app/x (note: later)"]),
            ],
        );
    }

    #[test]
    fn keeps_places() {
        let text = "\u{feff}id: é1\r\nfiles: [a, 'b, c']\r\nsteps:\r\n- one: two\r\n  three\r\n";
        let documents = read(text, 3);
        let get = |key: &str| documents[0].get(key).unwrap();
        assert_eq!(get("id").span.of(text.as_bytes()), "é1".as_bytes());
        let files = get("files").as_list().unwrap();
        assert_eq!(files[1].span.of(text.as_bytes()), b"'b, c'");
        assert_eq!(files[1].as_text(), Some("b, c"));
        assert_eq!(get("steps").as_list().unwrap()[0].as_text(), Some("one: two three"));
    }

    #[test]
    fn agrees_with_the_parser_on_valid_files() {
        for text in [
            "a: |\n  one\n   two\n\n  three\n\nb: >\n  one\n  two\n\n  three\n   deep\n  four\nc: x\n",
            "a: |-\n  one\nb: >-\n  one\n  two\nc: ''\nd: \"a\\n\\\"b\\\"\"\ne: 'it''s'\n",
            "a: one\n  two\n\n  three # note\n# note\nb: [x, \"y, z\", 'w'] # note\nc:\n- x\n- y # note\n",
            "a:\n  - x\n  - >\n    folded\n    text\n  - 'q'\nb: ~\n",
            "a: 1\n---\na: 2\n",
        ] {
            let parsed: Vec<_> = parse_yaml(text).unwrap().iter().map(shown).collect();
            let lenient: Vec<_> = read(text, 0).iter().map(shown).collect();
            assert_eq!(lenient, parsed, "{text}");
        }
    }

    /// A value in one of the styles that people use, as the lines behind `key:`.
    fn any_value() -> impl Strategy<Value = String> {
        let word = "[a-z]{1,6}( [a-z]{1,6}){0,3}";
        prop_oneof![
            word.prop_map(|word| format!(" w{word}\n")),
            word.prop_map(|word| format!(" \"{word}: #x\"\n")),
            word.prop_map(|word| format!(" '{word}, it''s'\n")),
            prop::collection::vec(word, 1..4).prop_map(|lines| format!(" >\n  {}\n", lines.join("\n  "))),
            prop::collection::vec(word, 1..4).prop_map(|lines| format!(" |\n  {}\n", lines.join("\n  "))),
            prop::collection::vec(word, 1..4).prop_map(|items| format!(" [w{}]\n", items.join(", w"))),
            prop::collection::vec(word, 1..4).prop_map(|items| format!("\n  - w{}\n", items.join("\n  - w"))),
            prop::collection::vec(word, 1..4).prop_map(|items| format!("\n- w{}\n", items.join("\n    and\n- w"))),
        ]
    }

    proptest! {
        #[test]
        fn agrees_with_the_parser(values in prop::collection::vec(any_value(), 1..6), crlf: bool) {
            let mut text: String = values.iter().enumerate().map(|(at, value)| format!("key{at}:{value}")).collect();
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            let parsed: Vec<_> = parse_yaml(&text).unwrap().iter().map(shown).collect();
            let lenient: Vec<_> = read(&text, 0).iter().map(shown).collect();
            prop_assert_eq!(lenient, parsed, "{}", text);
        }

        #[test]
        fn reads_any_text(text in "([a-z]{0,3}[-:#\\[\\]|>'\"*` ,é\r\n]){0,60}") {
            for document in read(&text, 0) {
                for (key, node) in document.as_map().unwrap() {
                    prop_assert!(text.get(key.span.start as usize..key.span.end as usize).is_some());
                    prop_assert!(text.get(node.span.start as usize..node.span.end as usize).is_some());
                }
            }
        }
    }
}
