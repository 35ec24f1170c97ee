//! One line of a baseline, and how it is written.

use std::fmt::{self, Write as _};

use auditlint_rules::RuleId;
use auditlint_source::FilePath;

use crate::{Date, Fingerprint};

/// A finding that is known: its rule, its file, its fingerprint, and which of the findings it is that share all three.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaselineLine {
    /// The rule.
    pub rule: RuleId,
    /// The file.
    pub path: FilePath,
    /// What stays the same when the code moves.
    pub fingerprint: Fingerprint,
    /// From 1 on, in the order of the file.
    pub ordinal: u32,
}

/// A note that the baseline was made to grow, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrowthNote {
    /// The day; none where nobody knows it.
    pub day: Option<Date>,
    /// By how many lines.
    pub lines: u32,
    /// Why, on one line.
    pub reason: String,
}

/// How a note begins.
const GROWN: &str = "# grown";
/// What stands for a day that nobody knows.
const NO_DAY: &str = "-";

impl fmt::Display for BaselineLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line that begins with `#` is a remark.
        let rule = self.rule.as_str();
        let rest = rule.strip_prefix('#');
        if rest.is_some() {
            f.write_str("\\x23")?;
        }
        write_escaped(rest.unwrap_or(rule), f)?;
        f.write_char('\t')?;
        write_escaped(self.path.as_str(), f)?;
        write!(f, "\t{}\t{}", self.fingerprint, self.ordinal)
    }
}

impl BaselineLine {
    /// Reads a line as it is written; `None` where it is not one.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        let (rule, path, fingerprint, ordinal) = (next()?, next()?, next()?, next()?);
        let is_hash =
            fingerprint.len() == 16 && fingerprint.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_number = ordinal.bytes().all(|byte| byte.is_ascii_digit()) && !ordinal.starts_with('0');
        if next().is_some() || rule.is_empty() || !is_hash || !is_number {
            return None;
        }
        Some(Self {
            rule: RuleId::new(&unescaped(rule)?),
            // A name is what the file system says, so nothing of it is taken apart.
            path: FilePath::root().child(&unescaped(path)?),
            fingerprint: Fingerprint(u64::from_str_radix(fingerprint, 16).ok()?),
            ordinal: ordinal.parse().ok()?,
        })
    }
}

impl fmt::Display for GrowthNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{GROWN}\t")?;
        match self.day {
            Some(day) => write!(f, "{day}")?,
            None => f.write_str(NO_DAY)?,
        }
        write!(f, "\t{}\t", self.lines)?;
        write_escaped(&self.reason, f)
    }
}

impl GrowthNote {
    /// Reads a note as it is written; `None` where it is not one.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        let (start, day, lines, reason) = (next()?, next()?, next()?, next()?);
        let day = if day == NO_DAY { None } else { Some(Date::parse(day)?) };
        let is_number = lines.bytes().all(|byte| byte.is_ascii_digit());
        if start != GROWN || next().is_some() || !is_number || reason.is_empty() {
            return None;
        }
        Some(Self { day, lines: lines.parse().ok()?, reason: unescaped(reason)? })
    }
}

/// Writes a name so that it has no tab, no line break and no other control character: `\t`, `\n`, `\r`, `\\`, and `\x` with two
/// digits for any other, and for a byte that is not UTF-8.
fn write_escaped(name: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = name;
    while let Some(at) = rest.find(|c: char| c.is_ascii_control() || c == '\\') {
        let (before, from) = rest.split_at(at);
        out.write_str(before)?;
        let mut taken = 1;
        match from.as_bytes()[0] {
            b'\t' => out.write_str("\\t")?,
            b'\n' => out.write_str("\\n")?,
            b'\r' => out.write_str("\\r")?,
            b'\\' => out.write_str("\\\\")?,
            // In a path, a byte that is not UTF-8 stands as NUL and two digits.
            0 if not_utf8(from.get(1..3)).is_some() => {
                write!(out, "\\x{}", &from[1..3])?;
                taken = 3;
            }
            other => write!(out, "\\x{other:02x}")?,
        }
        rest = &from[taken..];
    }
    out.write_str(rest)
}

