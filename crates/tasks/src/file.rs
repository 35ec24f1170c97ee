//! One task file, opened: its text with true offsets, and the places in it.

use auditlint_source::{Decoded, FilePath, Files, LineIndex, NotText, Position, Problem, ProblemKind, Span};

use crate::{SIZE_LIMIT, TaskPlace};

/// A task file as text. Every offset in `text` is an offset in the file.
pub(crate) struct TaskFile {
    pub(crate) path: FilePath,
    /// The file's text; a byte that is not UTF-8 is a `?` here, so that offsets hold.
    pub(crate) text: String,
    lines: LineIndex,
}

/// Why a file gives nothing to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unopened {
    /// It is empty.
    Empty,
    /// Nobody knows what it holds.
    Unreadable,
}

impl TaskFile {
    /// Reads a file. What keeps it from being read, or from being read as it is, is a warning.
    ///
    /// # Errors
    /// Why there is nothing to read.
    pub(crate) fn open(path: &FilePath, files: &dyn Files, problems: &mut Vec<Problem>) -> Result<Self, Unopened> {
        match files.read(path, SIZE_LIMIT) {
            Ok(bytes) => Self::new(path, bytes, problems),
            Err(error) => {
                let message = format!("this task file cannot be read: {error}");
                problems.push(Problem::warning(ProblemKind::Task, message).in_file(path));
                Err(Unopened::Unreadable)
            }
        }
    }

    /// Takes the bytes of a file. Empty and binary files are warnings and give nothing.
    ///
    /// # Errors
    /// Why there is nothing to read.
    pub(crate) fn new(path: &FilePath, bytes: Vec<u8>, problems: &mut Vec<Problem>) -> Result<Self, Unopened> {
        let warn = |message: &str| Problem::warning(ProblemKind::Task, message).in_file(path);
        let encoding = match NotText::of(&bytes) {
            Some(NotText::Utf16) => Some("UTF-16"),
            Some(NotText::Binary) => Some("binary"),
            None => bytes.contains(&0).then_some("binary"),
        };
        if let Some(encoding) = encoding {
            let message = format!("this task file is {encoding} and was not read");
            problems.push(warn(&message).help("task files must be UTF-8 text"));
            return Err(Unopened::Unreadable);
        }
        let lines = LineIndex::new(&bytes);
        let decoded = Decoded::new(&bytes);
        if let Some(first) = decoded.replaced().first() {
            let at = first.start + decoded.mark();
            problems.push(
                warn("this byte is not UTF-8 and was read as `?`")
                    .at(Span::new(at, at), &bytes)
                    .help("save the file as UTF-8"),
            );
        }
        // The mark stays, so that offsets in the text are those in the file.
        let text = match decoded.mark() {
            0 => decoded.text().to_owned(),
            _ => format!("\u{feff}{}", decoded.text()),
        };
        if text.trim_start_matches('\u{feff}').trim().is_empty() {
            problems.push(warn("this task file is empty"));
            return Err(Unopened::Empty);
        }
        Ok(Self { path: path.clone(), text, lines })
    }

    /// Where the text starts behind a byte order mark.
    pub(crate) fn start(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    /// The place of a span.
    pub(crate) fn place(&self, span: Span) -> TaskPlace {
        TaskPlace { path: self.path.clone(), span, line: self.lines.line(span.start) }
    }

    /// Line and columns of the start of a span.
    pub(crate) fn position(&self, span: Span) -> Position {
        self.lines.position(self.text.as_bytes(), span.start)
    }

    /// A warning at a span.
    pub(crate) fn warning(&self, span: Span, message: impl Into<String>) -> Problem {
        let mut problem = Problem::warning(ProblemKind::Task, message).in_file(&self.path);
        problem.span = Some(span);
        problem.position = Some(self.position(span));
        problem
    }

    /// The text of a span, empty where the span is not one of this text.
    pub(crate) fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Every line with the offset at which it starts, without its line break, from [`Self::start`] on.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        lines_of(&self.text, self.start(), self.text.len())
    }
}

/// The lines of `text[start..end]` with their offsets, without their line breaks (`\n`, `\r\n`, a lone `\r`).
pub(crate) fn lines_of(text: &str, start: usize, end: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = start;
    std::iter::from_fn(move || {
        let rest = text.get(at..end).filter(|rest| !rest.is_empty())?;
        let from = at;
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let crlf = rest[length..].starts_with("\r\n");
        at = from + length + if crlf { 2 } else { usize::from(length < rest.len()) };
        Some((from, &rest[..length]))
    })
}

/// The span of `part`, which must be a piece of `text`.
pub(crate) fn span_in(text: &str, part: &str) -> Span {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    debug_assert!(text.as_bytes().as_ptr_range().start <= part.as_ptr() && start + part.len() <= text.len());
    Span::new(start as u32, (start + part.len()) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: &[u8]) -> (Result<TaskFile, Unopened>, Vec<Problem>) {
        let mut problems = Vec::new();
        let file = TaskFile::new(&FilePath::new("t.yaml"), bytes.to_vec(), &mut problems);
        (file, problems)
    }

    #[test]
    fn keeps_offsets_over_bytes_that_are_no_text() {
        let (file, problems) = open(b"a: \xff\xfe\r\nb: 1\xe2\x82");
        let file = file.unwrap();
        assert_eq!(file.text, "a: ??\r\nb: 1??");
        assert_eq!(problems[0].position.unwrap().column, 4);
        assert_eq!(file.lines().collect::<Vec<_>>(), [(0, "a: ??"), (7, "b: 1??")]);
    }

    #[test]
    fn says_why_it_reads_nothing() {
        for (bytes, expected, why) in [
            (&b""[..], "empty", Unopened::Empty),
            (b"\xef\xbb\xbf \r\n", "empty", Unopened::Empty),
            (b"\x00\x01", "binary", Unopened::Unreadable),
            (b"\xff\xfei\0d\0", "UTF-16", Unopened::Unreadable),
        ] {
            let (file, problems) = open(bytes);
            assert_eq!(file.err(), Some(why));
            assert!(problems[0].message.contains(expected), "{problems:?}");
        }
    }
}
