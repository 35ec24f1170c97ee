//! Patterns in the syntax of ignore files, of which the last that matches decides.
//!
//! A set of patterns is compiled in portions: as one, its regular expressions would grow beyond what the library takes, and
//! all of them would be lost. How many count is limited, since each takes many times its length.

use auditlint_source::FilePath;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::limits::{MAX_PATTERN, MAX_PATTERN_BYTES, MAX_PATTERNS};

/// How many patterns, and how many bytes of them, are compiled together.
const PORTION: usize = 500;
const PORTION_BYTES: usize = 16 << 10;

/// A compiled set of patterns.
#[derive(Clone, Debug, Default)]
pub struct IgnorePatterns {
    /// The last ones first.
    portions: Vec<Gitignore>,
    /// How many bytes of patterns there are.
    bytes: usize,
}

impl IgnorePatterns {
    /// Whether there are none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.portions.is_empty()
    }

    /// How many bytes of patterns there are.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a path is ignored; `None` where no pattern says.
    pub(crate) fn matched(&self, path: &str, is_folder: bool) -> Option<bool> {
        let mut found = self.portions.iter().map(|portion| portion.matched(path, is_folder));
        found.find(|found| !found.is_none()).map(|found| found.is_ignore())
    }

    /// Whether a path is among what these patterns exclude, for itself or for a folder above it.
    #[must_use]
    pub(crate) fn exclude(&self, path: &FilePath) -> bool {
        self.matched_or_above(path.as_str()) == Some(true)
    }

    /// Whether a path or a folder above it is ignored.
    pub(crate) fn matched_or_above(&self, path: &str) -> Option<bool> {
        let above = path.char_indices().rev().filter(|(_, letter)| *letter == '/').map(|(at, _)| &path[..at]);
        self.matched(path, false).or_else(|| above.into_iter().find_map(|folder| self.matched(folder, true)))
    }
}

/// Why a line is not among the patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is not a pattern.
    Invalid(String),
    /// It is longer than [`MAX_PATTERN`].
    Long,
    /// There are too many before it, so nothing from here on counts.
    Full,
}

/// Patterns being gathered.
pub(crate) struct PatternsBuilder {
    base: String,
    open: GitignoreBuilder,
    /// Patterns and bytes of patterns in `open`.
    in_open: (usize, usize),
    count: usize,
    /// How many bytes may come yet.
    room: usize,
    done: IgnorePatterns,
    broken: Option<String>,
}

impl PatternsBuilder {
    /// Patterns of the folder `base`; those above it take up `above` bytes already.
    pub(crate) fn new(base: &str, above: usize) -> Self {
        Self {
            base: base.to_owned(),
            open: GitignoreBuilder::new(base),
            in_open: (0, 0),
            count: 0,
            room: MAX_PATTERN_BYTES.saturating_sub(above),
            done: IgnorePatterns::default(),
            broken: None,
        }
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, line: &str) -> Result<(), Refused> {
        if line.trim_end().is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line.len() > MAX_PATTERN {
            return Err(Refused::Long);
        }
        if self.count == MAX_PATTERNS || line.len() > self.room {
            return Err(Refused::Full);
        }
        if self.in_open.0 == PORTION || self.in_open.1 + line.len() > PORTION_BYTES {
            self.close();
        }
        self.open.add_line(None, line).map_err(|error| Refused::Invalid(error.to_string()))?;
        self.count += 1;
        self.room -= line.len();
        self.done.bytes += line.len();
        self.in_open = (self.in_open.0 + 1, self.in_open.1 + line.len());
        Ok(())
    }

    fn close(&mut self) {
        let open = std::mem::replace(&mut self.open, GitignoreBuilder::new(&self.base));
        if self.in_open.0 > 0 {
            match open.build() {
                Ok(portion) => self.done.portions.push(portion),
                Err(error) => self.broken = Some(error.to_string()),
            }
        }
        self.in_open = (0, 0);
    }

    /// The patterns, and why some that were added do not count, if so.
    pub(crate) fn build(mut self) -> (IgnorePatterns, Option<String>) {
        self.close();
        self.done.portions.reverse();
        (self.done, self.broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(lines: impl IntoIterator<Item = String>) -> (IgnorePatterns, Vec<(usize, Refused)>) {
        let mut builder = PatternsBuilder::new("", 0);
        let lines = lines.into_iter().enumerate();
        let refused = lines.filter_map(|(index, line)| Some((index, builder.add(&line).err()?))).collect();
        let (patterns, broken) = builder.build();
        assert_eq!(broken, None);
        (patterns, refused)
    }

    #[test]
    fn the_last_of_all_portions_decides() {
        let mut lines: Vec<String> = (0..2_000).map(|number| format!("f{number}.*")).collect();
        lines.push("!f7.ts".to_owned());
        lines.extend((0..2_000).map(|number| format!("g[{number}]")));
        lines.push("f8.ts\n".trim_end().to_owned());
        lines.push("/d/".to_owned());
        let (patterns, refused) = build(lines);
        assert_eq!((refused, patterns.portions.len() > 4), (Vec::new(), true));
        for (path, expected) in [
            ("f1.ts", Some(true)),
            ("a/f1999.js", Some(true)),
            ("f7.ts", Some(false)),
            ("f8.ts", Some(true)),
            ("x", None),
        ] {
            assert_eq!(patterns.matched(path, false), expected, "{path}");
        }
        assert_eq!(patterns.matched("d", false), None);
        assert_eq!(patterns.matched_or_above("d/e/f"), Some(true));
        assert_eq!(patterns.matched_or_above("e/d/f"), None);
    }

    #[test]
    fn what_is_too_much_is_refused_and_the_rest_holds() {
        let many = (0..MAX_PATTERNS + 2).map(|number| format!("{number}x"));
        let (patterns, refused) = build(many);
        assert_eq!(refused, [(MAX_PATTERNS, Refused::Full), (MAX_PATTERNS + 1, Refused::Full)]);
        assert_eq!(patterns.matched("0x", false), Some(true));

        let line = format!("*{}", "[a-z]?*".repeat(140));
        let count = MAX_PATTERN_BYTES / line.len();
        let mut lines = vec![line; count + 5];
        lines[0] = "first".to_owned();
        let (patterns, refused) = build(lines);
        assert!(!refused.is_empty() && refused.iter().all(|(line, why)| *line >= count && *why == Refused::Full));
        assert_eq!(patterns.matched("first", false), Some(true));

        let (patterns, refused) = build(["a".repeat(MAX_PATTERN + 1), "{a".to_owned(), "b".to_owned()]);
        assert!(matches!(&refused[..], [(0, Refused::Long), (1, Refused::Invalid(_))]), "{refused:?}");
        assert_eq!(patterns.matched("b", false), Some(true));
    }
}
