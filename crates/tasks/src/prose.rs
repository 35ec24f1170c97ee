//! The lines of a Markdown text that say something: no code, no comments, nothing quoted, no HTML that stands for itself.

use crate::file::TaskFile;

/// The lines of a Markdown text outside code blocks, comments, quoted text and HTML whose inside is not Markdown, with their offsets.
pub(crate) fn prose_lines(file: &TaskFile) -> impl Iterator<Item = (usize, &str)> {
    let mut fence: Option<&str> = None;
    let mut comment = false;
    let mut html = false;
    let mut indented = Indented::default();
    file.lines().filter(move |(_, line)| {
        let text = line.trim_start();
        if let Some(open) = fence {
            if text.starts_with(open) && text.trim_start_matches(&open[..1]).trim().is_empty() {
                fence = None;
            }
            return false;
        }
        if comment {
            comment = leaves_comment_open(text, true);
            return false;
        }
        if html {
            html = !closes_html(text);
            return false;
        }
        if indented.is_code(line) {
            return false;
        }
        // In a list item a fence may stand behind the marker.
        let inner = &text[list_marker(text).unwrap_or(0)..];
        if inner.starts_with("```") || inner.starts_with("~~~") {
            let length = inner.len() - inner.trim_start_matches(&inner[..1]).len();
            let is_inline = inner.starts_with('`') && inner[length..].contains('`');
            if !is_inline {
                fence = Some(&inner[..length]);
                return false;
            }
        }
        if opens_html(inner) {
            html = !closes_html(inner);
            return false;
        }
        comment = leaves_comment_open(text, false);
        !text.starts_with("<!--") && !text.starts_with('>')
    })
}

/// The elements of HTML in which nothing is Markdown.
const VERBATIM: [&str; 4] = ["pre", "script", "style", "textarea"];

/// Whether a line begins such an element. What it holds ends with the line on which one of them is closed.
fn opens_html(line: &str) -> bool {
    let Some(tag) = line.strip_prefix('<') else { return false };
    let name = &tag[..tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len())];
    let is_tag = tag[name.len()..].is_empty() || tag[name.len()..].starts_with([' ', '\t', '>']);
    is_tag && VERBATIM.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn closes_html(line: &str) -> bool {
    line.match_indices("</").any(|(at, _)| {
        let name = &line.as_bytes()[at + 2..];
        VERBATIM.iter().any(|known| {
            name.len() > known.len()
                && name[..known.len()].eq_ignore_ascii_case(known.as_bytes())
                && name[known.len()] == b'>'
        })
    })
}

/// Whether a comment is open behind a line. In a span of code `<!--` begins none.
fn leaves_comment_open(line: &str, mut open: bool) -> bool {
    let mut rest = line;
    let mut code = false;
    loop {
        let at = if open {
            rest.find("-->").map(|at| (at, 3))
        } else {
            rest.char_indices().find_map(|(at, c)| {
                code ^= c == '`';
                (!code && rest[at..].starts_with("<!--")).then_some((at, 4))
            })
        };
        let Some((at, length)) = at else { return open };
        open = !open;
        rest = &rest[at + length..];
    }
}

/// Tells code that is code because it is indented: four columns deeper than the list item that it stands in, behind an empty line.
struct Indented {
    /// Where the text of each open list item begins.
    items: Vec<usize>,
    /// Whether no paragraph is open that the line could go on with.
    is_fresh: bool,
}

impl Default for Indented {
    fn default() -> Self {
        Self { items: Vec::new(), is_fresh: true }
    }
}

impl Indented {
    fn is_code(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        if text.trim_end().is_empty() {
            self.is_fresh = true;
            return false;
        }
        let blank = &line[..line.len() - text.len()];
        let indent = blank.chars().fold(0, |column, c| if c == '\t' { column / 4 * 4 + 4 } else { column + 1 });
        let marker = list_marker(text);
        if self.is_fresh || marker.is_some() {
            while self.items.last().is_some_and(|begin| indent < *begin) {
                self.items.pop();
            }
        }
        if self.is_fresh && indent >= self.items.last().copied().unwrap_or(0) + 4 {
            return true;
        }
        if let Some(length) = marker {
            self.items.push(indent + length);
        }
        // A heading ends what stands before it.
        self.is_fresh = text.starts_with('#');
        false
    }
}

/// The length of a list marker (`- `, `* `, `12. `) with the spaces behind it.
pub(crate) fn list_marker(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let length = match text.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=4).contains(&digits) => digits + 1,
        _ => return None,
    };
    let rest = &text[length..];
    let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    (spaces > 0 || rest.is_empty()).then_some(length + spaces)
}

/// Whether a line that starts with `#` is a heading.
pub(crate) fn is_heading(content: &str) -> bool {
    let hashes = content.bytes().take_while(|byte| *byte == b'#').count();
    (1..=6).contains(&hashes) && content[hashes..].starts_with([' ', '\t'])
}

/// How far a line is indented, in columns: a tab goes to the next multiple of four.
pub(crate) fn indent_of(line: &str) -> usize {
    let blank = &line[..line.len() - line.trim_start().len()];
    blank.chars().fold(0, |column, c| if c == '\t' { column / 4 * 4 + 4 } else { column + 1 })
}

/// A line without the comments in it that end on it.
pub(crate) fn without_comments(line: &str) -> std::borrow::Cow<'_, str> {
    let mut kept = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("<!--") {
        kept.push_str(&rest[..at]);
        rest = rest[at..].find("-->").map_or("", |end| &rest[at + end + 3..]);
    }
    if kept.is_empty() && rest.len() == line.len() {
        return line.into();
    }
    kept.push_str(rest);
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditlint_source::FilePath;

    #[test]
    fn leaves_out_what_is_no_prose() {
        for (text, expected) in [
            ("a\n```\nb\n```\nc", &["a", "c"][..]),
            ("- ~~~ x\n  b\n  ~~~\nc", &["c"]),
            ("`<!--` a\nb", &["`<!--` a", "b"]),
            ("a <!-- x\nb\n- [ ] c --> d\ne", &["a <!-- x", "e"]),
            ("a <!-- x --> b\nc", &["a <!-- x --> b", "c"]),
            ("> - [ ] a\nb", &["b"]),
            ("```x``` a\nb", &["```x``` a", "b"]),
            ("<pre>\n- [ ] a\n\n- [ ] b\n</pre>\nc", &["c"]),
            ("<PRE class=\"x\">- [ ] a</pre>\nc", &["c"]),
            ("- <pre>\n  - [ ] a\n  </pre>\nc", &["c"]),
            ("<script>\n- [ ] a\n</script>\n<style\n>\nb\n</style>\nc", &["c"]),
            (
                "<details>\n<summary>s</summary>\n\n- [ ] a\n</details>",
                &["<details>", "<summary>s</summary>", "", "- [ ] a", "</details>"],
            ),
            ("<prefix>\na", &["<prefix>", "a"]),
            ("a <pre>\nb", &["a <pre>", "b"]),
            ("`<pre>`\nb", &["`<pre>`", "b"]),
        ] {
            let file = TaskFile::new(&FilePath::new("a.md"), text.as_bytes().to_vec(), &mut Vec::new()).unwrap();
            let lines: Vec<&str> = prose_lines(&file).map(|(_, line)| line).collect();
            assert_eq!(lines, expected, "{text}");
        }
        assert_eq!(without_comments("a <!-- b --> c<!-- d"), "a  c");
    }
}
