//! The lines of code around a finding.

use auditlint_engine::Finding;

use super::model::CodeLine;
use crate::plain;
use crate::source_cache::SourceCache;

/// Lines before and after what is marked.
const CONTEXT: u32 = 1;
/// A finding over more lines than this is shown from its start.
const MOST_LINES: u32 = 8;
/// Of a longer line, in bytes, the part around the finding is shown.
const LONGEST_LINE: usize = 200;

/// The lines; none where the text is no longer the one that was analysed.
pub(super) fn code_lines(finding: &Finding, sources: &mut SourceCache<'_>) -> Vec<CodeLine> {
    let Some(source) = sources.get(&finding.path).filter(|source| source.agrees(finding.span, finding.start)) else {
        return Vec::new();
    };
    let first = finding.start.line;
    let last = source.lines.line(finding.span.start.max(finding.span.end.saturating_sub(1)));
    let last = last.min(first + MOST_LINES - 1);
    let to = (last + CONTEXT).min(source.lines.lines());
    (first.saturating_sub(CONTEXT).max(1)..=to)
        .map(|line| {
            let bytes = source.lines.span_of(&source.bytes, line).of(&source.bytes);
            let focus = if line == first { finding.start.column.saturating_sub(1) as usize } else { 0 };
            CodeLine { line, text: shown(bytes, focus), marked: (first..=last).contains(&line) }
        })
        .collect()
}

/// A line with what acts shown as its escape, cut around `focus` where it is long.
fn shown(bytes: &[u8], focus: usize) -> String {
    let from = if bytes.len() > LONGEST_LINE { focus.saturating_sub(LONGEST_LINE / 4).min(bytes.len()) } else { 0 };
    let from = start_of_character(bytes, from);
    let to = start_of_character(bytes, (from + LONGEST_LINE).min(bytes.len()));
    let mut text = String::new();
    if from > 0 {
        text.push('…');
    }
    for c in String::from_utf8_lossy(&bytes[from..to]).chars() {
        if c == '\t' { text.push(c) } else { plain::push(&mut text, c) }
    }
    if to < bytes.len() {
        text.push('…');
    }
    text
}

/// The start of the character that holds the byte at `at`.
fn start_of_character(bytes: &[u8], mut at: usize) -> usize {
    let mut steps = 0;
    while at > 0 && steps < 3 && bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at -= 1;
        steps += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_between_characters() {
        let long = format!("{}x{}", "é".repeat(300), "é".repeat(300));
        let text = shown(long.as_bytes(), 600);
        assert!(text.starts_with("…é") && text.ends_with("é…") && text.contains('x'), "{text}");
        assert!(!text.contains(char::REPLACEMENT_CHARACTER), "{text}");
        assert_eq!(shown(b"a\x1b[0m\tb\xff", 0), "a\\u{1b}[0m\tb\u{fffd}");
        assert_eq!(shown(b"", 9), "");
    }
}
