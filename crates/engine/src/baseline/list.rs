//! The list of findings that are known.

use std::fmt::Write as _;

use auditlint_source::FilePath;

use super::line::{BaselineLine, GrowthNote};

/// The findings that are known and not yet fixed, and why the list was made to grow.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// In the order of the file.
    lines: Vec<BaselineLine>,
    growth: Vec<GrowthNote>,
    /// Where in the file each line begins; empty for a list that was not read.
    starts: Vec<u32>,
    /// The folder of the project, from which the paths in the file count. Those of `lines` count from the root of the run.
    folder: FilePath,
}

/// Two lists are the same where they hold the same, wherever that stands.
impl PartialEq for Baseline {
    fn eq(&self, other: &Self) -> bool {
        (&self.lines, &self.growth) == (&other.lines, &other.growth)
    }
}

impl Eq for Baseline {}

/// How the file begins, before the number of its version.
pub(super) const HEADER: &str = "# auditlint baseline, version ";
/// The version that is written and read.
pub(super) const VERSION: &str = "1";
/// How the file ends. What was cut off anywhere lacks it, and joining two files line by line keeps it.
pub(super) const END: &str = "# end";

impl Baseline {
    /// A list of lines, brought into the order in which they are written; a line that is given twice stands once.
    #[must_use]
    pub fn new(mut lines: Vec<BaselineLine>, mut growth: Vec<GrowthNote>) -> Self {
        lines.sort_by_cached_key(ToString::to_string);
        lines.dedup();
        growth.sort_by_cached_key(ToString::to_string);
        growth.dedup();
        Self { lines, growth, ..Self::default() }
    }

    /// A list whose lines and notes stand in a file, in their order, each line at a byte.
    pub(super) fn of_file(lines: Vec<BaselineLine>, growth: Vec<GrowthNote>, starts: Vec<u32>) -> Self {
        Self { lines, growth, starts, folder: FilePath::root() }
    }

    /// The same list as that of a project below the root of the run, whose lines were read as they stand in the file.
    #[must_use]
    pub(crate) fn read_in(mut self, folder: &FilePath) -> Self {
        if !folder.is_root() {
            self.lines.iter_mut().for_each(|line| line.path = folder.child(line.path.as_str()));
        }
        self.of_project(folder)
    }

    /// The same list, written as that of a project.
    #[must_use]
    pub fn of_project(self, folder: &FilePath) -> Self {
        Self { folder: folder.clone(), ..self }
    }

    /// The folder of the project.
    pub(crate) fn folder(&self) -> &FilePath {
        &self.folder
    }

    /// A line as it stands in the file.
    #[must_use]
    pub fn text_of(&self, line: &BaselineLine) -> String {
        let path = line.path.as_str();
        let below = path.strip_prefix(self.folder.as_str()).map(|path| path.strip_prefix('/').unwrap_or(path));
        match below.filter(|_| !self.folder.is_root()) {
            Some(below) => BaselineLine { path: FilePath::root().child(below), ..line.clone() }.to_string(),
            None => line.to_string(),
        }
    }

    /// Its lines, sorted by the bytes of their text.
    #[must_use]
    pub fn lines(&self) -> &[BaselineLine] {
        &self.lines
    }

    /// Why it was made to grow.
    #[must_use]
    pub fn growth(&self) -> &[GrowthNote] {
        &self.growth
    }

    /// The 1-based number that a line has in the file.
    #[must_use]
    pub fn number(&self, index: usize) -> u32 {
        (1 + self.growth.len() + index) as u32 + 1
    }

    /// The index of the line with a 1-based number.
    #[must_use]
    pub fn index_of(&self, number: u32) -> Option<usize> {
        let before = self.number(0);
        Some(number.checked_sub(before)? as usize).filter(|index| *index < self.lines.len())
    }

    /// The byte at which a line begins, where it was read from a file.
    pub(crate) fn start(&self, index: usize) -> Option<u32> {
        self.starts.get(index).copied()
    }

    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEADER}{VERSION}\n");
        let mut push = |line: &dyn std::fmt::Display| writeln!(text, "{line}").unwrap_or_default();
        self.growth.iter().for_each(|note| push(note));
        self.lines.iter().for_each(|line| push(&self.text_of(line)));
        push(&END);
        text
    }
}
