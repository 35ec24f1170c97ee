//! Blanks everything in a text but a few parts of it.

use auditlint_source::Span;

/// Signs with which a statement may begin that the end of another one before it would take for its own.
const GOES_ON: &[u8] = b"([`+-/<";

/// The text with only `kept` left, ascending parts of it, and all line breaks. Two parts are never on one line, and no
/// statement goes on from one into the next.
pub(super) fn blanked(text: &[u8], kept: &[Span]) -> Vec<u8> {
    let mut out = vec![b' '; text.len()];
    let mut done = 0;
    for (index, span) in kept.iter().enumerate() {
        let (start, end) = (span.start as usize, span.end as usize);
        let has_break = keep_breaks(&mut out, text, done, start);
        if index > 0 {
            // A closing tag stands there, so there is room.
            if let Some(place) = out.get_mut(done).filter(|_| !has_break) {
                *place = b'\n';
            }
            if goes_on(&text[..done], &text[start..end]) && done + 1 < start {
                let free = (done + 1..start).find(|at| out[*at] == b' ');
                out[free.unwrap_or(done + 1)] = b';';
            }
        }
        out[start..end].copy_from_slice(&text[start..end]);
        done = end;
    }
    keep_breaks(&mut out, text, done, text.len());
    out
}

/// Copies the line breaks of `start..end`, and says whether there is one.
fn keep_breaks(out: &mut [u8], text: &[u8], start: usize, end: usize) -> bool {
    let mut has_break = false;
    for at in memchr::memchr2_iter(b'\n', b'\r', &text[start..end]) {
        out[start + at] = text[start + at];
        has_break |= text[start + at] == b'\n';
    }
    has_break
}

fn goes_on(before: &[u8], next: &[u8]) -> bool {
    let last = before.trim_ascii_end().last();
    let first = next.trim_ascii_start().first();
    !matches!(last, None | Some(b';')) && first.is_some_and(|first| GOES_ON.contains(first))
}
