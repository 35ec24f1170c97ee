//! What may hide findings: sources that were not understood, and relations that lack rows.

use std::collections::BTreeMap;

use auditlint_rules::Role;
use auditlint_source::FilePath;

use crate::join::{FileOutcome, SourceDoubt};
use crate::limits::MAX_DOUBTS;

/// What rules over facts could not judge, by the index of the rule.
#[derive(Debug, Default)]
pub(crate) struct FactDoubts {
    rules: BTreeMap<u32, FactDoubt>,
}

/// What one rule over facts could not judge.
#[derive(Debug, Default)]
pub(crate) struct FactDoubt {
    /// Whether any of its relations has a row.
    pub(super) has_rows: bool,
    pub(super) doubts: RuleDoubts,
}

/// Places at which one rule may have missed something.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleDoubts {
    /// The first of them: the file, and what is said about it.
    pub(super) places: Vec<(FilePath, String)>,
    /// What holds for every file.
    pub(super) everywhere: Option<String>,
}

impl RuleDoubts {
    fn is_empty(&self) -> bool {
        self.places.is_empty() && self.everywhere.is_none()
    }

    pub(super) fn add(&mut self, path: &FilePath, why: String) {
        if self.places.len() < MAX_DOUBTS {
            self.places.push((path.clone(), why));
        } else {
            self.everywhere.get_or_insert_with(|| format!("more than {MAX_DOUBTS} places were not understood"));
        }
    }
}

impl FactDoubts {
    /// Notes whether a check had a row to look at.
    pub(crate) fn note_rows(&mut self, rule: u32, has_rows: bool) {
        self.rules.entry(rule).or_default().has_rows |= has_rows;
    }

    /// Notes something that was not judged, or not seen.
    pub(crate) fn add(&mut self, rule: u32, path: &FilePath, message: &str) {
        self.rules.entry(rule).or_default().doubts.add(path, format!("`{path}`: {message}"));
    }

    /// Notes something that concerns every file.
    pub(crate) fn add_everywhere(&mut self, rule: u32, message: &str) {
        let doubts = &mut self.rules.entry(rule).or_default().doubts;
        doubts.everywhere.get_or_insert_with(|| message.to_owned());
    }

    /// The rules that may have missed something.
    pub(crate) fn doubted(&self) -> impl Iterator<Item = u32> {
        let doubted = self.rules.iter().filter(|(_, rule)| !rule.doubts.is_empty());
        doubted.map(|(rule, _)| *rule)
    }

    pub(super) fn of(&self, rule: u32) -> Option<&FactDoubt> {
        self.rules.get(&rule)
    }
}

/// How a source was analysed: what a verdict must know of it beside its findings.
#[derive(Debug, Default)]
pub(crate) struct ReviewedSource {
    pub(super) role: Role,
    pub(super) doubts: Vec<SourceDoubt>,
}

impl ReviewedSource {
    pub(crate) fn of(outcome: &mut FileOutcome) -> Self {
        Self { role: outcome.role, doubts: std::mem::take(&mut outcome.doubts) }
    }
}
