//! What a first configuration can say because the repository shows it: folders that a program writes, and the modules that read the
//! environment for the rest.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use auditlint_rules::Role;
use auditlint_source::FilePath;

use crate::config::print::{comment, key, texts};
use crate::{Report, Snapshot};

/// How many generated sources make a folder one that a program writes.
const GENERATED_NEEDED: usize = 2;

/// How many reads of the environment make a module one that reads it for the rest, and which share of all of them it must have.
const READS_NEEDED: usize = 4;
const SHARE_NEEDED: usize = 3;

/// The rules about reads of the environment.
const READS: [&str; 2] = ["process-env", "env-var-read"];

/// What was seen.
pub(crate) struct SeenProject {
    /// The folders in which every source is written by a program, with how many there are; none that lies in another one.
    generated: Vec<(FilePath, usize)>,
    /// By rule, the modules that it should leave out, with how many of its findings each holds, and how many there are in all.
    reading: BTreeMap<&'static str, ReadingModules>,
}

/// Modules with how many findings of a rule each holds, and how many there are in all.
type ReadingModules = (Vec<(FilePath, usize)>, usize);

impl SeenProject {
    pub(crate) fn of(project: &Snapshot<'_>, report: &Report) -> Self {
        Self {
            generated: generated_folders(project),
            reading: READS.into_iter().filter_map(|rule| modules(rule, report)).collect(),
        }
    }

    /// Whether something is said of a rule.
    pub(crate) fn has_rules(&self) -> bool {
        !self.reading.is_empty()
    }

    /// Writes `[roles]`.
    pub(crate) fn write_roles(&self, out: &mut String) {
        if self.generated.is_empty() {
            return;
        }
        let _ = writeln!(
            out,
            "\n# Folders in which a program writes every source: they are skipped, and counted.\n[roles]"
        );
        let globs = self.generated.iter().map(|(folder, _)| format!("{}/**", globset::escape(folder.as_str())));
        let _ = writeln!(out, "generated = {}", texts(globs));
    }

    /// Writes the tables of rules whose `ignores` are known and that `is_left` lets in.
    pub(crate) fn write_ignores(&self, is_left: impl Fn(&str) -> bool, out: &mut String) {
        for rule in self.reading.keys().filter(|rule| is_left(rule)) {
            let _ = writeln!(out, "\n[rules.{}]", key(rule));
            self.write_ignores_of(rule, out);
        }
    }

    /// Writes `ignores` of a rule into its table.
    pub(crate) fn write_ignores_of(&self, rule: &str, out: &mut String) {
        let Some((modules, all)) = self.reading.get(rule) else { return };
        for (path, count) in modules {
            let path = comment(path.as_str());
            let _ = writeln!(
                out,
                "# {path} holds {count} of {all} findings: it seems to read the environment for the rest."
            );
        }
        let globs = modules.iter().map(|(path, _)| globset::escape(path.as_str()));
        let _ = writeln!(out, "ignores = {}", texts(globs));
    }
}

/// The folders in which every source is written by a program, be it that only its content says so.
fn generated_folders(project: &Snapshot<'_>) -> Vec<(FilePath, usize)> {
    // By folder, how many sources lie in it and below, and how many of them a program writes.
    let mut counts: BTreeMap<FilePath, (usize, usize)> = BTreeMap::new();
    let mut unknown_by_path: BTreeMap<FilePath, bool> = BTreeMap::new();
    for source in &project.scope {
        let is_generated = project.role(&source.path).0 == Role::Generated;
        let by_content = is_generated && Role::by_default(&source.path) != Role::Generated;
        for folder in std::iter::successors(source.path.parent(), FilePath::parent).filter(|folder| !folder.is_root()) {
            let count = counts.entry(folder.clone()).or_default();
            count.0 += 1;
            count.1 += usize::from(is_generated);
            *unknown_by_path.entry(folder).or_default() |= by_content;
        }
    }
    let is_generated = |folder: &FilePath| {
        let (all, generated) = counts.get(folder).copied().unwrap_or_default();
        all == generated && all >= GENERATED_NEEDED && unknown_by_path.get(folder) == Some(&true)
    };
    let outermost = |folder: &&FilePath| {
        is_generated(folder)
            && !std::iter::successors(folder.parent(), FilePath::parent).any(|above| is_generated(&above))
    };
    counts.keys().filter(outermost).map(|folder| (folder.clone(), counts[folder].0)).collect()
}

/// The modules that hold so many of the findings of a rule that they seem to be there for it.
fn modules(rule: &'static str, report: &Report) -> Option<(&'static str, ReadingModules)> {
    let mut by_file: BTreeMap<&FilePath, usize> = BTreeMap::new();
    for finding in report.active().filter(|finding| finding.rule.id.as_str() == rule) {
        *by_file.entry(&finding.path).or_default() += 1;
    }
    let all: usize = by_file.values().sum();
    let holds = |count: usize| count >= READS_NEEDED && count * SHARE_NEEDED >= all;
    let found = by_file.into_iter().filter(|(_, count)| holds(*count));
    let found: Vec<(FilePath, usize)> = found.map(|(path, count)| (path.clone(), count)).collect();
    (!found.is_empty()).then_some((rule, (found, all)))
}
