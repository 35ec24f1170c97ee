//! Which of a rule's links to tasks hold for a file.

use auditlint_rules::{FileGlob, FileGlobs, Rule, TaskLink};
use auditlint_source::FilePath;

/// The links of one rule that hold for some files only, as one set of globs: a rule may have thousands of them.
#[derive(Default)]
pub(crate) struct NarrowLinks {
    globs: FileGlobs,
    /// The link of each glob.
    owners: Vec<usize>,
    /// Links whose globs only take files out.
    open: Vec<usize>,
    /// Links with a glob that takes files out, ascending: they are asked themselves.
    with_exceptions: Vec<usize>,
}

impl NarrowLinks {
    pub(crate) fn of(rule: &Rule) -> Self {
        let narrow = || rule.tasks.iter().enumerate().filter(|(_, link)| !link.files.is_empty());
        let each = || narrow().flat_map(|(number, link)| link.files.iter().map(move |glob| (number, glob)));
        let numbers =
            |holds: fn(&TaskLink) -> bool| narrow().filter(|(_, link)| holds(link)).map(|(at, _)| at).collect();
        Self {
            globs: FileGlobs::new(each().map(|(_, glob)| glob)),
            owners: each().map(|(number, _)| number).collect(),
            open: numbers(|link| link.files.iter().all(FileGlob::is_negated)),
            with_exceptions: numbers(|link| link.files.iter().any(FileGlob::is_negated)),
        }
    }

    /// The links that cover a file, each once, ascending.
    pub(crate) fn covering(&self, rule: &Rule, path: &FilePath, found: &mut Vec<usize>) {
        found.clear();
        if self.owners.is_empty() {
            return;
        }
        let mut matched = Vec::new();
        self.globs.matches_into(path, &mut matched);
        found.extend(matched.into_iter().map(|glob| self.owners[glob]).chain(self.open.iter().copied()));
        found.sort_unstable();
        found.dedup();
        found.retain(|link| self.with_exceptions.binary_search(link).is_err() || rule.tasks[*link].covers(path));
    }
}
