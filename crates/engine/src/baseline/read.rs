//! Reading the file of a baseline. A file that is not whole or was not written by auditlint is refused: what is left out of a
//! baseline by mistake fails a build, and what is put in by mistake hides a finding.

use auditlint_source::{FilePath, Position, Problem, ProblemKind, Span};

use super::line::{BaselineLine, GrowthNote};
use super::list::{Baseline, END, HEADER, VERSION};

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineMistake {
    /// The 1-based line.
    pub line: u32,
    /// The bytes of that line.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

impl BaselineMistake {
    /// The same as a problem of the file.
    #[must_use]
    pub fn problem(&self, path: &FilePath) -> Problem {
        let position = Position { line: self.line, column: 1, utf16_column: 1, byte: self.span.start };
        let message = format!("the baseline cannot be read: {}", self.message);
        Problem::error(ProblemKind::Config, message).in_file(path).placed(self.span, position).help(self.help)
    }
}

const RESTORE: &str =
    "restore the file from version control, or delete it and run `auditlint baseline create` to write it anew";
const RESOLVE: &str = "take one side whole and run `auditlint baseline update`; `auditlint baseline merge` as a merge driver of git joins the two sides by itself";
const UPGRADE: &str = "update auditlint, or restore the file from version control";

/// How lines begin with which version control marks the sides of a conflict.
const MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// A line of the file with its place.
#[derive(Clone, Copy)]
struct Placed<'t> {
    text: &'t str,
    number: u32,
    start: u32,
}

impl Placed<'_> {
    fn mistake(self, message: impl Into<String>, help: &'static str) -> BaselineMistake {
        let span = Span::new(self.start, self.start + self.text.len() as u32);
        BaselineMistake { line: self.number, span, message: message.into(), help }
    }
}

impl Baseline {
    /// Reads the file of a baseline. Line ends may be those of Windows, which git makes of the others where it is told to.
    ///
    /// # Errors
    /// The first mistake, with its line.
    pub fn read(bytes: &[u8]) -> Result<Self, BaselineMistake> {
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Err(not_utf8(bytes, error.valid_up_to())),
        };
        let lines = placed_lines(text);
        let conflict = lines.iter().find(|line| is_marker(line.text));
        if let Some(marker) = conflict {
            return Err(marker.mistake("it holds the markers of a merge conflict", RESOLVE));
        }
        let (Some((first, rest)), Some(last)) = (lines.split_first(), lines.last()) else {
            let nothing = Placed { text: "", number: 1, start: 0 };
            return Err(nothing.mistake("the file is empty, so it was truncated", RESTORE));
        };
        check_header(*first)?;
        if last.text != END {
            let message = format!("the file is truncated: it does not end with `{END}`");
            return Err(lines.iter().find(|line| line.text == END).map_or_else(
                || last.mistake(message, RESTORE),
                |end| lines[end.number as usize].mistake(format!("lines follow `{END}`"), RESTORE),
            ));
        }
        read_lines(&rest[..rest.len() - 1])
    }
}

fn placed_lines(text: &str) -> Vec<Placed<'_>> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut start = (text.len() - body.len()) as u32;
    let mut lines = Vec::new();
    for (index, line) in body.split_inclusive('\n').enumerate() {
        let content = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        lines.push(Placed { text: content, number: index as u32 + 1, start });
        start += line.len() as u32;
    }
    lines
}

