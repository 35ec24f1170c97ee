//! `linguist-generated` in `.gitattributes`: which files a program wrote, as the repository itself says.

use std::borrow::Cow;

use auditlint_source::{Decoded, FilePath, Files, NotText, Problem, ProblemKind, ReadError};

use crate::discovery::{ATTRIBUTES_NAME, PatternFolder, add_patterns};
use crate::entries::{DANGLING, is_listed};
use crate::ignore_patterns::{IgnorePatterns, PatternsBuilder};
use crate::limits::IGNORE_FILE;

const ATTRIBUTE: &str = "linguist-generated";

/// What the files of that name say, those of the deepest folders first.
#[derive(Default)]
pub(crate) struct GitAttributes {
    /// How many bytes of patterns there are, in all folders.
    bytes: usize,
    folders: Vec<(PatternFolder, IgnorePatterns)>,
}

impl GitAttributes {
    /// Reads the files of some folders, which come from the root downwards; a folder without one is passed over.
    pub(crate) fn read(
        files: &dyn Files,
        folders: impl IntoIterator<Item = PatternFolder>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut all = Self::default();
        for folder in folders {
            let path = folder.path.join(ATTRIBUTES_NAME);
            match files.read(&path, IGNORE_FILE) {
                Ok(bytes) => {
                    if let Some(reason) = NotText::of(&bytes) {
                        let message = format!("the attributes file cannot be used: {reason}");
                        problems.push(Problem::warning(ProblemKind::File, message).in_file(&path));
                    }
                    let mut tell = |message| problems.push(Problem::warning(ProblemKind::File, message).in_file(&path));
                    let patterns = patterns(&folder, &bytes, all.bytes, &mut tell);
                    all.bytes += patterns.bytes();
                    if !patterns.is_empty() {
                        all.folders.push((folder, patterns));
                    }
                }
                Err(ReadError::NotFound) if folder.is_above() && is_listed(files, &path) => {
                    let message = format!("the attributes file cannot be read: {DANGLING}");
                    problems.push(Problem::warning(ProblemKind::File, message).in_file(&path));
                }
                Err(ReadError::NotFound) => {}
                Err(error) => {
                    let message = format!("the attributes file cannot be read: {error}");
                    problems.push(Problem::warning(ProblemKind::File, message).in_file(&path));
                }
            }
        }
        all.folders.reverse();
        all
    }

    /// Whether a file is generated; `None` where no attribute says.
    pub(crate) fn generated(&self, path: &FilePath) -> Option<bool> {
        self.folders.iter().find_map(|(folder, patterns)| {
            // `!` takes a pattern back in the syntax of ignore files: it stands for an attribute that is unset.
            patterns.matched(folder.seen(path).as_str(), false)
        })
    }
}

/// The patterns with that attribute. Their syntax is that of ignore files, but that nothing is taken back with `!`.
fn patterns(folder: &PatternFolder, bytes: &[u8], before: usize, tell: &mut dyn FnMut(String)) -> IgnorePatterns {
    let mut builder = PatternsBuilder::new(folder.base(), before);
    let decoded = Decoded::new(bytes);
    let lines: Vec<(usize, Cow<'_, str>)> = decoded
        .text()
        .lines()
        .enumerate()
        .filter_map(|(index, line)| {
            let mut words = line.split_ascii_whitespace();
            let pattern = words.next().filter(|pattern| !pattern.starts_with(['#', '!', '"']))?;
            let generated = words.rev().find_map(|word| match word.strip_prefix(ATTRIBUTE) {
                Some("" | "=true") => Some(true),
                Some("=false") => Some(false),
                _ => (word.strip_prefix('-') == Some(ATTRIBUTE)).then_some(false),
            })?;
            let line = if generated { Cow::Borrowed(pattern) } else { Cow::Owned(format!("!{pattern}")) };
            Some((index + 1, line))
        })
        .collect();
    add_patterns(&mut builder, lines.iter().map(|(number, line)| (*number, &**line)), tell);
    let (patterns, broken) = builder.build();
    if let Some(error) = broken {
        tell(format!("part of the attributes file cannot be used: {error}"));
    }
    patterns
}

#[cfg(test)]
mod tests {
    use auditlint_source::MemoryFiles;

    use super::*;

    #[test]
    fn the_last_line_of_the_nearest_file_decides() {
        let root = "# generated\n*.api.ts linguist-generated\n/client/** text linguist-generated=true\n\
                    client/own.ts -linguist-generated\n*.txt linguist-language=Text\n";
        let files = MemoryFiles::new([
            (".gitattributes", root),
            ("client/deep/.gitattributes", "\u{feff}hand.ts linguist-generated=false\n"),
            ("../.gitattributes", "/app/old/* linguist-generated\n"),
        ]);
        let mut folders = PatternFolder::above(&FilePath::new("app"));
        folders.extend(["", "client", "client/deep"].map(|path| PatternFolder::below(FilePath::new(path))));
        let mut problems = Vec::new();
        let attributes = GitAttributes::read(&files, folders, &mut problems);
        assert_eq!(problems, []);
        for (path, expected) in [
            ("src/a.api.ts", Some(true)),
            ("client/a.ts", Some(true)),
            ("client/b/c.ts", Some(true)),
            ("client/own.ts", Some(false)),
            ("client/deep/hand.ts", Some(false)),
            ("client/deep/other.ts", Some(true)),
            ("old/a.ts", Some(true)),
            ("src/client/a.ts", None),
            ("a.txt", None),
        ] {
            assert_eq!(attributes.generated(&FilePath::new(path)), expected, "{path}");
        }
    }
}
