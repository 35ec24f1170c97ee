//! The few lines of a source that a code frame shows, as a [`SourceCode`] for miette.
//!
//! miette reads a source from its first byte for every label and every frame, counts offsets in the text after invalid
//! UTF-8 was replaced, and prints control characters as they are. An excerpt is cut out with the line table, made
//! harmless, and small, so none of that matters. Where its frames differ from those over the whole text:
//!
//! - a span that ends with a line break ends before it, and shows one line after it, not two;
//! - `\r\n` and a lone `\r` end a line as everywhere else in auditlint, and take no column;
//! - an empty span at the end of a text that ends with a line break stands on the empty last line;
//! - columns do not count a byte order mark;
//! - long lines are cut around the span, and of a long span only the first line is marked.

use std::fmt::Write;

use auditlint_source::{FilePath, LineIndex, Position, Span};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::plain;
use crate::source_cache::CachedSource;

/// Lines in bytes that are shown whole. Longer ones are cut: a terminal would wrap them and the mark would stand below
/// something else.
const LINE_LIMIT: usize = 240;
/// The same for a line that is mostly shown as escapes, of which most are so many times as long as their character.
const ESCAPED_LIMIT: usize = LINE_LIMIT / 8;
/// A span over more lines than this is marked on its first line only.
const SPAN_LINES: u32 = 8;
/// How many lines may lie between the span and a related place that is shown in the same frame.
const RELATED_REACH: u32 = 6;
/// Lines of context before and after.
pub(crate) const CONTEXT: u32 = 1;

const CUT: &str = "…";

/// A few lines of one source with the places to mark.
#[derive(Debug)]
pub(crate) struct Excerpt {
    /// `path:line:column` of the span.
    name: String,
    /// 0-based number of the first line, in the source.
    first_line: u32,
    /// Lines that end with `\n`.
    text: String,
    lines: LineIndex,
    labels: Vec<LabeledSpan>,
}

/// A place to mark, in bytes of the source, with what is to be said there.
struct ExcerptMark {
    span: Span,
    label: Option<String>,
    is_primary: bool,
}

impl ExcerptMark {
    fn first(&self, source: &CachedSource) -> u32 {
        source.lines.line(self.span.start)
    }

    fn last(&self, source: &CachedSource) -> u32 {
        source.lines.line(self.span.start.max(self.span.end.saturating_sub(1)))
    }
}

impl Excerpt {
    /// Cuts out the lines around `span`. Those of the `related` places of the same source that lie near are marked too;
    /// the returned flags say which.
    pub(crate) fn new(
        source: &CachedSource,
        path: &FilePath,
        span: Span,
        start: Position,
        related: &[(Span, &str)],
    ) -> (Self, Vec<bool>) {
        let mut primary = ExcerptMark { span, label: None, is_primary: true };
        let (first, last) = (primary.first(source), primary.last(source));
        if last - first >= SPAN_LINES {
            primary.span.end = source.lines.span_of(&source.bytes, first).end.max(span.start);
            primary.label = Some(format!("from here to line {last}"));
        }
        let reach = first.saturating_sub(RELATED_REACH)..=primary.last(source) + RELATED_REACH;
        let mut marks = vec![primary];
        let mut shown = Vec::with_capacity(related.len());
        for (span, message) in related {
            let label = Some(plain::one_line(message).into_owned());
            let mark = ExcerptMark { span: *span, label, is_primary: false };
            let fits = span.end as usize <= source.bytes.len()
                && mark.first(source) == mark.last(source)
                && reach.contains(&mark.first(source));
            shown.push(fits);
            if fits {
                marks.push(mark);
            }
        }

        let from = marks.iter().map(|mark| mark.first(source)).min().unwrap_or(first);
        let to = marks.iter().map(|mark| mark.last(source)).max().unwrap_or(last);
        let from = from.saturating_sub(CONTEXT).max(1);
        let to = (to + CONTEXT).min(source.lines.lines());
        let mut name = String::new();
        let _ = write!(name, "{}:{}:{}", plain::shown_path(path), start.line, start.column);
        let mut text = String::new();
        let mut places = vec![(0, 0); marks.len()];
        for line in from..=to {
            write_line(source, line, &marks, &mut text, &mut places);
        }
        // The empty line after the last line break is only shown where something is marked on it.
        if to > 1 && to == source.lines.lines() && text.ends_with("\n\n") {
            let last_start = text.len() - 1;
            if places.iter().all(|(start, _)| *start < last_start)
                && source.lines.start_of(to) as usize == source.bytes.len()
            {
                text.pop();
            }
        }
        let labels = marks
            .into_iter()
            .zip(places)
            .map(|(mark, (start, end))| {
                let place = SourceSpan::from((start, end.max(start) - start));
                if mark.is_primary {
                    LabeledSpan::new_primary_with_span(mark.label, place)
                } else {
                    LabeledSpan::new_with_span(mark.label, place)
                }
            })
            .collect();
        let lines = LineIndex::new(text.as_bytes());
        (Self { name, first_line: from - 1, text, lines, labels }, shown)
    }