fn is_marker(line: &str) -> bool {
    MARKERS.iter().any(|marker| line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

fn not_utf8(bytes: &[u8], at: usize) -> BaselineMistake {
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    let span = Span::new(at as u32, at as u32 + 1);
    BaselineMistake { line, span, message: "the line is not UTF-8".to_owned(), help: RESTORE }
}

fn check_header(first: Placed<'_>) -> Result<(), BaselineMistake> {
    let Some(version) = first.text.strip_prefix(HEADER) else {
        return Err(first.mistake(format!("the first line is not `{HEADER}{VERSION}`"), RESTORE));
    };
    if version == VERSION {
        return Ok(());
    }
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && !version.trim_start_matches('0').is_empty() {
        let message = format!("it has version {version}, and this auditlint reads version {VERSION}");
        return Err(first.mistake(message, UPGRADE));
    }
    Err(first.mistake(format!("`{version}` is not a version"), RESTORE))
}

fn read_lines(rest: &[Placed<'_>]) -> Result<Baseline, BaselineMistake> {
    let notes = rest.iter().take_while(|line| line.text.starts_with('#')).count();
    let (notes, entries) = rest.split_at(notes);
    check_order(notes)?;
    check_order(entries)?;
    let note = |line: &Placed<'_>| {
        GrowthNote::read(line.text).ok_or_else(|| line.mistake("this remark is not one of auditlint's", RESTORE))
    };
    let growth = notes.iter().map(note).collect::<Result<Vec<_>, _>>()?;
    let mut lines: Vec<BaselineLine> = Vec::with_capacity(entries.len());
    for entry in entries {
        let message = "this is not `rule, path, fingerprint, ordinal` with tabs between";
        let mut line = BaselineLine::read(entry.text).ok_or_else(|| entry.mistake(message, RESTORE))?;
        // Thousands of lines have a rule, and often a path, in common.
        if let Some(last) = lines.last() {
            if last.rule == line.rule {
                line.rule = last.rule.clone();
            }
            if last.path == line.path {
                line.path = last.path.clone();
            }
        }
        lines.push(line);
    }
    Ok(Baseline::of_file(lines, growth, entries.iter().map(|entry| entry.start).collect()))
}

/// Lines that are out of order or stand twice were not written by auditlint.
fn check_order(lines: &[Placed<'_>]) -> Result<(), BaselineMistake> {
    let wrong = lines.windows(2).find(|pair| pair[0].text >= pair[1].text);
    let Some([before, line]) = wrong else { return Ok(()) };
    let message = if before.text == line.text {
        format!("the line stands twice, here and in line {}", before.number)
    } else {
        format!("the line is out of order: it belongs before line {}", before.number)
    };
    Err(line.mistake(message, RESTORE))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "a\tx.ts\t0000000000000001\t1";
    const B: &str = "b\tx.ts\t0000000000000001\t1";
    const NOTE: &str = "# grown\t2026-11-28\t2\tnew rule";

    fn text(lines: &[&str]) -> String {
        let lines: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
        format!("# auditlint baseline, version 1\n{}# end\n", lines.concat())
    }

    #[test]
    fn what_is_written_is_read() {
        let written = text(&[NOTE, A, B]);
        let baseline = Baseline::read(written.as_bytes()).unwrap();
        assert_eq!(baseline.to_text(), written);
        assert_eq!((baseline.lines().len(), baseline.growth().len()), (2, 1));
        assert_eq!((baseline.number(0), baseline.number(1)), (3, 4));
        assert_eq!([2, 3, 4, 5].map(|number| baseline.index_of(number)), [None, Some(0), Some(1), None]);
        for same in [written.replace('\n', "\r\n"), format!("\u{feff}{written}"), written.trim_end().to_owned()] {
            let other = Baseline::read(same.as_bytes()).unwrap();
            assert_eq!(other, baseline);
            let start = other.start(1).unwrap() as usize;
            assert!(same[start..].starts_with(B), "{same:?}");
        }
        assert_eq!(Baseline::read(text(&[]).as_bytes()).unwrap(), Baseline::default());
    }

    /// The line and the message of the mistake.
    fn check(text: &str, line: u32, message: &str) {
        let mistake = Baseline::read(text.as_bytes()).unwrap_err();
        assert!(mistake.line == line && mistake.message.contains(message), "{mistake:?} of {text}");
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        check("", 1, "empty");
        check("\n", 1, "first line");
        check("a\tx.ts\t0000000000000001\t1\n", 1, "first line");
        check(&text(&[A]).replace("version 1", "version 2"), 1, "version 2, and this auditlint reads version 1");
        check(&text(&[A]).replace("version 1", "version x"), 1, "is not a version");
        check(&text(&[B, A]), 3, "out of order: it belongs before line 2");
        check(&text(&[A, B, B]), 4, "twice, here and in line 3");
        check(&text(&[NOTE, NOTE, A]), 3, "twice");
        check(&text(&[A, NOTE]), 3, "out of order");
        check(&text(&[B, "c"]), 3, "with tabs between");
        check(&text(&["# hello", A]), 2, "remark");
        check(&text(&["", A]), 2, "with tabs between");
        check(&format!("{}{A}\n", text(&[A])), 4, "lines follow");
        check(&text(&[A, "<<<<<<< HEAD", B, "=======", ">>>>>>> theirs"]), 3, "conflict");
        check(&text(&["<<<<<<< HEAD", A, "||||||| base", "=======", B, ">>>>>>> theirs"]), 2, "conflict");
        check(&text(&[A, "======="]), 3, "conflict");
        let broken = [text(&[A]).as_bytes(), b"\xff"].concat();
        assert_eq!(Baseline::read(&broken).unwrap_err().line, 4);
    }

    #[test]
    fn a_file_that_was_cut_off_anywhere_is_refused() {
        let whole = text(&[NOTE, A, B]);
        for end in 0..whole.len() - 1 {
            assert!(Baseline::read(&whole.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