/// The byte that is not ASCII which two digits stand for.
fn not_utf8(digits: Option<&str>) -> Option<u8> {
    let digits = digits.filter(|digits| digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))?;
    u8::from_str_radix(digits, 16).ok().filter(|byte| !byte.is_ascii())
}

/// The name that was written; `None` where an escape is not one.
fn unescaped(written: &str) -> Option<String> {
    let mut name = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('\\') {
        name.push_str(before);
        let mut taken = 1;
        match after.as_bytes().first()? {
            b't' => name.push('\t'),
            b'n' => name.push('\n'),
            b'r' => name.push('\r'),
            b'\\' => name.push('\\'),
            b'x' => {
                let digits = after.get(1..3)?;
                match not_utf8(Some(digits)) {
                    Some(_) => {
                        name.push('\0');
                        name.push_str(digits);
                    }
                    None => name.push(char::from(u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii)?)),
                }
                taken = 3;
            }
            _ => return None,
        }
        rest = &after[taken..];
    }
    name.push_str(rest);
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(rule: &str, path: &str) -> BaselineLine {
        BaselineLine {
            rule: RuleId::new(rule),
            path: FilePath::root().child(path),
            fingerprint: Fingerprint(0xab),
            ordinal: 12,
        }
    }

    #[test]
    fn odd_names_are_written_on_one_line() {
        for (rule, path, expected) in [
            ("raw-fetch", "src/a b.ts", "raw-fetch\tsrc/a b.ts\t00000000000000ab\t12"),
            ("#1", "a\tb\nc\rd\\e.ts", "\\x231\ta\\tb\\nc\\rd\\\\e.ts\t00000000000000ab\t12"),
            ("r", "\u{1}\0e9.ts", "r\t\\x01\\xe9.ts\t00000000000000ab\t12"),
            ("r", "ü/日本.ts", "r\tü/日本.ts\t00000000000000ab\t12"),
        ] {
            let line = line(rule, path);
            assert_eq!(line.to_string(), expected);
            assert_eq!(BaselineLine::read(expected), Some(line));
        }
    }

    #[test]
    fn what_is_no_line_is_not_read() {
        for text in [
            "",
            "r",
            "r\ta.ts",
            "r\ta.ts\t00000000000000ab",
            "r\ta.ts\t00000000000000ab\t",
            "r\ta.ts\t00000000000000ab\t0",
            "r\ta.ts\t00000000000000ab\t01",
            "r\ta.ts\t00000000000000ab\t+1",
            "r\ta.ts\t00000000000000ab\t99999999999",
            "r\ta.ts\t00000000000000AB\t1",
            "r\ta.ts\tab\t1",
            "r\ta.ts\t00000000000000ab\t1\tx",
            "\ta.ts\t00000000000000ab\t1",
            "r\t\t00000000000000ab\t1",
            "r\ta\\q.ts\t00000000000000ab\t1",
            "r\ta\\x1.ts\t00000000000000ab\t1",
            "r\ta\\",
        ] {
            assert_eq!(BaselineLine::read(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(rule in "[^\0]{1,12}", path in "[a-z./\\\\\t\n\r\u{1}\u{7f}ü]{1,12}", byte in 0x80_u8..) {
            let line = line(&rule, &format!("{path}\0{byte:02x}"));
            let written = line.to_string();
            prop_assert!(!written.contains(['\n', '\r']) && written.matches('\t').count() == 3, "{written:?}");
            prop_assert!(!written.starts_with('#'));
            prop_assert_eq!(BaselineLine::read(&written), Some(line));
        }

        #[test]
        fn notes_are_read(lines: u32, reason in "[^\0]{1,20}", has_day: bool) {
            let day = has_day.then(|| Date::parse("2026-11-28").unwrap());
            let note = GrowthNote { day, lines, reason };
            let written = note.to_string();
            prop_assert_eq!(GrowthNote::read(&written), Some(note));
        }
    }
}
