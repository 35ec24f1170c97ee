//! What looks like a task and is not read as one.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_source::Span;
use auditlint_source::limits::MAX_MISTAKES;

use crate::TaskPlace;
use crate::file::{TaskFile, span_in};

/// An entry of a task file that looks like a task and was left out, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadTask {
    /// Where it stands; of several the first.
    pub place: TaskPlace,
    /// The entry, as it is written; of several the first.
    pub text: String,
    /// Why it is no task here.
    pub reason: String,
    /// How many entries of the file this is about.
    pub count: usize,
}

/// What was left out of one file.
#[derive(Default)]
pub(crate) struct Unread {
    entries: Vec<LeftOut>,
    reasons: Vec<String>,
    by_reason: BTreeMap<String, usize>,
}

struct LeftOut {
    /// The box or heading.
    at: Span,
    text: Span,
    reason: usize,
}

impl Unread {
    pub(crate) fn push(&mut self, file: &TaskFile, at: Span, text: &str, reason: &str) {
        let known = self.by_reason.get(reason).copied();
        let reason = known.unwrap_or_else(|| {
            self.reasons.push(reason.to_owned());
            self.by_reason.insert(reason.to_owned(), self.reasons.len() - 1);
            self.reasons.len() - 1
        });
        self.entries.push(LeftOut { at, text: span_in(&file.text, text), reason });
    }

    /// One for each reason, in the order of the file; without those whose box gave a task its status.
    pub(crate) fn list(&self, file: &TaskFile, used: &BTreeSet<u32>) -> Vec<UnreadTask> {
        /// Longer entries are not repeated in full.
        const SHOWN: usize = 80;
        let mut list: Vec<UnreadTask> = Vec::new();
        let mut of_reason: Vec<Option<usize>> = vec![None; self.reasons.len()];
        for entry in self.entries.iter().filter(|entry| !used.contains(&entry.at.start)) {
            match of_reason[entry.reason] {
                Some(at) => list[at].count += 1,
                None if list.len() < MAX_MISTAKES => {
                    of_reason[entry.reason] = Some(list.len());
                    let text = file.slice(entry.text).chars().take(SHOWN).collect();
                    let reason = self.reasons[entry.reason].clone();
                    list.push(UnreadTask { place: file.place(entry.at), text, reason, count: 1 });
                }
                None => {}
            }
        }
        list
    }
}
