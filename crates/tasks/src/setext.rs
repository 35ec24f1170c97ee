//! Headings that a line of `=` or `-` below them makes.

use crate::label::label;
use crate::prose::{indent_of, is_heading, list_marker};

/// The level of the heading that a line of `=` or `-` makes of the line above it.
pub(crate) fn underline(line: &str) -> Option<usize> {
    let text = line.trim_end();
    let text = text.strip_prefix("   ").or(text.strip_prefix("  ")).or(text.strip_prefix(' ')).unwrap_or(text);
    let level = if text.starts_with('=') { 1 } else { 2 };
    (text.len() > 1 && text.bytes().all(|byte| byte == b"=-"[level - 1])).then_some(level)
}

/// The level of the heading that the line at an index is, with a line of `=` or `-` below it; of a paragraph of one line only.
///
/// A field or a sentence above a line of `-` is a heading to a reader of Markdown, and was hardly meant as one: such a line counts as a rule.
pub(crate) fn underlined(lines: &[(usize, &str)], at: usize) -> Option<usize> {
    let (start, line) = lines[at];
    let (below, level) = lines.get(at + 1).and_then(|(start, line)| Some((*start, underline(line)?)))?;
    let text = line.trim();
    let follows = |from: usize, line: &str, next: usize| next <= from + line.len() + 2;
    let goes_on = at.checked_sub(1).map(|before| lines[before]).is_some_and(|(from, before)| {
        let ends = before.trim().is_empty() || is_heading(before.trim_start()) || underline(before).is_some();
        !ends && follows(from, before, start)
    });
    let is_other = text.starts_with(['#', '>', '|']) || list_marker(text).is_some() || underline(line).is_some();
    let is_field = label(text).is_some_and(|label| label.field.is_some());
    let is_sentence = level == 2 && text.ends_with(['.', ':', ';', ',', '!', '?']);
    let is_heading = !text.is_empty() && indent_of(line) < 4 && !is_other && !is_field && !is_sentence;
    (is_heading && !goes_on && follows(start, line, below)).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_headings_from_rules() {
        for (text, level) in [
            ("SEC-1 Title\n===========", Some(1)),
            ("SEC-1 Title\n---", Some(2)),
            ("  Title\r\n  -----  ", Some(2)),
            ("# A\nTitle\n====", Some(1)),
            ("Title\n=", None),
            ("Title\n=-=", None),
            ("Title\n- - -", None),
            ("Title\n\n---", None),
            ("one\nTitle\n---", None),
            ("- Title\n---", None),
            ("1. Title\n---", None),
            ("| a |\n---", None),
            ("# Title\n---", None),
            ("---\n---", None),
            ("    Title\n---", None),
            ("**Status:** done\n---", None),
            ("Status: done\n---", None),
            ("It is done.\n---", None),
            ("It is done.\n===========", Some(1)),
        ] {
            let mut at = 0;
            let mut lines: Vec<(usize, &str)> = Vec::new();
            for line in text.split_inclusive('\n') {
                lines.push((at, line.trim_end_matches(['\n', '\r'])));
                at += line.len();
            }
            let found: Vec<usize> = (0..lines.len()).filter_map(|at| underlined(&lines, at)).collect();
            assert_eq!(found, level.into_iter().collect::<Vec<_>>(), "{text}");
        }
        // What stood between the two lines is not part of the text.
        assert_eq!(underlined(&[(0, "Title"), (40, "---")], 0), None);
    }
}
