//! What looks like a task and is not read as one.

use std::collections::BTreeMap;

use auditlint_source::Span;
use auditlint_source::limits::MAX_MISTAKES;

use crate::TaskPlace;
use crate::file::TaskFile;

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

/// What was left out of one file, by reason.
#[derive(Default)]
pub(crate) struct Unread {
    list: Vec<UnreadTask>,
    by_reason: BTreeMap<String, usize>,
}

impl Unread {
    pub(crate) fn push(&mut self, file: &TaskFile, span: Span, text: &str, reason: &str) {
        /// Longer entries are not repeated in full.
        const SHOWN: usize = 80;
        if let Some(at) = self.by_reason.get(reason) {
            self.list[*at].count += 1;
        } else if self.list.len() < MAX_MISTAKES {
            self.by_reason.insert(reason.to_owned(), self.list.len());
            let text = text.chars().take(SHOWN).collect();
            self.list.push(UnreadTask { place: file.place(span), text, reason: reason.to_owned(), count: 1 });
        }
    }

    pub(crate) fn into_list(self) -> Vec<UnreadTask> {
        self.list
    }
}
