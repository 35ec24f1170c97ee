//! Files that a task names and that no rule of it may look into: excluded, written by a program, or with the rule turned off.

use std::collections::BTreeMap;

use auditlint_facts::Check;
use auditlint_rules::{Role, RuleLevel};
use auditlint_source::{EntryKind, FilePath};
use auditlint_syntax::languages_in;
use auditlint_tasks::{NamedFile, Task};

use super::bindings::{RuleBinding, RuleNumbers};
use super::doubts::ReviewedSource;
use crate::snapshot::Snapshot;

/// How many files of one task are looked up.
const MOST_FILES: usize = 100;

impl Snapshot<'_> {
    /// Whether the rules that a task names count in the files that it lists only. Where one of them is not there, and it does not say that
    /// it goes, what it is about may stand elsewhere.
    pub(crate) fn limits_rules(&self, task: &Task) -> bool {
        self.gone_files(task).all(|file| file.may_be_absent)
    }

    /// The files that a task lists and that are not there.
    pub(super) fn gone_files<'t>(&self, task: &'t Task) -> impl Iterator<Item = &'t NamedFile> {
        let is_gone = |file: &&NamedFile| {
            let path = FilePath::new(file.path.trim_end_matches('/'));
            self.discovered.files.binary_search(&path).is_err() && self.files.kind(&path).is_none()
        };
        task.listed_files().filter(|file| file.is_plain()).take(MOST_FILES).filter(is_gone)
    }
}

/// Answers what became of the files that tasks name.
pub(super) struct NamedFiles<'s> {
    snapshot: &'s Snapshot<'s>,
    sources: &'s [ReviewedSource],
    known: BTreeMap<FilePath, Option<&'static str>>,
}

impl<'s> NamedFiles<'s> {
    pub(super) fn of(snapshot: &'s Snapshot<'s>, sources: &'s [ReviewedSource]) -> Self {
        Self { snapshot, sources, known: BTreeMap::new() }
    }

    /// What is said about the files that a task names and that its rules would look into.
    pub(super) fn doubts(&mut self, task: &Task, bindings: &[RuleBinding]) -> Vec<String> {
        let mut doubts = Vec::new();
        if bindings.is_empty() {
            return doubts;
        }
        for name in task.files.iter().filter(|name| !name.contains(['*', '?', '{'])).take(MOST_FILES) {
            let path = FilePath::new(name.trim_end_matches('/'));
            if let Some(rule) = self.off_rule(&path, bindings) {
                doubts.push(format!("rule `{rule}` is off in `{path}`, which the task names"));
            } else if let Some(why) = self.why_unread(&path)
                && self.is_wanted(&path, bindings)
            {
                doubts.push(format!("`{path}`, which the task names, {why}"));
            }
        }
        doubts
    }

    /// Whether a rule of the task would look into a file, or into a folder.
    fn is_wanted(&self, path: &FilePath, bindings: &[RuleBinding]) -> bool {
        let numbers = RuleNumbers::of(self.snapshot);
        let is_folder = self.snapshot.files.kind(path) == Some(EntryKind::Folder);
        bindings.iter().any(|binding| {
            let rule = numbers.rule(binding.rule);
            let is_covered =
                || binding.links.is_empty() || binding.links.iter().any(|link| rule.tasks[*link].covers(path));
            let reads = || {
                let relations = rule.checks().iter().flat_map(Check::relations);
                let mut providers = self.snapshot.catalogue().providers_of(relations);
                let by_language = languages_in(path).any(|language| rule.languages.contains(&language));
                by_language || providers.any(|provider| provider.reads(path))
            };
            is_folder || (is_covered() && reads())
        })
    }

    /// A rule of the task that an override turns off in a file at which it would look.
    fn off_rule(&self, path: &FilePath, bindings: &[RuleBinding]) -> Option<String> {
        let numbers = RuleNumbers::of(self.snapshot);
        let config = self.snapshot.config_of(path);
        let off = bindings.iter().map(|binding| numbers.rule(binding.rule)).find(|rule| {
            config.overridden(&rule.id, path) == Some(RuleLevel::Off)
                && languages_in(path).any(|language| rule.languages.contains(&language))
        });
        off.filter(|_| self.snapshot.files.kind(path) == Some(EntryKind::File)).map(|rule| rule.id.to_string())
    }

    /// Why nothing looks into a file or folder that is there.
    fn why_unread(&mut self, path: &FilePath) -> Option<&'static str> {
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let files = &self.snapshot.discovered.files;
        let why = match files.binary_search(path) {
            Ok(_) => {
                let source = self.snapshot.scope.binary_search_by(|source| source.path.cmp(path)).ok();
                let role = source.and_then(|index| self.sources.get(index)).map(|source| source.role);
                (role == Some(Role::Generated)).then_some("is written by a program and passed over")
            }
            Err(at) => match self.snapshot.files.kind(path) {
                Some(EntryKind::File) => Some("is excluded"),
                // What lies below it follows at once in the order of paths, or behind a sibling that begins like it.
                Some(EntryKind::Folder) if !path.as_str().is_empty() => {
                    let begins = |file: &&FilePath| file.as_str().starts_with(path.as_str());
                    let mut siblings = files[at..].iter().take_while(begins);
                    (!siblings.any(|file| file.is_under(path))).then_some("holds no file that is checked")
                }
                _ => None,
            },
        };
        self.known.insert(path.clone(), why);
        why
    }
}