    /// What to mark, in offsets of the excerpt.
    pub(crate) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.labels.iter().cloned()
    }

    /// Offset of the start of a 1-based line of the excerpt; the end of the text for lines beyond it.
    fn start_of(&self, line: u32) -> usize {
        if line > self.lines.lines() { self.text.len() } else { self.lines.start_of(line) as usize }
    }
}

/// Appends one line of the source and notes where in the excerpt the marks begin and end that do so on this line.
fn write_line(
    source: &CachedSource,
    line: u32,
    marks: &[ExcerptMark],
    text: &mut String,
    places: &mut [(usize, usize)],
) {
    let span = source.lines.span_of(&source.bytes, line);
    let bytes = span.of(&source.bytes);
    let inside = |offset: u32| (offset.clamp(span.start, span.end) - span.start) as usize;
    let starts = |mark: &ExcerptMark| (mark.first(source) == line).then(|| inside(mark.span.start));
    let ends = |mark: &ExcerptMark| (mark.last(source) == line).then(|| inside(mark.span.end));

    let focus = marks.iter().find_map(starts).or_else(|| marks.iter().find_map(ends)).unwrap_or(0);
    let whole = window(bytes, focus, LINE_LIMIT);
    let window = if is_mostly_escaped(&bytes[whole.clone()]) { window(bytes, focus, ESCAPED_LIMIT) } else { whole };
    if window.start > 0 {
        text.push_str(CUT);
    }
    // Where each byte of the window went, and the end of the last.
    let mut out_at = Vec::with_capacity(window.len() + 1);
    for chunk in bytes[window.clone()].utf8_chunks() {
        for c in chunk.valid().chars() {
            out_at.extend(std::iter::repeat_n(text.len(), c.len_utf8()));
            if c == '\t' {
                text.push(c);
            } else {
                plain::push(text, c);
            }
        }
        for _ in chunk.invalid() {
            out_at.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    out_at.push(text.len());
    let out = |offset: usize| out_at[offset.clamp(window.start, window.end) - window.start];
    // An end within a character lies behind it.
    let out_end = |offset: usize| {
        let index = offset.clamp(window.start, window.end) - window.start;
        let within = index > 0 && out_at[index] == out_at[index - 1];
        if within {
            *out_at[index..].iter().find(|at| **at > out_at[index]).unwrap_or(&text.len())
        } else {
            out_at[index]
        }
    };
    for (mark, place) in marks.iter().zip(places) {
        if let Some(start) = starts(mark) {
            place.0 = out(start);
        }
        if let Some(end) = ends(mark) {
            place.1 = out_end(end);
        }
    }
    if window.end < bytes.len() {
        text.push_str(CUT);
    }
    text.push('\n');
}

/// Whether so much of a line acts that its escapes would be longer than a line may be.
fn is_mostly_escaped(bytes: &[u8]) -> bool {
    let no_text = bytes.iter().filter(|byte| !(b' '..=b'~').contains(byte)).count();
    no_text > ESCAPED_LIMIT
        && String::from_utf8_lossy(bytes).chars().filter(|c| *c != '\t' && plain::acts(*c)).count() > ESCAPED_LIMIT
}

/// The part of a line that is shown, as a range of its bytes that cuts no character. Of one that is cut, a quarter lies
/// before the span.
fn window(bytes: &[u8], focus: usize, limit: usize) -> std::ops::Range<usize> {
    if bytes.len() <= limit {
        return 0..bytes.len();
    }
    let within_char = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    let mut start = if focus < limit * 3 / 4 { 0 } else { focus - limit / 4 };
    // At most three steps in valid text; in invalid text each byte stands for itself, so any cut is good.
    for _ in 0..3 {
        start -= usize::from(start > 0 && within_char(start));
    }
    let mut end = (start + limit).min(bytes.len());
    for _ in 0..3 {
        end -= usize::from(within_char(end));
    }
    start..end
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        if end > self.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let first = self.lines.line(start as u32).saturating_sub(context_lines_before as u32).max(1);
        let last = self.lines.line(start.max(end.saturating_sub(1)) as u32) + context_lines_after as u32;
        let from = self.start_of(first);
        let to = self.start_of(last + 1);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[from..to],
            (from, to - from).into(),
            (self.first_line + first - 1) as usize,
            0,
            // miette joins the frames of two labels where the lines of the first reach the second. An excerpt holds only
            // lines that belong in one frame.
            self.lines.lines() as usize,
        )))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, NamedSource};
    use proptest::prelude::*;

    use super::*;
    use crate::frame::MessageFrame;
    use crate::style::TextStyle;

    fn drawn(text: &[u8], span: Span, related: &[(Span, &str)]) -> String {
        let source = CachedSource::new(text.to_vec());
        let start = source.position(span.start);
        let (excerpt, _) = Excerpt::new(&source, &FilePath::new("a.ts"), span, start, related);
        let mut out = String::new();
        MessageFrame { word: "error", style: TextStyle::Error, headline: "x", excerpt: Some(&excerpt), help: None }
            .draw(false, 80, &mut out);
        out
    }

    /// Draws the first place where `marked` stands.
    fn frame_of(text: &str, marked: &str) -> String {
        let start = text.find(marked).unwrap() as u32;
        drawn(text.as_bytes(), Span::new(start, start + marked.len() as u32), &[])
    }

    /// The same frame by miette itself, over the whole text.
    fn stock(text: &str, span: Span) -> String {
        #[derive(Debug)]
        struct Stock(NamedSource<String>, SourceSpan);
        impl fmt::Display for Stock {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("x")
            }
        }
        impl std::error::Error for Stock {}
        impl Diagnostic for Stock {
            fn source_code(&self) -> Option<&dyn SourceCode> {
                Some(&self.0)
            }
            fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
                Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(None, self.1))))
            }
        }
        let mut theme = GraphicalTheme::unicode_nocolor();
        theme.characters.error = "error".to_owned();
        let place = SourceSpan::from((span.start as usize, span.len() as usize));
        let mut out = String::new();
        GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(80)
            .with_context_lines(CONTEXT as usize)
            .render_report(&mut out, &Stock(NamedSource::new("a.ts", text.to_owned()), place))
            .unwrap();
        out
    }

    #[test]
    fn breaks_and_marks_order() {
        insta::assert_snapshot!("crlf", frame_of("one\r\nlet two = 2;\r\nthree\r\n", "two"));
        insta::assert_snapshot!("lone_cr", frame_of("one\rlet two = 2;\rthree", "two"));
        insta::assert_snapshot!("tabs", frame_of("if (a) {\n\t\tlet\ttwo = 2;\n}\n", "two"));
        insta::assert_snapshot!("wide", frame_of("const 漢字 = '😀é'; two();\n", "two()"));
        insta::assert_snapshot!("byte_order_mark", frame_of("\u{feff}let two = 2;\n", "two"));
        insta::assert_snapshot!("control_characters", frame_of("a = '\u{1b}[31m\0\u{202e}'; two();\n", "two()"));
        insta::assert_snapshot!("with_its_line_break", frame_of("one\ntwo\nthree\nfour\nfive\n", "two\n"));
        insta::assert_snapshot!(
            "several_lines",
            frame_of("one\nfor (;;) {\n  two();\n}\nthree\n", "for (;;) {\n  two();\n}")
        );
    }

    #[test]
    fn ends_of_the_text() {
        let empty = |text: &str, at: usize| drawn(text.as_bytes(), Span::new(at as u32, at as u32), &[]);
        insta::assert_snapshot!("empty_file", empty("", 0));
        insta::assert_snapshot!("empty_span_at_start", empty("one\ntwo\n", 0));
        insta::assert_snapshot!("empty_span_in_line", empty("let a = f();\n", 10));
        insta::assert_snapshot!("empty_span_on_last_line", empty("one\ntwo\n", 8));
        insta::assert_snapshot!("empty_span_at_end", empty("one\ntwo", 7));
    }

    #[test]
    fn long_lines_and_spans() {
        let long = format!("before\n{}two(){}\nafter\n", "one(); ".repeat(3000), "; three()".repeat(3000));
        insta::assert_snapshot!("long_line", frame_of(&long, "two()"));
        let escaped = frame_of(&format!("{}two(); {}\n", "\u{1b}".repeat(100), "\u{7f}".repeat(100)), "two()");
        assert!(escaped.lines().all(|line| line.chars().count() < LINE_LIMIT), "{escaped}");
        assert!(escaped.contains("\\u{1b}two(); \\u{7f}"), "{escaped}");
        let long_text = format!("let a = '{}';\n", "漢".repeat(2000));
        insta::assert_snapshot!("long_span_on_one_line", frame_of(&long_text, &long_text[8..long_text.len() - 2]));
        let long_span = format!("one();\nfor (;;) {{\n{}}}\nthree();\n", "  two();\n".repeat(40));
        insta::assert_snapshot!("long_span", frame_of(&long_span, &long_span[7..long_span.len() - 10]));
    }

    #[test]
    fn related_places() {
        let text = "const a = 1;\n\n\nlet b = a;\nuse(a, b);\n";
        let span = |marked: &str| {
            let start = text.find(marked).unwrap() as u32;
            Span::new(start, start + marked.len() as u32)
        };
        let related = [(span("a = 1"), "declared\nhere"), (span("a, b"), "used here")];
        insta::assert_snapshot!("related", drawn(text.as_bytes(), span("b = a"), &related));
    }

    #[test]
    fn invalid_utf8() {
        let text = b"a = '\xff\xfe\xe6\xbc'; two();\n";
        insta::assert_snapshot!("invalid_utf8", drawn(text, Span::new(12, 17), &[]));
    }

    fn boundary(text: &str, share: f64) -> usize {
        let mut at = (text.len() as f64 * share) as usize;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        /// For spans of code in ordinary text the frame is miette's own.
        #[test]
        fn agrees_with_miette(
            lines in prop::collection::vec("[a-z ({};é漢😀\\t]{1,30}", 1..14),
            crlf in any::<bool>(),
            last_break in any::<bool>(),
            start in 0.0..1.0f64,
            length in 0.0..0.6f64,
        ) {
            let line_break = if crlf { "\r\n" } else { "\n" };
            let mut text = lines.join(line_break);
            if last_break {
                text.push_str(line_break);
            }
            let start = boundary(&text, start);
            let end = boundary(&text, (start as f64 / text.len() as f64 + length).min(1.0)).max(start);
            // Spans of code begin and end at a character that is none of the white space between lines.
            let within = |at: usize| !text[at..].starts_with(['\r', '\n']);
            prop_assume!(start < end && within(start) && !text[..end].ends_with(['\r', '\n']));
            prop_assume!(text[start..end].lines().count() <= SPAN_LINES as usize);
            let span = Span::new(start as u32, end as u32);
            prop_assert_eq!(drawn(text.as_bytes(), span, &[]), stock(&text, span));
        }

        #[test]
        fn any_span_of_any_bytes_is_drawn(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'\r'), Just(b'\t'), Just(b'a'), Just(0xE6)], 0..700),
            places in prop::collection::vec((0..720u32, 0..720u32), 1..4),
        ) {
            let length = bytes.len() as u32;
            let spans: Vec<Span> = places
                .into_iter()
                .map(|(a, b)| Span::new(a.min(b).min(length), a.max(b).min(length)))
                .collect();
            let related: Vec<_> = spans[1..].iter().map(|span| (*span, "here")).collect();
            let frame = drawn(&bytes, spans[0], &related);
            prop_assert!(frame.contains("a.ts:"), "{}", frame);
            prop_assert!(!frame.chars().any(|c| c != '\n' && plain::acts(c)), "{:?}", frame);
        }

        #[test]
        fn any_span_of_any_text_is_drawn(
            text in "(?s).{0,80}",
            start in 0..200u32,
            length in 0..200u32,
        ) {
            let start = start.min(text.len() as u32);
            let span = Span::new(start, (start + length).min(text.len() as u32));
            let frame = drawn(text.as_bytes(), span, &[]);
            prop_assert!(frame.contains("a.ts:"), "{}", frame);
        }
    }
}
